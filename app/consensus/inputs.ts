/**
 * Generated inputs: the spec's own, boundaries mined from spec and code, values drawn from the examples' shapes. Deterministic in spec,
 * candidates (as a set) and seed. What the examples share is kept – sign, sortedness, distinctness, equal lengths, a number that is a
 * list's length – because an input that breaks the task's silent precondition tells nothing. An input outside the range that the
 * examples showed is `doubtful`: a crash on it may be the input's fault.
 */
import fc from 'fast-check';
import { z } from 'zod';
import { canonicalJson } from '../core/digest.ts';
import type { CriterionTest, Spec } from '../core/spec.ts';
import { FilesRun, HttpRequest } from '../core/surface.ts';
import type { Trial } from './behaviour.ts';
import { stdinVariants } from './stdin.ts';
import type { Literals } from './literals.ts';
import { fileInputs } from './surfaces/file-inputs.ts';
import { requestInputs } from './surfaces/request-inputs.ts';
import { arbitraryOf, inferShape, listOf, within, type Shape } from './shape.ts';

export interface Input {
  trial: Trial;
  doubtful: boolean;
}

export interface InputRequest {
  spec: Spec;
  /** Tests in args or stdin form; assertions teach nothing here. */
  examples: CriterionTest[];
  literals: Literals;
  seed: number;
  count: number;
}

const Given = z.union([
  z.array(z.unknown()).transform((args): Trial => ({ args })),
  z.string().transform((stdin): Trial => ({ stdin })),
  z.strictObject({ args: z.array(z.unknown()) }),
  z.strictObject({ stdin: z.string() }),
  z.strictObject({ request: z.union([HttpRequest.transform((one) => [one]), z.array(HttpRequest).min(1)]) }),
  FilesRun,
]);
const GivenShape = z.strictObject({ shape: z.array(z.custom<Shape>((value) => value !== null && typeof value === 'object' && 'type' in value)) });

export function generateInputs(request: InputRequest): Input[] {
  const known = new Set(request.examples.map(keyOf));
  const all = [...givenInputs(request.spec), ...drawnInputs(request)];
  const fresh = new Map<string, Input>();
  for (const input of all) if (!known.has(keyOf(input.trial)) && !fresh.has(keyOf(input.trial))) fresh.set(keyOf(input.trial), input);
  return [...fresh.values()].slice(0, request.count);
}

function drawnInputs(request: InputRequest): Input[] {
  switch (request.spec.surface?.kind) {
    case 'cli': return stdinInputs(request);
    case 'http': return requestInputs(request, request.spec.surface);
    case 'files': return fileInputs(request);
    default: return callInputs(request);
  }
}

/** What tells two trials apart, expectations left out. */
export function keyOf(trial: Trial | CriterionTest): string {
  const { expect: _, ...asked } = { expect: null, ...trial };
  return canonicalJson(asked);
}

function givenInputs(spec: Spec): Input[] {
  return (spec.inputs ?? []).flatMap((given): Input[] => {
    const trial = Given.safeParse(given);
    return trial.success ? [{ trial: trial.data, doubtful: false }] : [];
  });
}

function stdinInputs({ examples, seed, count }: InputRequest): Input[] {
  const texts = examples.flatMap((test) => ('stdin' in test ? [test.stdin] : []));
  return stdinVariants(texts, { seed, count }).map((stdin) => ({ trial: { stdin }, doubtful: true }));
}

function callInputs(request: InputRequest): Input[] {
  const calls = request.examples.flatMap((test) => ('args' in test ? [test.args] : []));
  const arities = new Set(calls.map((args) => args.length));
  const groups = [...arities].sort((a, b) => a - b).map((arity) => calls.filter((args) => args.length === arity));
  const stated = (request.spec.inputs ?? []).flatMap((given) => { const shaped = GivenShape.safeParse(given); return shaped.success ? [shaped.data.shape] : []; });
  const inferred = groups.filter((group) => (group[0]?.length ?? 0) > 0).flatMap((group) => drawnCalls(group, request));
  return [...stated.flatMap((shapes) => draw(shapes, request).map((args) => ({ trial: { args }, doubtful: false }))), ...inferred];
}

function drawnCalls(examples: unknown[][], request: InputRequest): Input[] {
  const shapes = (examples[0] ?? []).map((_, at) => inferShape(examples.map((args) => args[at])));
  const repair = relationsOf(examples);
  const boundary = examples.slice(0, 3).flatMap((args) => boundaryCalls(args, shapes, request.literals));
  const drawn = draw(shapes, request);
  return [...interleave(boundary, drawn)].map(repair).map((args) => ({ trial: { args }, doubtful: !args.every((value, at) => { const shape = shapes[at]; return shape !== undefined && within(value, shape); }) }));
}

