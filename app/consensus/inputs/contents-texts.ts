/**
 * Texts that a sentence says a line contains: "a string s of length n", "the names of two different singers", "a nickname and a word",
 * "n strings", "M characters", "two times in the format hh:mm". What has no name is named by its noun.
 */
import type { Expr } from './expression.ts';
import { parseExpr } from './expression.ts';
import type { Part } from './grammar.ts';
import { nounName, singular } from './nouns.ts';
import { countExpr } from './prose.ts';

const textual = /(?:\bstrings?|\b(?:nick|user|sur|first|last |file)?names?|\bwords?|\bbinary string|\bbracket sequences?|\bbracket strings?|\bparentheses sequence|\bcharacters?|\bletters?|\btimes(?= (?:of day|in the (?:form|format)|h))|\bcommands?|\bpasswords?|\btitles?|\bcolou?rs?)\b/i;
const plural = /^(?:strings|words|(?:nick|user|sur|first|last |file)?names|times|titles|passwords|colou?rs)$/i;

interface Told { parts: Part[]; lengths: Map<string, Expr> }
/** `explaining`: the words may only explain what was told before. */
interface Tools { serial: { next: number }; explaining: boolean; namesAt: (text: string) => string[] | null }

const isMention = (before: string): boolean => /^(?:an?|the) (?:\S+ )?$/i.test(`${before} `);

/** Null where the sentence is on numbers, or tells of no text. */
function textIn(stated: string): RegExpExecArray | null {
  const found = textual.exec(stated);
  return found && !/(?:integers?|numbers?) /.test(stated.slice(0, found.index)) ? found : null;
}

/** Null where the words are not about a text. */
export function textsOf(stated: string, told: Told, { serial, explaining, namesAt }: Tools): Part[] | null {
  const found = textIn(stated);
  if (!found) return null;
  const after = stated.slice(found.index + found[0].length);
  const before = stated.slice(0, found.index).trim();
  const many = manyBefore(before);
  const names = namesAt(after) ?? namesAt(/(?:of )?length \S+ ?(.*)/s.exec(after)?.[1] ?? '');
  const length = lengthOf(found[0], { after, many });
  const noun = nounOf(found[0]);
  if (names === null && length === null && told.parts.length > 0 && (noun === 'text' || explaining) && isMention(before)) return [];
  const all = names ?? nameless(found[0], { after, many, noun, serial });
  if (length) for (const one of all) told.lengths.set(one, length);
  return partsOf(all, names === null ? listedBy(found[0], many) : null);
}

function partsOf(names: string[], listed: Expr | null): Part[] {
  return listed ? [{ part: 'list', name: names[0] ?? '', first: 1, count: listed, glued: false }] : names.map((name) => ({ part: 'value', name }));
}

const nounOf = (word: string) => (/^(?:.*string|.*sequence|characters?|letters?|times?)s?$/i.test(word) ? 'text' : singular(word.trim().toLowerCase().replace(/^.* /, '')));

/** "two words", "the names of two different singers": two; else one. */
function nameless(word: string, { after, many, noun, serial }: { after: string; many: string; noun: string; serial: { next: number } }): string[] {
  const said = many.length > 1 ? many : /^ of (?:the )?(two|three|four) /i.exec(after)?.[1] ?? '';
  const count = plural.test(word) && said !== '' ? countExpr(said) : null;
  return Array.from({ length: count?.k === 'num' ? Number(count.value) : 1 }, () => (noun === 'text' ? nounName('text', '', serial) : `${noun} ${serial.next++}`));
}

/** "a nickname", "the title": one text under a noun that nothing else explains. */
export function thingOf(stated: string, serial: { next: number }): Part[] | null {
  const noun = /^(?:an?|the) (?:[a-z]+ )?([a-z]{3,})[\s.,;]*$/i.exec(stated)?.[1]?.toLowerCase();
  if (!noun || /^(?:description|list|line|row|sequence|set|map|grid|table|array|test|case|query|permutation|tree|graph|matrix|picture|board|plan|data|input|number|integer|value|way|edge|point|pair|interval|segment|following|lines|operation|queries)$|ions?$/.test(noun)) return null;
  return [{ part: 'value', name: `${singular(noun)} ${serial.next++}` }];
}

/** The word or letter that counts, before the adjectives. */
function manyBefore(before: string): string {
  return /(two|three|four|\b[a-z])$/i.exec(before.replace(/\s(?:[a-z]{3,}(?:-[a-z]+)*\s?)+$/i, ''))?.[1] ?? '';
}

/** "a string of length n", "n letters", "a letter". */
function lengthOf(word: string, { after, many }: { after: string; many: string }): Expr | null {
  const said = parsed(/of (?:exactly )?(?:length|size) (?:exactly )?([A-Za-z0-9*+-]+)/.exec(after)?.[1]);
  if (said !== null || !/^(?:characters?|letters?)$/i.test(word)) return said;
  return countExpr(/s$/i.test(word) ? many : 'one');
}

/** "n strings": as many as the letter says. */
function listedBy(word: string, many: string): Expr | null {
  return plural.test(word) && many.length === 1 ? countExpr(many) : null;
}

function parsed(text: string | undefined): Expr | null {
  return text === undefined ? null : parseExpr(text.replace(/[.,]$/, ''));
}
