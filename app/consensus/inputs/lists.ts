/** Fills lists, tables, texts and edges of one scope within their ranges; what rules say of a whole list (order, permutation, distinct) is kept by construction. */
import { keyOf, rangeUnder, type Range } from './bounds.ts';
import { drawColumn, drawDistinct, drawText, narrowed, order } from './columns.ts';
import type { Rule } from './constraints.ts';
import { apply, refsOf, type Int } from './expression.ts';
import { rangeFor, sizeIn, valueOf, type Making } from './generate.ts';
import { edgesOf } from './graphs.ts';
import { find, isAtom, isAtoms, type Atom, type Node, type Scope } from './grammar.ts';
import { graphShapes } from './plan.ts';
import { densePairs, relationOf } from './pairs.ts';
import { between, pick, shuffled, whole } from './random.ts';
import { countIn, intOf } from './read.ts';
import { placeName } from './resolve.ts';
import { sumDivided } from './whole-shapes.ts';

interface Filling { name: string; count: number; glued: boolean; scope: Scope }

export function fillLists(making: Making, nodes: Node[], scope: Scope): boolean {
  const done = new Set<string>();
  const lists = nodes.flatMap((node): Filling[] | null[] => {
    if (node.node === 'table') { const count = countIn(node.count, scope); return count === null ? [null] : node.columns.map((name) => ({ name, count, glued: false, scope })); }
    if (node.node !== 'line') return [];
    return node.parts.flatMap((part) => { if (part.part !== 'list') return []; const count = countIn(part.count, scope); return count === null ? [null] : [{ name: part.name, count, glued: part.glued, scope }]; }) as Filling[];
  });
  return lists.every((one) => one !== null && (done.has(one.name) || fillList(making, one, done)));
}

function fillList(making: Making, filling: Filling, done: Set<string>): boolean {
  done.add(filling.name);
  const rule = (kind: Rule['rule']) => making.rules.find((one) => one.rule === kind && (('name' in one && one.name === filling.name) || (one.rule === 'distinct' && one.names[0] === filling.name) || (one.rule === 'graph' && one.u === filling.name)));
  const graph = rule('graph');
  if (graph?.rule === 'graph') return fillEdges(making, graph, { filling, done });
  const atoms = wordsOf(making, filling) ?? (making.model.kinds.get(filling.name) === 'int' ? numbersOf(making, filling, rule) : textsOf(making, filling));
  if (atoms === null) return false;
  filling.scope.values.set(filling.name, atoms);
  const tuple = rule('distinct');
  return tuple?.rule === 'distinct' && tuple.names.length > 1 ? fillTuples(making, tuple.names, { filling, done }) : true;
}

function fillEdges(making: Making, rule: Extract<Rule, { rule: 'graph' }>, { filling, done }: { filling: Filling; done: Set<string> }): boolean {
  const vertices = Number(valueOf(rule.vertices, filling.scope) ?? 0);
  const shape = making.plan.graph === 'any' ? pick(making.random, graphShapes) : making.plan.graph;
  const edges = edgesOf(rule, { vertices, count: filling.count }, { shape, random: making.random, relabel: making.plan.relabel });
  if (!edges) return false;
  const ordered = making.rules.some((one) => one.rule === 'compare' && one.left.k === 'ref' && one.right.k === 'ref' && one.left.name === rule.u && one.right.name === rule.v && one.op !== '!=');
  const turned = edges.map(([u, v]): [number, number] => (ordered && u > v ? [v, u] : [u, v]));
  filling.scope.values.set(rule.u, turned.map(([u]) => u));
  filling.scope.values.set(rule.v, turned.map(([, v]) => v));
  done.add(rule.v);
  return true;
}

/** Null where drawing at random will do. */
function fillDensely(making: Making, [a = '', b = '']: string[], { filling: { scope, count }, done }: { filling: Filling; done: Set<string> }): boolean | null {
  const [first, second] = [rangeFor(making, a, scope), rangeFor(making, b, scope)];
  const dense = first && second && densePairs({ first, second, count, relation: relationOf(making.rules, a, b) }, making.random);
  if (!dense) return null;
  done.add(b);
  scope.values.set(a, dense.map(([x]) => x)).set(b, dense.map(([, y]) => y));
  return dense.length === count;
}

