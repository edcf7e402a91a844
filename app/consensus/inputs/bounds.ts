/**
 * Ranges of one name from the comparisons it stands in: the rule is turned so that the name stands alone, the other side is evaluated with
 * what is known, and with the widest it can be where it is not.
 */
import type { Comparator, Constraint } from './constraints.ts';
import { apply, refsOf, type Expr, type Int } from './expression.ts';
import { placeName } from './resolve.ts';

/** The name's own key: a length is another quantity than the value. */
export const keyOf = (one: { k: 'ref' | 'len'; name: string }): string => (one.k === 'len' ? `|${one.name}|` : one.name);

export interface Bound {
  op: '<' | '<=' | '>' | '>=' | '=' | '!=';
  expr: Expr;
}

export type Bounds = ReadonlyMap<string, Bound[]>;

export interface Range { low: Int; high: Int }

const flipped: Record<Bound['op'], Bound['op']> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '!=': '!=' };

/** For each name, the comparisons that bound it. */
export function boundsOf(rules: Constraint[]): Map<string, Bound[]> {
  const all = new Map<string, Bound[]>();
  for (const rule of rules) {
    if (rule.rule !== 'compare') continue;
    for (const one of [...refsOf(rule.left), ...refsOf(rule.right)]) {
      if (one.name === placeName || one.sub !== '') continue;
      const bound = isolated(keyOf(one), rule.left, rule.op, rule.right);
      if (bound) all.set(keyOf(one), [...(all.get(keyOf(one)) ?? []), bound]);
    }
  }
  return all;
}

function isolated(key: string, left: Expr, op: Comparator, right: Expr): Bound | null {
  const inLeft = refsOf(left).filter((one) => keyOf(one) === key).length;
  const inRight = refsOf(right).filter((one) => keyOf(one) === key).length;
  if (inLeft + inRight !== 1) return null;
  return inLeft === 1 ? turned(key, { subject: left, op, other: right }) : turned(key, { subject: right, op: flipped[op], other: left });
}

interface Turn { subject: Expr; op: Bound['op']; other: Expr }

const make = (how: '+' | '-' | '*' | '/', a: Expr, b: Expr): Expr => ({ k: 'op', op: how, a, b });

/** Rounded to the side on which the bound still holds: down for an upper one, up for a lower one. */
function divided(other: Expr, by: Expr, op: Bound['op']): Expr {
  return make('/', op.startsWith('<') ? other : make('-', make('+', other, by), { k: 'num', value: 1 }), by);
}

function turned(key: string, { subject, op, other }: Turn): Bound | null {
  if (subject.k === 'ref' || subject.k === 'len') return keyOf(subject) === key ? { op, expr: other } : null;
  if (subject.k !== 'op' || subject.op === '^') return null;
  const inA = refsOf(subject.a).some((one) => keyOf(one) === key);
  const moved = movedOver(subject.op, { inA, op, other, rest: inA ? subject.b : subject.a });
  return moved && turned(key, { subject: inA ? subject.a : subject.b, ...moved });
}

/** One operation taken to the other side; null where that tells nothing. */
function movedOver(how: '+' | '-' | '*' | '/', { inA, op, other, rest }: { inA: boolean; op: Bound['op']; other: Expr; rest: Expr }): Omit<Turn, 'subject'> | null {
  switch (how) {
    case '+': return { op, other: make('-', other, rest) };
    case '-': return inA ? { op, other: make('+', other, rest) } : { op: flipped[op], other: make('-', rest, other) };
    case '*': return op === '!=' || op === '=' ? null : { op: op === '<' ? '<=' : op, other: divided(other, rest, op) };
    case '/': return inA && op !== '!=' ? { op, other: make('*', other, rest) } : null;
  }
}

/** A range of which an end may be unknown. */
export interface Open { low: Int | null; high: Int | null }

export type RangeOf = (one: Extract<Expr, { k: 'ref' | 'len' }>) => Open | undefined;

/** Places in lists, as far as anybody counts. */
const places: Open = { low: 1, high: 1_000_000 };
const unknown: Open = { low: null, high: null };

