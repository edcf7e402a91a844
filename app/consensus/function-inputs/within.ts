/** Whether a value stays inside what the examples showed; outside, a crash may be the input's fault. */
import { canonicalJson } from '../../core/digest.ts';
import { entriesOf, inOrder, isRecord, listOf, type ListShape, type MapShape, type Shape, type TextShape, type TupleShape } from '../shape.ts';
import { numberOf } from '../values.ts';

export function within(value: unknown, shape: Shape): boolean {
  switch (shape.type) {
    case 'list': return withinList(value, shape);
    case 'tuple': return withinTuple(value, shape);
    case 'record': return isRecord(value) && Object.entries(shape.fields).every(([name, field]) => within(Reflect.get(value, name), field));
    case 'map': return withinMap(value, shape);
    case 'anyOf': return shape.of.some((one) => within(value, one));
    case 'oneOf': return shape.values.some((one) => canonicalJson(one) === canonicalJson(value));
    default: return withinScalar(value, shape);
  }
}

type Scalar = Extract<Shape, { type: 'any' | 'bool' | 'int' | 'float' | 'string' }>;

function withinScalar(value: unknown, shape: Scalar): boolean {
  if (shape.type === 'any') return true;
  if (shape.type === 'bool') return typeof value === 'boolean';
  if (shape.type === 'string') return typeof value === 'string' && (shape.samples.includes(value) || isSpelledAlike(value, shape));
  const n = numberOf(value);
  return n !== null && inRange(n, shape) && (shape.type === 'float' || (typeof value === 'number' && Number.isInteger(n)));
}

function withinTuple(value: unknown, { tag, of }: TupleShape): boolean {
  const list = listOf(value);
  return list?.tag === tag && list.items.length === of.length && of.every((one, at) => within(list.items[at], one));
}

function withinMap(value: unknown, shape: MapShape): boolean {
  const map = entriesOf(value);
  return map !== null && inRange(map.entries.length, shape) && map.entries.every(([key, inner]) => within(key, shape.key) && within(inner, shape.of));
}

function withinList(value: unknown, shape: ListShape): boolean {
  const list = listOf(value);
  if (list?.tag !== shape.tag || !inRange(list.items.length, shape) || !list.items.every((item) => within(item, shape.of))) return false;
  return !shape.sorted || inOrder(list.items);
}

/** Whether numbers stay on the side of zero, and lists and texts as empty or not, as all examples were: what nothing at all vouches for stays unasked. */
export function isKindred(value: unknown, shape: Shape): boolean {
  switch (shape.type) {
    case 'int': case 'float': return (numberOf(value) ?? Infinity) >= lowest(shape);
    case 'string': return value !== '' || shape.min === 0;
    case 'tuple': return shape.of.every((one, at) => isKindred(listOf(value)?.items[at], one));
    case 'list': return isKindredList(listOf(value)?.items ?? [], shape);
    default: return true;
  }
}

function lowest({ min }: { min: number }): number {
  if (min < 0) return -Infinity;
  return min >= 1 ? 1 : 0;
}

function isKindredList(items: unknown[], shape: ListShape): boolean {
  if (items.length < Math.min(shape.min, 1) || (shape.fixed === true && items.length !== shape.max)) return false;
  return (!shape.sorted || inOrder(items)) && items.every((item) => isKindred(item, shape.of));
}

function inRange(size: number, { min, max }: { min: number; max: number }): boolean {
  return size >= min && size <= max;
}

/** Of plain letters that the examples showed, and as long as they were. */
function isSpelledAlike(value: string, shape: TextShape): boolean {
  const letters = [...value];
  return /^[A-Za-z0-9 ]*$/.test(shape.letters) && inRange(letters.length, shape) && letters.every((letter) => shape.letters.includes(letter));
}
