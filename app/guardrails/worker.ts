/**
 * One guardrail in its own thread, so that a hang or a crash of one is its own `error` and nobody else's. Gets facts, may ask for packages, answers findings.
 * Runs inspect a second time on the base texts only where a finding lies on an unchanged line.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { problemOf } from '../core/errors.ts';
import type { RawFinding } from '../core/finding.ts';
import type { GuardFacts, Inspector, PackageAnswer, PackageQuestion } from '../core/guardrail.ts';
import type { Facts } from './facts.ts';
import { inspectors } from './inspectors.generated.ts';
import { touches } from './judge.ts';

export interface WorkerInput {
  id: string;
  /** Another module than the catalogue's, for guardrails outside of it. */
  module: string | null;
  facts: Facts;
}
export type WorkerMessage =
  | { kind: 'asks'; questions: PackageQuestion[] }
  | { kind: 'found'; found: RawFinding[]; foundOnBase: RawFinding[] | null }
  | { kind: 'crashed'; why: string };

const port = parentPort;
if (!port) throw new Error('worker.ts is started by the runner only');
const input = workerData as WorkerInput;

function say(message: WorkerMessage): void {
  port!.postMessage(message);
}

async function load(): Promise<Inspector> {
  if (input.module) return await import(input.module) as Inspector;
  const loader = inspectors[input.id];
  if (!loader) throw new Error(`no inspector for ${input.id}`);
  return await loader();
}

async function answers(inspector: Inspector, facts: Omit<GuardFacts, 'packages'>): Promise<PackageAnswer[]> {
  const questions = inspector.asks?.(facts) ?? [];
  if (questions.length === 0) return [];
  const answered = new Promise<PackageAnswer[]>((resolve) => port!.once('message', resolve));
  say({ kind: 'asks', questions });
  return await answered;
}

/** The same files as they were on base, where there is a base text. */
function onBase(facts: GuardFacts, paths: ReadonlySet<string>): GuardFacts {
  const changed = facts.changed.filter((file) => paths.has(file.path) && file.baseText !== null)
    .map((file) => ({ ...file, text: file.baseText! }));
  return { ...facts, changed };
}

async function run(): Promise<void> {
  const inspector = await load();
  const { texts, ...plain } = input.facts;
  const bare = { ...plain, read: (path: string) => texts[path] ?? null };
  const facts: GuardFacts = { ...bare, packages: await answers(inspector, bare) };
  const found = await inspector.inspect(facts);
  const files = new Map(facts.changed.map((file) => [file.path, file]));
  const elsewhere = new Set(found.filter((raw) => !touches(raw, files.get(raw.path))).map((raw) => raw.path));
  say({ kind: 'found', found, foundOnBase: elsewhere.size > 0 ? await inspector.inspect(onBase(facts, elsewhere)) : null });
}

try {
  await run();
} catch (thrown) {
  say({ kind: 'crashed', why: problemOf(thrown).message });
}
port.close();
