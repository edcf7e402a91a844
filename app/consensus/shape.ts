/**
 * What the examples of one argument have in common: its type, and the ranges of its numbers, lengths and letters. A shape generates
 * values like the examples and says whether a value stays within what they showed. Also accepted from a spec's `inputs` as
 * `{"shape": [Shape, …]}`, one per argument.
 */
import fc from 'fast-check';
import { canonicalJson } from '../core/digest.ts';
import { numberOf, tagOf } from './values.ts';

export type Shape =
  | { type: 'int'; min: number; max: number }
  | { type: 'float'; min: number; max: number }
  | { type: 'bool' }
  | { type: 'string'; letters: string; min: number; max: number; samples: string[] }
  | { type: 'list'; tag: '' | '$tuple' | '$set'; of: Shape; min: number; max: number; sorted: boolean; distinct: boolean }
  | { type: 'record'; fields: Record<string, Shape> }
  | { type: 'oneOf'; values: unknown[] };

export function inferShape(values: unknown[]): Shape {
  const lists = values.map(listOf);
  if (values.every((value) => typeof value === 'boolean')) return { type: 'bool' };
  if (values.every((value) => typeof value === 'number' && Number.isInteger(value))) return { type: 'int', ...range(values) };
  if (values.every((value) => numberOf(value) !== null && Number.isFinite(numberOf(value)))) return { type: 'float', ...range(values) };
  if (values.every((value) => typeof value === 'string')) return stringShape(values.map(String));
  if (lists.every((list) => list !== null) && new Set(lists.map((list) => list.tag)).size === 1) return listShape(lists);
  if (values.every(isRecord)) return recordShape(values);
  return { type: 'oneOf', values: distinctValues(values) };
}

function range(values: unknown[]): { min: number; max: number } {
  const numbers = values.map((value) => numberOf(value) ?? 0);
  return { min: Math.min(...numbers), max: Math.max(...numbers) };
}

function stringShape(samples: string[]): Shape {
  const lengths = samples.map((sample) => [...sample].length);
  const seen = [...new Set(samples.flatMap((sample) => [...sample]))].sort();
  return { type: 'string', letters: widened(seen).join(''), min: Math.min(...lengths), max: Math.max(...lengths), samples: [...new Set(samples)].sort() };
}

const alphabets = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];

// Few letters are an alphabet of their own ("0101", "abba", "()"); more than three of a kind stand for the kind.
function widened(seen: string[]): string[] {
  const more = alphabets.filter((alphabet) => seen.filter((letter) => alphabet.includes(letter)).length > 3);
  return [...new Set([...seen, ...more.join('')])].sort();
}

function listShape(lists: { tag: '' | '$tuple' | '$set'; items: unknown[] }[]): Shape {
  const items = lists.flatMap((list) => list.items);
  const long = lists.filter((list) => list.items.length >= 3);
  const lengths = lists.map((list) => list.items.length);
  return {
    type: 'list', tag: lists[0]?.tag ?? '', of: items.length > 0 ? inferShape(items) : { type: 'int', min: 0, max: 9 }, min: Math.min(...lengths), max: Math.max(...lengths),
    sorted: long.length > 0 && long.every((list) => list.items.every((value, at) => at === 0 || order(list.items[at - 1], value) <= 0)),
    distinct: lists[0]?.tag === '$set' || (long.length > 0 && long.every((list) => distinctValues(list.items).length === list.items.length)),
  };
}

function order(a: unknown, b: unknown): number {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== null && y !== null) return x - y;
  return typeof a === 'string' && typeof b === 'string' ? (a < b ? -1 : a > b ? 1 : 0) : 1;
}

function recordShape(values: object[]): Shape {
  const names = Object.keys(values[0] ?? {}).sort();
  const alike = values.every((value) => canonicalJson(Object.keys(value).sort()) === canonicalJson(names));
  if (!alike || names.length === 0 || names.some((name) => name.startsWith('$'))) return { type: 'oneOf', values: distinctValues(values) };
  return { type: 'record', fields: Object.fromEntries(names.map((name) => [name, inferShape(values.map((value) => Reflect.get(value, name)))])) };
}

const isRecord = (value: unknown): value is object => value !== null && typeof value === 'object' && !Array.isArray(value) && tagOf(value) === null;

export function listOf(value: unknown): { tag: '' | '$tuple' | '$set'; items: unknown[] } | null {
  if (Array.isArray(value)) return { tag: '', items: value };
  const tagged = tagOf(value);
  if (!tagged || !Array.isArray(tagged.inner)) return null;
  return tagged.tag === '$tuple' || tagged.tag === '$set' ? { tag: tagged.tag, items: tagged.inner } : null;
}

