/**
 * The mutation probe: puts one fault at a time into the changed, covered lines and runs the tests; a fault that no test notices is a survivor. First a control: an
 * edit that changes nothing must pass, or the suite watches its own source and its failures say nothing. What the time box leaves out is said, never counted as killed.
 */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { sha256 } from '../../core/digest.ts';
import type { AnswerCache, Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { isProduction } from '../../core/test-paths.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import type { Tree } from '../../core/tree.ts';
import type { HeadRun, HeadRuns } from './head-run.ts';
import { looksEquivalent } from './equivalent.ts';
import { type Mutant, mutable, mutantsOf } from './mutants-of.ts';
import manifest from '../../../package.json' with { type: 'json' };

const Settings = z.looseObject({
  mutants: z.number().int().min(1).max(500).default(30),
  minimum: z.number().min(0).max(1).default(0.8),
  seconds: z.number().min(1).max(3600).default(300),
});

export interface MutationParts {
  headRun: HeadRuns;
  cache?: AnswerCache | undefined;
}

export function mutationProbe(parts: MutationParts): Probe {
  return { name: 'mutation', probe: (request) => probe(request, parts) };
}

async function probe(request: ToolRequest, { headRun, cache }: MutationParts): Promise<ToolAnswer> {
  const settings = Settings.parse(request.settings ?? {});
  const production = request.changed.filter((file) => isProduction(file.path));
  if (production.length === 0) return answer({ applies: false });
  if (request.all) return answer({ applies: false, why: 'mutants are put into changed lines, and without a base there are none' });
  const files = production.filter((file) => mutable.test(file.path) && file.changedLines.size > 0);
  const all = (await Promise.all(files.map(mutantsOf))).flat();
  if (all.length === 0) return answer({ applies: false, why: files.length < production.length ? 'no mutator knows the language of the changed code' : 'the changed lines hold nothing whose change a test should notice' });
  return await measure({ request, settings, all, head: await headRun(request), cache });
}

interface Measure {
  request: ToolRequest;
  settings: z.infer<typeof Settings>;
  all: Mutant[];
  head: HeadRun;
  cache: AnswerCache | undefined;
}

async function measure({ request, settings, all, head, cache }: Measure): Promise<ToolAnswer> {
  const deadline = performance.now() + settings.seconds * 1000;
  const reached = all.filter((mutant) => reaches(mutant, head.covered));
  const chosen = spread(reached, settings.mutants);
  const uncovered = all.length - reached.length;
  const shared = { applies: true, minimum: settings.minimum, uncovered, coverage: head.covered === null ? 'unknown' : 'known' };
  // Where no test reaches any changed line, nothing needs to run to know that nothing would be noticed.
  if (chosen.length === 0) return answer({ ...shared, score: 0, killed: 0, survived: all.slice(0, settings.mutants).map(shown) });
  const context = { request, head, cache, wallMs: Math.max(5_000, Math.round(head.run.ms * 3 + 2_000)) };
  await control(chosen, context);
  const verdicts = await runAll(chosen, { ...context, deadline });
  const of = (verdict: Verdict): Mutant[] => chosen.filter((_, at) => verdicts[at] === verdict);
  const survivors = of('survived');
  const [equivalent, survived] = [survivors.filter(looksEquivalent), survivors.filter((mutant) => !looksEquivalent(mutant))];
  const killed = of('killed').length;
  const counted = killed + survived.length;
  const notRun = verdicts.filter((verdict) => verdict === null).length;
  if (counted === 0 && notRun > 0) return ToolAnswer.parse({ tool: 'mutation', version: '', state: 'timeout', why: `no mutant could be run within ${settings.seconds} s` });
  const capped = reached.length - chosen.length;
  return answer({ ...shared, score: counted === 0 ? null : killed / counted, killed, survived: survived.map(shown), equivalent: equivalent.map(shown), notRun: notRun + capped, why: notRun > 0 ? `the time box of ${settings.seconds} s ended` : capped > 0 ? `a change gets at most ${settings.mutants}` : null });
}

function answer(data: Record<string, unknown>): ToolAnswer {
  return ToolAnswer.parse({ tool: 'mutation', version: manifest.dependencies['@stryker-mutator/instrumenter'], state: 'clean', data });
}

function shown({ path, line, was, became, kind }: Mutant): Record<string, unknown> {
  const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 160);
  return { path, line, was: short(was), became: short(became), kind };
}

/** Without a report every changed line counts as reached: the mutant's own run then tells. */
function reaches({ path, line }: Mutant, covered: HeadRun['covered']): boolean {
  if (covered === null) return true;
  const lines = covered.get(path);
  return lines === undefined ? false : lines.get(line) ?? true;
}

/** Evenly over the change, the same ones every time. */
function spread(mutants: Mutant[], most: number): Mutant[] {
  if (mutants.length <= most) return mutants;
  return mutants.map((mutant) => ({ mutant, rank: sha256(`${mutant.path}\0${mutant.text}`) })).sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, most).map(({ mutant }) => mutant);
}

interface Context {
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
async function control(chosen: readonly Mutant[], { request, head, wallMs }: Context): Promise<void> {
  let tree = request.head;
  for (const path of new Set(chosen.map((mutant) => mutant.path))) tree = withText(tree, path, `${tree[path]?.content ?? ''}\n${path.endsWith('.py') ? '#' : '//'}\n`);
  const run = await head.bench.run(tree, { wallMs: wallMs * 2 });
  if (run.outcome === 'passed') return;
  throw new AssayError('TESTS_WATCH_SOURCE', `the tests pass, and fail once an empty comment stands at the end of the changed files: ${run.words.slice(-200)}`, { remedy: 'Let tests judge what the code does, not its text; where they are flaky, mend that first.' });
}

type Verdict = 'killed' | 'survived' | null;

async function runAll(chosen: readonly Mutant[], how: Context & { deadline: number }): Promise<Verdict[]> {
  const verdicts: Verdict[] = chosen.map(() => null);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < chosen.length) {
      const at = next;
      next += 1;
      verdicts[at] = await verdictOf(chosen[at]!, how);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.floor(availableParallelism() / 2)) }, lane));
  return verdicts;
}

/** Kept by everything that a run depends on: another file of the tree, another command, another mutant is another question. */
async function verdictOf(mutant: Mutant, { request, head, cache, wallMs, deadline }: Context & { deadline: number }): Promise<Verdict> {
  const key = sha256(JSON.stringify(['mutant', head.bench.project.line, mutant.path, mutant.text, digestOf(request.head)]));
  const kept = Kept.safeParse(cache?.get(key));
  if (kept.success) return kept.data.data.verdict;
  const left = deadline - performance.now();
  if (left < wallMs) return null;
  const run = await head.bench.run(withText(request.head, mutant.path, mutant.text), { wallMs });
  const verdict = run.outcome === 'passed' ? 'survived' : 'killed';
  cache?.put(key, ToolAnswer.parse({ tool: 'mutation', version: '', state: 'clean', data: { verdict } }));
  return verdict;
}

const Kept = z.looseObject({ data: z.strictObject({ verdict: z.enum(['killed', 'survived']) }) });
const digests = new WeakMap<Tree, string>();

/** Of all files but those that only people read. */
function digestOf(tree: Tree): string {
  const known = digests.get(tree) ?? sha256(JSON.stringify(Object.entries(tree).filter(([path]) => !/(^|\/)docs?\/|\.(md|markdown|png|jpg|svg)$|(^|\/)LICEN[CS]E/i.test(path)).map(([path, file]) => [path, file.mode, sha256(file.content)]).sort()));
  digests.set(tree, known);
  return known;
}
