/**
 * Neighbours of an example: the same call with one value inside it moved – a number to its neighbours and to numbers that are written down, a text to another text, a list
 * without one of its items or with one twice, a record with one field told differently. What lies deep inside a list of records is reached like a plain argument.
 */
import { canonicalJson } from '../../core/digest.ts';
import { numberOf, tagOf } from '../../consensus/values.ts';
import type { Literals } from '../../consensus/literals.ts';
import { inTurn } from '../../core/in-turn.ts';

/** Where a value lies in a call: indices and names from the outside in. */
type Path = readonly (string | number)[];

export interface Vocabulary {
  literals: Literals;
  /** Every plain value that any example has, by type. */
  numbers: number[];
  texts: string[];
}

export function vocabularyOf(calls: unknown[][], literals: Literals): Vocabulary {
  const leaves = calls.flatMap((args) => leavesOf(args, []).map(({ value }) => value));
  const distinct = <T>(values: T[]) => [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
  return { literals, numbers: distinct(leaves.flatMap((value) => (typeof value === 'number' ? [value] : []))), texts: distinct(leaves.flatMap((value) => (typeof value === 'string' ? [value] : []))) };
}

/** Every call that differs from `args` at one place; one place after the other in turn, so that a cap keeps some of each. */
export function neighboursOf(args: unknown[], words: Vocabulary): unknown[][] {
  const moves = leavesOf(args, []).map(({ path, value }) => movesOf(value, words).map((next) => placed(args, path, next)));
  const single = inTurn(moves) as unknown[][];
  return [...single.slice(0, 40), ...everywhere(args), ...single.slice(40)];
}

/** Two steps from an example, drawn by a fixed rule: what shows only where two values meet. */
export function twoStepsOf(args: unknown[], words: Vocabulary, count: number): unknown[][] {
  const first = neighboursOf(args, words);
  return Array.from({ length: first.length === 0 ? 0 : count }, (_, at) => {
    const near = first[(at * 37 + 11) % first.length] ?? args;
    const second = neighboursOf(near, words);
    return second[(at * 53 + 29) % Math.max(1, second.length)] ?? near;
  });
}

/** The same move at every place at once: all numbers nothing, all below nothing, all alike; all texts alike, or in capitals. */
function everywhere(args: unknown[]): unknown[][] {
  const numbers: ((n: number) => number)[] = [() => 0, (n) => -n, () => 7, (n) => n * 100, (n) => -Math.abs(n) - 1];
  const texts: ((text: string) => string)[] = [() => 'same', (text) => text.toUpperCase(), (text) => `${text}${text}`];
  return [...numbers.map((move) => mapped(args, { number: move })), ...texts.map((move) => mapped(args, { text: move }))] as unknown[][];
}

function mapped(value: unknown, moves: { number?: (n: number) => number; text?: (text: string) => string }): unknown {
  if (typeof value === 'number') return moves.number ? moves.number(value) : value;
  if (typeof value === 'string') return moves.text ? moves.text(value) : value;
  if (Array.isArray(value)) return value.map((item) => mapped(item, moves));
  if (value === null || typeof value !== 'object' || tagOf(value) !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item, moves)]));
}

/** Every value inside, containers before what they hold. */
function leavesOf(value: unknown, path: Path): { path: Path; value: unknown }[] {
  const own = path.length > 0 ? [{ path, value }] : [];
  if (path.length > 4) return own;
  if (Array.isArray(value)) return [...own, ...value.slice(0, 6).flatMap((item, at) => leavesOf(item, [...path, at]))];
  if (value === null || typeof value !== 'object' || tagOf(value)?.tag === '$float') return own;
  return [...own, ...Object.entries(value).flatMap(([name, item]) => leavesOf(item, [...path, name]))];
}

function placed(whole: unknown, [head, ...rest]: Path, next: unknown): unknown {
  if (head === undefined) return next;
  if (Array.isArray(whole)) return whole.map((item, at) => (at === head ? placed(item, rest, next) : item));
  return Object.fromEntries(Object.entries(whole ?? {}).map(([name, item]) => [name, name === head ? placed(item, rest, next) : item]));
}