function draw(shapes: Shape[], { seed, count }: InputRequest): unknown[][] {
  return fc.sample(fc.tuple(...shapes.map((shape) => arbitraryOf(shape))), { seed, numRuns: count * 2 });
}

/** Boundary and drawn calls in turn, so that a cap keeps some of both. */
function interleave<T>(a: T[], b: T[]): T[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => [...a.slice(at, at + 1), ...b.slice(at, at + 1)]).flat();
}

/** One argument at a time moves to a boundary, the others stay as in the example. */
function boundaryCalls(args: unknown[], shapes: Shape[], literals: Literals): unknown[][] {
  return shapes.flatMap((shape, at) => boundariesOf(shape, args[at], literals).map((value) => args.map((old, other) => (other === at ? value : old))));
}

function boundariesOf(shape: Shape, example: unknown, literals: Literals): unknown[] {
  const ends = (n: number) => [n - 1, n, n + 1];
  switch (shape.type) {
    case 'bool': return [true, false];
    case 'int': return [0, 1, 2, ...ends(shape.max), ...literals.integers.filter((n) => n <= Math.max(shape.max * 20, 100)).flatMap(ends)].filter((n) => n >= Math.min(shape.min, 1) && (shape.min <= 0 || n > 0));
    case 'float': return [0, 0.5, 1, shape.max, shape.min, ...literals.integers].filter((n) => n >= Math.min(shape.min, 0) && (shape.min <= 0 || n > 0)).map((n) => (Number.isInteger(n) ? { $float: n.toFixed(1) } : n));
    case 'string': return [...shape.samples, ...literals.texts.filter((text) => text !== '' && [...text].every((letter) => shape.letters.includes(letter))), ...[...shape.letters].slice(0, 3)].filter((text) => [...text].length >= shape.min);
    case 'list': return listBoundaries(shape, example);
    default: return [];
  }
}

function listBoundaries(shape: Extract<Shape, { type: 'list' }>, example: unknown): unknown[] {
  const items = listOf(example)?.items ?? [];
  const same = items[0] === undefined || shape.distinct ? [] : [items.map(() => items[0])];
  const shapes = [items.slice(0, 1), items.slice(0, 2), items.slice(0, -1), items.slice(1), ...same, ...(shape.sorted ? [] : [[...items].reverse()]), ...(shape.distinct ? [] : [[...items, ...items]])];
  const fixed = shape.tag === '$tuple' && shape.min === shape.max;
  return shapes.filter((list) => list.length >= shape.min && (!fixed || list.length === shape.max)).map((list) => (shape.tag === '' ? list : { [shape.tag]: list }));
}

/** Repairs drawn arguments so that they keep what relates the arguments in every example. */
function relationsOf(examples: unknown[][]): (args: unknown[]) => unknown[] {
  const arity = examples[0]?.length ?? 0;
  const length = (args: unknown[], at: number) => listOf(args[at])?.items.length ?? null;
  const pairs = Array.from({ length: arity * arity }, (_, n) => [Math.floor(n / arity), n % arity] as const).filter(([a, b]) => a !== b);
  const counts = pairs.filter(([number, list]) => examples.every((args) => length(args, list) !== null && args[number] === length(args, list)));
  const positions = pairs.filter(([number, list]) => examples.every((args) => { const size = length(args, list); const n = args[number]; return size !== null && typeof n === 'number' && Number.isInteger(n) && n >= 0 && n <= size; }));
  const alike = pairs.filter(([a, b]) => a < b && examples.every((args) => length(args, a) !== null && length(args, a) === length(args, b)));
  return (drawn) => {
    const args = [...drawn];
    for (const [a, b] of alike) shortenBoth(args, a, b);
    for (const [number, list] of positions) { const n = args[number]; const size = length(args, list) ?? 0; if (typeof n === 'number' && n > size) args[number] = size; }
    for (const [number, list] of counts) args[number] = length(args, list) ?? 0;
    return args;
  };
}

function shortenBoth(args: unknown[], a: number, b: number): void {
  const size = Math.min(listOf(args[a])?.items.length ?? 0, listOf(args[b])?.items.length ?? 0);
  for (const at of [a, b]) {
    const list = listOf(args[at]);
    if (list) args[at] = list.tag === '' ? list.items.slice(0, size) : { [list.tag]: list.items.slice(0, size) };
  }
}
