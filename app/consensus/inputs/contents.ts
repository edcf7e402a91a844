/**
 * What one line contains, told in words: "two integers n and m", "n integers a_1, …, a_n", "a string s of length n", "the number of test
 * cases". Explanations after a dash and conditions in parentheses are passed over; what has no name gets one.
 */
import type { Expr } from './expression.ts';
import { countOf } from './block.ts';
import type { Part } from './grammar.ts';
import { textsOf, thingOf } from './contents-texts.ts';
import { isNameless, nounName } from './nouns.ts';
import { countExpr } from './prose.ts';
import { rangesOf, rulesOfRange, withSign } from './told-ranges.ts';
import type { Rule } from './constraints.ts';

export const countWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

export interface Contents {
  parts: Part[];
  lengths: Map<string, Expr>;
  /** Ranges that the words beside a part give it. */
  ranges: Rule[];
  /** The name of the number of test cases, if this line holds it. */
  casesName: string;
}

const name = String.raw`[A-Za-z]{1,2}\d?'?(?:_(?:\{[^{}]*\}|[A-Za-z0-9]+))?`;
const noun = String.raw`(?:integers?|numbers?|naturals?|values?|strings?|words?|characters?|chars?|letters?|digits?|reals?|symbols?|elements?|floats?|bits?|(?:nick|user|sur)?names?|coordinates?|indices|times(?= (?:of day|in the form)))`;
const counter = String.raw`(?:an?|one|single|two|three|four|five|six|seven|eight|nine|ten|\d+\s?\*?\s?[a-zA-Z]|[a-zA-Z](?:_[a-zA-Z0-9])?(?:\s?[-+*]\s?(?:\d+|[a-zA-Z]))?|\d+|exactly|another|the)`;
const start = new RegExp(String.raw`(?:^|,|;|\band\b|\bfollowed by\b|\bthen\b|\bcontaining\b|\bcontains?\b|\bhas\b|\bwith\b|:)\s*(?:and |followed by |then |also |exactly |the |there (?:is|are) )*(?=${counter} (?:[a-z]+(?:-[a-z]+)*,? ){0,4}?${noun}\b)`, 'gi');
const listPattern = new RegExp(String.raw`(?<!\w)(${name})(?!\w)\s?,?\s?(?:(?<!\w)${name}(?!\w)\s?,?\s?)*…\s?,?\s?(${name}(?:[+-]\d)?)(?!\w)`);
const cased = /number of (?:the )?(?:test ?cases|tests|data ?sets|cases|independent|testcases|queries in the test|scenarios)|(?:test ?cases|tests) (?:to|in|follow)/i;

export function contentsOf(text: string, serial: { next: number }): Contents {
  const told: Contents = { parts: [], lengths: new Map(), ranges: [], casesName: '' };
  const whole = text.replace(/^\s*(?:of (?:the|each|every|a) (?:input|test ?cases?|test|data ?set|description)\s?(?:case)?(?: description)?|in (?:the|each) (?:input|test case))?[\s,]*/i, '');
  for (const chunk of chunksOf(whole)) addChunk(told, chunk, serial);
  if (told.casesName === '' && cased.test(whole) && told.parts.length === 1 && told.parts[0]?.part === 'value') told.casesName = told.parts[0].name;
  return told;
}

function chunksOf(text: string): string[] {
  const cuts = [...text.matchAll(start)].map((found) => found.index).filter((at) => at > 0 && !insideParens(text, at));
  const chunks = [0, ...cuts].map((from, at, all) => text.slice(from, all[at + 1] ?? text.length));
  return chunks.reduce<string[]>((all, chunk) => (explains(all.at(-1) ?? '', chunk) ? [...all.slice(0, -1), `${all.at(-1) ?? ''}${chunk}`] : [...all, chunk]), []);
}

