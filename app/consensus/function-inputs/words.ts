/**
 * What a task's text says of one parameter: ranges, lengths, sign, order, distinctness, letters. Only plain statements count, sentence by
 * sentence; what the examples contradict is dropped by the caller, because then the sentence meant something else.
 */
export interface Fact {
  kind: 'min' | 'max' | 'minLength' | 'maxLength' | 'itemMin' | 'itemMax' | 'signed' | 'sorted' | 'distinct' | 'letters' | 'even' | 'square';
  /** The bound, or 1. */
  value: number;
  letters?: string;
}

const number = String.raw`-?\d[\d,_]*(?:\.\d+)?(?:e\d+)?(?:\s*(?:\*|·|×)\s*10\s*(?:\^|\*\*)\s*\d+|\s*(?:\^|\*\*)\s*\d+|[⁰¹²³⁴-⁹]+)?`;
const less = String.raw`(?:<=|≤|<|\\leq?)`;

export function factsOf(name: string, text: string, alone: boolean): Fact[] {
  const plain = text.replaceAll('`', '').replaceAll('$', '').replace(/\{([\w^]+)\}/g, '$1');
  return [...bounds(name, plain), ...sentences(plain).filter((sentence) => isAbout(sentence, name, alone)).flatMap(wordsOf)];
}

/** A number as texts write it: `10^5`, `2 * 10**5`, `1e9`, `100,000`, `10⁵`. */
export function writtenNumber(text: string): number {
  const plain = text.replace(/[,_\s]/g, '').replace(/[⁰¹²³⁴-⁹]+/, (power) => `^${[...power].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)).join('')}`);
  const [, factor, base = plain, power] = /^(?:(-?[\d.]+)[*·×])?(-?[\d.e]+?)(?:(?:\^|\*\*)(\d+))?$/.exec(plain) ?? [];
  return (factor === undefined ? 1 : Number(factor)) * (power === undefined ? Number(base) : Number(base) ** Number(power));
}

function bounds(name: string, text: string): Fact[] {
  const word = name.replace(/[$]/g, '\\$&');
  const forms: [string, 'min' | 'minLength' | 'itemMin', 'max' | 'maxLength' | 'itemMax'][] = [
    [String.raw`(?:len\(\s*${word}\s*\)|${word}\.length|\|\s*${word}\s*\||(?:the )?length of ${word})`, 'minLength', 'maxLength'],
    [String.raw`(?:${word}\s*\[\s*\w+\s*\]|${word}_[a-z]\b)`, 'itemMin', 'itemMax'],
    [String.raw`\b${word}\b(?![\w[(.])`, 'min', 'max'],
  ];
  return forms.flatMap(([form, low, high]) => [
    ...all(String.raw`(${number})\s*(${less})\s*(?:[\w\[\]. ]+,\s*)*${form}`, text).map(([, bound = '', sign = '']): Fact => ({ kind: low, value: writtenNumber(bound) + (sign === '<' ? 1 : 0) })),
    ...all(String.raw`${form}(?:\s*,\s*[\w\[\]. ]+)*\s*(${less})\s*(${number})`, text).map(([, sign = '', bound = '']): Fact => ({ kind: high, value: writtenNumber(bound) - (sign === '<' ? 1 : 0) })),
    ...all(String.raw`${form}\s*(>=|≥|>)\s*(${number})`, text).map(([, sign = '', bound = '']): Fact => ({ kind: low, value: writtenNumber(bound) + (sign === '>' ? 1 : 0) })),
    ...all(String.raw`${form}[^.\n]{0,20}?\b(?:between|from|in (?:the )?range(?: of)?)\s*[[(]?\s*(${number})\s*(?:and|to|,|-|\.\.+)\s*(${number})`, text).flatMap(([, from = '', to = '']): Fact[] => [{ kind: low, value: writtenNumber(from) }, { kind: high, value: writtenNumber(to) }]),
  ]).filter((fact) => Number.isFinite(fact.value));
}

const all = (pattern: string, text: string): string[][] => [...text.matchAll(new RegExp(pattern, 'g'))].map((match) => [...match].map((part) => part ?? ''));

function sentences(text: string): string[] {
  return text.replace(/\n(?!\s*(?:\n|[-*•:@]))/g, ' ').split(/(?<=[.;!?])\s+|\n+/).map((sentence) => sentence.replace(/\s+/g, ' ').trim()).filter(Boolean);
}

