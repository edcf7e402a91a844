/**
 * The mutation probe: puts one fault at a time into the changed, covered lines and runs the tests; a fault that no test notices is a survivor. First a control: an
 * edit that changes nothing must pass, or the suite watches its own source and its failures say nothing. What the time box leaves out is said, never counted as killed.
 */
import { z } from 'zod';
import { sha256 } from '../../core/digest.ts';
import type { AnswerCache, Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { isProduction } from '../../core/test-paths.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import type { HeadRun, HeadRuns } from './head-run.ts';
import { control, runAll } from './mutant-runs.ts';
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
  // The whole probe has this long, the run over head included.
  const deadline = performance.now() + settings.seconds * 1000;
  const production = request.changed.filter((file) => isProduction(file.path));
  if (production.length === 0) return answer({ applies: false });
  if (request.all) return answer({ applies: false, why: 'mutants are put into changed lines, and without a base there are none' });
  const files = production.filter((file) => mutable.test(file.path) && file.changedLines.size > 0);
  const all = (await Promise.all(files.map(mutantsOf))).flat();
  if (all.length === 0) return answer({ applies: false, why: files.length < production.length ? 'no mutator knows the language of the changed code' : 'the changed lines hold nothing whose change a test should notice' });
  return await measure({ request, settings, all, head: await headRun(request), cache, deadline });
}

interface Measure {
  request: ToolRequest;
  settings: z.infer<typeof Settings>;
  all: Mutant[];
  head: HeadRun;
  cache: AnswerCache | undefined;
  deadline: number;
}

async function measure({ request, settings, all, head, cache, deadline }: Measure): Promise<ToolAnswer> {
  const reached = all.filter((mutant) => reaches(mutant, head.covered));
  const chosen = spread(reached, settings.mutants);
  const uncovered = all.length - reached.length;
  const shared = { applies: true, minimum: settings.minimum, uncovered, coverage: head.covered === null ? 'unknown' : 'known' };
  // Where no test reaches any changed line, nothing needs to run to know that nothing would be noticed.
  if (chosen.length === 0) return answer({ ...shared, score: 0, killed: 0, survived: all.slice(0, settings.mutants).map(shown) });
  const context = { request, head, cache, wallMs: Math.max(5_000, Math.round(head.run.ms * 3 + 2_000)) };
  await control(chosen, context);
  const verdicts = await runAll(chosen, { ...context, deadline });
  const of = (verdict: 'killed' | 'survived'): Mutant[] => chosen.filter((_, at) => verdicts[at] === verdict);
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
