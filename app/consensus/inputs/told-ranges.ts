/**
 * Ranges told in words beside what they are about: "between 1 and 100, inclusive", "at least 1 and at most w", "not greater than 50",
 * "from 0 to 10", "does not exceed 10^6 in absolute value", "between 1 and 20 letters". `rangesOf` finds them in a text;
 * `toldRanges` gives those of things without a name to the noun that stands before them ("each weight", "nicknames and words").
 */
import type { Rule } from './constraints.ts';
import { num, parseExpr, ref, type Expr } from './expression.ts';
import type { Declared } from './grammar.ts';
import { isNameless } from './nouns.ts';

export interface ToldRange {
  low: Expr | null;
  high: Expr | null;
  /** Of how many letters something is, not of its value. */
  ofLength: boolean;
  /** Where the words stand in the text. */
  from: number;
  to: number;
}

const value = String.raw`\(?(-?(?:\d[\d.]*\s?\*\s?)?(?:10\^\d+|\d+|(?<![A-Za-z])(?!a [a-z]{2})[A-Za-z](?:_[a-z])?(?![A-Za-z']))(?:\s?[-+*]\s?(?:\d+|[A-Za-z](?![A-Za-z])))?)\)?`;
const no = String.raw`(?:none of (?:which|them|these)|not|no|never|n't|cannot be|neither)(?: be| are| is)?`;
const shapes: [RegExp, 'both' | 'low' | 'high' | 'above' | 'below'][] = [
  [new RegExp(String.raw`\b(?:between|from|in (?:the )?(?:range|interval)(?: of| from| between)?|ranging from|within) [[(]?${value} ?(?:and|to|through|,|—|…) ?${value}`, 'gi'), 'both'],
  [new RegExp(String.raw`\b(?:at least|${no} (?:less|smaller|fewer|shorter|lower) than|greater than or equal to|minimum of|a minimum) ${value}`, 'gi'), 'low'],
  [new RegExp(String.raw`\b(?:at most|${no} (?:more|greater|larger|bigger|longer|higher|above) than|${no} exceed(?:ing|s)?|up to|less than or equal to|smaller than or equal to|maximum of) ${value}`, 'gi'), 'high'],
  [new RegExp(String.raw`(?<!${no} )\b(?:greater|larger|more|bigger) than (?!or)${value}`, 'gi'), 'above'],
  [new RegExp(String.raw`(?<!${no} )\b(?:less|smaller|fewer|lower) than (?!or)${value}`, 'gi'), 'below'],
];

/** All ranges of the text in order; a lower and an upper bound beside each other are one. */
export function rangesOf(text: string): ToldRange[] {
  const found = shapes.flatMap(([pattern, kind]) => [...text.matchAll(pattern)].map((one) => rangeFrom(text, one, kind)));
  const sorted = found.filter((one) => one.low !== null || one.high !== null).sort((a, b) => a.from - b.from);
  return sorted.reduce<ToldRange[]>((all, one) => {
    const last = all.at(-1);
    const joined = last && (last.low === null) !== (one.low === null) && (last.high === null) !== (one.high === null) && /^[\s,]*(?:and|but|or)?[\s,]*(?:be |is |are )?$/.test(text.slice(last.to, one.from));
    return joined ? [...all.slice(0, -1), { low: last.low ?? one.low, high: last.high ?? one.high, ofLength: last.ofLength || one.ofLength, from: last.from, to: one.to }] : [...all, one];
  }, []);
}

function rangeFrom(text: string, found: RegExpExecArray, kind: 'both' | 'low' | 'high' | 'above' | 'below'): ToldRange {
  const [first, second] = [expr(found[1]), expr(found[2])];
  const to = found.index + found[0].length;
  const ofLength = /^(?: (?:lower|upper|small|capital|english|latin|alphabetic|printable|ascii)\S*| (?:and|or)| case)*,? (?:letters?|characters?|symbols?|digits?)\b/i.test(text.slice(to)) || /\b(?:length|lengths|long)\b[^.,;]{0,25}$/i.test(text.slice(Math.max(0, found.index - 40), found.index));
  const place = { ofLength, from: found.index, to };
  if (kind === 'both') return { ...place, low: second && first, high: first && second };
  if (kind === 'low' || kind === 'above') return { ...place, low: first && (kind === 'above' ? plus(first, '+') : first), high: null };
  const high = first && (kind === 'below' ? plus(first, '-') : first);
  return { ...place, low: high && /^ (?:in|by) absolute value/i.test(text.slice(to)) ? { k: 'op', op: '-', a: num(0), b: high } : null, high };
}

const plus = (a: Expr, op: '+' | '-'): Expr => ({ k: 'op', op, a, b: num(1) });
const expr = (text: string | undefined) => (text === undefined ? null : parseExpr(text));

/** "A positive integer not greater than 50" has a lower bound as well. */
export function withSign(range: ToldRange, words: string): ToldRange {
  if (range.low !== null || range.ofLength) return range;
  return /non-?negative/i.test(words) ? { ...range, low: num(0) } : /\bpositive\b|natural number/i.test(words) ? { ...range, low: num(1) } : range;
}

/** `list`: the bounds are those of every element. */
export function rulesOfRange({ low, high, ofLength }: ToldRange, { name, list }: { name: string; list: boolean }): Rule[] {
  const self: Expr = ofLength ? { k: 'len', name, sub: '' } : ref(name, list ? 'i' : '');
  return [...(low ? [{ rule: 'compare' as const, left: low, op: '<=' as const, right: self }] : []), ...(high ? [{ rule: 'compare' as const, left: self, op: '<=' as const, right: high }] : [])];
}

/** Only nouns between the range before and this one are its subject. */
export function toldRanges(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const nameless = declared.filter((one) => isNameless(one.name));
  if (/\b(?:sum|total|print|output|find)\b/i.test(sentence)) return [];
  return rangesOf(sentence).flatMap((range, at, ranges) => {
    const words = sentence.slice(ranges[at - 1]?.to ?? 0, range.from);
    const all = /\b(?:both|all|each|every)\b/i.test(words) && range.ofLength ? declared.filter((one) => one.shape === 'value' && !numeric.has(one.name)) : [];
    const subjects = nameless.length === 0 ? all : nameless.filter((one) => new RegExp(`\\b${nounOf(one.name)}(?:s|es)?\\b`, 'i').test(words));
    return subjects.flatMap((one) => rulesOfRange(withSign(range, words), { name: one.name, list: one.shape === 'list' }));
  });
}

function nounOf(name: string): string {
  const noun = name.replace(/ .*$/, '');
  return /y$/.test(noun) ? `${noun.slice(0, -1)}(?:y|ies)` : noun;
}
