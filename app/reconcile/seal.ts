/** Seals the audit log again and again, and anchors its last checkpoint in each repository that the log says something new of. What fails is tried again at the next turn. */
import { problemOf } from '../core/errors.ts';
import type { Checkpoints, Queue, RepositoryRef, StoredCheckpoint } from '../core/ports/store.ts';
import type { StepResult } from '../core/step.ts';
import { readAnchor, writeAnchor, type AnchorContext } from '../steps/anchor-audit.ts';
import { writeCheckpoint, type SealContext } from '../steps/seal-audit.ts';
import { ruleAnchor, sealIsDue, type SealFacts, type SealPace } from '../subjects/audit-log/decide.ts';
import { createTimer, type Timer } from './timer.ts';

export interface SealerOptions extends Omit<SealContext, 'store'> {
  store: SealContext['store'] & Checkpoints & Pick<Queue, 'subjects'>;
  own: AnchorContext['own'];
  /** The installation's GitHub of a repository; null anchors nowhere. */
  gitHubOf: ((repository: RepositoryRef) => Promise<AnchorContext['github']>) | null;
  pace?: Partial<SealPace>;
  everyMs?: number;
}

export function createSealer(options: SealerOptions): Timer {
  const { store, clock, log, everyMs = 15_000 } = options;
  const pace = { entries: 100, ms: 10 * 60_000, ...options.pace };
  // Up to where the log is known to say nothing of a repository that is not anchored.
  const quiet = new Map<number, number>();
  return createTimer({ name: 'seal', everyMs, clock, log, work: async () => {
    if ((await sealAudit(options, pace)) === 'created') log.info({ size: (await store.lastCheckpoint())?.size }, 'the audit log was sealed');
    await anchorAll(options, quiet);
  } });
}

/** Looks whether it is due, and seals where it is. Throws AUDIT_STORE_ALTERED. */
export async function sealAudit(context: SealContext, pace: SealPace): Promise<StepResult> {
  return sealIsDue(await sealFacts(context, pace), pace) ? writeCheckpoint(context) : 'unchanged';
}

async function sealFacts({ store, clock }: SealContext, pace: SealPace): Promise<SealFacts> {
  const { size, at } = await store.lastCheckpoint() ?? { size: 0, at: 0 };
  const [first] = await store.auditEntries(size, 1);
  const [last] = await store.auditEntries(size + pace.entries - 1, 1);
  return { sealedAt: at, firstAt: first?.at ?? null, enough: last !== undefined, now: clock.now() };
}

/** Looks where the checkpoint stands in this repository, and puts it there where it does not. Throws AUDIT_ROLLED_BACK. */
export async function anchorAudit(checkpoint: StoredCheckpoint, context: AnchorContext): Promise<StepResult> {
  const last = await context.store.anchor(context.repository.id);
  if (last && last.size >= checkpoint.size) return 'unchanged';
  return writeAnchor(checkpoint, ruleAnchor({ size: checkpoint.size, last, tip: await readAnchor(context) }), context);
}

async function anchorAll(options: SealerOptions, quiet: Map<number, number>): Promise<void> {
  const { store, gitHubOf, openNote, own, clock, log } = options;
  const checkpoint = await store.lastCheckpoint();
  if (!checkpoint || !gitHubOf) return;
  for (const repository of await repositories(store)) {
    const since = Math.max((await store.anchor(repository.id))?.size ?? 0, quiet.get(repository.id) ?? 0);
    if (since >= checkpoint.size || !(await speaksOf(store, { repository, since, until: checkpoint.size }, quiet))) continue;
    try {
      await anchorAudit(checkpoint, { store, github: await gitHubOf(repository), repository, openNote, own, clock });
    } catch (thrown) {
      log.error({ repository: repository.id, problem: problemOf(thrown) }, 'the checkpoint could not be anchored');
    }
  }
}

async function repositories(store: Pick<Queue, 'subjects'>): Promise<RepositoryRef[]> {
  const all = (await store.subjects({})).map(({ repository }) => [repository.id, repository] as const);
  return [...new Map(all).values()];
}

async function speaksOf(store: SealerOptions['store'], { repository, since, until }: { repository: RepositoryRef; since: number; until: number }, quiet: Map<number, number>): Promise<boolean> {
  const isOf = new RegExp(`^[a-z]+:${repository.id}([#@]|$)`);
  for (let from = since; from < until;) {
    const entries = await store.auditEntries(from, Math.min(500, until - from));
    if (entries.some(({ subject }) => isOf.test(subject))) return true;
    from += Math.max(1, entries.length);
  }
  quiet.set(repository.id, until);
  return false;
}