/** "two integers: the number of books n and the weight w": what follows only says what the integers are. */
function explains(before: string, chunk: string): boolean {
  const several = /^[^,:;—]*\b(?:two|three|four|five|six)\b (?:[a-z]+(?:-[a-z]+)*,? ){0,3}?(?:integers|numbers|values)\s*(?:\(|[:,—]|$)/i.test(before);
  const apposed = /^\W*(?:of |with |contains |holds |is |has )*the [^,:;()]*$/i.test(before) && !/\b(?:integers?|numbers?|strings?)\b/i.test(before) && /^\s*,\s*an? (?:[a-z-]+ )?(?:integer|number)\b/i.test(chunk);
  if (/^\s*[,;—:]?\s*(?:where )?the \(?[a-z]\)?-?\s?th (?:integer|number|value|element|of them|of these)\b/i.test(chunk)) return true;
  return apposed || (several && /^\s*(?:[:,;—]|and)?\s*(?:and )?the\b/i.test(chunk));
}

function insideParens(text: string, at: number): boolean {
  return (text.slice(0, at).match(/\(/g) ?? []).length > (text.slice(0, at).match(/\)/g) ?? []).length;
}

function addChunk(told: Contents, chunk: string, serial: { next: number }): void {
  const open = withoutParens(chunk);
  const stated = open.replace(/\s(?:—|--?)\s.*$/s, ' ').replace(/^[\s,;:]*(?:and |then |followed by |contains? |containing |has |have |holds? |gives? |consists? of |of |exactly |with |is |are |there (?:is|are) )*/i, '').replace(/^(?:an?|the) (?:sequence|array|list|permutation|row|series|set|description)(?: of| consisting of| with| containing) (?=\S+ (?:[a-z]+(?:-[a-z]+)* ){0,3}(?:integers?|numbers?|values?|strings?))/i, '').replace(/^the [^,:;()]*, (?=an? (?:[a-z-]+ )?(?:integer|number)\b)/i, '');
  const list = listOf(stated, open);
  const parts = list ?? textsOf(stated, told, { serial, namesAt, explaining: /^\s*[,;:—]\s*the\b/i.test(chunk) && told.parts.every((part) => part.part !== 'word' && !isNameless(part.name)) }) ?? numbersOf(stated, { chunk, serial }) ?? (told.parts.length === 0 || /^\W*and an? /i.test(chunk) ? thingOf(stated, serial) : null) ?? bareOf(stated, told);
  told.ranges.push(...rangesBeside(chunk, parts));
  for (const part of parts) if (!told.parts.some((one) => one.part !== 'word' && part.part !== 'word' && one.name === part.name)) told.parts.push(part);
}

/** Each range belongs to the part that is named last before it; "each" and "both" mean all of them. */
function rangesBeside(chunk: string, parts: Part[]): Rule[] {
  const known = parts.flatMap((part) => (part.part === 'word' ? [] : [{ name: part.name, list: part.part === 'list', at: isNameless(part.name) ? 0 : Math.max(0, chunk.search(new RegExp(`(?<![A-Za-z'])${part.name}(?![A-Za-z'])`))) }]));
  return rangesOf(chunk).flatMap((range, at, all) => {
    const words = chunk.slice(all[at - 1]?.to ?? 0, range.from);
    const before = known.filter((one) => one.at <= range.from);
    const subjects = /\b(?:each|both|all|every)\b/i.test(words) ? known : before.every((one) => one.at === 0) && before.length > 1 ? before.slice(at, at + 1) : before.sort((a, b) => a.at - b.at).slice(-1);
    return /\b(?:sum|total)\b/i.test(words) ? [] : subjects.flatMap((one) => rulesOfRange(withSign(range, chunk.slice(0, range.from)), one));
  });
}

/** Parentheses with a condition go; `f(n)`-like ones and short lists stay out as well. */
function withoutParens(text: string): string {
  let plain = text;
  for (let round = 0; round < 3; round++) plain = plain.replace(/\([^()]*\)/g, ' ');
  return plain.replace(/\([^()]*$/, ' ');
}

function listOf(stated: string, open: string): Part[] | null {
  const found = listPattern.exec(stated) ?? (/^(?:an? |the )?\S+(?: [a-z-]+){0,3} (?:integers|numbers|elements|values)/i.test(stated) ? listPattern.exec(open) : null);
  if (!found) return null;
  const [, first = '', last = ''] = found;
  const from = split(first);
  const to = split(last);
  if (from.base !== to.base) return null;
  const count = countOf(from.sub, to.sub);
  const lead = [...numbersBefore(stated.slice(0, found.index))];
  return count && [...lead, { part: 'list', name: from.base, first: Number(from.sub) === 0 ? 0 : Number(from.sub) || 1, count, glued: false }];
}

/** "an integer k and k integers" was cut before; "k, a_1, …" keeps its first name here. */
function numbersBefore(text: string): Part[] {
  const found = /(?:^|integers? )([A-Za-z](?:_[a-z])?),\s?$/.exec(text.trimStart());
  return found?.[1] ? [{ part: 'value', name: split(found[1]).base }] : [];
}

/** `a_1`, `a1`, `a_{n}`, `an`. */
function split(text: string): { base: string; sub: string } {
  const [base = '', sub] = text.split(/_(.*)/s);
  if (sub !== undefined) return { base, sub: sub.replace(/[{}\s]/g, '') };
  return { base: text.slice(0, 1), sub: text.slice(1) };
}

/** Names at the start: `n`, `n and m`, `n, m, k`, `x_i, y_i`. */
function namesAt(text: string): string[] | null {
  const found = new RegExp(String.raw`^[\s:]*((?:${name})(?:(?:\s?,\s?(?:and )?|\s+and\s+|\s+)(?:${name})(?![\w']))*)(?![\w'])`).exec(text);
  if (!found?.[1]) return null;
  const all = found[1].split(/\s?,\s?(?:and )?|\s+and\s+|\s+/).filter((one) => one !== '');
  const plain = all.slice(0, stopAt(all));
  return plain.length > 0 ? plain.map(plainName) : null;
}

/** Short words are not names. */
function stopAt(all: string[]): number {
  const at = all.findIndex((one) => /^(?:is|in|of|to|it|an|as|at|be|by|if|on|or|no|we|he|so|do|a|I)$/.test(one) && !(one === 'a' && all.length > 1) && !(one === 'a' && all.length === 1));
  return at < 0 ? all.length : at;
}

function plainName(text: string): string {
  const { base, sub } = /_/.test(text) ? split(text) : { base: text, sub: '' };
  if (/^[a-z]$/.test(sub) || sub === '') return /^[a-z]i$/.test(base) ? base.slice(0, 1) : base;
  return /,/.test(sub) ? base : `${base}_${sub}`;
}

function numbersOf(stated: string, { chunk, serial }: { chunk: string; serial: { next: number } }): Part[] | null {
  const found = new RegExp(String.raw`^(${counter})\s+(?:[a-z]+(?:-[a-z]+)*,?\s+){0,4}?(${noun})\b(.*)$`, 'is').exec(stated);
  if (!found) return null;
  const [, many = '', , after = ''] = found;
  const names = namesAt(after);
  const amount = amountOf(many, names);
  const fixed = amount?.k === 'num' ? Number(amount.value) : amount ? null : 1;
  if (amount && fixed === null) return [{ part: 'list', name: listName(after, { chunk: chunk.replace(many, ' '), serial }), first: 1, count: amount, glued: false }];
  if (names && (names.length === fixed || fixed === 1)) return names.map((one) => ({ part: 'value', name: one }));
  if (fixed !== null && fixed > 1) return named(names, { fixed, chunk, serial });
  if (/^the$/i.test(many)) return null;
  const only = /\b(?:integer|number|value)\b[^,.]*?\s([A-Za-z])(?:\s?$|\s?[,.(])/.exec(chunk)?.[1];
  return [{ part: 'value', name: names?.[0] ?? only ?? nounName('number', chunk, serial) }];
}

/** "a n integers" counts by a name; "an integer" is one. */
function amountOf(many: string, names: string[] | null): Expr | null {
  const isOne = /^(?:an?|one|single|the|another|exactly)$/i.test(many);
  return isOne && !(names && names.length > 1 && many.toLowerCase() === 'a') ? null : countExpr(many);
}

/** "two integers — the i-th x_i and y_i", "two integers" alone. */
function named(names: string[] | null, { fixed, chunk, serial }: { fixed: number; chunk: string; serial: { next: number } }): Part[] {
  const letters = (text: string) => [...new Set([...(names ?? []), ...[...text.matchAll(/(?<![\w'])([A-Za-z])(?:_[a-z])?(?![\w'])/g)].map((found) => found[1] ?? '').filter((one) => !/^[aAiI]$/.test(one) || new RegExp(`${one}_`).test(text))])];
  const open = letters(withoutParens(chunk));
  const seen = open.length === fixed ? open : letters(chunk).slice(0, fixed);
  return Array.from({ length: fixed }, (_, at) => ({ part: 'value', name: seen.length === fixed ? seen[at] ?? '' : `number ${serial.next++}` }));
}

function listName(after: string, { chunk, serial }: { chunk: string; serial: { next: number } }): string {
  const direct = namesAt(after)?.[0];
  const told = /(?:array|sequence|permutation|list|vector|row|set|elements of|string)\s+([A-Za-z])(?:\b|_)/.exec(chunk)?.[1] ?? /([A-Za-z])_\{?[a-z]\b/.exec(chunk)?.[1];
  return direct ?? told ?? nounName('list', after, serial);
}

/** "contains n and m", "the number of test cases t", "the array a of n integers". */
function bareOf(stated: string, told: Contents): Part[] {
  const array = /^(?:the |an? )?(?:array|sequence|permutation|list)\s+([A-Za-z])\b.*?\b(?:of|with) (?:length )?([A-Za-z0-9]+)/.exec(stated);
  const length = array && countExpr(array[2] ?? '');
  if (array && length) return [{ part: 'list', name: array[1] ?? '', first: 1, count: length, glued: false }];
  const names = (/^an? [a-z]{2,}/i.test(stated) ? [] : namesAt(stated)) ?? namesAt(stated.replace(/^(?:the )?(?:[a-z]+(?:-[a-z]+)* ){0,3}?(?:integers?|numbers?|values?) (?=\S)/i, ''));
  if (names && names.length > 0) return names.map((one) => ({ part: 'value', name: one }));
  if (told.parts.length > 0) return [];
  const last = /^(?:the |an? )?(?:total )?(?:number|count|length|size|value|amount|integer|natural|positive|dimension)\b[^,.;]*?\s([A-Za-z])\s*(?:[,.;]|$|—)/.exec(stated.trim());
  if (last?.[1]) return [{ part: 'value', name: last[1] }];
  return cased.test(stated) ? [{ part: 'value', name: 't' }] : [];
}
