/** Whether a value stays inside what the examples showed; outside, a crash may be the input's fault. */
import { canonicalJson } from '../../core/digest.ts';
import { entriesOf, isRecord, listOf, order, type ListShape, type Shape, type TextShape } from '../shape.ts';
import { numberOf } from '../values.ts';

export function within(value: unknown, shape: Shape): boolean {
  switch (shape.type) {
    case 'any': return true;
    case 'bool': return typeof value === 'boolean';
    case 'int': return typeof value === 'number' && Number.isInteger(value) && inRange(value, shape);
    case 'float': { const n = numberOf(value); return n !== null && inRange(n, shape); }
    case 'string': return typeof value === 'string' && (shape.samples.includes(value) || isSpelledAlike(value, shape));
    case 'list': return withinList(value, shape);
    case 'tuple': { const list = listOf(value); return list?.tag === shape.tag && list.items.length === shape.of.length && shape.of.every((one, at) => within(list.items[at], one)); }
    case 'record': return isRecord(value) && Object.entries(shape.fields).every(([name, field]) => within(Reflect.get(value, name), field));
    case 'map': { const map = entriesOf(value); return map !== null && inRange(map.entries.length, shape) && map.entries.every(([key, inner]) => within(key, shape.key) && within(inner, shape.of)); }
    case 'anyOf': return shape.of.some((one) => within(value, one));
    case 'oneOf': return shape.values.some((one) => canonicalJson(one) === canonicalJson(value));
  }
}

/** Whether numbers stay on the side of zero, and lists and texts as empty or not, as all examples were: what nothing at all vouches for stays unasked. */
export function isKindred(value: unknown, shape: Shape): boolean {
  const n = numberOf(value);
  if (shape.type === 'int' || shape.type === 'float') return n === null || n >= (shape.min >= 1 ? Math.min(1, shape.min) : shape.min >= 0 ? 0 : -Infinity);
  if (shape.type === 'string') return typeof value !== 'string' || value !== '' || shape.min === 0;
  if (shape.type === 'tuple') return shape.of.every((one, at) => isKindred(listOf(value)?.items[at], one));
  const list = shape.type === 'list' ? listOf(value) : null;
  if (shape.type !== 'list' || !list) return true;
  const long = list.items.length >= Math.min(shape.min, 1) && (!shape.fixed || list.items.length === shape.max);
  return long && (list.items.length === 0 || (!shape.sorted || list.items.every((item, at) => at === 0 || order(list.items[at - 1], item) <= 0))) && list.items.every((item) => isKindred(item, shape.of));
}

function withinList(value: unknown, shape: ListShape): boolean {
  const list = listOf(value);
  if (list?.tag !== shape.tag || !inRange(list.items.length, shape) || !list.items.every((item) => within(item, shape.of))) return false;
  return !shape.sorted || list.items.every((item, at) => at === 0 || order(list.items[at - 1], item) <= 0);
}

function inRange(size: number, { min, max }: { min: number; max: number }): boolean {
  return size >= min && size <= max;
}

/** Of plain letters that the examples showed, and as long as they were. */
function isSpelledAlike(value: string, shape: TextShape): boolean {
  const letters = [...value];
  return /^[A-Za-z0-9 ]*$/.test(shape.letters) && inRange(letters.length, shape) && letters.every((letter) => shape.letters.includes(letter));
}