/** The other columns of a distinct tuple: rows that came before are drawn again. */
function fillTuples(making: Making, names: string[], { filling, done }: { filling: Filling; done: Set<string> }): boolean {
  const { scope, count } = filling;
  const ranges = names.map((name) => rangeFor(making, name, scope));
  const dense = names.length === 2 ? fillDensely(making, names, { filling, done }) : null;
  if (dense !== null) return dense;
  for (const name of names.slice(1)) if (!done.has(name) && !fillList(making, { ...filling, name }, done)) return false;
  const columns = names.map((name) => { const value = scope.values.get(name); return isAtoms(value) ? value : []; });
  const seen = new Set<string>();
  for (let row = 0; row < count; row++) {
    for (let tries = 0; seen.has(columns.map((column) => column[row]).join(' ')); tries++) {
      if (tries > 60) return false;
      for (const [at, column] of columns.entries()) { const range = ranges[at]; if (range) column[row] = between(making.random, range.low, range.high); }
    }
    seen.add(columns.map((column) => column[row]).join(' '));
  }
  return true;
}

function wordsOf(making: Making, { name, count, glued }: Filling): Atom[] | null {
  const choice = making.rules.find((rule) => rule.rule === 'oneOf' && rule.name === name);
  const letters = glued ? making.rules.find((rule) => rule.rule === 'letters' && rule.name === name) : undefined;
  const values = choice?.rule === 'oneOf' ? choice.values : letters?.rule === 'letters' ? [...letters.letters] : null;
  if (!values || values.length === 0) return null;
  const [first = '', ...rest] = values;
  const numeric = making.model.kinds.get(name) === 'int';
  const few = making.plan.text === 'equal' && making.plan.sizes === 'most' ? values[making.plan.ordinal % values.length] ?? first : making.random.next() < 0.25 ? pick(making.random, [first, ...rest]) : null;
  if (few !== null && making.plan.text === 'equal' && making.plan.sizes === 'most') return Array.from({ length: count }, () => (numeric ? intOf(few) ?? few : few));
  return Array.from({ length: count }, () => few !== null && making.random.next() < 0.85 ? few : pick(making.random, [first, ...rest])).map((atom) => (numeric ? intOf(atom) ?? atom : atom));
}

function numbersOf(making: Making, filling: Filling, rule: (kind: Rule['rule']) => Rule | undefined): Int[] | null {
  const { name, count, scope } = filling;
  const { random, plan } = making;
  const permutation = rule('permutation');
  if (permutation?.rule === 'permutation') return permuted(making, count, permutation.from);
  const wide = rangeFor(making, name, scope);
  if (!wide) return null;
  const range = summed(making, name, { range: wide, filling });
  const sorted = rule('sorted');
  const distinct = rule('distinct');
  const alone = distinct?.rule === 'distinct' && distinct.names.length === 1;
  if (alone || (sorted?.rule === 'sorted' && sorted.strict)) return arranged(drawDistinct(random, plan.width === null ? range : narrowed(range, count + plan.width), count), sorted);
  const drawn = successors(making, range, { count, hasRules: sorted !== undefined || rule('multiple') !== undefined || rule('neighbours') !== undefined }) ?? isSteadyDraw(making, filling, range);
  const stepped = drawn && multiplied(drawn, { rule: rule('multiple'), range, scope });
  const apartFrom = stepped && apart(odded(stepped, range, rule('parity')), range, rule('neighbours'));
  return arranged(apartFrom && divided(apartFrom, { rule: rule('sumMultiple'), range, scope }), sorted);
}

function divided(values: Int[], { rule, range, scope }: { rule: Rule | undefined; range: Range; scope: Scope }): Int[] | null {
  const by = rule?.rule === 'sumMultiple' ? valueOf(rule.of, scope) : null;
  return by === null || Number(by) <= 0 ? values : sumDivided(values, by, range);
}

