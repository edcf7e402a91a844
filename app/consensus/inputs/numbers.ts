/** Draws a list of numbers in the plan's style and makes true what rules say of it as a whole: order, distinct values, permutation, multiples, neighbours, sums. */
import { keyOf, rangeUnder, type Range } from './bounds.ts';
import { drawColumn, drawDistinct, narrowed, order } from './columns.ts';
import type { Rule } from './constraints.ts';
import { apply, refsOf, type Int } from './expression.ts';
import { find, isAtom, isAtoms, type Scope } from './grammar.ts';
import type { Filling } from './lists.ts';
import type { Making } from './making.ts';
import { between, shuffled } from './random.ts';
import { repeated } from './repeats.ts';
import { placeName } from './resolve.ts';
import { rangeFor, valueOf } from './singles.ts';
import { sumDivided } from './whole-shapes.ts';

export function numbersOf(making: Making, filling: Filling, rule: (kind: Rule['rule']) => Rule | undefined): Int[] | null {
  const { name, count, scope } = filling;
  const { random, plan } = making;
  const whole = rule('permutation') ?? rule('repeats');
  if (whole) return wholeList(making, filling, { rule: whole, apart: rule('neighbours') !== undefined });
  const wide = rangeFor(making, name, scope);
  if (!wide) return null;
  const range = summed(making, name, { range: wide, filling });
  const chain = linked(making, { ...range, not: wide.not }, count);
  if (chain) return chain;
  const sorted = rule('sorted');
  const distinct = rule('distinct');
  const alone = distinct?.rule === 'distinct' && distinct.names.length === 1;
  if (alone || (sorted?.rule === 'sorted' && sorted.strict)) return arranged(distinctFrom(random, plan.width === null ? range : narrowed(range, count + plan.width), { count, not: wide.not }), sorted);
  const hasRules = (['sorted', 'multiple', 'neighbours'] as const).some((kind) => rule(kind) !== undefined);
  const drawn = successors(making, range, { count, hasRules }) ?? drawnIn(making, filling, { ...range, not: wide.not });
  const stepped = drawn && multiplied(drawn, { rule: rule('multiple'), range, scope });
  const apartFrom = stepped && apart(odded(stepped, range, rule('parity')), range, rule('neighbours'));
  return arranged(apartFrom && divided(apartFrom, { rule: rule('sumMultiple'), range, scope }), sorted);
}

/** What holds each number of a range so many times. */
function wholeList(making: Making, { name, count }: Filling, { rule, apart }: { rule: Rule; apart: boolean }): Int[] | null {
  if (rule.rule === 'repeats') return repeated(making.random, count, { times: rule.times, apart });
  const from = rule.rule === 'permutation' ? rule.from : 1;
  const list = permuted(making, count, from);
  return isDeranged(making, name) ? deranged(list, from) : list;
}

function distinctFrom(random: Making['random'], range: Range, { count, not }: { count: number; not: Int[] }): Int[] | null {
  const held = not.filter((one) => one >= range.low && one <= range.high);
  const drawn = drawDistinct(random, range, Math.min(count + held.length, Number(range.high) - Number(range.low) + 1));
  const free = drawn?.filter((one) => !held.includes(one)).slice(0, count) ?? [];
  return free.length < count ? null : free;
}

/** Short rows of a chain hold what comes next to the row before: sets that join on to each other. */
function linked({ plan, row }: Making, range: Range & { not: Int[] }, count: number): Int[] | null {
  if (row === null || row.count < 50 || count > 8 || plan.sizes !== 'most' || (plan.rows !== 'chain' && plan.rows !== 'back')) return null;
  const places = Number(range.high) - Number(range.low) + 2 - count;
  if (places < 2) return null;
  const start = (plan.rows === 'chain' ? row.at - 1 : row.count - row.at) % places;
  const from = (shift: number) => Array.from({ length: count }, (_, at) => apply('+', range.low, (start + shift) % places + at) ?? range.low);
  return from(0).some((value) => range.not.includes(value)) ? from(1) : from(0);
}

