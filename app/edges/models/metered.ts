/**
 * Models with a purse: every call reserves its worst case before it is made and is settled by the vendor's own counts after. A reservation is
 * given back only where the vendor provably did no work; a crash in between leaves it standing, so an error can only under-spend. Every call,
 * made or refused, is one redacted line of the prompt log.
 */
import { randomUUID } from 'node:crypto';
import { AssayError } from '../../core/errors.ts';
import type { Family } from '../../core/family.ts';
import { formatUsd, type MicroUsd } from '../../core/money.ts';
import type { ModelAnswer, ModelRequest, Models } from '../../core/model.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ledger, LedgerEntry, PromptLog } from '../../core/ports/store.ts';
import type { SubjectKey } from '../../core/subject.ts';
import { logLine } from './call-log.ts';
import { ModelError } from './model-error.ts';
import { actualCost, listPrices, worstCase, type PriceTable } from './prices.ts';
import { askPatiently, type Patience } from './patience.ts';

/** `cap` bounds the project over all its jobs, `jobCap` this one job. Both in micro-dollars. */
export interface Purse {
  ledger: Ledger;
  promptLog: PromptLog;
  clock: Clock;
  project: SubjectKey;
  job: string;
  cap: MicroUsd;
  jobCap?: MicroUsd;
  traceId: string;
  contextSha256?: string | null;
  prices?: PriceTable;
}

export interface MeteredOptions extends Purse {
  vendors: Record<Family, Models>;
  patience?: Partial<Patience>;
}

export function meteredModels(options: MeteredOptions): Models {
  const inOrder = oneAtATime();
  return {
    async ask(request, { signal } = {}) {
      const startedAt = options.clock.now();
      let entry: LedgerEntry | null = null;
      try {
        entry = await inOrder(() => reserve(options, request));
        const answer = await spend(options, { request, entry, signal });
        await options.promptLog.logPrompt(logLine({ options, request, entry, startedAt, answer, thrown: null }));
        return answer;
      } catch (thrown) {
        await options.promptLog.logPrompt(logLine({ options, request, entry, startedAt, answer: null, thrown }));
        throw thrown;
      }
    },
  };
}

/** Throws BUDGET_EXCEEDED; nothing is written then. Calls of one job take turns (`oneAtATime`). */
export async function reserve(options: Purse, request: ModelRequest): Promise<LedgerEntry> {
  const prices = options.prices ?? listPrices;
  const reserved = worstCase(prices, request);
  await insistOnJobCap(options, reserved);
  const entry = await options.ledger.reserve({
    id: randomUUID(), project: options.project, job: options.job, role: request.role, family: request.family, model: request.model, reserved, priceVersion: prices.version,
  }, options.cap);
  if (entry) return entry;
  const { committed } = await options.ledger.spent(options.project);
  throw exceeded(`the next call may cost ${formatUsd(reserved)}, and ${formatUsd(committed)} of the project's ${formatUsd(options.cap)} are committed`);
}

async function insistOnJobCap(options: Purse, reserved: MicroUsd): Promise<void> {
  if (options.jobCap === undefined) return;
  const entries = await options.ledger.entries({ job: options.job });
  const committed = entries.reduce((sum, entry) => sum + (entry.settled ?? entry.reserved), 0);
  if (committed + reserved > options.jobCap) throw exceeded(`the next call may cost ${formatUsd(reserved)}, and ${formatUsd(committed)} of this job's ${formatUsd(options.jobCap)} are committed`);
}

function exceeded(message: string): AssayError {
  return new AssayError('BUDGET_EXCEEDED', message, { remedy: 'Raise the budget with /budget, or let the work stop here.' });
}

async function spend(options: MeteredOptions, { request, entry, signal }: { request: ModelRequest; entry: LedgerEntry; signal: AbortSignal | undefined }): Promise<ModelAnswer> {
  try {
    const answer = await askPatiently({ models: options.vendors[request.family], request, signal, clock: options.clock, patience: options.patience });
    await settle(options, { entry, request, usage: answer.usage });
    return answer;
  } catch (thrown) {
    if (thrown instanceof ModelError && thrown.unspent) await options.ledger.release(entry.id);
    else if (thrown instanceof ModelError && thrown.usage) await settle(options, { entry, request, usage: thrown.usage });
    throw thrown;
  }
}

/** Counts of zero are no counts: then the call is held to have cost all that was reserved. */
export async function settle(options: Purse, { entry, request, usage }: { entry: LedgerEntry; request: ModelRequest; usage: ModelAnswer['usage'] }): Promise<void> {
  const counted = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens > 0;
  const actual = counted ? actualCost(options.prices ?? listPrices, request, usage) : entry.reserved;
  await options.ledger.settle(entry.id, actual, usage);
}

/** The cap of one job is read and then reserved; calls of the same job take turns for that. The project's cap is one step of the store. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined); // the failure belongs to its own caller
    return mine;
  };
}
