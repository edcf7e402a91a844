/**
 * Judges guardrails one after another in a thread of its own: waits for the facts of one, may ask for packages, answers findings.
 * Runs inspect a second time on the base texts only where a finding lies on an unchanged line.
 */
import { parentPort } from 'node:worker_threads';
import { problemOf } from '../core/errors.ts';
import type { RawFinding } from '../core/finding.ts';
import type { GuardFacts, Inspector, PackageAnswer, PackageQuestion } from '../core/guardrail.ts';
import type { ToolAnswer } from '../core/tool-answer.ts';
import { type Facts, readersOf } from './facts.ts';
import { inspectors } from './inspectors.generated.ts';
import { touches } from './judge.ts';

export interface WorkerInput {
  id: string;
  /** Another module than the catalogue's, for guardrails outside of it. */
  module: string | null;
  facts: Facts;
  settings: unknown;
  tools: Record<string, ToolAnswer>;
}
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'asks'; questions: PackageQuestion[] }
  | { kind: 'tools'; paths: string[] }
  | { kind: 'found'; found: RawFinding[]; foundOnBase: RawFinding[] | null }
  | { kind: 'crashed'; why: string };

const port = parentPort;
if (!port) throw new Error('worker.ts is started by the runner only');
let expecting: ((message: unknown) => void) | null = null;
port.on('message', (message: unknown) => expecting?.(message));

function say(message: WorkerMessage): void {
  port!.postMessage(message);
}

/** The runner speaks only when it is its turn: a guardrail to judge, then an answer to each question. */
function next<T>(): Promise<T> {
  return new Promise((resolve) => { expecting = resolve as (message: unknown) => void; });
}

/** One question to the runner and its answer. */
async function ask<T>(question: WorkerMessage): Promise<T> {
  const answered = next<T>();
  say(question);
  return await answered;
}

async function load({ id, module }: WorkerInput): Promise<Inspector> {
  if (module) return await import(module) as Inspector;
  const loader = inspectors[id];
  if (!loader) throw new Error(`no inspector for ${id}`);
  return await loader();
}

async function packagesFor(inspector: Inspector, facts: Omit<GuardFacts, 'packages'>): Promise<PackageAnswer[]> {
  const questions = inspector.asks?.(facts) ?? [];
  return questions.length === 0 ? [] : await ask<PackageAnswer[]>({ kind: 'asks', questions });
}

/** The same files as they were on base, where there is a base text, and what the tools say of those. */
async function onBase(facts: GuardFacts, paths: ReadonlySet<string>): Promise<GuardFacts> {
  const changed = facts.changed.filter((file) => paths.has(file.path) && file.baseText !== null)
    .map((file) => ({ ...file, text: file.baseText! }));
  const pointed = Object.values(facts.tools).some((answer) => answer.findings.some((finding) => paths.has(finding.path)));
  return { ...facts, changed, tools: pointed ? await ask<Record<string, ToolAnswer>>({ kind: 'tools', paths: [...paths] }) : facts.tools };
}

async function judged(input: WorkerInput): Promise<WorkerMessage> {
  const inspector = await load(input);
  const { settings, tools } = input;
  const { texts: _, ...plain } = input.facts;
  const bare = { ...plain, ...readersOf(input.facts), settings, tools };
  const facts: GuardFacts = { ...bare, packages: await packagesFor(inspector, bare) };
  const found = await inspector.inspect(facts);
  const files = new Map(facts.changed.map((file) => [file.path, file]));
  const elsewhere = new Set(found.filter((raw) => !touches(raw, files.get(raw.path))).map((raw) => raw.path));
  return { kind: 'found', found, foundOnBase: elsewhere.size > 0 ? await inspector.inspect(await onBase(facts, elsewhere)) : null };
}

say({ kind: 'ready' });
for (;;) {
  const input = await next<WorkerInput>();
  try {
    say(await judged(input));
  } catch (thrown) {
    say({ kind: 'crashed', why: problemOf(thrown).message });
  }
}
