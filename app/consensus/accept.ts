/**
 * Acceptance of a change that Assay did not build: the frozen criterion tests, and behaviour that at least two model families expect of it
 * without having seen it. One family alone is an opinion and is left aside. What is missing comes with a program that shows it.
 */
import type { AcceptOutput } from '../core/job.ts';
import { AssayError } from '../core/errors.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import type { CriterionTest, Spec } from '../core/spec.ts';
import type { Tree } from '../core/tree.ts';
import { readAssert } from './asserts.ts';
import { isAnswer, shown, type Behaviour } from './behaviour.ts';
import { expectsSame, notComparable } from './askable.ts';
import { runTrials } from './execute.ts';
import { keyOf } from './inputs.ts';
import { criterionTests, fits, meets, trialOf } from './pool.ts';
import { programOf } from './reproducer.ts';

export interface AcceptanceRequest {
  spec: Spec;
  base: Tree;
  head: Tree;
  tests: { family: string; tests: CriterionTest[] }[];
  /** Part of the contract for all judgements; the tests are given, so nothing is drawn here. */
  seed: number;
}

/** One behaviour, and who expects it. `families` is empty for a frozen criterion test. */
interface Expectation {
  id: string;
  test: CriterionTest;
  families: string[];
  frozen: boolean;
}

const requiredFamilies = 2;

export async function judgeAcceptance(request: AcceptanceRequest, tools: { sandbox: Sandbox }): Promise<AcceptOutput> {
  requireDistinct(request);
  const tests = request.tests.map(({ family, tests: own }) => ({ family, count: own.length }));
  const early = notComparable(request.spec);
  if (early) return { ...early, tests, missing: [], inputsRun: 0 };
  const expectations = [...frozenOf(request.spec), ...sharedOf(request)];
  const behaviours = await observe(request, expectations, tools.sandbox);
  const unmet = expectations.flatMap((expectation, at) => {
    const behaviour = behaviours[at] ?? { s: 'crash', why: 'not run' };
    return meets(expectation.test, behaviour, request.spec) ? [] : [{ expectation, behaviour }];
  });
  const missing = unmet.map(({ expectation, behaviour }) => missingOf(expectation, behaviour, request.spec));
  const voices = request.tests.filter(({ tests: own }) => own.some((test) => fits(test, request.spec))).length;
  return { ...verdictOf({ unmet, expectations, voices }), tests, missing, inputsRun: expectations.length };
}

function requireDistinct({ tests }: AcceptanceRequest): void {
  if (new Set(tests.map((one) => one.family)).size === tests.length) return;
  throw new AssayError('ACCEPT_FAMILY_TWICE', 'One family brought two sets of tests; it would count as two voices.', { remedy: 'Give one set of tests per family.' });
}

function frozenOf(spec: Spec): Expectation[] {
  return criterionTests(spec).map((pooled) => ({ id: pooled.id, test: pooled.test, families: [], frozen: true }));
}

/** Expectations that two families or more share: the same question and the same answer. Two answers to one question are two expectations. */
function sharedOf({ spec, tests }: AcceptanceRequest): Expectation[] {
  const known = new Set(frozenOf(spec).map((frozen) => keyOf(frozen.test)));
  const all: Expectation[] = [];
  for (const { family, tests: own } of [...tests].sort((a, b) => (a.family < b.family ? -1 : 1))) {
    for (const test of own.map((one) => readAssert(one, spec)).filter((one) => fits(one, spec) && !known.has(keyOf(one)))) {
      const same = all.find((one) => keyOf(one.test) === keyOf(test) && expectsSame(one.test, test, spec));
      if (!same) all.push({ id: keyOf(test), test, families: [family], frozen: false });
      else if (!same.families.includes(family)) same.families.push(family);
    }
  }
  return all.filter((one) => one.families.length >= requiredFamilies && !contradicted(one, all));
}

/** Two families on each side of one question: the intent is open there, and no code can decide it. */
function contradicted(one: Expectation, all: Expectation[]): boolean {
  return all.some((other) => other !== one && other.families.length >= one.families.length && keyOf(other.test) === keyOf(one.test));
}

/** Twice, under another hash seed and time zone: a change that meets an expectation only sometimes does not meet it. */
async function observe(request: AcceptanceRequest, expectations: Expectation[], sandbox: Sandbox): Promise<Behaviour[]> {
  const run = { spec: request.spec, tree: request.head, trials: expectations.map((expectation) => trialOf(expectation.test)) };
  const [first] = await runTrials({ ...run, salt: 0 }, sandbox);
  const [second] = await runTrials({ ...run, salt: 1 }, sandbox);
  return expectations.map((expectation, at) => {
    const both = [first?.[at]?.behaviour, second?.[at]?.behaviour].map((behaviour): Behaviour => behaviour ?? { s: 'crash', why: 'not run' });
    return both.find((behaviour) => !meets(expectation.test, behaviour, request.spec)) ?? both[0] ?? { s: 'crash', why: 'not run' };
  });
}

function missingOf(expectation: Expectation, behaviour: Behaviour, spec: Spec): AcceptOutput['missing'][number] {
  const { test } = expectation;
  const expected = 'assert' in test ? { $holds: test.assert } : test.expect;
  return { input: trialOf(test), expected, families: expectation.families, actual: isAnswer(behaviour) && 'assert' in test ? { $fails: shown(behaviour) } : shown(behaviour), program: programOf(test, spec) };
}

interface Judged {
  unmet: { expectation: Expectation; behaviour: Behaviour }[];
  expectations: Expectation[];
  /** Families that brought at least one usable test. */
  voices: number;
}

function verdictOf({ unmet, expectations, voices }: Judged): { outcome: AcceptOutput['outcome']; reason: string } {
  const decided = unmet.filter(({ behaviour }) => behaviour.s !== 'unclear');
  const frozen = decided.filter(({ expectation }) => expectation.frozen);
  if (frozen.length > 0) return { outcome: 'fail', reason: `criteria unmet: ${frozen.map(({ expectation }) => expectation.id).join(', ')}` };
  if (decided.length > 0) return { outcome: 'fail', reason: `behaviour missing: ${decided.length} of the behaviours that two families expect` };
  if (unmet.length > 0) return { outcome: 'neutral', reason: 'timing decides: the only unmet expectations came near the time limit' };
  if (voices < requiredFamilies) return { outcome: 'neutral', reason: `too few voices: ${voices} of ${requiredFamilies} families brought tests that fit the surface` };
  const shared = expectations.filter((expectation) => !expectation.frozen).length;
  return { outcome: 'pass', reason: `accepted: all criterion tests, and all ${shared} behaviours that two families expect` };
}
