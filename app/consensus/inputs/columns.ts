/** Lists of numbers and texts in a style: the shapes on which programs differ in answer or in time. Every value lies in the given range. */
import { apply, normal, type Int } from './expression.ts';
import { least, most, type Range } from './bounds.ts';
import { columnStyles, textStyles, type ColumnStyle, type TextStyle } from './plan.ts';
import { between, pick, shuffled, whole, type Random } from './random.ts';

export function drawColumn(random: Random, range: Range, how: { count: number; style: ColumnStyle; width: number | null }): Int[] {
  const style = how.style === 'any' ? pick(random, columnStyles) : how.style;
  const { low, high } = how.width === null ? range : narrowed(range, how.width);
  const make = (one: (at: number) => Int): Int[] => Array.from({ length: how.count }, (_, at) => one(at));
  return (drawn[style] ?? drawn.full)({ random, low, high, count: how.count, make, any: () => between(random, low, high) });
}

interface Column extends Range {
  random: Random;
  count: number;
  make: (one: (at: number) => Int) => Int[];
  any: () => Int;
}

const drawn: { full: (column: Column) => Int[] } & Partial<Record<ColumnStyle, (column: Column) => Int[]>> = {
  full: ({ make, any }) => make(any),
  low: ({ make, low }) => make(() => low),
  high: ({ make, high }) => make(() => high),
  equal: ({ make, any }) => { const value = any(); return make(() => value); },
  two: ({ make, any, random, low, high }) => { const pair = [any(), pick(random, [low, high])] as const; return make(() => pick(random, pair)); },
  log: ({ make, random, low, high }) => make(() => logUniform(random, { low, high })),
  rising: ({ make, any }) => make(any).sort(order),
  falling: ({ make, any }) => make(any).sort(order).reverse(),
  narrow: ({ make, random, low, high, count }) => { const near = narrowed({ low, high }, Math.max(1, Math.floor(count / 2))); return make(() => between(random, near.low, near.high)); },
  mirror: ({ make, any, count }) => { const half = make(any); return half.map((value, at) => half[Math.min(at, count - 1 - at)] ?? value); },
  organ: piped, cycle: piped, zigzag: alternating, rho: alternating,
  special: ({ make, random, low, high }) => { const all = specialNumbers({ low, high }); return make(() => pick(random, all)); },
  step: ({ make, low, high }) => make((at) => least(high, apply('+', low, at) ?? low)),
};

function piped({ make, any }: Column): Int[] {
  const up = make(any).sort(order);
  return [...up.filter((_, at) => at % 2 === 0), ...up.filter((_, at) => at % 2 === 1).reverse()];
}

function alternating({ make, random, low, high }: Column): Int[] {
  const near = narrowed({ low, high }, 3);
  return make((at) => (at % 2 === 0 ? between(random, near.low, near.high) : apply('-', high, between(random, 0, least(3, apply('-', high, low) ?? 0))) ?? high));
}

const chosen: readonly Int[] = [...Array.from({ length: 60 }, (_, at) => 2n ** BigInt(at + 1)), ...Array.from({ length: 18 }, (_, at) => 10n ** BigInt(at + 1) - 1n), 720720n, 735134400n, 963761198400n, 897612484786617600n, 99991n, 199999n, 999983n, 998244353n, 999999937n, 1000000007n, 999999999989n, 999999999999999989n].map(normal);

/** Powers of two, rows of nines, numbers with many divisors and primes near the usual limits, as far as they lie in the range; its ends besides. */
export function specialNumbers({ low, high }: Range): readonly [Int, ...Int[]] {
  return [high, ...chosen.filter((one) => one >= low && one <= high), low];
}

export const order = (a: Int, b: Int): number => (a < b ? -1 : a > b ? 1 : 0);

/** Close to zero where zero is inside, else to the lowest. */
export function narrowed({ low, high }: Range, width: number): Range {
  if (low < 0 && high > 0) return { low: most(low, -Math.ceil(width / 2)), high: least(high, Math.ceil(width / 2)) };
  return { low, high: least(high, apply('+', low, width) ?? low) };
}

