/** Lists of numbers and texts in a style: the shapes on which programs differ in answer or in time. Every value lies in the given range. */
import { apply, normal, type Int } from './expression.ts';
import { least, most, type Range } from './bounds.ts';
import { columnStyles, textStyles, type ColumnStyle, type TextStyle } from './plan.ts';
import { between, pick, shuffled, whole, type Random } from './random.ts';

export function drawColumn(random: Random, range: Range, how: { count: number; style: ColumnStyle; width: number | null }): Int[] {
  const style = how.style === 'any' ? pick(random, columnStyles) : how.style;
  const { low, high } = how.width === null ? range : narrowed(range, how.width);
  const make = (one: (at: number) => Int): Int[] => Array.from({ length: how.count }, (_, at) => one(at));
  switch (style) {
    case 'low': return make(() => low);
    case 'high': return make(() => high);
    case 'equal': { const value = between(random, low, high); return make(() => value); }
    case 'two': { const pair = [between(random, low, high), pick(random, [low, high])] as const; return make(() => pick(random, pair)); }
    case 'log': return make(() => logUniform(random, { low, high }));
    case 'rising': return make(() => between(random, low, high)).sort(order);
    case 'falling': return make(() => between(random, low, high)).sort(order).reverse();
    case 'narrow': { const near = narrowed({ low, high }, Math.max(1, Math.floor(how.count / 2))); return make(() => between(random, near.low, near.high)); }
    case 'mirror': { const half = make(() => between(random, low, high)); return half.map((value, at) => half[Math.min(at, how.count - 1 - at)] ?? value); }
    case 'organ': case 'cycle': { const up = make(() => between(random, low, high)).sort(order); return [...up.filter((_, at) => at % 2 === 0), ...up.filter((_, at) => at % 2 === 1).reverse()]; }
    case 'zigzag': case 'rho': { const near = narrowed({ low, high }, 3); return make((at) => (at % 2 === 0 ? between(random, near.low, near.high) : apply('-', high, between(random, 0, least(3, apply('-', high, low) ?? 0))) ?? high)); }
    case 'special': { const all = specialNumbers({ low, high }); return make(() => pick(random, all)); }
    case 'step': return make((at) => least(high, apply('+', low, at) ?? low));
    default: return make(() => between(random, low, high));
  }
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
  const other = pick(random, all);
  const make = (letter: (at: number) => string) => Array.from({ length: how.length }, (_, at) => letter(at)).join('');
  switch (style) {
    case 'equal': return (how.favourite === undefined ? one : all[how.favourite % all.length] ?? one).repeat(how.length);
    case 'pair': return make((at) => (at % 2 === 0 ? one : other));
    case 'blocks': { const cut = whole(random, 0, how.length); return one.repeat(cut) + other.repeat(how.length - cut); }
    case 'nearly': { const cut = how.length === 0 ? 0 : pick(random, [0, how.length - 1, how.length >> 1]); return make((at) => (at === cut ? other : one)); }
    case 'fibonacci': { let [text, longer] = [one, one + (other === one ? all.find((letter) => letter !== one) ?? one : other)]; while (text.length < how.length) [text, longer] = [longer, longer + text]; return text.slice(0, how.length); }
    case 'thue': { const second = all.find((letter) => letter !== one) ?? one; return make((at) => (parityOf(at) ? second : one)); }
    case 'tail': { const end = all.find((letter) => letter !== one) ?? one; return how.length === 0 ? '' : one.repeat(how.length - 1) + end; }
    case 'mirror': { const half = Array.from({ length: how.length }, () => pick(random, all)); return half.map((letter, at) => half[Math.min(at, how.length - 1 - at)] ?? letter).join(''); }
    default: return make(() => pick(random, all));
  }
}
