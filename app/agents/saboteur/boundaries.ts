/**
 * Where behaviour changes is written down: in the criteria, the spec's text and the code of both trees. Each argument of an example moves to
 * each of these values and their neighbours, one argument at a time; drawn inputs that keep the examples' shape come after. Inputs outside
 * of what examples showed are `doubtful`: a crash on them may be their own fault, a deviation from base is not.
 */
import type { CriterionTest, Spec } from '../../core/spec.ts';
import { textOf, type Patch, type Tree } from '../../core/tree.ts';
import { generateInputs, keyOf, type Input } from '../../consensus/inputs.ts';
import { minedLiterals, type Literals } from '../../consensus/literals.ts';
import { criterionTests } from '../../consensus/pool.ts';
import { within } from '../../consensus/function-inputs/within.ts';
import { inferShape, listOf, type Shape } from '../../consensus/shape.ts';
import { inTurn } from '../../core/in-turn.ts';
import { neighboursOf, twoStepsOf, vocabularyOf } from './leaves.ts';
import { payloadCalls } from './payload-calls.ts';
import { isRewrite } from './rewrite.ts';
import { stdinAttacks } from './stdin-attacks.ts';
import { surfaceFiles } from './surface.ts';
import { payloadsFor, type PayloadClass } from './payloads.ts';

const boundaryCount = 160;
const neighbourCount = 320;
const twoStepCount = 120;
const drawnCount = 64;
const looseCount = 260;
const codeFile = /\.([cm]?[jt]s|py)$/;

/** An input, and what an attacker would aim at with it. */
export interface AttackInput extends Input {
  payload?: PayloadClass;
  /** Made by the generator that keeps what examples and words say of inputs, not by moving one value of an example. */
  drawn?: true;
}

export function inputsFor(target: { spec: Spec; base: Tree; head: Tree }, seed: number): AttackInput[] {
  const examples = criterionTests(target.spec).map((pooled) => pooled.test);
  const literals = literalsOf(target);
  if (target.spec.surface?.kind === 'cli') return stdinAttacks(target.spec, { examples, seed });
  const boundary = boundaryCalls(examples, literals).slice(0, boundaryCount);
  const drawn = generateInputs({ spec: target.spec, examples, literals, seed, count: looseOf(target) ? looseCount : drawnCount }).map((input): AttackInput => ({ ...input, doubtful: input.doubtful || isDegenerate(input, examples), drawn: true }));
  const known = new Set(examples.map(keyOf));
  const fresh = new Map<string, AttackInput>();
  const all = inTurn<AttackInput>([drawn, boundary, payloadsOf(target, examples), near(examples, literals)]).filter((input) => input.payload !== undefined || !isOffPattern(input, examples));
  for (const input of all) if (!known.has(keyOf(input.trial)) && !fresh.has(keyOf(input.trial)) && (!input.doubtful || keepsSettings(input, examples)) && keepsLengths(input, examples)) fresh.set(keyOf(input.trial), input);
  return [...fresh.values()];
}

/** A list of nothing but one number again and again, which no example shows: a spread of zero is not everybody's task. */
function isDegenerate({ trial }: Input, examples: CriterionTest[]): boolean {
  const level = (value: unknown): boolean => Array.isArray(value) && value.length > 1 && new Set(value.map((item) => JSON.stringify(item))).size === 1;
  return 'args' in trial && trial.args.some(level) && !examples.some((test) => 'args' in test && test.args.some(level));
}

const skeleton = (text: string): string => text.replace(/\d+/g, '0');

/** A text that differs from example to example in its numbers alone is a form to fill in: another text is not of this task. */
function isOffPattern({ trial }: Input, examples: CriterionTest[]): boolean {
  if (!('args' in trial)) return false;
  const calls = examples.flatMap((test) => ('args' in test && test.args.length === trial.args.length ? [test.args] : []));
  return trial.args.some((value, at) => {
    const shown = calls.flatMap((args) => { const own = args[at]; return typeof own === 'string' ? [own] : []; });
    const [form = ''] = shown.map(skeleton);
    return typeof value === 'string' && new Set(shown).size > 1 && /0/.test(form) && shown.every((one) => skeleton(one) === form) && skeleton(value) !== form;
  });
}

/** A text that is the same in three examples or more is a setting of the caller's: another one is another task. */
function keepsSettings({ trial }: AttackInput, examples: CriterionTest[]): boolean {
  if (!('args' in trial)) return true;
  const calls = examples.flatMap((test) => ('args' in test && test.args.length === trial.args.length ? [test.args] : []));
  return calls.length < 3 || trial.args.every((value, at) => { const [own] = calls.map((args) => args[at]); return typeof own !== 'string' || calls.some((args) => args[at] !== own) || value === own; });
}

/** Lists that are of one length in each of several examples belong together, item by item: of others no example says what they mean. */
function keepsLengths({ trial }: AttackInput, examples: CriterionTest[]): boolean {
  if (!('args' in trial)) return true;
  const calls = examples.flatMap((test) => ('args' in test && test.args.length === trial.args.length ? [test.args] : []));
  const length = (value: unknown): number | null => (Array.isArray(value) ? value.length : null);
  const belong = (a: number, b: number) => calls.length > 1 && calls.every((args) => length(args[a]) !== null && length(args[a]) === length(args[b]));
  return trial.args.every((value, a) => trial.args.every((other, b) => a >= b || !belong(a, b) || length(value) === length(other)));
}

/** Nothing close to head is there to compare with: inputs outside of the examples then tell little, and more of those inside are needed. */
function looseOf({ spec, base, head }: { spec: Spec; base: Tree; head: Tree }): boolean {
  return surfaceFiles(spec).every((path) => !(path in base)) || isRewrite({ base, head });
}