export function distinctValues(values: unknown[]): unknown[] {
  return [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
}

export function isFloatShape(value: number): unknown {
  return Number.isInteger(value) ? { $float: value.toFixed(1) } : value;
}

/** Numbers stay on the side of zero that the examples are on; sizes grow to about twice theirs. `hints` are numbers at which behaviour may change. */
export function arbitraryOf(shape: Shape, hints: number[] = []): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'bool': return fc.boolean();
    case 'int': return intArbitrary(shape, hints);
    case 'float': return fc.integer({ min: Math.round(reach(shape).min * 4), max: Math.max(Math.round(reach(shape).max * 4), Math.round(reach(shape).min * 4)) }).map((n) => isFloatShape(n / 4));
    case 'string': return stringArbitrary(shape);
    case 'list': return listArbitrary(shape);
    case 'record': return fc.record(Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, arbitraryOf(field, hints)])));
    case 'oneOf': return fc.constantFrom(...shape.values);
  }
}

function intArbitrary(shape: { min: number; max: number }, hints: number[]): fc.Arbitrary<number> {
  const { min, max } = reach(shape);
  const near = hints.flatMap((n) => [n - 1, n, n + 1]).filter((n) => n >= min && (n <= max || n <= shape.max * 20));
  const drawn = [fc.integer({ min, max }), fc.integer({ min: shape.min, max: shape.max })];
  return near.length === 0 ? fc.oneof(...drawn) : fc.oneof(...drawn, fc.constantFrom(...near));
}

export function reach({ min, max }: { min: number; max: number }): { min: number; max: number } {
  const span = Math.max(Math.abs(min), Math.abs(max), 3);
  const high = Math.ceil(Math.max(max, 0) * 2) || (max > 0 ? 4 : 1);
  const low = min < 0 ? -2 * span : Math.min(min, 1);
  return { min: Math.floor(low), max: max < 0 ? -1 : Math.max(high, Math.floor(low) + 6) };
}

function stringArbitrary(shape: Extract<Shape, { type: 'string' }>): fc.Arbitrary<unknown> {
  if (shape.letters === '') return fc.constantFrom(...shape.samples);
  const fresh = fc.array(fc.constantFrom(...shape.letters), { minLength: shape.min, maxLength: Math.min(Math.max(shape.max * 2, 6), 60) }).map((letters) => letters.join(''));
  return fc.oneof(fresh, fc.tuple(fc.constantFrom(...shape.samples), fc.nat(1000), fc.constantFrom(...shape.letters)).map(([sample, at, letter]) => edited(sample, at, letter)));
}

function edited(sample: string, at: number, letter: string): string {
  const letters = [...sample];
  if (letters.length < 2) return sample + letter;
  const place = at % letters.length;
  if (at % 3 === 0) letters.splice(place, 1, letter);
  else if (at % 3 === 1) letters.splice(place, 1);
  else letters.splice(place, 0, letters[place] ?? letter);
  return letters.join('');
}

function listArbitrary(shape: Extract<Shape, { type: 'list' }>): fc.Arbitrary<unknown> {
  const fixed = shape.tag === '$tuple' && shape.min === shape.max;
  const limits = { minLength: shape.min, maxLength: fixed ? shape.max : Math.min(Math.max(shape.max * 2, 5), 40) };
  const items = shape.distinct ? fc.uniqueArray(arbitraryOf(shape.of), { ...limits, minLength: Math.min(limits.minLength, 2), selector: (value) => canonicalJson(value) }) : fc.array(arbitraryOf(shape.of), limits);
  return items.map((list) => (shape.tag === '' ? arranged(list, shape) : { [shape.tag]: arranged(list, shape) }));
}

function arranged(list: unknown[], shape: Extract<Shape, { type: 'list' }>): unknown[] {
  return shape.sorted ? [...list].sort(order) : list;
}

/** Whether the value stays inside what the examples showed; outside, a crash may be the input's fault. */
export function within(value: unknown, shape: Shape): boolean {
  switch (shape.type) {
    case 'bool': return typeof value === 'boolean';
    case 'int': case 'float': { const n = numberOf(value); return n !== null && fits(n, shape); }
    case 'string': return typeof value === 'string' && (shape.samples.includes(value) || isSpelledAlike(value, shape));
    case 'list': { const list = listOf(value); return list?.tag === shape.tag && fits(list.items.length, shape) && list.items.every((item) => within(item, shape.of)); }
    case 'record': return isRecord(value) && Object.entries(shape.fields).every(([name, field]) => within(Reflect.get(value, name), field));
    case 'oneOf': return shape.values.some((one) => canonicalJson(one) === canonicalJson(value));
  }
}

function fits(size: number, { min, max }: { min: number; max: number }): boolean {
  return size >= min && size <= max;
}

/** Of plain letters that the examples showed, and as long as they were. */
function isSpelledAlike(value: string, shape: Extract<Shape, { type: 'string' }>): boolean {
  const letters = [...value];
  return /^[A-Za-z0-9 ]*$/.test(shape.letters) && fits(letters.length, shape) && letters.every((letter) => shape.letters.includes(letter));
}
