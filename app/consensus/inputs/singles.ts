/** Draws single values: sizes by the plan's cap, other values at the place of their range that the plan names, each within what the rules leave under the values before. */
import { keyOf, rangeUnder, type Range } from './bounds.ts';
import { narrowed, specialNumbers } from './columns.ts';
import { apply, evaluate, type Expr, type Int } from './expression.ts';
import { find, isAtom, type Node, type Scope } from './grammar.ts';
import { fillText } from './texts.ts';
import type { Making } from './making.ts';
import type { Extent, Plan } from './plan.ts';
import { primeNear } from './primes.ts';
import { between, pick, whole, type Random } from './random.ts';
import { intOf } from './read.ts';

export function singles(nodes: Node[]): string[] {
  return nodes.flatMap((node) => (node.node === 'line' ? node.parts.flatMap((part) => (part.part === 'value' ? [part.name] : [])) : node.node === 'until' ? [node.count] : []));
}

export function fillSingles(making: Making, nodes: Node[], scope: Scope): boolean {
  return singles(nodes).every((name, at) => {
    const kind = making.model.kinds.get(name) ?? 'int';
    if (kind !== 'int') return fillText(making, name, scope);
    const value = singleValue(making, name, { scope, at });
    if (value === null) return false;
    scope.values.set(name, value);
    return true;
  });
}

function singleValue(making: Making, name: string, { scope, at }: { scope: Scope; at: number }): Int | null {
  const choices = making.rules.find((rule) => rule.rule === 'oneOf' && rule.name === name);
  if (choices?.rule === 'oneOf') return intOf(choices.values[whole(making.random, 0, choices.values.length - 1)] ?? '');
  const range = rangeFor(making, name, scope);
  if (!range) return null;
  const isSize = making.sizes.has(name) || (making.domains.has(name) && making.plan.sizes !== 'most' && (making.plan.ordinal >> 2) % 2 === 0);
  const parity = making.rules.find((rule) => rule.rule === 'parity' && rule.name === name);
  for (let tries = 0; tries < 8; tries++) {
    const value = multipleIn(making, name, { scope, range }) ?? evened(isSize ? sizeIn(making, name, range) : plainIn(making, range, at + tries), range, parity?.rule === 'parity' ? parity.odd : null);
    const fitting = value !== null && making.rules.some((rule) => rule.rule === 'prime' && rule.name === name) ? primeNear(value, range) : value;
    if (fitting !== null && !range.not.includes(fitting)) return fitting;
  }
  return between(making.random, range.low, range.high);
}

/** A multiple of what the rule names: of a known number, one drawn in the range and rounded; null where no rule of this kind is there. */
function multipleIn(making: Making, name: string, { scope, range }: { scope: Scope; range: Range }): Int | null {
  const rule = making.rules.find((one) => one.rule === 'multiple' && one.name === name);
  const by = rule?.rule === 'multiple' ? valueOf(rule.of, scope) : null;
  if (rule?.rule !== 'multiple') return dividing(making, name, { scope, range });
  if (by === null || Number(by) <= 0) return null;
  const drawn = making.sizes.has(name) ? sizeIn(making, name, range) : plainIn(making, range, 0);
  const down = apply('*', apply('/', drawn, by) ?? 0, by) ?? 0;
  return down >= range.low ? down : apply('+', down, by) ?? null;
}

/** A divisor of a number that came before and must be a multiple of this one. */
function dividing(making: Making, name: string, { scope, range }: { scope: Scope; range: Range }): Int | null {
  const rule = making.rules.find((one) => one.rule === 'multiple' && one.of.k === 'ref' && one.of.name === name);
  const whole = rule?.rule === 'multiple' ? find(scope, rule.name) : undefined;
  if (typeof whole !== 'number') return null;
  const small = Array.from({ length: Math.min(1000, Math.max(1, whole)) }, (_, at) => at + 1).filter((one) => whole % one === 0);
  const fitting = [...small, ...small.map((one) => whole / one)].filter((one) => one >= range.low && one <= range.high);
  const [first, ...rest] = fitting;
  return first === undefined ? null : pick(making.random, [first, ...rest]);
}

function evened(value: Int, range: Range, odd: boolean | null): Int | null {
  if (odd === null || Math.abs(Number(BigInt(value) % 2n)) === (odd ? 1 : 0)) return value;
  const next = value < range.high ? apply('+', value, 1) : apply('-', value, 1);
  return next !== undefined && next >= range.low && next <= range.high ? next : null;
}