function movesOf(value: unknown, words: Vocabulary): unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return numberMoves(value, words);
  if (typeof value === 'string') return textMoves(value, words);
  if (Array.isArray(value)) return listMoves(value);
  const float = tagOf(value)?.tag === '$float' ? numberOf(value) : null;
  return float === null || !Number.isFinite(float) ? [] : [float + 0.5, float - 0.5, -float, float * 3].map((n) => (Number.isInteger(n) ? { $float: n.toFixed(1) } : n));
}

function numberMoves(value: number, { numbers, literals }: Vocabulary): number[] {
  const written = literals.integers.filter((n) => n > 1).flatMap((n) => [n, n + 1, n - 1]);
  return [...new Set([value + 1, value - 1, 0, ...numbers, 1, value * 2, ...written, value * 10 + 1, value * 7 + 3, -value, -1])].filter((n) => Number.isSafeInteger(n) && n !== value && !Object.is(n, -0));
}

function textMoves(value: string, { texts, literals }: Vocabulary): string[] {
  const middle = Math.ceil(value.length / 2);
  const near = [value.toUpperCase(), value.toLowerCase(), '', ` ${value}`, `${value} `, `${value}${value}`, value.slice(1), value.slice(0, -1), `${value} ${value}`, [...value].reverse().join(''), `${value.slice(0, middle)}ß${value.slice(middle)}`, `${value.slice(0, middle)}\u{1f600}${value.slice(middle)}`, `É${value}`, `${value}\n${value}`, `${value}1`, `0${value}`, `${value},${value}`, value.repeat(9)];
  const inside = literals.texts.filter((text) => text !== '' && text.length <= 12).flatMap((text) => [`${value}${text}`, `${text}${value}`]);
  const own = texts.flatMap((text) => (value === '' ? [text] : [text, `${value} ${text}`]));
  return [...new Set([...own.slice(0, 6), ...near, ...literals.texts.slice(0, 20), ...inside.slice(0, 24), ...own.slice(6), ...numbered(value)])].filter((text) => text !== value && text.isWellFormed());
}

/** Each number inside of a text moved: an address, a duration and a line of figures keep their form. */
function numbered(value: string): string[] {
  return [...value.matchAll(/\d+/g)].slice(0, 4).flatMap(({ 0: digits, index }) => [...new Set([Number(digits) + 1, 0, Number(digits) * 10, 255, 256, 60, 61, 99, `0${digits}`])].map((next) => `${value.slice(0, index)}${next}${value.slice(index + digits.length)}`));
}

function listMoves(items: unknown[]): unknown[] {
  const without = items.slice(0, 5).map((_, at) => items.toSpliced(at, 1));
  const twice = items.slice(0, 3).map((item) => [...items, item]);
  return [[], [...items].reverse(), ...without.slice(0, 2), ...twice, [...items, ...items], ...alikePairs(items), ...without.slice(2), ...(items.length > 0 ? [Array.from({ length: 12 }, (_, at) => items[at % items.length]), Array.from({ length: 40 }, (_, at) => varied(items[at % items.length], at))] : [])];
}

/** Two items that are nearly the same, the texts long: in capitals, with a sharp s, with a space. */
function alikePairs(items: unknown[]): unknown[] {
  const [first] = items;
  const long = mapped(first, { text: (text) => `${text}stra\u00dfe` });
  const changes: ((text: string) => string)[] = [(text) => text.toUpperCase(), (text) => `${text} `, (text) => text.replace('\u00df', 'ss')];
  return JSON.stringify(long) === JSON.stringify(first) ? [] : changes.map((text) => [...items, long, mapped(long, { text })]);
}

/** A longer list is made of items that are alike but not the same. */
function varied(item: unknown, at: number): unknown {
  if (typeof item === 'number') return item + at * 7 - 30;
  if (typeof item === 'string') return `${item}${at}`;
  if (Array.isArray(item)) return item.map((inner) => varied(inner, at));
  if (item === null || typeof item !== 'object' || tagOf(item) !== null) return item;
  return Object.fromEntries(Object.entries(item).map(([name, inner]) => [name, varied(inner, at)]));
}