/** A sentence about the result says nothing of what goes in. */
function isAbout(sentence: string, name: string, alone: boolean): boolean {
  if (/^(?:the )?(?:function )?(?:should )?(?:returns?|output|@returns?)\b/i.test(sentence)) return false;
  const named = new RegExp(`(?<![\\w.])${name.replace(/[$]/g, '\\$&')}(?![\\w(])`).test(sentence);
  return named || (alone && /\b(?:given|takes?|accepts?|inputs?|receives?|arguments?|parameters?|consisting|represents?|representing)\b/i.test(sentence));
}

const counts: Record<string, number> = { one: 1, two: 2, three: 3, four: 4 };
const a = 'abcdefghijklmnopqrstuvwxyz';

function wordsOf(sentence: string): Fact[] {
  const found: Fact[] = [];
  const says = (pattern: RegExp, fact: Fact): void => { if (pattern.test(sentence)) found.push(fact); };
  const negative = /(?<!non)(?<!non-)(?<!non )\bnegative/i.test(sentence);
  const number = String.raw`(?:whole |natural |real |floating[- ]point |odd |even |\w+ )?(?:integers?|numbers?|ints?|values?|floats?)`;
  if (!negative) for (const kind of ['min', 'itemMin'] as const) {
    says(new RegExp(String.raw`\b(?:strictly )?positive ${number}`, 'i'), { kind, value: 1 });
    says(/\bnatural numbers?\b/i, { kind, value: 1 });
    says(/\bnon-? ?negative\b/i, { kind, value: 0 });
  }
  if (negative && /\b(?:may|can|could|or|and|both|possibly|including)\b/i.test(sentence)) found.push({ kind: 'signed', value: 1 });
  says(/\bnon-? ?empty\b|\bnot (?:be )?empty\b/i, { kind: 'minLength', value: 1 });
  says(/\b(?:may|can|could|might) be empty\b|\bpossibly empty\b|\bor empty\b/i, { kind: 'minLength', value: 0 });
  const least = /\b(?:at least|minimum of) (one|two|three|four|\d{1,2}) (?:elements?|items?|numbers?|characters?|letters?|integers?|entries|values?)\b|\blength (?:of )?at least (one|two|three|four|\d{1,2})\b/i.exec(sentence);
  const count = (least?.[1] ?? least?.[2] ?? '').toLowerCase();
  if (count !== '') found.push({ kind: 'minLength', value: counts[count] ?? Number(count) });
  says(/\b(?:given|takes?|accepts?|receives?|input)\b[^.]{0,40}\b(?:sorted|ordered|increasing|ascending)\b[^.]{0,20}\b(?:list|array|sequence)\b|\bis (?:already )?sorted\b/i, { kind: 'sorted', value: 1 });
  says(/\b(?:list|array|sequence|set) of (?:distinct|unique|different)\b|\ball (?:elements|items|numbers|values) (?:are|is) (?:distinct|unique|different)\b/i, { kind: 'distinct', value: 1 });
  says(/\bsquare matrix\b|\bn ?[x×*] ?n (?:matrix|grid|board)\b/i, { kind: 'square', value: 1 });
  says(/\b(?:matrix|grid|rectangular)\b/i, { kind: 'even', value: 1 });
  const only = /\b(?:only|consist(?:s|ing) (?:only )?of|composed (?:only )?of|made (?:up )?of)\b[^.]*?\b(lower-? ?case|upper-? ?case|english|letters|alphabetic|digits|binary|alphanumeric)\b[^.]*/i.exec(sentence);
  if (only) found.push({ kind: 'letters', value: 1, letters: alphabetOf(only[0].toLowerCase()) });
  return found;
}

export function alphabetOf(words: string): string {
  const lower = /lower/.test(words);
  const upper = /upper/.test(words);
  const letters = lower || upper ? `${lower ? a : ''}${upper ? a.toUpperCase() : ''}` : /english|letters|alpha/.test(words) ? a + a.toUpperCase() : '';
  return `${letters}${/digit|numeric/.test(words) ? '0123456789' : /binary/.test(words) ? '01' : ''}${/space/.test(words) ? ' ' : ''}`;
}
