/**
 * Lengths of texts told in words: "S is a string of length N", "strings S_1, …, S_N, each of length M", "a string S and its length N",
 * "the length of S is N". A length between two bounds is no length; `words.ts` reads those.
 */
import type { Rule } from './constraints.ts';
import { parseExpr } from './expression.ts';
import type { Declared } from './grammar.ts';

const named = String.raw`(?<![A-Za-z])(?<name>[A-Za-z]'?)(?:_\{?[A-Za-z0-9]\}?)?`;
const size = String.raw`(?:exactly |equal to )?(?<size>\d*[A-Za-z](?:\s?[-+]\s?\d+)?|\d+)(?![A-Za-z0-9^_]| ?(?:\*|<|>|and \d))`;
const patterns = [
  String.raw`${named} (?:is|are|be)(?: each| all)? (?:an? |the )?[^.;,]*?\b(?:string|sequence|word|text)s?\b[^.;,]*? of length ${size}`,
  String.raw`\b(?:string|word|text)s? ${named}(?:, [A-Z]_[^ ]+)*(?:,? …,? [A-Z]_[^ ]+)?[^.;]{0,40}? of (?:the same )?length ${size}`,
  String.raw`\b(?:string|word|text) ${named} [^.;]*\bits length,? ${size}`,
  String.raw`\blengths? of ${named} (?:is|are|equals|=) ${size}`,
  String.raw`${named} (?:has|have|is of|are of) (?:a )?length ${size}`,
].map((pattern) => new RegExp(pattern, 'g'));

const under = /(?<![A-Za-z])([A-Za-z]) (?:is |does |must be )?(less than|smaller than|at most|not (?:greater|more|larger) than|not exceed|no more than) the (?:length|number of (?:decimal )?(?:digits|characters|letters)) (?:of|in) ([A-Za-z])(?![A-Za-z])/;

export function statedLengths(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const below = under.exec(sentence);
  const [, small = '', words = '', text = ''] = below ?? [];
  const has = (name: string) => declared.some((one) => one.name === name);
  const bound: Rule[] = below && has(small) && has(text) ? [{ rule: 'compare', left: { k: 'ref', name: small, sub: '' }, op: /less|smaller/.test(words) ? '<' : '<=', right: { k: 'len', name: text, sub: '' } }] : [];
  return [...bound, ...equalLengths(sentence, declared, numeric)];
}

function equalLengths(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  return patterns.flatMap((pattern) => [...sentence.matchAll(pattern)].flatMap((found): Rule[] => {
    const { name = '', size: told = '' } = found.groups ?? {};
    const text = declared.find((one) => one.name === name && !one.glued && !numeric.has(one.name));
    const right = parseExpr(told);
    const counted = right?.k === 'num' || declared.some((one) => one.name === /[A-Za-z]/.exec(told)?.[0]);
    return text && right && counted ? [{ rule: 'compare', left: { k: 'len', name, sub: '' }, op: '=', right }] : [];
  }));
}