/** Interval arithmetic, wide rather than wrong; an end that cannot be told is null. */
export function interval(expr: Expr, rangeOf: RangeOf): Open {
  if (expr.k === 'num') return { low: expr.value, high: expr.value };
  if (expr.k === 'ref' || expr.k === 'len') return rangeOf(expr) ?? unknown;
  if (expr.k === 'call') return callInterval(expr.fn, expr.args.map((arg) => interval(arg, rangeOf)));
  const a = interval(expr.a, rangeOf);
  const b = interval(expr.b, rangeOf);
  switch (expr.op) {
    case '+': return { low: both('+', a.low, b.low), high: both('+', a.high, b.high) };
    case '-': return { low: both('-', a.low, b.high), high: both('-', a.high, b.low) };
    default: return scaled(expr.op, a, b);
  }
}

function both(op: '+' | '-' | '*' | '/' | '^', a: Int | null, b: Int | null): Int | null {
  return a === null || b === null ? null : apply(op, a, b) ?? null;
}

function callInterval(fn: 'min' | 'max', parts: Open[]): Open {
  const lows = parts.map((part) => part.low);
  const highs = parts.map((part) => part.high);
  const all = (ends: (Int | null)[], choose: (a: Int, b: Int) => Int) => (ends.includes(null) ? null : ends.filter((end) => end !== null).reduce(choose));
  const some = (ends: (Int | null)[], choose: (a: Int, b: Int) => Int) => { const known = ends.filter((end) => end !== null); return known.length === 0 ? null : known.reduce(choose); };
  return fn === 'min' ? { low: all(lows, least), high: some(highs, least) } : { low: some(lows, most), high: all(highs, most) };
}

/** Products, quotients and powers: by their corners, or by one end each where nothing is negative. */
function scaled(op: '*' | '/' | '^', a: Open, b: Open): Open {
  const corners = [both(op, a.low, b.low), both(op, a.low, b.high), both(op, a.high, b.low), both(op, a.high, b.high)].filter((one) => one !== null);
  if (corners.length === 4) return { low: corners.reduce(least), high: corners.reduce(most) };
  if (a.low === null || b.low === null || a.low < 0 || b.low < 0) return unknown;
  return op === '/' ? { low: both('/', a.low, b.high) ?? 0, high: both('/', a.high, most(b.low, 1)) } : { low: both(op, a.low, b.low), high: both(op, a.high, b.high) };
}

export const least = (a: Int, b: Int): Int => (b < a ? b : a);
export const most = (a: Int, b: Int): Int => (b > a ? b : a);

/** The range that the bounds leave under `start`; not evaluable ones leave it as it is. */
export function rangeUnder(bounds: Bound[], start: Open, rangeOf: RangeOf): { low: Int | null; high: Int | null; not: Int[] } {
  let { low, high } = start;
  const not: Int[] = [];
  for (const { op, expr } of bounds) {
    const range = interval(expr, rangeOf);
    const above = op === '<' ? both('-', range.high, 1) : op === '<=' || op === '=' ? range.high : null;
    const below = op === '>' ? both('+', range.low, 1) : op === '>=' || op === '=' ? range.low : null;
    if (op === '!=' && range.low !== null && range.low === range.high) not.push(range.low);
    if (above !== null) high = high === null ? above : least(high, above);
    if (below !== null) low = low === null ? below : most(low, below);
  }
  return { low, high, not };
}

/** Widest ranges of all names, by going round until nothing moves. Names without both ends are left out. */
export function widest(bounds: Bounds): Map<string, Range> {
  const open = new Map<string, Open>();
  for (let round = 0; round < 6; round++) {
    for (const [key, all] of bounds) {
      const { low, high } = rangeUnder(all, open.get(key) ?? unknown, (one) => (one.name === placeName ? places : open.get(keyOf(one))));
      open.set(key, { low, high });
    }
  }
  return new Map([...open].flatMap(([key, range]): [string, Range][] => { const full = closed(range); return full ? [[key, full]] : []; }));
}

function closed(range: Open | undefined): Range | undefined {
  return range && range.low !== null && range.high !== null ? { low: range.low, high: range.high } : undefined;
}
