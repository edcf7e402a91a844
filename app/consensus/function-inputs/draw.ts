/** Values of a shape. Numbers stay on the side of zero that the examples are on; sizes grow to about twice theirs. */
import fc from 'fast-check';
import { canonicalJson } from '../../core/digest.ts';
import { listOf, order, type ListShape, type MapShape, type Shape, type TextShape } from '../shape.ts';

/** `hints` are numbers at which behaviour may change. */
export function arbitraryOf(shape: Shape, hints: number[] = []): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'any': return fc.integer({ min: 0, max: 9 });
    case 'bool': return fc.boolean();
    case 'int': return intArbitrary(shape, hints);
    case 'float': return floatArbitrary(shape);
    case 'string': return textArbitrary(shape);
    case 'list': return listArbitrary(shape, hints);
    case 'tuple': return fc.tuple(...shape.of.map((one) => arbitraryOf(one, hints))).map((items) => tagged(shape.tag, items));
    case 'record': return fc.record(Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, arbitraryOf(field, hints)])));
    case 'map': return mapArbitrary(shape, hints);
    case 'anyOf': return fc.oneof(...shape.of.map((one) => arbitraryOf(one, hints)));
    case 'oneOf': return fc.constantFrom(...shape.values);
  }
}

export const tagged = (tag: string, items: unknown[]): unknown => (tag === '' ? items : { [tag]: items });

export function floatValue(value: number): unknown {
  return Number.isInteger(value) ? { $float: value.toFixed(1) } : value;
}

/** How far draws go beyond what was shown. */
export function reach({ min, max }: { min: number; max: number }): { min: number; max: number } {
  const span = Math.max(Math.abs(min), Math.abs(max), 3);
  const high = max > 0 ? Math.max(Math.ceil(max * 2), Math.ceil(max) + 12) : 1;
  const low = min < 0 ? -2 * span : Math.min(min, 1);
  return { min: Math.floor(low), max: max < 0 ? -1 : Math.max(high, Math.floor(low) + 6) };
}

function intArbitrary(shape: { min: number; max: number }, hints: number[]): fc.Arbitrary<number> {
  const { min, max } = reach(shape);
  const near = hints.flatMap((n) => [n - 1, n, n + 1]).filter((n) => n >= min && (n <= max || n <= shape.max * 20));
  const drawn = [fc.integer({ min, max }), fc.integer({ min: shape.min, max: shape.max })];
  return near.length === 0 ? fc.oneof(...drawn) : fc.oneof(...drawn, fc.constantFrom(...near));
}

function floatArbitrary(shape: { min: number; max: number }): fc.Arbitrary<unknown> {
  const { min, max } = reach(shape);
  return fc.integer({ min: Math.round(min * 4), max: Math.max(Math.round(max * 4), Math.round(min * 4)) }).map((n) => floatValue(n / 4));
}

function textArbitrary(shape: TextShape): fc.Arbitrary<unknown> {
  if (shape.letters === '') return fc.constantFrom('', ...shape.samples);
  const fresh = fc.array(fc.constantFrom(...shape.letters), { minLength: shape.min, maxLength: Math.max(shape.min, Math.min(Math.max(shape.max * 2, 6), 60)) }).map((letters) => letters.join(''));
  if (shape.samples.length === 0) return fresh;
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

function listArbitrary(shape: ListShape, hints: number[]): fc.Arbitrary<unknown> {
  const limits = { minLength: shape.min, maxLength: shape.fixed ? shape.max : Math.max(shape.min, Math.min(Math.max(shape.max * 2, 5), 40)) };
  const of = arbitraryOf(shape.of, hints);
  const items = shape.distinct ? fc.uniqueArray(of, { ...limits, minLength: shape.fixed ? limits.minLength : Math.min(limits.minLength, 2), selector: (value) => canonicalJson(value) }) : fc.array(of, limits);
  return items.map((list) => tagged(shape.tag, arranged(list, shape)));
}

/** Keeps what all examples share: the order, and rows of one length. */
export function arranged(list: unknown[], shape: ListShape): unknown[] {
  if (shape.sorted) return [...list].sort(order);
  const rows = list.map(listOf);
  if (!shape.even || rows.some((row) => row === null)) return list;
  const width = Math.min(...rows.map((row) => row?.items.length ?? 0));
  const side = shape.square ? Math.min(width, rows.length) : width;
  return rows.slice(0, shape.square ? side : rows.length).map((row) => tagged(row?.tag ?? '', (row?.items ?? []).slice(0, side)));
}

function mapArbitrary(shape: MapShape, hints: number[]): fc.Arbitrary<unknown> {
  const limits = { minLength: Math.min(shape.min, 2), maxLength: Math.max(shape.max + 2, 4) };
  const entries = fc.uniqueArray(fc.tuple(arbitraryOf(shape.key, hints), arbitraryOf(shape.of, hints)), { ...limits, selector: ([key]) => canonicalJson(key) });
  return entries.map((pairs) => {
    const plain = shape.tag === '' && pairs.every(([key]) => typeof key === 'string' && !key.startsWith('$') && key !== '__proto__');
    return plain ? Object.fromEntries(pairs.map(([key, value]) => [String(key), value])) : { [shape.tag === '' ? '$dict' : shape.tag]: pairs };
  });
}
