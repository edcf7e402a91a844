/**
 * Pairs of calls that must answer the same because the spec's words say so: the same items in another order, the answer given back to a function that tidies, the same text in capitals where case
 * does not count, two arguments that may come in either order. The first of the pair is an example with its expected answer, or an input like the examples with what head answers. Pure but for `attackTwins`.
 */
import type { Spec } from '../../core/spec.ts';
import { canonicalJson } from '../../core/digest.ts';
import { isAnswer, sameBehaviour, shown, type Behaviour, type Trial } from '../../consensus/behaviour.ts';
import { inOrder } from '../../consensus/shape.ts';
import { runTrials } from '../../consensus/execute.ts';
import { compareOf } from '../../consensus/values.ts';
import type { Observation } from './look.ts';
import { nearestCriterion } from './nearest.ts';
import { sameAsProgram } from './program.ts';
import { kindOf } from './relation-table.ts';
import { examplesOf, type Example } from './relations.ts';
import { surfaceName } from './surface.ts';
import { inPairs, type Bench, type Suspicion } from './suspicion.ts';
import { taskWords } from './task-words.ts';

interface Twin {
  name: string;
  words: RegExp;
  unless?: RegExp;
  /** Whether the examples are of the kind that it is about. */
  about(examples: Example[]): boolean;
  /** Other arguments that must be answered alike. */
  others(args: unknown[], answer: unknown): unknown[][];
  /** What they answer; absent: the same. */
  answered?(answer: unknown): unknown;
}

const flat = (value: unknown): unknown[] | null => (Array.isArray(value) && value.every((item) => typeof item === 'number' || typeof item === 'string') ? value : null);
const sole = ({ args }: Example): boolean => args.length === 1;
/** A list that is answered must be in order as a whole: part of one in order keeps the rest in place. */
const isInOrder = (value: unknown): boolean => { const list = flat(value); return list !== null && (inOrder(list) || inOrder(list.toReversed())); };
const places = /\b(index|indices|indexes|positions?|order|consecutive|adjacent|contiguous|first|last|next|previous|before|after|sub-?(array|list|string|sequence)s?|sequences?|prefix|suffix|running|cumulative|rolling|alternat\w*|operat\w*|matrix|grid|rows?|columns?|path|stack|balance|nested|brackets?|parenthes[ei]s|encod\w*|decod\w*|swap\w*|rotat\w*|shift\w*|pairs?|triples?|left|right|neighbou?rs?|k-?th|n-?th|begin\w*|start\w*|end(s|ing)?|polynomial|coefficients?|(even|odd)[- ](index\w*|place\w*|element\w*)|every|sides?|edges?|bounds?|each|appear\w*|respective\w*|rever\w*|then)\b/i;

const twins: Twin[] = [
  {
    name: 'the same items in another order', words: /\b(sum|total|how many|largest|maximum|biggest|smallest|minimum|average|mean|median|product|sort(ed|s)?)\b/i, unless: places,
    about: (examples) => examples.every((one) => sole(one) && flat(one.args[0]) !== null) && examples.some(({ args }) => !inOrder(flat(args[0]) ?? [])) && examples.every(({ expect }) => kindOf(expect) === 'number' || isInOrder(expect)),
    others: ([list]) => { const items = flat(list); return items === null || items.length < 2 ? [] : [[[...items].reverse()], [[...items.slice(1), ...items.slice(0, 1)]]]; },
  },
  {
    name: 'what it has tidied already', words: /\b(sort(ed|s)? (the |a |an )?(list|array|numbers|words)|normali[sz]ed?|removes? (all )?(duplicates?|vowels|punctuation|(extra |leading |trailing )?(white ?space|spaces))|strips?|trims?|idempotent|slug|(converts?|turns?) .{0,20}\b(lower|upper) ?case)\b/i,
    unless: /\b(revers\w*|rotat\w*|shift\w*|swap\w*|alternat\w*|indices|encod\w*|decod\w*|encrypt\w*|increment\w*|third|divisible|odd|even|escap\w*|append\w*|prepend\w*|descending|length|count|number of)\b/i,
    about: (examples) => examples.every((one) => sole(one) && kindOf(one.args[0]) === kindOf(one.expect) && (typeof one.expect === 'string' || flat(one.expect) !== null)),
    others: (_args, answer) => [[answer]],
  },
  {
    name: 'the same letters in capitals', words: /\bcase[- ]insensitiv\w*|\bignor\w* (the )?(letter )?case\b|\bregardless of (the )?(letter )?case\b|\bwithout regard to case\b|\bcase (does|should) not matter\b/i,
    about: (examples) => examples.every(({ expect }) => kindOf(expect) === 'number'),
    others: (args) => [upper, lower].map((turn) => args.map((value) => cased(value, turn))),
  },
  {
    name: 'the same items in small letters', words: /\bcase[- ]insensitiv\w*|\bignor\w* (the )?(letter )?case\b|\bregardless of (the )?(letter )?case\b|\bwithout regard to case\b|\bcase (does|should) not matter\b/i,
    about: (examples) => examples.every((one) => { const [given, answer] = [flat(one.args[0]), flat(one.expect)]; return sole(one) && given !== null && answer !== null && answer.every((item) => given.includes(item)); }),
    others: (args) => [args.map((value) => cased(value, lower))], answered: (answer) => cased(answer, lower),
  },
  {
    name: 'two bounds in either order', words: /\bin either order\b|\border of the (bounds|limits|ends) does not matter\b/i,
    about: (examples) => examples.every(({ args }) => args.length >= 2 && args.slice(-2).every((value) => kindOf(value) === 'number')),
    others: (args) => [[...args.slice(0, -2), args.at(-1), args.at(-2)]],
  },
  {
    name: 'both arguments the other way round', words: /\b(common|g\.?c\.?d|l\.?c\.?m|intersection|either order|same (characters|letters|elements)|anagrams?|hamming|distance between)\b/i, unless: /\b(first|second|prefix|suffix|substring|subset|left|right|start\w*|begin\w*)\b/i,
    about: (examples) => examples.every(({ args, expect }) => args.length === 2 && kindOf(args[0]) === kindOf(args[1]) && kindOf(expect) === 'number'),
    others: ([a, b]) => [[b, a]],
  },
];

