/** What relates the arguments in every example – a length, a position, lists of one length, one number below another, a member of a list – and the repair of drawn arguments that keeps it. */
import { listOf } from '../shape.ts';
import { tagged } from './draw.ts';

type Repair = (args: unknown[]) => void;

/** With fewer examples than this an order between two numbers may be chance. */
const enough = 3;

export function relationsOf(examples: unknown[][]): (args: unknown[]) => unknown[] {
  const arity = examples[0]?.length ?? 0;
  const pairs = Array.from({ length: arity * arity }, (_, n) => [Math.floor(n / arity), n % arity] as const).filter(([a, b]) => a !== b);
  const repairs = pairs.flatMap(([a, b]) => [...alike(examples, a, b), ...below(examples, a, b)]);
  // Counts come last: they follow from the final lengths.
  const following = [position, member, count].flatMap((relation) => pairs.flatMap(([a, b]) => relation(examples, a, b)));
  return (drawn) => {
    const args = [...drawn];
    for (const repair of [...repairs, ...following]) repair(args);
    return args;
  };
}

const lengthOf = (args: unknown[], at: number): number | null => listOf(args[at])?.items.length ?? null;
const numberAt = (args: unknown[], at: number): number | null => { const n = args[at]; return typeof n === 'number' ? n : null; };

function alike(examples: unknown[][], a: number, b: number): Repair[] {
  if (a > b || !examples.every((args) => lengthOf(args, a) !== null && lengthOf(args, a) === lengthOf(args, b))) return [];
  return [(args) => {
    const size = Math.min(lengthOf(args, a) ?? 0, lengthOf(args, b) ?? 0);
    for (const at of [a, b]) { const list = listOf(args[at]); if (list) args[at] = tagged(list.tag, list.items.slice(0, size)); }
  }];
}

function below(examples: unknown[][], a: number, b: number): Repair[] {
  if (examples.length < enough || !examples.every((args) => { const [x, y] = [numberAt(args, a), numberAt(args, b)]; return x !== null && y !== null && x <= y; })) return [];
  if (examples.every((args) => args[a] === args[b])) return [];
  return [(args) => { const [x, y] = [numberAt(args, a), numberAt(args, b)]; if (x !== null && y !== null && x > y) { args[a] = y; args[b] = x; } }];
}

function position(examples: unknown[][], number: number, list: number): Repair[] {
  if (!examples.every((args) => { const [size, n] = [lengthOf(args, list), numberAt(args, number)]; return size !== null && n !== null && Number.isInteger(n) && n >= 0 && n <= size; })) return [];
  return [(args) => { const [size, n] = [lengthOf(args, list) ?? 0, numberAt(args, number)]; if (n !== null && n > size) args[number] = size; }];
}

function count(examples: unknown[][], number: number, list: number): Repair[] {
  if (!examples.every((args) => lengthOf(args, list) !== null && args[number] === lengthOf(args, list))) return [];
  return [(args) => { args[number] = lengthOf(args, list) ?? 0; }];
}

/** A value that is in the list in each of several examples. */
function member(examples: unknown[][], value: number, list: number): Repair[] {
  if (examples.length < enough || !examples.every((args) => listOf(args[list])?.items.some((item) => item === args[value]))) return [];
  return [(args) => { const items = listOf(args[list])?.items ?? []; if (items.length > 0 && !items.includes(args[value])) args[value] = items[Math.abs(Number(args[value]) || 0) % items.length]; }];
}
