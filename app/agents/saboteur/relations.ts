/**
 * What the spec's words and every example promise of any answer: its kind, its order, that it comes from the input, that it is the largest. A relation is used only where
 * the words name it and all examples keep it; an input like the examples whose answer breaks it is a finding without any base.
 */
import type { Spec } from '../../core/spec.ts';
import type { Behaviour } from '../../consensus/behaviour.ts';
import { criterionTests } from '../../consensus/pool.ts';
import { numberOf, tagOf } from '../../consensus/values.ts';
import type { Observation } from './look.ts';
import { nearestCriterion } from './nearest.ts';
import { argumentTexts, callText, surfaceProgram } from './program.ts';
import { surfaceName } from './surface.ts';
import type { Suspicion } from './suspicion.ts';

interface Relation {
  name: string;
  words: RegExp;
  unless?: RegExp;
  /** Whether an answer keeps it; null where it says nothing about this call. */
  keeps(args: unknown[], answer: unknown): boolean | null;
  /** The same as source: `given` is the list of arguments, `actual` the answer. */
  python: string;
  javascript: string;
}

const numbers = (value: unknown): number[] | null => { const list = Array.isArray(value) ? value.map(numberOf) : [null]; return list.every((item): item is number => item !== null) ? list : null; };
const onlyNumbers = (args: unknown[]): number[] | null => (args.length === 1 ? numbers(args[0]) : null);
const extreme = (pick: (...all: number[]) => number) => (args: unknown[], answer: unknown): boolean | null => { const list = onlyNumbers(args); const own = numberOf(answer); return list === null || list.length === 0 || own === null ? null : own === pick(...list); };
const none = (value: unknown): boolean => value === null || tagOf(value)?.tag === '$undefined';

const relations: Relation[] = [
  { name: 'is an answer', words: /./s, unless: /\b(none|null|undefined|nothing|nil|missing|optional)\b/i, keeps: (_args, answer) => !none(answer), python: 'actual is not None', javascript: 'actual !== null && actual !== undefined' },
  { name: 'is sorted', words: /\b(sort(ed|s)?|ascending|increasing order|from (the )?(smallest|lowest|least))\b/i, unless: /\b(descending|decreasing|reverse|largest first|custom|strange|odd indices|third)\b/i, keeps: (_args, answer) => { const list = numbers(answer); return list === null ? null : list.every((n, at) => at === 0 || (list[at - 1] ?? n) <= n); }, python: 'actual == sorted(actual)', javascript: 'actual.every((n, at) => at === 0 || actual[at - 1] <= n)' },
  { name: 'has no item twice', words: /\b(unique|distinct|duplicates?|no repeats?)\b/i, keeps: (_args, answer) => (Array.isArray(answer) ? new Set(answer.map((item) => JSON.stringify(item))).size === answer.length : null), python: 'len({repr(item) for item in actual}) == len(actual)', javascript: 'new Set(actual.map((item) => JSON.stringify(item))).size === actual.length' },
  { name: 'is the largest item', words: /\b(largest|maximum|biggest|greatest|highest)\b/i, keeps: extreme(Math.max), python: 'actual == max(given[0])', javascript: 'actual === Math.max(...given[0])' },
  { name: 'is the smallest item', words: /\b(smallest|minimum|lowest|least)\b/i, keeps: extreme(Math.min), python: 'actual == min(given[0])', javascript: 'actual === Math.min(...given[0])' },
  { name: 'is no number below zero', words: /\b(number of|count|how many|length|distance|occurrences?)\b/i, keeps: (_args, answer) => { const own = numberOf(answer); return own === null ? null : own >= 0; }, unless: /-1|negative|minus/i, python: 'actual >= 0', javascript: 'actual >= 0' },
  { name: 'has only items of the list given', words: /\b(filter\w*|remove\w*|keep\w*|unique|distinct|subset|elements? (of|from|in)|rearrang\w*|sort\w*)\b/i, keeps: (args, answer) => { const first = args.find((value) => Array.isArray(value)); if (!Array.isArray(first) || !Array.isArray(answer) || first.some((item) => Array.isArray(item)) || answer.length === 0) return null; const known = new Set(first.map((item) => JSON.stringify(item))); return answer.every((item) => known.has(JSON.stringify(item))); }, python: 'all(any(item == one for one in next(value for value in given if isinstance(value, list))) for item in actual)', javascript: 'actual.every((item) => given.find((value) => Array.isArray(value)).some((one) => JSON.stringify(one) === JSON.stringify(item)))' },
];

const fewest = 2;

/** Relations of this task that an observed answer breaks, on an input like the examples. */
export function attackRelations(spec: Spec, observations: Observation[]): Suspicion[] {
  if (spec.surface?.kind !== 'function') return [];
  const words = [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n');
  const examples = criterionTests(spec).flatMap(({ test }) => ('args' in test && tagOf(test.expect)?.tag !== '$raises' ? [test] : []));
  const holding = relations.filter((relation) => { const kept = examples.map((test) => relation.keeps(test.args, test.expect)); return relation.words.test(words) && !relation.unless?.test(words) && kept.filter((each) => each === true).length >= fewest && kept.every((each) => each === true); });
  return holding.flatMap((relation) => observations.flatMap((one) => (one.coordinate.doubtful || one.coordinate.tests.length > 0 ? [] : broken(relation, one, spec))));
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
