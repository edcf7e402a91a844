/** Smaller calls near a given one, smallest first, that stay within what the examples showed. */
import { canonicalJson } from '../core/digest.ts';
import { within } from './function-inputs/within.ts';
import { inferShape, listOf } from './shape.ts';

const most = 24;

export function smallerCalls(args: unknown[], examples: unknown[][]): unknown[][] {
  const alike = examples.filter((example) => example.length === args.length);
  const shapes = args.map((_, at) => inferShape(alike.map((example) => example[at])));
  const calls = args.flatMap((value, at) => smallerValues(value).map((smaller) => args.map((old, other) => (other === at ? smaller : old))));
  const size = (call: unknown[]) => canonicalJson(call).length;
  const valid = calls.filter((call) => size(call) < size(args) && call.every((value, at) => { const shape = shapes[at]; return canonicalJson(value) === canonicalJson(args[at]) || (shape !== undefined && within(value, shape)); }));
  return valid.sort((a, b) => size(a) - size(b) || (canonicalJson(a) < canonicalJson(b) ? -1 : 1)).slice(0, most);
}

function smallerValues(value: unknown): unknown[] {
  if (typeof value === 'number') return [0, 1, Math.trunc(value / 10), Math.trunc(value / 2)];
  if (typeof value === 'string') return [value.slice(0, Math.ceil(value.length / 2)), value.slice(Math.floor(value.length / 2)), value.slice(1), value.slice(0, -1)];
  const list = listOf(value);
  if (!list) return [];
  const { items, tag } = list;
  const shorter = [items.slice(0, Math.ceil(items.length / 2)), items.slice(Math.floor(items.length / 2)), ...items.slice(0, 10).map((_, at) => items.toSpliced(at, 1))];
  return shorter.map((one) => (tag === '' ? one : { [tag]: one }));
}