function divided(values: Int[], { rule, range, scope }: { rule: Rule | undefined; range: Range; scope: Scope }): Int[] | null {
  const by = rule?.rule === 'sumMultiple' ? valueOf(rule.of, scope) : null;
  return by === null || Number(by) <= 0 ? values : sumDivided(values, by, range);
}

/** In the plan's style, or element by element where a bound speaks of what stands beside it. */
function drawnIn(making: Making, filling: Filling, range: Range & { not: Int[] }): Int[] | null {
  const { name, count, scope } = filling;
  if (!isSteady(making, name, scope)) return stepwise(making, { filling, range });
  const style = making.plan.rows === 'chain' && leads(making, name) ? 'step' : making.plan.column;
  return drawColumn(making.random, range, { count, style, width: making.plan.width }).map((value) => (range.not.includes(value) ? besides(value, range) : value));
}

/** Another list is bounded by this one, place by place: starts of intervals. In a chain each begins one further, and its end is the nearest. */
function leads({ bounds, model }: Making, name: string): boolean {
  const lists = new Set(model.declared.flatMap((one) => (one.shape === 'list' ? [one.name] : [])));
  return [...bounds].some(([key, all]) => key !== name && lists.has(key) && all.some((bound) => bound.op !== '!=' && refsOf(bound.expr).some((one) => one.name === name)));
}

/** The next value that is allowed, upwards and else downwards. */
function besides(value: Int, { low, high, not }: Range & { not: Int[] }): Int {
  const steps = Array.from({ length: not.length }, (_, at) => at + 1);
  const free = [...steps.map((step) => apply('+', value, step)), ...steps.map((step) => apply('-', value, step))].find((one) => one !== undefined && one >= low && one <= high && !not.includes(one));
  return free ?? value;
}

/** A list whose values are its own places is a map to successors: one long cycle, or a tail that runs into one. Null where it is no such list. */
function successors({ plan, random }: Making, range: Range, { count, hasRules }: { count: number; hasRules: boolean }): Int[] | null {
  const isMap = typeof range.low === 'number' && (range.low === 0 || range.low === 1) && Number(range.high) - range.low + 1 === count && count > 1;
  if (!isMap || hasRules || plan.sizes !== 'most' || (plan.column !== 'cycle' && plan.column !== 'rho')) return null;
  return cycled({ random, relabel: plan.relabel }, { count, from: Number(range.low), back: plan.column === 'cycle' ? 0 : count >> 1 });
}

/** Each place names the next; the last one names the place `back`. */
function cycled({ random, relabel }: { random: Making['random']; relabel: boolean }, { count, from, back }: { count: number; from: number; back: number }): Int[] {
  const plain = Array.from({ length: count }, (_, at) => at);
  const names = relabel ? shuffled(random, plain) : plain;
  const next = plain.map((): Int => from);
  for (const [at, name] of names.entries()) next[name] = (names[at + 1 < count ? at + 1 : back] ?? 0) + from;
  return next;
}

function permuted({ random, plan }: Making, count: number, from: number): Int[] {
  if (plan.sizes === 'most' && plan.column === 'cycle') return cycled({ random, relabel: plan.relabel }, { count, from, back: 0 });
  const all = Array.from({ length: count }, (_, at) => at + from);
  if (plan.column === 'rising' || plan.column === 'low') return all;
  return plan.column === 'falling' || plan.column === 'high' ? all.reverse() : shuffled(random, all);
}

/** `P_i != i`. */
function isDeranged({ bounds }: Making, name: string): boolean {
  return (bounds.get(name) ?? []).some((bound) => bound.op === '!=' && refsOf(bound.expr).some((one) => one.name === placeName));
}

/** What stands at its own place changes with what stands next to it, and the last one with the first. */
function deranged(values: Int[], from: number): Int[] {
  const out = [...values];
  for (let at = 0; at < out.length; at++) {
    const other = (at + 1) % out.length;
    if (out[at] === at + from) [out[at], out[other]] = [out[other] ?? 0, out[at] ?? 0];
  }
  return out;
}

