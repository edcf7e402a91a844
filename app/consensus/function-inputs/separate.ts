/**
 * Inputs that may separate two candidates that still behave the same. Where programs part is written in them: at numbers and texts that
 * stand in the one and not in the other. Each such literal, and its neighbours, is put into every place of known inputs that it fits –
 * a number, a length, an item, a text – one place at a time, then two. A pure generator; whoever calls it runs the candidates.
 */
import { canonicalJson } from '../../core/digest.ts';
import { textOf, type Patch } from '../../core/tree.ts';
import { keyOf, type Input, type InputRequest } from '../inputs.ts';
import { listOf } from '../shape.ts';
import { numberOf } from '../values.ts';
import { inTurn } from '../../core/in-turn.ts';
import { groupsOf, keepsKind, type Group } from './calls.ts';
import { isAllowed, isVouched } from './contract.ts';
import { floatValue, tagged } from './draw.ts';

export interface SeparatingRequest extends InputRequest {
  /** The patches of the two candidates. */
  pair: [Patch, Patch];
  /** Keys (keyOf) of what both were already asked. */
  asked: Set<string>;
}

interface Marks {
  numbers: number[];
  texts: string[];
}

/** At most `count` inputs, the most telling first; the same for the pair in either order. */
export function separatingInputs(request: SeparatingRequest): Input[] {
  if (request.spec.surface?.kind !== 'function') return [];
  const marks = marksOf(request.pair);
  const found = new Map<string, Input>();
  for (const input of inTurn(groupsOf(request).map((group) => groupInputs(group, marks)))) {
    if (found.size >= request.count) break;
    const key = keyOf(input.trial);
    if (!request.asked.has(key) && !found.has(key)) found.set(key, input);
  }
  return [...found.values()];
}

/** Literals of either code, those that only one of them has first. */
function marksOf([a, b]: [Patch, Patch]): Marks {
  const [one, other] = [literalsOf(a), literalsOf(b)];
  const ranked = <T>(x: T[], y: T[]): T[] => { const all = [...new Set([...x, ...y])].sort(); return [...all.filter((value) => x.includes(value) !== y.includes(value)), ...all.filter((value) => x.includes(value) === y.includes(value))]; };
  return { numbers: ranked(one.numbers, other.numbers).slice(0, 24), texts: ranked(one.texts, other.texts).slice(0, 24) };
}

function literalsOf(patch: Patch): Marks {
  const source = Object.values(patch).map((file) => (file ? textOf(file) ?? '' : '')).join('\n').replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|\/\*[\s\S]*?\*\/|(?<!["'])#[^\n]*|\/\/[^\n]*/g, ' ');
  const numbers = [...new Set((source.match(/(?<![\w.])\d{1,9}(?:\.\d{1,4})?(?![\w.])/g) ?? []).map(Number))];
  const texts = [...new Set([...source.matchAll(/'([^'\\\n]{1,12})'|"([^"\\\n]{1,12})"/g)].map(([, single, double]) => single ?? double ?? ''))];
  return { numbers, texts };
}

function groupInputs({ examples, contracts, repair }: Group, marks: Marks): Input[] {
  const starts = examples.slice(0, 6);
  const once = inTurn(starts.map((args) => edits(args, marks)));
  const twice = inTurn(once.slice(0, 40).map((args) => edits(args, marks).slice(0, 30)));
  const unique = [...new Map([...once, ...twice].map((args) => [canonicalJson(args), args])).values()];
  return unique.map(repair).filter((args) => isAllowed(args, contracts) && keepsKind(args, contracts)).map((args) => ({ trial: { args }, doubtful: !isVouched(args, contracts) }));
}

/** Every argument list that is one edit away. */
function edits(args: unknown[], marks: Marks): unknown[][] {
  return inTurn(args.map((value, at) => variants(value, marks, 0).map((changed) => args.with(at, changed))));
}

function variants(value: unknown, marks: Marks, depth: number): unknown[] {
  const n = numberOf(value);
  if (n !== null) return numbersNear(n, marks).map((changed) => (typeof value === 'number' ? changed : floatValue(changed)));
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'string') return textVariants(value, marks);
  const list = listOf(value);
  if (list) return listVariants(list.items, marks, depth).map((items) => tagged(list.tag, items));
  if (value === null || typeof value !== 'object' || depth > 2 || Object.keys(value).some((name) => name.startsWith('$'))) return [];
  return Object.entries(value).flatMap(([name, inner]) => variants(inner, marks, depth + 1).slice(0, 8).map((changed) => ({ ...value, [name]: changed })));
}

/** Whole numbers stay whole, and nobody becomes negative who was not. */
function numbersNear(n: number, { numbers }: Marks): number[] {
  const near = numbers.flatMap((mark) => [mark, mark + 1, mark - 1, mark * 2]);
  return [...new Set([...near, 0, 1, n + 1, n - 1, n * 2])].filter((changed) => changed !== n && (n < 0 || changed >= 0) && (!Number.isInteger(n) || Number.isInteger(changed)));
}

function textVariants(text: string, { texts, numbers }: Marks): string[] {
  const letters = [...text];
  if (text === '') return [...texts];
  const put = texts.flatMap((mark) => [text + mark, mark + text, letters.with(Math.max(0, letters.length - 1), mark).join(''), mark]);
  const sized = numbers.filter((size) => Number.isInteger(size) && size > 0 && size <= 64).flatMap((size) => [size, size + 1]).map((size) => text.repeat(Math.ceil(size / text.length)).slice(0, size));
  return [...new Set([...put, ...sized, text + text, letters.toReversed().join('')])].filter((changed) => changed !== text);
}

function listVariants(items: unknown[], marks: Marks, depth: number): unknown[][] {
  if (items.length === 0 || depth > 2) return [];
  const sizes = marks.numbers.filter((size) => Number.isInteger(size) && size > 0 && size <= 40).flatMap((size) => [size - 1, size, size + 1]);
  const sized = sizes.map((size) => Array.from({ length: size }, (_, at) => items[at % items.length]));
  const inner = [0, items.length - 1].flatMap((at) => variants(items[at], marks, depth + 1).slice(0, 24).map((changed) => items.with(at, changed)));
  return [...inTurn([inner, sized]), items.map(() => items[0]), items.toReversed(), [...items, items[0]]];
}
