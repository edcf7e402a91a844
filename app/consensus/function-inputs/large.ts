/**
 * Large calls, for speed: only where the text states how large an argument may be, because a right program may be slow beyond what was ever
 * promised. One call at a time, each at the stated limits (within a budget), of the kinds that naive programs fear: all equal, in order,
 * in reverse, few values, the extremes. Deterministic in the seed.
 */
import fc from 'fast-check';
import type { Trial } from '../behaviour.ts';
import type { InputRequest } from '../inputs.ts';
import type { Shape } from '../shape.ts';
import { numberOf } from '../values.ts';
import { groupsOf, type Group } from './calls.ts';
import { isAllowed, type Contract } from './contract.ts';
import { arbitraryOf, arranged, floatValue, tagged } from './draw.ts';
import type { Fact } from './words.ts';

export interface LargeCall {
  trial: Trial;
  /** What was made extreme, for people. */
  kind: string;
  doubtful: boolean;
}

/** Items of all arguments of one call together. */
const budget = 200_000;
const sizeCap = 100_000;

type Filling = (at: number, of: number) => number;

/** Where in its range, from 0 to 1, an item lies. */
const fillings: [string, (draw: () => number) => Filling][] = [
  ['random', (draw) => () => draw()],
  ['all equal, low', () => () => 0],
  ['ascending', () => (at, of) => at / of],
  ['descending', () => (at, of) => 1 - at / of],
  ['two values', () => (at) => at % 2],
  ['all equal, high', () => () => 1],
];

export function* largeCalls(request: InputRequest): Generator<LargeCall> {
  for (const group of groupsOf(request)) {
    const sized = group.contracts.filter((contract) => sizeLimit(contract) !== null).length;
    if (sized === 0 && !group.contracts.some((contract) => isScalar(contract.shape) && statedMax(contract) !== null)) continue;
    for (const [turn, [kind, filling]] of fillings.entries()) {
      if (sized === 0 && turn > 2) break;
      const args = group.repair(argsAt(group, { seed: request.seed, turn, filling, each: Math.floor(budget / Math.max(1, sized)) }));
      if (isAllowed(args, group.contracts)) yield { trial: { args }, kind: `stated limits; ${sized > 0 ? kind : (['at the limit', 'just below it', 'half of it'][turn] ?? kind)}`, doubtful: false };
    }
  }
}

const isScalar = (shape: Shape): boolean => shape.type === 'int' || shape.type === 'float';
const bound = (facts: Fact[], kind: Fact['kind']): number | null => facts.find((fact) => fact.kind === kind)?.value ?? null;
const statedMax = ({ facts }: Contract): number | null => bound(facts, 'max');

function sizeLimit({ shape, facts }: Contract): number | null {
  const stated = bound(facts, 'maxLength');
  return stated === null || (shape.type !== 'list' && shape.type !== 'string') || stated < 500 ? null : stated;
}

interface Turn {
  seed: number;
  turn: number;
  filling: (draw: () => number) => Filling;
  each: number;
}

function argsAt({ examples, contracts }: Group, { seed, turn, filling, each }: Turn): unknown[] {
  const draw = drawer(seed * 31 + turn);
  return contracts.map((contract, at) => {
    const example = examples[0]?.[at] ?? fc.sample(arbitraryOf(contract.shape), { seed, numRuns: 1 })[0];
    const size = sizeLimit(contract);
    if (size !== null) return filled(contract, Math.min(size, each, sizeCap), filling(draw));
    return isScalar(contract.shape) ? scalarAt(contract, example, turn) : example;
  });
}

function scalarAt(contract: Contract, example: unknown, turn: number): unknown {
  const max = statedMax(contract);
  if (max === null) return example;
  const low = bound(contract.facts, 'min') ?? 0;
  const value = [max, max - 1, Math.floor((low + max) / 2)][turn % 3] ?? max;
  return contract.shape.type === 'float' ? floatValue(value) : value;
}

function filled({ shape, facts }: Contract, size: number, filling: Filling): unknown {
  if (shape.type === 'string') { const letters = [...shape.letters]; return Array.from({ length: size }, (_, at) => letters[Math.min(letters.length - 1, Math.floor(filling(at, size) * letters.length))] ?? '').join(''); }
  if (shape.type !== 'list') return null;
  const items = itemsOf(shape.of, { facts, size, filling });
  const own = shape.distinct ? items.map((item, at) => (typeof item === 'number' ? (bound(facts, 'itemMin') ?? 0) + at : item)) : items;
  return tagged(shape.tag, arranged(own, shape));
}

/** Numbers over their range; anything else from a handful of drawn values. */
function itemsOf(of: Shape, { facts, size, filling }: { facts: Fact[]; size: number; filling: Filling }): unknown[] {
  if (of.type === 'int' || of.type === 'float') {
    const [low, high] = [bound(facts, 'itemMin') ?? of.min, bound(facts, 'itemMax') ?? Math.max(of.max, size)];
    return Array.from({ length: size }, (_, at) => { const n = Math.round(low + filling(at, size) * (high - low)); return of.type === 'float' ? floatValue(n) : n; });
  }
  const pool = fc.sample(arbitraryOf(of), { seed: 7, numRuns: 200 }).sort((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0));
  return Array.from({ length: size }, (_, at) => pool[Math.min(pool.length - 1, Math.floor(filling(at, size) * pool.length))]);
}

/** A small generator of fractions below 1 (mulberry32). */
function drawer(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
