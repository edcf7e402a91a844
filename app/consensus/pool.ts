/**
 * The trials of one comparison: frozen criterion tests, the builders' own tests, generated inputs – each once. A builder's test says
 * nothing for the pool where it fails on its own candidate, flips between runs, or is passed by the base and kills no mutant.
 */
import type { Candidate } from '../core/candidate.ts';
import type { CriterionTest, Spec } from '../core/spec.ts';
import { readAssert } from './asserts.ts';
import type { Behaviour, Trial } from './behaviour.ts';
import { keyOf, type Input } from './inputs.ts';
import { meetsFiles } from './surfaces/written.ts';
import { meetsResponses } from './surfaces/responses.ts';
import { compareOf, inLanguage, sameText, sameValue, tagOf } from './values.ts';

export interface PooledTest {
  id: string;
  /** Null: frozen with the spec. */
  author: string | null;
  test: CriterionTest;
}

/** One coordinate of the vectors. */
export interface Coordinate {
  trial: Trial;
  tests: PooledTest[];
  doubtful: boolean;
}

/** Whether what the program did is what the test expects. `{"$raises": "Class"}` expects an exception. */
export function meets(test: CriterionTest, behaviour: Behaviour, spec: Spec): boolean {
  if ('assert' in test) return behaviour.s === 'value' && behaviour.value === true;
  if ('stdin' in test) return behaviour.s === 'exit' && sameText(behaviour.out, test.expect, compareOf(spec));
  if ('request' in test) return behaviour.s === 'value' && meetsResponses(test.expect, behaviour.value, compareOf(spec));
  if ('files' in test) return behaviour.s === 'value' && meetsFiles(test.expect, behaviour.value, compareOf(spec));
  const raises = tagOf(test.expect);
  if (raises?.tag === '$raises') return behaviour.s === 'raise' && behaviour.class === raises.inner;
  return behaviour.s === 'value' && sameValue(behaviour.value, inLanguage(test.expect, spec.language), compareOf(spec));
}

export function criterionTests(spec: Spec): PooledTest[] {
  return spec.criteria.flatMap((criterion) => criterion.tests.map((test, at) => ({ id: `${criterion.id}/${at + 1}`, author: null, test: readAssert(test, spec) })));
}

/** In the order of candidate ids, so that the order of the arguments does not matter. */
export function builderTests(spec: Spec, candidates: Candidate[]): PooledTest[] {
  return candidates.flatMap((candidate) => candidate.tests.map((test, at) => ({ id: `${candidate.id}/tests/${at + 1}`, author: candidate.id, test: readAssert(test, spec) })));
}

export function coordinatesOf(tests: PooledTest[], inputs: Input[]): Coordinate[] {
  const byKey = new Map<string, Coordinate>();
  for (const pooled of tests) {
    const key = keyOf(pooled.test);
    const known = byKey.get(key) ?? { trial: trialOf(pooled.test), tests: [], doubtful: true };
    byKey.set(key, { ...known, tests: [...known.tests, pooled], doubtful: known.doubtful && pooled.author !== null });
  }
  for (const input of inputs) if (!byKey.has(keyOf(input.trial))) byKey.set(keyOf(input.trial), { trial: input.trial, tests: [], doubtful: input.doubtful });
  return [...byKey.values()];
}

export function trialOf(test: CriterionTest): Trial {
  if (!('expect' in test)) return test;
  const { expect: _, ...trial } = test;
  return trial;
}

/** A form that fits the surface: a command takes stdin, a function a call or source, a server requests, a writer of files their names and what it is called with. */
export function fits(test: CriterionTest, spec: Spec): boolean {
  switch (spec.surface?.kind) {
    case 'cli': return 'stdin' in test;
    case 'http': return 'request' in test;
    case 'files': return 'files' in test && (spec.surface.command === undefined ? test.argv === undefined && test.input === undefined : test.call === undefined);
    default: return 'args' in test || 'assert' in test;
  }
}
