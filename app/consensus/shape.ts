/**
 * What the examples of one argument have in common: its type, and the ranges of its numbers, lengths and letters. A shape generates
 * values like the examples (draw.ts) and says whether a value stays within what they showed (within.ts). Also accepted from a spec's
 * `inputs` as `{"shape": [Shape, …]}`, one per argument, where what is left out has a modest default.
 */
import { z } from 'zod';
import { canonicalJson } from '../core/digest.ts';
import { numberOf, tagOf } from './values.ts';

export type Tag = '' | '$tuple' | '$set';
/** `fixed`: every one has the same length. `even`: rows of equal length; `square`: and as many as they are long. */
export interface ListShape { type: 'list'; tag: Tag; of: Shape; min: number; max: number; sorted: boolean; distinct: boolean; fixed?: boolean; even?: boolean; square?: boolean }
export interface TextShape { type: 'string'; letters: string; min: number; max: number; samples: string[] }
/** Positions of different types. */
export interface TupleShape { type: 'tuple'; tag: '' | '$tuple'; of: Shape[] }
export interface MapShape { type: 'map'; tag: '' | '$dict' | '$map'; key: Shape; of: Shape; min: number; max: number }

export type Shape =
  | { type: 'int'; min: number; max: number }
  | { type: 'float'; min: number; max: number }
  | { type: 'bool' }
  | TextShape
  | ListShape
  | TupleShape
  | { type: 'record'; fields: Record<string, Shape> }
  | MapShape
  | { type: 'anyOf'; of: Shape[] }
  | { type: 'oneOf'; values: unknown[] }
  /** Nothing tells. */
  | { type: 'any' };

const size = z.number().int().min(0);
const range = { min: z.number().default(0), max: z.number().default(100) };
const sizes = { min: size.default(0), max: size.default(8) };

/** A shape as a spec gives it. */
export const GivenShape: z.ZodType<Shape> = z.lazy(() => z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('int'), ...range }),
  z.strictObject({ type: z.literal('float'), ...range }),
  z.strictObject({ type: z.literal('bool') }),
  z.strictObject({ type: z.literal('string'), letters: z.string().default('abcdefghijklmnopqrstuvwxyz'), ...sizes, samples: z.array(z.string()).default([]) }),
  z.strictObject({ type: z.literal('list'), tag: z.enum(['', '$tuple', '$set']).default(''), of: GivenShape, ...sizes, sorted: z.boolean().default(false), distinct: z.boolean().default(false), fixed: z.boolean().default(false), even: z.boolean().default(false), square: z.boolean().default(false) }),
  z.strictObject({ type: z.literal('tuple'), tag: z.enum(['', '$tuple']).default(''), of: z.array(GivenShape) }),
  z.strictObject({ type: z.literal('record'), fields: z.record(z.string(), GivenShape) }),
  z.strictObject({ type: z.literal('map'), tag: z.enum(['', '$dict', '$map']).default(''), key: GivenShape, of: GivenShape, ...sizes }),
  z.strictObject({ type: z.literal('anyOf'), of: z.array(GivenShape).min(1) }),
  z.strictObject({ type: z.literal('oneOf'), values: z.array(z.unknown()).min(1) }),
]));

export function inferShape(values: unknown[]): Shape {
  if (values.length === 0) return { type: 'any' };
  if (values.every((value) => typeof value === 'boolean')) return { type: 'bool' };
  if (values.every((value) => typeof value === 'number' && Number.isInteger(value))) return isBinary(values) ? { type: 'oneOf', values: [0, 1] } : { type: 'int', ...rangeOf(values) };
  if (values.every((value) => numberOf(value) !== null && Number.isFinite(numberOf(value)))) return { type: 'float', ...rangeOf(values) };
  if (values.every((value) => typeof value === 'string')) return textShape(values.map(String));
  const lists = values.flatMap((value) => listOf(value) ?? []);
  if (lists.length === values.length && new Set(lists.map((list) => list.tag)).size === 1) return columnsShape(lists) ?? listShape(lists);
  const maps = values.flatMap((value) => entriesOf(value) ?? []);
  if (maps.length === values.length) return recordShape(values) ?? mapShape(maps);
  return mixedShape(values);
}

/** So many numbers that are all 0 or 1 are a table of yes and no. */
function isBinary(values: unknown[]): boolean {
  return values.length >= 8 && values.every((value) => value === 0 || value === 1) && values.includes(0) && values.includes(1);
}

function rangeOf(values: unknown[]): { min: number; max: number } {
  const numbers = values.map((value) => numberOf(value) ?? 0);
  return { min: Math.min(...numbers), max: Math.max(...numbers) };
}

