/** Values at the edges of a shape: ends of ranges, numbers beside literals of spec and code, empty, single, doubled and reversed lists. */
import type { Literals } from '../literals.ts';
import { entriesOf, listOf, type ListShape, type Shape, type TextShape } from '../shape.ts';
import { arranged, floatValue, tagged } from './draw.ts';

const around = (n: number): number[] => [n - 1, n, n + 1];

export function boundariesOf(shape: Shape, example: unknown, literals: Literals): unknown[] {
  switch (shape.type) {
    case 'bool': return [true, false];
    case 'int': return integersOf(shape, literals);
    case 'float': return [0, 0.5, 1, shape.max, shape.min, ...literals.integers].filter((n) => n >= Math.min(shape.min, 0) && (shape.min <= 0 || n > 0)).map(floatValue);
    case 'string': return textsOf(shape, literals);
    case 'list': return listsOf(shape, example, literals);
    case 'tuple': { const items = listOf(example)?.items ?? []; return items.flatMap((item, at) => boundariesOf(shape.of[at] ?? { type: 'any' }, item, literals).slice(0, 4).map((value) => tagged(shape.tag, items.with(at, value)))); }
    case 'record': return Object.entries(shape.fields).flatMap(([name, field]) => (example !== null && typeof example === 'object' ? boundariesOf(field, Reflect.get(example, name), literals).slice(0, 4).map((value) => ({ ...example, [name]: value })) : []));
    case 'map': return mapsOf(example, shape.min);
    case 'anyOf': return shape.of.flatMap((one) => boundariesOf(one, example, literals).slice(0, 8));
    case 'oneOf': return shape.values.slice(0, 12);
    case 'any': return [];
  }
}

function integersOf(shape: { min: number; max: number }, { integers }: Literals): number[] {
  const mined = integers.filter((n) => n <= Math.max(shape.max * 20, 100)).flatMap(around);
  return [0, 1, 2, ...around(shape.max), ...(shape.min < 0 ? around(shape.min) : []), ...mined].filter((n) => n >= Math.min(shape.min, 1) && (shape.min <= 0 || n > 0));
}

function textsOf(shape: TextShape, { texts }: Literals): string[] {
  const letters = [...shape.letters];
  const mined = texts.filter((text) => text !== '' && [...text].every((letter) => shape.letters.includes(letter)));
  const doubled = shape.samples.slice(0, 3).flatMap((sample) => (sample === '' ? [] : [sample + sample, [...sample].reverse().join(''), [...sample].slice(0, 1).join('').repeat(4)]));
  return [...shape.samples, ...mined, ...letters.slice(0, 3), ...(shape.min === 0 ? [''] : []), ...doubled].filter((text) => [...text].length >= shape.min);
}

function listsOf(shape: ListShape, example: unknown, literals: Literals): unknown[] {
  const items = listOf(example)?.items ?? [];
  const same = items[0] === undefined || shape.distinct ? [] : [items.map(() => items[0])];
  const lists = [...(shape.min === 0 ? [[]] : []), items.slice(0, 1), items.slice(0, 2), items.slice(0, -1), items.slice(1), ...same, ...(shape.sorted ? [] : [[...items].reverse()]), ...(shape.distinct ? [] : [[...items, ...items]])];
  const edges = items.length > 0 && !shape.sorted && !shape.distinct ? boundariesOf(shape.of, items[0], literals).slice(0, 6).map((value) => items.with(0, value)) : [];
  return [...lists, ...edges].filter((list) => list.length >= shape.min && (!shape.fixed || list.length === shape.max)).map((list) => tagged(shape.tag, arranged(list, shape)));
}

function mapsOf(example: unknown, min: number): unknown[] {
  const map = entriesOf(example);
  if (!map) return [];
  const made = (entries: [unknown, unknown][]): unknown => (map.tag === '' ? Object.fromEntries(entries.map(([key, value]) => [String(key), value])) : { [map.tag]: entries });
  const first = map.entries[0]?.[1];
  return [map.entries.slice(0, 1), map.entries.slice(1), map.entries.map(([key]): [unknown, unknown] => [key, first]), ...(min === 0 ? [[]] : [])].filter((entries) => entries.length >= min).map(made);
}
