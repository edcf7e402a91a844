/**
 * Runs of mutants over head: first an edit that changes nothing, then one fault at a time until the time box ends. Where the runner can tell which tests import a file,
 * those are asked first, and the whole suite only about a fault that they do not notice. Verdicts are kept by all that they depend on.
 */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { sha256 } from '../../core/digest.ts';
import { AssayError } from '../../core/errors.ts';
import type { AnswerCache, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import type { Tree } from '../../core/tree.ts';
import type { HeadRun } from './head-run.ts';
import type { Mutant } from './mutants-of.ts';
import { notBuilt } from './project.ts';

export interface Context {
  request: ToolRequest;
  head: HeadRun;
  cache: AnswerCache | undefined;
  wallMs: number;
}

function withText(head: Tree, path: string, text: string): Tree {
  const file = head[path];
  return { ...head, [path]: { mode: file?.mode ?? '100644', encoding: 'utf8', content: text } };
}

/** A comment at the end of each file that will be mutated changes nothing; a suite that fails over it looks at the source, not at what it does. */
export async function control(chosen: readonly Mutant[], { request, head, wallMs }: Context): Promise<void> {
  let tree = request.head;
  for (const path of new Set(chosen.map((mutant) => mutant.path))) tree = withText(tree, path, `${tree[path]?.content ?? ''}\n${path.endsWith('.py') ? '#' : '//'}\n`);
  const run = await head.bench.run(tree, { wallMs: wallMs * 2 });
  if (run.outcome === 'passed') return;
  throw new AssayError('TESTS_WATCH_SOURCE', `the tests pass, and fail once an empty comment stands at the end of the changed files: ${run.words.slice(-200)}`, { remedy: 'Let tests judge what the code does, not its text; where they are flaky, mend that first.' });
}

/** `invalid`: the fault does not compile, so no test was asked. Null: there was no time left to run it. */
export type Verdict = 'killed' | 'survived' | 'invalid' | null;

interface Lanes extends Context {
  deadline: number;
  /** What to run first, by the path of the mutated file. */
  first: Map<string, Promise<First | null>>;
}

interface First {
  line: string;
  wallMs: number;
}

export async function runAll(chosen: readonly Mutant[], how: Context & { deadline: number }): Promise<Verdict[]> {
  const verdicts: Verdict[] = chosen.map(() => null);
  const lanes: Lanes = { ...how, first: new Map() };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < chosen.length) {
      const at = next;
      next += 1;
      verdicts[at] = await verdictOf(chosen[at]!, lanes);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.floor(availableParallelism() / 2)) }, lane));
  return verdicts;
}

/** Kept by everything that a run depends on: another file of the tree, another command, another mutant is another question. */
async function verdictOf(mutant: Mutant, lanes: Lanes): Promise<Verdict> {
  const { request, head, cache } = lanes;
  const key = sha256(JSON.stringify(['mutant', process.version, head.bench.project.line, mutant.path, mutant.text, digestOf(request.head)]));
  const kept = Kept.safeParse(cache?.get(key));
  if (kept.success) return kept.data.data.verdict;
  const verdict = await tried(mutant, lanes);
  if (verdict !== null) cache?.put(key, ToolAnswer.parse({ tool: 'mutation', version: '', state: 'clean', data: { verdict } }));
  return verdict;
}

async function tried(mutant: Mutant, lanes: Lanes): Promise<Verdict> {
  const { request, head, wallMs } = lanes;
  const tree = withText(request.head, mutant.path, mutant.text);
  const first = await firstFor(mutant.path, lanes);
  if (first && isLate(first.wallMs, lanes)) return null;
  if (first && (await head.bench.run(tree, first)).outcome !== 'passed') return 'killed';
  if (isLate(wallMs, lanes)) return null;
  const run = await head.bench.run(tree, { wallMs });
  if (run.outcome === 'passed') return 'survived';
  return head.bench.project.runner === 'go' && run.exit === notBuilt ? 'invalid' : 'killed';
}

function isLate(wallMs: number, { deadline }: Lanes): boolean {
  return deadline - performance.now() < wallMs;
}

/** The tests that import the file, if over head itself they pass: only then does their failure speak of the mutant. */
function firstFor(path: string, lanes: Lanes): Promise<First | null> {
  const known = lanes.first.get(path) ?? narrowed(path, lanes);
  lanes.first.set(path, known);
  return known;
}

async function narrowed(path: string, lanes: Lanes): Promise<First | null> {
  const { request, head, wallMs } = lanes;
  const line = head.bench.project.concerning(path);
  if (line === null || isLate(wallMs, lanes)) return null;
  const run = await head.bench.run(request.head, { wallMs, line });
  return run.outcome === 'passed' ? { line, wallMs: Math.min(wallMs, Math.max(5_000, run.ms * 3 + 2_000)) } : null;
}

const Kept = z.looseObject({ data: z.strictObject({ verdict: z.enum(['killed', 'survived', 'invalid']) }) });
const digests = new WeakMap<Tree, string>();

/** Of all files but those that only people read. */
function digestOf(tree: Tree): string {
  const known = digests.get(tree) ?? sha256(JSON.stringify(Object.entries(tree).filter(([path]) => !/(^|\/)docs?\/|\.(md|markdown|png|jpg|svg)$|(^|\/)LICEN[CS]E/i.test(path)).map(([path, file]) => [path, file.mode, sha256(file.content)]).sort()));
  digests.set(tree, known);
  return known;
}