function textShape(samples: string[]): Shape {
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

export interface ListValue {
  tag: Tag;
  items: unknown[];
}

/** Positions with types of their own, or null where the items are all of a kind. */
function columnsShape(lists: ListValue[]): Shape | null {
  const [first] = lists;
  const width = first?.items.length ?? 0;
  if (!first || first.tag === '$set' || width < 2 || width > 6 || lists.some((list) => list.items.length !== width)) return null;
  const columns = Array.from({ length: width }, (_, at) => inferShape(lists.map((list) => list.items[at])));
  const kinds = new Set(columns.map((column) => (column.type === 'float' ? 'int' : column.type)));
  const alike = kinds.size === 1 || kinds.has('any') || kinds.has('anyOf') || (first.tag === '' && lists.length < 2);
  return alike ? null : { type: 'tuple', tag: first.tag, of: columns };
}

function listShape(lists: ListValue[]): ListShape {
  const items = lists.flatMap((list) => list.items);
  const lengths = lists.map((list) => list.items.length);
  const [min, max] = [Math.min(...lengths), Math.max(...lengths)];
  const fixed = min === max && (lists[0]?.tag === '$tuple' || (lists.length >= 2 && max <= 4));
  const long = lists.filter((list) => list.items.length >= (fixed && lists.length >= 3 ? 2 : 3));
  return {
    type: 'list', tag: lists[0]?.tag ?? '', of: inferShape(items), min, max,
    // A short list in order, or without a double, may be chance.
    sorted: (long.length >= 2 || long.some((list) => list.items.length >= 5)) && long.every((list) => inOrder(list.items)),
    distinct: lists[0]?.tag === '$set' || (long.reduce((sum, list) => sum + list.items.length, 0) >= 8 && max >= 3 && long.every((list) => distinctValues(list.items).length === list.items.length)),
    fixed, ...rowsOf(lists),
  };
}

/** What the rows of a list of lists have in common, where there are rows to see it by. */
function rowsOf(lists: ListValue[]): { even: boolean; square: boolean } {
  const tables = lists.map((list) => list.items.map((item) => listOf(item)?.items.length ?? -1)).filter((rows) => rows.length >= 2);
  const even = tables.length > 0 && tables.every((rows) => rows.every((length) => length >= 0 && length === rows[0]));
  return { even, square: even && tables.every((rows) => rows.length === rows[0]) && tables.some((rows) => rows.length >= 3) };
}

export function order(a: unknown, b: unknown): number {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== null && y !== null) return x - y;
  return typeof a === 'string' && typeof b === 'string' ? (a < b ? -1 : a > b ? 1 : 0) : 1;
}

export function inOrder(items: unknown[]): boolean {
  return items.every((item, at) => at === 0 || order(items[at - 1], item) <= 0);
}

function recordShape(values: unknown[]): Shape | null {
  const records = values.filter(isRecord);
  const names = Object.keys(records[0] ?? {}).sort();
  const alike = records.length === values.length && records.every((value) => canonicalJson(Object.keys(value).sort()) === canonicalJson(names));
  if (!alike || names.length === 0 || names.some((name) => name.startsWith('$'))) return null;
  return { type: 'record', fields: Object.fromEntries(names.map((name) => [name, inferShape(records.map((value) => Reflect.get(value, name)))])) };
}

export interface MapValue {
  tag: '' | '$dict' | '$map';
  entries: [unknown, unknown][];
}

function mapShape(maps: MapValue[]): Shape {
  const entries = maps.flatMap((map) => map.entries);
  const counts = maps.map((map) => map.entries.length);
  const tag = maps.find((map) => map.tag !== '')?.tag ?? '';
  return { type: 'map', tag, key: inferShape(entries.map(([key]) => key)), of: inferShape(entries.map(([, value]) => value)), min: Math.min(...counts), max: Math.max(...counts) };
}

/** Values of several types: each type by itself, where few enough of them stand for a kind. */
function mixedShape(values: unknown[]): Shape {
  const groups = Object.values(Object.groupBy(values, kindOf)).flatMap((group) => (group ? [group] : []));
  if (groups.length < 2) return { type: 'oneOf', values: distinctValues(values) };
  return { type: 'anyOf', of: groups.map(inferShape) };
}

function kindOf(value: unknown): string {
  if (typeof value === 'number' || numberOf(value) !== null) return typeof value === 'number' && Number.isInteger(value) ? 'int' : 'float';
  return listOf(value)?.tag ?? (entriesOf(value) ? 'map' : value === null ? 'null' : `${typeof value} ${tagOf(value)?.tag ?? ''}`);
}

export const isRecord = (value: unknown): value is object => value !== null && typeof value === 'object' && !Array.isArray(value) && tagOf(value) === null;

export function listOf(value: unknown): ListValue | null {
  if (Array.isArray(value)) return { tag: '', items: value };
  const tagged = tagOf(value);
  if (!tagged || !Array.isArray(tagged.inner)) return null;
  return tagged.tag === '$tuple' || tagged.tag === '$set' ? { tag: tagged.tag, items: tagged.inner } : null;
}

/** A dictionary's entries, whatever it is written as; null for anything else. */
export function entriesOf(value: unknown): MapValue | null {
  if (isRecord(value)) return { tag: '', entries: Object.entries(value) };
  const tagged = tagOf(value);
  if ((tagged?.tag !== '$dict' && tagged?.tag !== '$map') || !Array.isArray(tagged.inner)) return null;
  return { tag: tagged.tag, entries: tagged.inner.flatMap((pair: unknown): [unknown, unknown][] => (Array.isArray(pair) ? [[pair[0], pair[1]]] : [])) };
}

export function distinctValues(values: unknown[]): unknown[] {
  return [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
}