/** The range left by all rules; null where it is empty or open. Of what has no value yet, the range that is left to it here (`l <= r` where `r <= N` and N is known). */
export function rangeFor(making: Making, key: string, scope: Scope, isOuter = true): (Range & { not: Int[] }) | null {
  const wide = making.widest.get(key);
  if (!wide) return null;
  const open = (one: { k: 'ref' | 'len'; name: string }) => (isOuter ? rangeFor(making, keyOf(one), scope, false) : null) ?? making.widest.get(keyOf(one));
  const range = rangeUnder(making.bounds.get(key) ?? [], wide, (one) => {
    const value = find(scope, one.name);
    const known = one.k === 'len' ? (typeof value === 'string' ? value.length : undefined) : isAtom(value) && typeof value !== 'string' ? value : undefined;
    return known === undefined ? open(one) : { low: known, high: known };
  });
  return range.low === null || range.high === null || range.low > range.high ? null : { low: range.low, high: range.high, not: range.not };
}

export function sizeIn(making: Making, key: string, { low, high }: Range): Int {
  const { plan, random, row } = making;
  if (making.cases.has(key)) return casesIn(making, { low, high });
  const top = Math.max(Number(low), Math.min(Number(high), plan.cap));
  if (plan.sizes === 'most') return top;
  if (row !== null && plan.sizes === 'spread' && (plan.ordinal >> 1) % 2 === 1 && random.next() < 0.75) return whole(random, Number(low), Math.min(Number(high), Number(low) + 1));
  return plan.sizes === 'least' ? Math.min(Number(high), Number(low) + (plan.ordinal % 3)) : whole(random, Number(low), Math.max(Number(low), Math.min(Number(high), Number(low) + plan.cap * pick(random, [1, 1, 2, 3]))));
}

function casesIn({ plan, random }: Making, { low, high }: Range): number {
  const least = Math.max(Number(low), 1);
  if (plan.cases === 'one') return least;
  return plan.cases === 'few' ? Math.max(least, Math.min(Number(high), plan.sizes === 'most' ? 3 : whole(random, 3, 9))) : Math.max(least, Math.min(Number(high), 20_000, Math.floor(plan.tokens / 6)));
}

function plainIn({ plan, random, row }: Making, range: Range, at: number): Int {
  const along = row === null || row.count < fewRows ? null : rowValue({ plan, random, row }, range, at);
  if (along !== null) return along;
  const near = plan.width === null ? range : narrowed(range, plan.width);
  const extent: Extent = plan.plain[at % plan.plain.length] ?? plan.plain[0];
  const part = (divisor: number) => apply('+', range.low, apply('/', apply('-', range.high, range.low) ?? 0, divisor) ?? 0) ?? range.low;
  switch (extent) {
    case 'least': return range.low;
    case 'third': return part(3);
    case 'half': return part(2);
    case 'most': return range.high;
    case 'any': return anyIn(random, range, plan.width);
    case 'special': { const [first, ...rest] = specialNumbers(range); return pick(random, [first, ...rest]); }
    case 'near': { const span = Math.min(16, Number(near.high) - Number(near.low)) + 1; return apply('+', near.low, Math.floor(plan.ordinal / span ** at) % span) ?? near.low; }
  }
}

function anyIn(random: Random, range: Range, width: number | null): Int {
  if (width === null && random.next() < 0.4) return nearPower(random, range);
  const { low, high } = width === null ? range : narrowed(range, width);
  return between(random, low, high);
}

/** With fewer rows than this, values that differ from row to row are no matter of time. */
const fewRows = 50;

/** What this row's place says of the value; null where the plan's own way holds. The first half of a chain builds it, the second half meets it anywhere. */
function rowValue({ plan, random, row }: { plan: Plan; random: Random; row: { at: number; count: number } }, range: Range, at: number): Int | null {
  if (plan.rows === 'same' || (plan.rows === 'mixed' && random.next() < 0.5)) return null;
  if (plan.rows === 'mixed' || row.at * 2 > row.count) return between(random, range.low, range.high);
  const span = apply('+', apply('-', range.high, range.low) ?? 0, 1) ?? 1;
  const step = plan.rows === 'chain' ? row.at + at : row.at + 4 - at;
  return Number(span) > step ? apply('+', range.low, step - 1) ?? range.low : between(random, range.low, range.high);
}

/** Beside a power of two, where floating point and shifts go wrong. */
function nearPower(random: Random, { low, high }: Range): Int {
  const value = apply('+', apply('^', 2, whole(random, 1, Math.max(1, Math.floor(Math.log2(Math.max(2, Number(high))))))) ?? 2, whole(random, -1, 1)) ?? low;
  return value < low || value > high ? between(random, low, high) : value;
}

/** A count or bound in this scope, null where it has no value. */
export function valueOf(expr: Expr, scope: Scope): Int | null {
  return evaluate(expr, (one) => { const value = find(scope, one.name); return one.k === 'len' ? (typeof value === 'string' ? value.length : undefined) : isAtom(value) && typeof value !== 'string' ? value : undefined; }) ?? null;
}