const upper = (text: string): string => text.toUpperCase();
const lower = (text: string): string => text.toLowerCase();

/** Only letters that are one letter in either case: ß is not. */
function cased(value: unknown, turn: (text: string) => string): unknown {
  if (typeof value === 'string') return value.replace(/[A-Za-z]/g, turn);
  return Array.isArray(value) ? value.map((item) => cased(item, turn)) : value;
}

const mostSources = 14;

interface Pairing {
  twin: Twin;
  source: unknown[];
  trial: { args: unknown[] };
  expected: Behaviour;
}

export async function attackTwins(spec: Spec, observations: Observation[], { target, sandbox }: Bench): Promise<Suspicion[]> {
  const pairings = pairingsOf(spec, observations);
  if (pairings.length === 0) return [];
  const rows = await inPairs([0, 1], async (salt) => (await runTrials({ spec, tree: target.head, trials: pairings.map(({ trial }): Trial => trial), salt, strikes: 2 }, sandbox))[0] ?? []);
  return pairings.flatMap((pairing, at) => suspicionOf(pairing, rows.flatMap((row) => row[at]?.behaviour ?? []), spec));
}

function pairingsOf(spec: Spec, observations: Observation[]): Pairing[] {
  const words = taskWords(spec);
  const examples = examplesOf(spec);
  const compare = compareOf(spec);
  const seen = observations.flatMap(({ coordinate: { trial, tests, doubtful }, head: [a, b] }): Example[] => ('args' in trial && tests.length === 0 && !doubtful && a.s === 'value' && sameBehaviour(a, b, compare) ? [{ args: trial.args, expect: a.value }] : []));
  const sources = [...examples, ...seen].slice(0, mostSources);
  const holding = examples.length < 2 ? [] : twins.filter((twin) => twin.words.test(words) && !twin.unless?.test(words) && twin.about(examples));
  const all = holding.flatMap((twin) => sources.flatMap(({ args, expect }) => twin.others(args, expect).map((other): Pairing => ({ twin, source: args, trial: { args: other }, expected: { s: 'value', value: twin.answered?.(expect) ?? expect } }))));
  return all.filter(({ trial, source }) => canonicalJson(trial.args) !== canonicalJson(source));
}

function suspicionOf({ twin, source, trial, expected }: Pairing, head: Behaviour[], spec: Spec): Suspicion[] {
  const compare = compareOf(spec);
  const differs = (behaviour: Behaviour): boolean => behaviour.s === 'value' && isAnswer(behaviour) && !sameBehaviour(behaviour, expected, compare);
  const [actual] = head;
  if (!actual || !head.every(differs)) return [];
  return [{
    class: 'GAP', oracle: 'O2', place: `${surfaceName(spec)} ${twin.name}`, criterion: nearestCriterion(trial, spec), input: trial, expected: shown(expected), actual: shown(actual), onSurface: true,
    claim: `the words say that ${twin.name} is answered alike: ${JSON.stringify(source).slice(0, 80)} gives ${JSON.stringify(shown(expected)).slice(0, 60)}, ${JSON.stringify(trial.args).slice(0, 80)} gives ${JSON.stringify(shown(actual)).slice(0, 60)}`,
    program: sameAsProgram(trial, expected, spec), trial: { trial, violations: (all) => all.filter(differs).length },
  }];
}
