/**
 * Generated calls of a function. Examples come from tests in call form and from calls with literal arguments inside of other frozen
 * assertions; without any, annotations alone can tell what to call with. Boundary and drawn calls come in turn, so that a cap keeps both.
 */
import { inTurn } from '../../core/in-turn.ts';
import fc from 'fast-check';
import { canonicalJson } from '../../core/digest.ts';
import { textOf } from '../../core/tree.ts';
import { callsIn } from '../asserts.ts';
import type { Input, InputRequest } from '../inputs.ts';
import { listOf, type Shape } from '../shape.ts';
import { boundariesOf } from './boundaries.ts';
import { contractsOf, isAllowed, isVouched, type Contract, type Task } from './contract.ts';
import { arbitraryOf, tagged } from './draw.ts';
import { relationsOf } from './relations.ts';
import { isKindred } from './within.ts';

export interface Group {
  examples: unknown[][];
  contracts: Contract[];
  repair: (args: unknown[]) => unknown[];
}

/** The examples by arity, each with what is known of its arguments. */
export function groupsOf(request: InputRequest): Group[] {
  const task = taskOf(request);
  const calls = examplesOf(request);
  const arities = [...new Set(calls.map((args) => args.length))].filter((arity) => arity > 0).sort((a, b) => a - b);
  const sets = arities.length > 0 ? arities.map((arity) => calls.filter((args) => args.length === arity)) : calls.length > 0 ? [] : [[]];
  return sets.flatMap((examples) => {
    const contracts = contractsOf(examples, task);
    return contracts ? [{ examples, contracts, repair: relationsOf(examples) }] : [];
  });
}

export function taskOf({ spec, base }: InputRequest): Task {
  const surface = spec.surface?.kind === 'function' ? spec.surface : null;
  const text = [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n\n');
  return { name: surface?.export ?? '', text, sources: [text, ...(surface && base ? [textOf(base[surface.module]) ?? ''] : [])] };
}

export function examplesOf({ examples, spec }: InputRequest): unknown[][] {
  const found = examples.flatMap((test) => ('args' in test ? [test.args] : 'assert' in test ? callsIn(test, spec) : []));
  return [...new Map(found.map((args) => [canonicalJson(args), args])).values()];
}

export function callInputs(request: InputRequest): Input[] {
  const groups = groupsOf(request).map((group) => groupCalls(group, request));
  return inTurn(groups);
}

function groupCalls({ examples, contracts, repair }: Group, request: InputRequest): Input[] {
  const { literals } = request;
  const boundary = inTurn(examples.slice(0, 4).map((args) => boundaryCalls(args, contracts, literals)));
  const kept = inTurn(examples.slice(0, 4).map((args) => kindredCalls(args, contracts))).filter((args) => keepsKind(args, contracts));
  const drawn = drawCalls(contracts.map((contract) => contract.shape), request);
  return inTurn([boundary, drawn, kept]).map(repair).filter((args) => isAllowed(args, contracts)).map((args) => ({ trial: { args }, doubtful: !isVouched(args, contracts) }));
}

export function drawCalls(shapes: Shape[], { seed, count, literals }: InputRequest): unknown[][] {
  return fc.sample(fc.tuple(...shapes.map((shape) => arbitraryOf(shape, literals.integers))), { seed, numRuns: count * 2 });
}

/** One argument at a time moves to a boundary, the others stay as in the example. */
export function boundaryCalls(args: unknown[], contracts: Contract[], literals: InputRequest['literals']): unknown[][] {
  return inTurn(contracts.map(({ shape }, at) => boundariesOf(shape, args[at], literals).map((value) => args.with(at, value))));
}

/** Whether every argument is of the kind that all examples were of. */
export function keepsKind(args: unknown[], contracts: Contract[]): boolean {
  return args.every((value, at) => isKindred(value, contracts[at]?.shape ?? { type: 'any' }));
}

/** What keeps the structure of an example: arguments of a kind swapped, all numbers doubled or moved by one, all lists reversed. */
function kindredCalls(args: unknown[], contracts: Contract[]): unknown[][] {
  const pairs = args.flatMap((_, a) => args.slice(a + 1).map((_other, after) => [a, a + 1 + after] as const)).filter(([a, b]) => contracts[a]?.shape.type === contracts[b]?.shape.type);
  const swapped = pairs.map(([a, b]) => args.with(a, args[b]).with(b, args[a]));
  const changed = [(n: number) => n * 2, (n: number) => n * 3, (n: number) => n + 1].map((change) => args.map((value) => mapped(value, change)));
  return [...swapped, ...changed];
}

function mapped(value: unknown, change: (n: number) => number): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return change(value);
  const list = listOf(value);
  return list ? tagged(list.tag, list.items.map((item) => mapped(item, change))) : value;
}

/** Calls of the shapes that a spec gives outright. */
export function statedCalls(shapes: Shape[], request: InputRequest): Input[] {
  return drawCalls(shapes, request).map((args) => ({ trial: { args }, doubtful: false }));
}