function arranged(values: Int[] | null, sorted: Rule | undefined): Int[] | null {
  if (!values || sorted?.rule !== 'sorted') return values;
  const up = [...values].sort(order);
  return sorted.down ? up.reverse() : up;
}

function odded(values: Int[], range: Range, parity: Rule | undefined): Int[] {
  if (parity?.rule !== 'parity') return values;
  return values.map((value) => (Math.abs(Number(value)) % 2 === (parity.odd ? 1 : 0) ? value : value < range.high ? Number(value) + 1 : Number(value) - 1));
}

/** Each value that repeats the one before it moves by one, as far as the range goes. */
function apart(values: Int[], range: Range, rule: Rule | undefined): Int[] {
  if (rule?.rule !== 'neighbours') return values;
  const out: Int[] = [];
  for (const value of values) out.push(value !== out.at(-1) ? value : apply(value < range.high ? '+' : '-', value, 1) ?? value);
  return out;
}

function multiplied(values: Int[], { rule, range, scope }: { rule: Rule | undefined; range: Range; scope: Scope }): Int[] {
  const by = rule?.rule === 'multiple' ? valueOf(rule.of, scope) : null;
  if (by === null || Number(by) <= 0) return values;
  return values.map((value) => { const down = apply('*', apply('/', value, by) ?? 0, by) ?? value; return down >= range.low ? down : apply('+', down, by) ?? value; });
}

/** A sum over the elements leaves each its share. */
function summed(making: Making, name: string, { range, filling }: { range: Range; filling: Filling }): Range {
  const rule = making.rules.find((one) => one.rule === 'sum' && one.of.k === 'ref' && one.of.name === name);
  const limit = rule?.rule === 'sum' ? valueOf(rule.limit, filling.scope) : null;
  if (limit === null || filling.count === 0) return range;
  const share = Math.floor(Number(limit) / filling.count);
  return { low: range.low, high: share < range.high ? Math.max(Number(range.low), share) : range.high };
}

/** No bound of this name speaks of another list or of the place. */
function isSteady(making: Making, name: string, scope: Scope): boolean {
  return (making.bounds.get(name) ?? []).every((bound) => refsOf(bound.expr).every((one) => one.name !== placeName && !isAtoms(find(scope, one.name))));
}

/** Element by element, under what stands beside it. */
function stepwise(making: Making, { filling, range }: { filling: Filling; range: Range }): Int[] | null {
  const { name, count, scope } = filling;
  const bounds = making.bounds.get(name) ?? [];
  const first = making.model.firsts.get(name) ?? 1;
  const style = making.plan.rows === 'chain' ? 'low' : making.plan.column;
  const out: Int[] = [];
  for (let at = 0; at < count; at++) {
    const here = rangeUnder(bounds, range, (one) => {
      if (one.name === placeName) return { low: at + first, high: at + first };
      const value = find(scope, one.name);
      const atom = isAtoms(value) ? value[at] : isAtom(value) ? value : undefined;
      const known = one.k === 'len' ? (typeof atom === 'string' ? atom.length : undefined) : typeof atom === 'string' ? undefined : atom;
      return known === undefined ? making.widest.get(keyOf(one)) : { low: known, high: known };
    });
    if (here.low === null || here.high === null || here.low > here.high) return null;
    out.push(one(making, { low: here.low, high: here.high }, { style, not: here.not }));
  }
  return out;
}

function one({ random, plan }: Making, range: Range, { style, not }: { style: string; not: Int[] }): Int {
  const width = plan.width !== null && Number(range.high) - Number(range.low) > plan.width && range.low >= 0 ? { low: range.low, high: Number(range.low) + plan.width } : range;
  for (let tries = 0; tries < 12; tries++) {
    const value = tries > 0 ? between(random, range.low, range.high) : style === 'low' || style === 'rising' ? range.low : style === 'high' || style === 'falling' ? range.high : between(random, width.low, width.high);
    if (!not.includes(value)) return value;
  }
  return range.low;
}