function isSteadyDraw(making: Making, filling: Filling, range: Range): Int[] | null {
  const { name, count, scope } = filling;
  return isSteady(making, name, scope) ? drawColumn(making.random, range, { count, style: making.plan.column, width: making.plan.width }) : stepwise(making, { filling, range });
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
  const style = making.plan.column;
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

const spare = 'abcdefghijklmnopqrstuvwxyz';

function lettersOf(making: Making, name: string): string[] {
  const rule = making.rules.find((one) => one.rule === 'letters' && one.name === name);
  const all = [...(rule?.rule === 'letters' && rule.letters !== '' ? rule.letters : spare)];
  const few = making.letters;
  return few === null || all.length <= 3 ? all : Array.from({ length: few.count }, (_, at) => all[(Math.floor(few.from * all.length) + at) % all.length] ?? '');
}

function textsOf(making: Making, { name, count, scope, glued }: Filling): Atom[] | null {
  const { random, plan } = making;
  const letters = lettersOf(making, name);
  if (glued) return [...drawText(random, letters, { length: count, style: plan.text, ...favourite(making) })];
  if (making.model.kinds.get(name) === 'decimal') { const draw = decimals(making, name, scope); return Array.from({ length: count }, draw); }
  const range = rangeFor(making, `|${name}|`, scope);
  if (!range) return null;
  const rule = making.rules.find((one) => one.rule === 'sum' && one.of.k === 'len' && one.of.name === name);
  const limit = rule?.rule === 'sum' ? Number(valueOf(rule.limit, scope)) / Math.max(1, count) : Infinity;
  const share = Math.min(limit, Math.max(Number(range.low), plan.sizes === 'most' ? 1_500_000 / Math.max(1, count) : plan.cap));
  const top = Math.max(Number(range.low), Math.min(Number(range.high), Math.floor(share)));
  const alone = making.rules.some((one) => one.rule === 'distinct' && one.names.length === 1 && one.names[0] === name);
  const seen = new Set<string>();
  const texts: string[] = [];
  for (let tries = 0; texts.length < count && tries < count * 20 + 50; tries++) {
    const length = plan.sizes === 'most' ? top : whole(random, Number(range.low), top);
    const text = led(making, name, drawText(random, letters, { length, style: alone ? 'random' : plan.text, ...favourite(making) }));
    if (!alone || !seen.has(text)) texts.push(text);
    seen.add(text);
  }
  const sorted = making.rules.find((one) => one.rule === 'sorted' && one.name === name);
  return texts.length < count ? null : sorted ? texts.sort() : texts;
}

/** At large size the one letter is each letter in turn, the same in all rows. */
function favourite({ plan }: Making): { favourite?: number } {
  return plan.sizes === 'most' ? { favourite: plan.ordinal } : {};
}

/** A single text or decimal; its length is a size like another. */
export function fillText(making: Making, name: string, scope: Scope): boolean {
  if (making.model.kinds.get(name) === 'decimal') return scope.values.set(name, decimals(making, name, scope)()).size > 0;
  const words = wordsOf(making, { name, count: 1, glued: false, scope });
  if (words) return scope.values.set(name, String(words[0] ?? '')).size > 0;
  const key = `|${name}|`;
  const range = rangeFor(making, key, scope);
  if (!range) return false;
  const length = Math.min(1_000_000, Number(sizeIn(making, key, range)));
  const style = making.rules.some((rule) => rule.rule === 'palindrome' && rule.name === name) ? 'mirror' : making.plan.text;
  const text = drawText(making.random, lettersOf(making, name), { length, style, ...favourite(making) });
  scope.values.set(name, led(making, name, text));
  return true;
}

/** A number in digits begins with no zero. */
function led({ rules }: Making, name: string, text: string): string {
  return text.startsWith('0') && rules.some((rule) => rule.rule === 'noLeadingZero' && rule.name === name) ? `1${text.slice(1)}` : text;
}

/** Digits after the point as the examples have them. */
function decimals(making: Making, name: string, scope: Scope): () => string {
  const seen = making.model.examples.flatMap((example) => { const value = example.values.get(name); return isAtom(value) ? [String(value)] : isAtoms(value) ? value.map(String) : []; });
  const places = Math.max(1, ...seen.map((text) => text.split('.')[1]?.length ?? 0));
  const range = rangeFor(making, name, scope) ?? { low: Math.floor(Math.min(...seen.map(Number), 0)), high: Math.ceil(Math.max(...seen.map(Number), 1)) };
  return () => (Number(range.low) + making.random.next() * (Number(range.high) - Number(range.low))).toFixed(places);
}
