/**
 * What the spec's words and every example promise of any answer: its kind, its order, that it comes from the input, that it is the largest. A relation is used only where
 * the words name it and all examples keep it; an input like the examples whose answer breaks it is a finding without any base.
 */
import type { Spec } from '../../core/spec.ts';
import type { Behaviour } from '../../consensus/behaviour.ts';
import { criterionTests } from '../../consensus/pool.ts';
import { tagOf } from '../../consensus/values.ts';
import type { Observation } from './look.ts';
import { nearestCriterion } from './nearest.ts';
import { argumentTexts, callText, surfaceProgram } from './program.ts';
import { kindRelation, relations, type Relation } from './relation-table.ts';
import { surfaceName } from './surface.ts';
import type { Suspicion } from './suspicion.ts';
import { taskWords } from './task-words.ts';

const fewest = 2;

export interface Example {
  args: unknown[];
  expect: unknown;
}

/** Calls of the frozen tests with the value that they must answer. */
export function examplesOf(spec: Spec): Example[] {
  return criterionTests(spec).flatMap(({ test }) => ('args' in test && tagOf(test.expect)?.tag !== '$raises' ? [test] : []));
}

/** Relations of this task that an observed answer breaks, on an input like the examples. */
export function attackRelations(spec: Spec, observations: Observation[]): Suspicion[] {
  if (spec.surface?.kind !== 'function') return [];
  const words = taskWords(spec);
  const examples = examplesOf(spec);
  const kind = kindRelation(examples, words);
  const holding = [...relations, ...(kind ? [kind] : [])].filter((relation) => relation.words.test(words) && !relation.unless?.test(words) && isShown(relation, examples));
  return holding.flatMap((relation) => observations.flatMap((one) => (one.coordinate.doubtful || one.coordinate.tests.length > 0 ? [] : broken(relation, one, spec))));
}

function isShown(relation: Relation, examples: Example[]): boolean {
  const kept = examples.map(({ args, expect }) => relation.keeps(args, expect));
  const telling = examples.filter((_, at) => kept[at] === true);
  const different = relation.varies ? new Set(telling.map(({ args, expect }) => relation.varies?.(args, expect))).size : fewest;
  return telling.length >= fewest && different >= fewest && kept.every((each) => each === true || (each === null && relation.partial === true));
}

function broken(relation: Relation, { coordinate: { trial }, head }: Observation, spec: Spec): Suspicion[] {
  if (!('args' in trial)) return [];
  const breaks = (behaviour: Behaviour) => behaviour.s === 'value' && relation.keeps(trial.args, behaviour.value) === false;
  if (!head.every(breaks)) return [];
  const given = argumentTexts(trial.args, spec).join(', ');
  const [actual] = head;
  return [{
    class: 'GAP', oracle: 'O2', place: `${surfaceName(spec)} ${relation.name}`, criterion: nearestCriterion(trial, spec), input: trial, expected: { $relation: relation.name }, actual: actual.s === 'value' ? actual.value : null, onSurface: true,
    claim: `an answer that every example shows and the words name (${relation.name}) is broken by ${JSON.stringify(trial.args).slice(0, 120)}`,
    program: surfaceProgram(spec, { python: `given = [${given}]\nactual = ${callText(spec, [`*[${given}]`])}\nassert ${relation.python}, repr(actual)\n`, javascript: `const given = [${given}];\nconst actual = await ${callText(spec, [`...[${given}]`])};\nassert.ok(${relation.javascript});\n` }),
    trial: { trial, violations: (all) => all.filter(breaks).length },
  }];
}