function logUniform(random: Random, { low, high }: Range): Int {
  const span = Number(high) - Number(low);
  const reach = Math.floor(Math.exp(random.next() * Math.log(span + 1)));
  return between(random, low, least(high, apply('+', low, Math.max(0, reach)) ?? low));
}

/** Distinct values in the range, or null where there are too few. */
export function drawDistinct(random: Random, { low, high }: Range, count: number): Int[] | null {
  const span = Number(high) - Number(low) + 1;
  if (span < count) return null;
  if (span <= count * 3 && span < 3_000_000) return shuffled(random, Array.from({ length: span }, (_, at) => apply('+', low, at) ?? low)).slice(0, count);
  const seen = new Set<Int>();
  while (seen.size < count) seen.add(between(random, low, high));
  return [...seen];
}

/** Where a blank is among the letters, none stands at an end or beside another one: a reader of words would not see it. */
export function drawText(random: Random, letters: string[], how: { length: number; style: TextStyle; favourite?: number }): string {
  if (!letters.includes(' ')) return drawLetters(random, letters, how);
  const solid = letters.filter((letter) => letter !== ' ');
  const text = drawLetters(random, solid, how);
  return [...text].map((letter, at) => (at % 2 === 1 && at < text.length - 1 && random.next() < 0.3 ? ' ' : letter)).join('');
}

/** Whether the number has an odd count of one-bits. */
function parityOf(value: number): boolean {
  let odd = false;
  for (let left = value; left > 0; left = Math.floor(left / 2)) odd = odd !== (left % 2 === 1);
  return odd;
}

function drawLetters(random: Random, letters: string[], how: { length: number; style: TextStyle; favourite?: number }): string {
  const style = how.style === 'any' ? pick(random, textStyles) : how.style;
  const [first = 'a', ...rest] = letters;
  const all: readonly [string, ...string[]] = [first, ...rest];
  const one = pick(random, all);
  const make = (letter: (at: number) => string) => Array.from({ length: how.length }, (_, at) => letter(at)).join('');
  const second = all.find((letter) => letter !== one) ?? one;
  return (spelled[style] ?? spelled.random)({ ...how, random, all, one, second, other: pick(random, all), make });
}

/** What closes the first letter: the same one in the other case, else the last one, as brackets come in pairs. */
function closing(all: readonly [string, ...string[]]): string {
  return all.find((letter) => letter !== all[0] && letter.toLowerCase() === all[0].toLowerCase()) ?? all.at(-1) ?? all[0];
}

interface Spelling {
  random: Random;
  length: number;
  favourite?: number;
  all: readonly [string, ...string[]];
  one: string;
  /** Any letter; `second` is another one than `one` where there are two. */
  other: string;
  second: string;
  make: (letter: (at: number) => string) => string;
}

const spelled: { random: (text: Spelling) => string } & Partial<Record<TextStyle, (text: Spelling) => string>> = {
  random: ({ make, random, all }) => make(() => pick(random, all)),
  equal: ({ favourite, all, one, length }) => (favourite === undefined ? one : all[favourite % all.length] ?? one).repeat(length),
  pair: ({ make, one, other }) => make((at) => (at % 2 === 0 ? one : other)),
  blocks: ({ random, length, one, other, favourite, all }) => { if (favourite !== undefined) return all[0].repeat(length >> 1) + closing(all).repeat(length - (length >> 1)); const cut = whole(random, 0, length); return one.repeat(cut) + other.repeat(length - cut); },
  nearly: ({ make, random, length, one, other }) => { const cut = length === 0 ? 0 : pick(random, [0, length - 1, length >> 1]); return make((at) => (at === cut ? other : one)); },
  fibonacci: ({ length, one, other, second }) => { let [text, longer] = [one, one + (other === one ? second : other)]; while (text.length < length) [text, longer] = [longer, longer + text]; return text.slice(0, length); },
  thue: ({ make, one, second }) => make((at) => (parityOf(at) ? second : one)),
  tail: ({ length, one, second }) => (length === 0 ? '' : one.repeat(length - 1) + second),
  mirror: ({ random, all, length }) => { const half = Array.from({ length }, () => pick(random, all)); return half.map((letter, at) => half[Math.min(at, length - 1 - at)] ?? letter).join(''); },
};