function payloadsOf(target: { spec: Spec; base: Tree; head: Tree }, examples: CriterionTest[]): AttackInput[] {
  const calls = examples.flatMap((test) => ('args' in test ? [test.args] : []));
  return payloadCalls(calls, payloadsFor(target)).map(({ args, class: payload }) => ({ trial: { args }, doubtful: true, payload }));
}

/** Calls one step from an example, the steps of all examples in turn. */
function near(examples: CriterionTest[], literals: Literals): AttackInput[] {
  const calls = examples.flatMap((test) => ('args' in test ? [test.args] : []));
  const shapes = new Map([...new Set(calls.map((args) => args.length))].map((arity) => { const group = calls.filter((args) => args.length === arity); return [arity, (group[0] ?? []).map((_, at) => inferShape(group.map((args) => args[at])))] as const; }));
  const words = vocabularyOf(calls, literals);
  const steps = calls.slice(0, 8).map((args) => neighboursOf(args, words));
  const twice = calls.slice(0, 8).map((args) => twoStepsOf(args, words, twoStepCount));
  return [...inTurn(steps).slice(0, neighbourCount), ...inTurn(twice).slice(0, twoStepCount)].map((args) => ({ trial: { args }, doubtful: !args.every((value, at) => { const shape = shapes.get(args.length)?.[at]; return shape !== undefined && within(value, shape); }) }));
}

/** Whether a call has the types of the examples and keeps their sign: a model's idea outside of the task's domain tells nothing. */
export function plausible(args: unknown[], spec: Spec): boolean {
  const calls = criterionTests(spec).flatMap(({ test }) => ('args' in test && test.args.length === args.length ? [test.args] : []));
  return calls.length === 0 ? (spec.inputs ?? []).length > 0 : args.every((value, at) => alike(value, inferShape(calls.map((call) => call[at]))));
}

function alike(value: unknown, shape: Shape): boolean {
  const own = inferShape([value]);
  if (shape.type === 'int' || shape.type === 'float') return (own.type === 'int' || own.type === shape.type) && own.min >= lowestOf(shape);
  if (shape.type === 'list') return own.type === 'list' && own.tag === shape.tag && (own.max === 0 || alike(listOf(value)?.items[0], shape.of));
  return ['oneOf', 'anyOf', 'any', 'map', 'tuple'].includes(shape.type) || own.type === shape.type;
}

/** From files that the change touches first, then the surface's own; a large repository's other literals would only dilute them. */
function literalsOf({ spec, base, head }: { spec: Spec; base: Tree; head: Tree }): Literals {
  const paths = [...new Set([...Object.keys(base), ...Object.keys(head)])].filter((path) => codeFile.test(path)).sort();
  const changed = paths.filter((path) => textOf(base[path]) !== textOf(head[path]));
  const surface = surfaceFiles(spec);
  const patches = [base, head].map((tree): Patch => Object.fromEntries([...changed, ...surface].flatMap((path) => (tree[path] ? [[path, tree[path]]] : []))));
  return minedLiterals(spec, patches);
}

/** The largest example of each arity carries the boundaries: differences that rounding hides in small numbers show in large ones. */
function boundaryCalls(examples: CriterionTest[], literals: Literals): Input[] {
  const calls = examples.flatMap((test) => ('args' in test ? [test.args] : []));
  const arities = [...new Set(calls.map((args) => args.length))].filter((arity) => arity > 0).sort((a, b) => a - b);
  return arities.flatMap((arity) => {
    const group = calls.filter((args) => args.length === arity);
    const shapes = (group[0] ?? []).map((_, at) => inferShape(group.map((args) => args[at])));
    return [...group].sort((a, b) => weight(b) - weight(a)).slice(0, 2).flatMap((args) => inTurn(shapes.map((shape, at) => moved(args, at, valuesNear(shape, literals))))).map((args): Input => ({ trial: { args }, doubtful: !args.every((value, at) => { const shape = shapes[at]; return shape !== undefined && within(value, shape); }) }));
  });
}

const weight = (args: unknown[]): number => JSON.stringify(args).length;

function moved(args: unknown[], at: number, values: unknown[]): unknown[][] {
  return values.map((value) => args.map((old, other) => (other === at ? value : old)));
}

/** Numbers keep the sign that the examples have: what is out of the task's domain tells nothing. */
function valuesNear(shape: Shape, { integers, texts }: Literals): unknown[] {
  switch (shape.type) {
    case 'bool': return [true, false];
    case 'int': return ends(shape, integers);
    case 'float': return ends(shape, integers).map((n) => ({ $float: n.toFixed(1) }));
    case 'string': return ['', ...texts, ...shape.samples.flatMap((sample) => [sample.toUpperCase(), sample.toLowerCase(), ` ${sample}`, `${sample}${sample}`])];
    case 'list': return shape.tag === '' && shape.min === 0 ? [[]] : [];
    case 'oneOf': return shape.values;
    default: return [];
  }
}

const lowestOf = ({ min }: { min: number }): number => (min < 0 ? -Infinity : min > 0 ? Math.min(min, 1) : 0);

function ends(shape: { min: number; max: number }, integers: number[]): number[] {
  const lowest = lowestOf(shape);
  const near = [...integers, shape.min, shape.max].flatMap((n) => [n - 1, n, n + 1]);
  return [...new Set([0, 1, ...near].filter((n) => Number.isSafeInteger(n) && n >= lowest && n <= Math.max(shape.max * 20, 100)))];
}
