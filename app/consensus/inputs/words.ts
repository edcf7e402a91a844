/**
 * Constraints told in words: "permutation", "distinct", "tree", "does not exceed", "lowercase English letters", "the sum of n over all
 * test cases". A sentence with a word that restricts the input and that led to no constraint is handed back: it is a doubt.
 */
import type { Constraint, Rule } from './constraints.ts';
import { parseExpr, plainJson, ref, type Expr } from './expression.ts';
import type { Declared } from './grammar.ts';
import { graphKind } from './graph-kinds.ts';
import { isNameless } from './nouns.ts';
import { borders, freeCorners, multiples, onceInGrid } from './preconditions.ts';
import { primes } from './primes.ts';
import { repeats } from './repeats.ts';
import { statedLengths } from './stated-lengths.ts';
import { toldRanges } from './told-ranges.ts';
import { noThreeInLine, sumMultiples } from './whole-shapes.ts';

export interface Worded {
  constraints: Constraint[];
  unused: string[];
}

const restricts = /\b(?:(?:later|earlier) than|distinct|permutation|sorted|increasing|decreasing|ascending|descending|(?<!-th )tree|connected|simple|prime|coprime|even|odd|palindrom\w*|guaranteed|no two|pairwise|different|unique|acyclic|bipartite|divisible|multiple of|consists? of|strictly|at most|at least|exactly|not exceed|balanced|regular bracket|rooted|planar|convex|no three|collinear|parallel|intersect|overlap|reachable|valid|non-empty|consistent|forest|cycles?|DAG|borders?|outermost|twice|subsequence|can reach|power of)\b/i;
const idle = /consists? of:|all (?:input )?(?:values|numbers|inputs)?.{0,20}(?:are|is) integers?|answer|time limit|memory|fits? in|output|print|operation|score|points?\b.{0,10}awarded|it can be (?:shown|proved)|decimal (?:point|places?)|consists? of (?:multiple|several|an?|one|two|three|four|five|\w|the following)? ?(?:single )?(?:test|lines?|parts?|data|independent|integers?|space)/i;

/** `numeric`: names that have numeric bounds, which no sentence on letters means. */
export function wordConstraints({ bounds, whole, numeric }: { bounds: string; whole: string; numeric: ReadonlySet<string> }, declared: Declared[]): Worded {
  const used = new Set<string>();
  const sentences = sentencesOf(bounds);
  const found = sentences.flatMap((sentence) => rulesOf(sentence, declared, numeric).map((rule): Constraint => { used.add(sentence); return { ...rule, why: sentence, guessed: false }; }));
  const far = sentencesOf(whole).flatMap((sentence) => farRules(sentence, declared, numeric).map((rule): Constraint => ({ ...rule, why: sentence, guessed: false })));
  const unused = sentences.filter((sentence) => restricts.test(sentence) && !idle.test(sentence) && !used.has(sentence) && !/^[^A-Za-z]*$/.test(sentence));
  return { constraints: unique([...found, ...far]), unused };
}

function unique(all: Constraint[]): Constraint[] {
  return [...new Map(all.map((one) => [JSON.stringify({ ...one, why: '' }, plainJson), one])).values()];
}

export function sentencesOf(text: string): string[] {
  return text.split(/\n+|(?<=[.;!?])\s+(?=[A-Z(])/).map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
}

type Reader = (sentence: string, declared: Declared[], numeric: ReadonlySet<string>) => Rule[];

const readers: Reader[] = [sums, limits, orders, distinctness, permutations, graphs, letters, choices, parities, palindromes, primes, repeats, borders, multiples, sumMultiples, onceInGrid, freeCorners, neighbours, statedLengths, noThreeInLine, toldRanges];

function rulesOf(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  return readers.flatMap((reader) => reader(sentence, declared, numeric));
}

/** Outside constraints and input, only what is said of the given data itself. */
function farRules(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  if (!/\b(?:given|there is|there are|has|have|received?|consists?|numbered|forms?)\b/i.test(sentence) || /\b(?:find|determine|print|output|choose|answer|construct|make|can you|operation|if)\b/i.test(sentence)) return [];
  return [permutations, graphs, letters, statedLengths, sumMultiples, noThreeInLine].flatMap((reader) => reader(sentence, declared, numeric));
}

/** Declared names that the sentence mentions, in its order; `kind` narrows to lists or single values. */
function mentioned(sentence: string, declared: Declared[], shape?: 'list' | 'value'): Declared[] {
  const places = declared.filter((one) => !shape || one.shape === shape).flatMap((one) => {
    const base = one.name.replace(/[_ ].*$/, '');
    const at = sentence.search(new RegExp(`(?<![A-Za-z'])${base}(?:[a-z](?![a-z]))?(?:_|(?![A-Za-z']))`));
    return at < 0 || (/^[aAI]$/.test(base) && !new RegExp(`(?<![A-Za-z'])${base}(?:_|\\d|\\b(?! [a-z]{3,}))`).test(sentence)) ? [] : [{ one, at }];
  });
  return places.sort((a, b) => a.at - b.at).map((place) => place.one);
}

function subject(sentence: string, declared: Declared[], shape: 'list' | 'value'): Declared[] {
  const named = mentioned(sentence, declared, shape);
  const all = declared.filter((one) => one.shape === shape);
  return named.length > 0 ? named : all.length === 1 ? all : [];
}

const bound = String.raw`(-?(?:\d+(?: \d{3})*\s?\*?\s?)?(?:10\^\d+|\d+(?: \d{3})*(?!\d|\^)|[A-Za-z](?![A-Za-z]))(?:\s?[-+*]\s?[\dA-Za-z]+)?)`;

/** "The sum of the lengths of S_i", "the total length of all strings": of several texts each has its share. */
function lengthSums(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const limit = limitIn(sentence);
  if (!limit || !/\b(?:sum|total) of (?:the |all )*lengths\b|\b(?:total|combined|overall) lengths?\b/i.test(sentence)) return [];
  const texts = declared.filter((one) => !numeric.has(one.name) && (one.shape === 'list' ? !one.glued : true));
  const named = mentioned(sentence, texts);
  const meant = named.length > 0 ? named : texts.filter((one) => one.shape === 'list' || one.path.length > 0);
  const share: Expr = meant.length > 1 ? { k: 'op', op: '/', a: limit, b: { k: 'num', value: meant.length } } : limit;
  return meant.map((one): Rule => ({ rule: 'sum', of: { k: 'len', name: one.name, sub: '' }, limit: share }));
}

function sums(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const rules = lengthSums(sentence, declared, numeric);
  if (rules.length > 0) return rules;
  const over = /(?:over|across|among|in|of|for) (?:all|the|every)?(?: of)?(?: the)? ?(?:test ?cases|tests|data ?sets|test)/i.test(sentence) || /\b(?:total|sum) (?:sum|of|number|length)/i.test(sentence);
  if (!over || !/\b(?:sum|total)/i.test(sentence)) return [];
  const limit = limitIn(sentence);
  if (!limit) return [];
  for (const found of sentence.matchAll(/(?:sum|total)s?(?: (?:of|number|length|values?|the|all|sum|lengths|sizes|over))* ?(?:of )?(?:the )?((?:\|?[A-Za-z](?:_i)?\|?)(?:\s?\*\s?[A-Za-z]|\^\d)?)(?![A-Za-z])/gi)) pushSum(rules, found[1] ?? '', limit);
  for (const found of sentence.matchAll(/(?:and|,) (?:the )?(?:sum of )?(?:all )?(\|?[A-Za-z]\|?)(?= (?:over|across|and|do|does|will|is))/g)) pushSum(rules, found[1] ?? '', limit);
  if (rules.length > 0) return rules;
  const texts = /length/i.test(sentence) ? declared.filter((one) => one.shape === 'value' && one.path.length > 0 && !numeric.has(one.name)) : [];
  return texts.slice(0, 1).map((one): Rule => ({ rule: 'sum', of: { k: 'len', name: one.name, sub: '' }, limit }));
}

function pushSum(rules: Rule[], text: string, limit: Expr): void {
  const of = parseExpr(text);
  if (of) rules.push({ rule: 'sum', of, limit });
}

function limitIn(sentence: string): Expr | null {
  const found = new RegExp(String.raw`(?:not? (?:be )?(?:exceed|greater than|more than|larger than|exceeds)|not exceeding|doesn'?t exceed|at most|bounded by|less than or equal to|no more than|up to|<=|(?:won't|never|cannot|can't|does not|do not|will not) exceed)s? ?${bound}`, 'i').exec(sentence);
  return found?.[1] ? parseExpr(found[1].replace(/ (?=\d)/g, '').trim()) : null;
}

/** "N is an integer between 1 and 100", "k does not exceed n", "at least 2". */
function limits(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const ofLength = /\blengths?\b|\bstrings?\b|\bcharacters\b/i.test(sentence);
  if (/\bsum\b|\btotal\b/i.test(sentence)) return [];
  const between = new RegExp(String.raw`(?:between|from|in the range(?: of)?|within) \[?${bound} ?(?:and|to|,|through) ?${bound}`, 'i').exec(sentence);
  const before = mentioned(sentence.slice(0, between?.index ?? 0), declared);
  if (between && before.length > 0 && !/numbered|edge|vertices|path|index/i.test(sentence.slice(0, between.index))) return before.flatMap((one) => rangeRules(one, { low: parseExpr(between[1] ?? ''), high: parseExpr(between[2] ?? ''), ofLength: ofLength && !numeric.has(one.name) }));
  const high = limitIn(sentence);
  const subjects = mentioned(sentence.split(/not|at most|no more|up to/i)[0] ?? '', declared);
  if (!high || subjects.length === 0 || /<=/.test(sentence)) return [];
  return subjects.slice(0, 3).flatMap((one) => rangeRules(one, { low: null, high, ofLength: ofLength && !numeric.has(one.name) }));
}

function rangeRules(one: Declared, { low, high, ofLength }: { low: Expr | null; high: Expr | null; ofLength: boolean }): Rule[] {
  const self: Expr = ofLength ? { k: 'len', name: one.name, sub: '' } : ref(one.name, one.shape === 'list' ? 'i' : '');
  return [...(low ? [{ rule: 'compare' as const, left: low, op: '<=' as const, right: self }] : []), ...(high ? [{ rule: 'compare' as const, left: self, op: '<=' as const, right: high }] : [])];
}

function orders(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const down = /(?:non-?increasing|descending|decreasing) order|(?:is|are) (?:strictly )?(?:non-?increasing|decreasing|descending)/i.test(sentence) && !/non-?decreasing/i.test(sentence);
  const up = /sorted|(?:ascending|increasing|non-?decreasing|lexicographical) order|(?:is|are) (?:strictly )?(?:non-?decreasing|increasing|ascending)/i.test(sentence);
  if ((!down && !up) || /\b(?:print|output|find|longest|subsequence)\b/i.test(sentence)) return [];
  const named = subject(sentence, declared, 'list');
  const numbers = declared.filter((one) => one.shape === 'list' && numeric.has(one.name));
  const nameless = declared.filter((one) => one.shape === 'list' && isNameless(one.name));
  return (named.length > 0 ? named : nameless.length === 1 ? nameless : numbers.length === 1 ? numbers : []).slice(0, 2).map((one) => ({ rule: 'sorted', name: one.name, down, strict: /strictly/i.test(sentence) || (/\b(?:increasing|decreasing)\b/i.test(sentence) && !/non-?(?:in|de)creasing/i.test(sentence)) }));
}

function distinctness(sentence: string, declared: Declared[]): Rule[] {
  if (!/\b(?:distinct|pairwise different|all different|unique|no two|mutually different|different from each other|do not coincide|not coincide|pairwise distinct)\b/i.test(sentence) || /\b(?:count|number of distinct|how many|print|output|not necessarily|need not|may not be distinct|find)\b/i.test(sentence)) return [];
  if (neighbours(sentence, declared).length > 0) return [];
  const lists = subject(sentence, declared, 'list');
  const pairs = /\b(?:points?|pairs?|edges?|positions?|coordinates?|cells?|tuples|roads?|same (?:point|position|cell|pair|place))\b|\(/i.test(sentence);
  if (lists.length >= 2) return pairs ? [{ rule: 'distinct', names: lists.map((one) => one.name) }] : lists.map((one) => ({ rule: 'distinct', names: [one.name] }));
  const values = mentioned(sentence, declared, 'value');
  if (lists.length === 0 && values.length === 2) return [{ rule: 'compare', left: ref(values[0]?.name ?? ''), op: '!=', right: ref(values[1]?.name ?? '') }];
  if (lists.length === 0 && pairs) { const all = declared.filter((one) => one.shape === 'list'); return all.length === 2 ? [{ rule: 'distinct', names: all.map((one) => one.name) }] : []; }
  return lists.map((one) => ({ rule: 'distinct', names: [one.name] }));
}

function neighbours(sentence: string, declared: Declared[]): Rule[] {
  if (!/\b(?:adjacent|consecutive|neighbou?ring)\b.{0,40}\b(?:differ|different|distinct|not (?:be )?equal|never equal)|no two (?:adjacent|consecutive|neighbou?ring)\b.{0,40}\b(?:equal|same)/i.test(sentence) || /\b(?:print|find|make|choose|how many|operation|if)\b/i.test(sentence)) return [];
  return subject(sentence, declared, 'list').slice(0, 1).map((one) => ({ rule: 'neighbours', name: one.name }));
}

function permutations(sentence: string, declared: Declared[]): Rule[] {
  if (!/\bpermutations?\b/i.test(sentence) || /\b(?:print|output|find|any permutation|lexicographically|choose|is called|is an array|how many|number of permutations)\b/i.test(sentence)) return [];
  const zero = /\(?0, ?1, ?(?:2, ?)?…|from 0 to/.test(sentence);
  return subject(sentence, declared, 'list').slice(0, 2).map((one) => ({ rule: 'permutation', name: one.name, from: zero ? 0 : 1 }));
}

function graphs(sentence: string, declared: Declared[]): Rule[] {
  if (!/\b(?:tree|connected|simple|self[- ]?loops?|multi-?(?:ple )?edges?|graph|edges?|roads?|parallel|forest|bipartite|acyclic|DAG|(?:directed )?cycles?)\b/i.test(sentence)) return [];
  const pair = edgeColumns(declared);
  if (!pair) return [];
  const negated = /\b(?:may|might|can|could|not necessarily|possibly)\b[^.]*(?:connected|simple|loops|multiple|parallel)|\bnot (?:be )?(?:simple|connected)/i.test(sentence);
  const tree = /\b(?:is|are|form|forms|given|has|a|an|of) (?:the |a |an |valid |rooted |weighted |undirected |unrooted |free )*tree\b|\btree (?:with|consisting|of|on)\b/i.test(sentence) && !/spanning|subtree of|segment tree/i.test(sentence);
  const kind = graphKind(sentence);
  const rule: Rule = {
    rule: 'graph', ...pair, tree, connected: tree || (!negated && /\b(?:is|are|be) (?:simple,? (?:and )?)?connected|connected (?:simple |undirected )*graph|reach(?:able|ed)? (?:any|every|all)|from (?:any|every|each) \w+(?: \w+)? to (?:any|every|each)|between (?:any|every|each) (?:two|pair)/i.test(sentence)),
    simple: !negated && /\bsimple\b|neither[^.]*(?:multi-?|multiple |parallel )\s?edges?|no (?:self[- ]?loops? (?:and|or|nor) )?(?:multi-?|multiple |parallel )\s?edges?|not contain[^.]*(?:multi-?|multiple |parallel )\s?edges|at most one (?:edge|road)/i.test(sentence), loops: (negated || !/self[- ]?loops?|\bsimple\b|\btree\b/i.test(sentence)) && kind === 'any', kind,
  };
  return rule.tree || rule.connected || rule.simple || !rule.loops || kind !== 'any' ? [rule] : [];
}

/** Two columns of one table that both run over the same vertices. */
function edgeColumns(declared: Declared[]): { u: string; v: string; vertices: Expr } | null {
  const lists = declared.filter((one) => one.shape === 'list' && !one.glued);
  const known = [['u', 'v'], ['U', 'V'], ['a', 'b'], ['A', 'B'], ['x', 'y'], ['X', 'Y'], ['s', 't'], ['S', 'T'], ['p', 'q'], ['l', 'r'], ['from', 'to']];
  for (const [u = '', v = ''] of known) {
    const a = lists.find((one) => one.name === u);
    const b = lists.find((one) => one.name === v);
    const size = declared.find((one) => one.shape === 'value' && /^[nN]$/.test(one.name)) ?? declared.find((one) => one.shape === 'value' && /^[vV]$/.test(one.name) && one !== b);
    if (a && b && size && a.path.join() === b.path.join()) return { u, v, vertices: ref(size.name) };
  }
  return null;
}

const alphabets: [RegExp, string][] = [
  [/\b(?:lower[- ]?case|small)[^.]*(?:upper[- ]?case|capital)|(?:upper[- ]?case|capital)[^.]*(?:lower[- ]?case|small)|(?:upper|lower)-? (?:and|or) (?:upper|lower)-?case/i, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [/\b(?:lower[- ]?case|small)\b[^.]*\b(?:letters?|english|latin|alphabets?|characters?)/i, 'abcdefghijklmnopqrstuvwxyz'], [/\b(?:upper[- ]?case|capital)\b[^.]*\b(?:letters?|english|latin|alphabets?|characters?)/i, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [/\bbinary (?:string|number|sequence)|\bconsist\w* of (?:only )?(?:0s? and 1s?|zeros? and ones?)|(?:only )?(?:of |characters )'?"?`?0`?"?'? (?:and|or|,) '?"?`?1`?/i, '01'], [/\bconsist\w* (?:only )?of (?:decimal )?digits|\bdigits? (?:from )?(?:0|between)|\beach (?:character|letter) is a digit/i, '0123456789'],
];

function letters(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const texts = declared.filter((one) => !numeric.has(one.name));
  const told = sentence.split(/\bconsists? |\bof (?:lower|upper)/i)[0] ?? '';
  const names = mentioned(sentence, texts).filter((one) => !isNameless(one.name) || mentioned(told, [one]).length > 0);
  const found = spelled(sentence) ?? alphabets.find(([pattern]) => pattern.test(sentence))?.[1];
  if (!found || (!/consist|contain|string|character|letter|each|either|\bis\b|\bare\b|\bin\b/i.test(sentence))) return [];
  const both = /lower/i.test(sentence) && /digit/i.test(sentence) ? `${found}0123456789` : found;
  const unnamed = texts.filter((one) => isNameless(one.name));
  const values = texts.filter((one) => one.shape === 'value');
  const all = texts.length === 1 || /\bstrings\b/i.test(sentence) ? (values.length > 0 ? values : texts.filter((one) => !one.glued)) : [];
  return (names.length > 0 ? names : unnamed.length > 0 ? unnamed : all).map((one) => ({ rule: 'letters', name: one.name, letters: [...new Set(both)].join('') }));
}

/** Letters given one by one in quotes or code: "consists of `(` and `)`". */
function spelled(sentence: string): string | null {
  const at = /consist\w*|\bis (?:either )?(?=['"`])|\bare (?:either )?(?=['"`])|contain\w*|\bonly\b|either|one of|denoted|\bin \{|characters/i.exec(sentence);
  if (!at) return null;
  const rest = sentence.slice(at.index);
  const quoted = [...rest.matchAll(/(?:'([^'\s]{1})'|"([^"\s]{1})"|`([^`\s]{1})`)/g)].map((one) => one[1] ?? one[2] ?? one[3] ?? '');
  if (quoted.length > 0) return [...new Set(quoted)].join('');
  const plain = listedLetters.exec(rest);
  return plain ? [...new Set((plain[1] ?? '').split(/, ?(?:(?:and|or) )?| (?:and|or) /))].join('') : null;
}

const letter = String.raw`(?:[^\s\w,]|[A-Z]|[01])`;
/** `., #, S, and G`, `0 and 1`. */
const listedLetters = new RegExp(String.raw`(?:of|only|characters|letters|either) (?:the )?(?:characters? |letters? )?(${letter}(?:, ?${letter})*(?:,? (?:and|or) |, )${letter})(?=[\s,.]|$)`);

/** "A_i is 0 or 1", "op is + or -", "A_{i,j} in {0,1}". */
function choices(sentence: string, declared: Declared[]): Rule[] {
  const told = /(?:is|are|be|equals) one of (?:the )?(?:characters?|letters?|values?|numbers?|following)? ?([-+*/\w`'"]+(?:, ?[-+*/\w`'"]+)*,? and [-+*/\w`'"]+)(?=[\s.,)]|$)/.exec(sentence);
  if (told) return mentioned(sentence.slice(0, told.index), declared).slice(-1).map((one) => ({ rule: 'oneOf', name: one.name, values: (told[1] ?? '').split(/, ?(?:and )?| and /).map((value) => value.replace(/[`'"]/g, '')) }));
  const found = /(?:is|are|equals|=) (?:either |one of )?[`'"]?([-+*/\w]+)[`'"]?(?:, [`'"]?([-+*/\w]+)[`'"]?)*,? or [`'"]?([-+*/\w]+)[`'"]?(?=[\s.,)]|$)/.exec(sentence) ?? /\bin \{ ?([^{}]+) ?\}/.exec(sentence);
  if (!found || /\binteger\b/.test(found[0]) || /…/.test(found[0])) return [];
  const values = found[0].startsWith('in ') ? (found[1] ?? '').split(/\s?,\s?/) : found[0].replace(/^(?:is|are|equals|=) (?:either |one of )?/, '').split(/, |,? or /);
  const plain = values.map((one) => one.replace(/[`'"\s]/g, ''));
  if (plain.some((one) => one === '' || (/^[a-z]{2,}$/.test(one) && !/[`'"]/.test(found[0])))) return [];
  const subjects = mentioned(sentence.slice(0, found.index), declared);
  // `s_i in {0, 1}` of a text speaks of its letters.
  const ofLetters = (one: Declared) => one.shape === 'value' && plain.every((value) => value.length === 1) && new RegExp(`(?<![A-Za-z])${one.name}_[a-z]\\b`).test(sentence);
  return (found[0].startsWith('in ') ? subjects : subjects.slice(-1)).map((one) => (ofLetters(one) ? { rule: 'letters', name: one.name, letters: plain.join('') } : { rule: 'oneOf', name: one.name, values: plain }));
}

function parities(sentence: string, declared: Declared[]): Rule[] {
  const found = /([A-Za-z])(?:_i)? (?:is|are|be)(?: (?:an?|always|guaranteed to be))? (?:positive )?(even|odd)\b/.exec(sentence) ?? /\b(?:an? )?(?:positive )?(even|odd) (?:integer|number) ([A-Za-z])\b/.exec(sentence);
  const [name, parity] = found ? (/^(?:even|odd)$/.test(found[1] ?? '') ? [found[2], found[1]] : [found[1], found[2]]) : [];
  if (!name || !declared.some((one) => one.name === name) || /\bif\b|when/i.test(sentence)) return [];
  return [{ rule: 'parity', name, odd: parity === 'odd' }];
}

function palindromes(sentence: string, declared: Declared[]): Rule[] {
  const found = /\b([A-Za-z]) is (?:a |guaranteed to be a )?palindrom/.exec(sentence);
  return found?.[1] && declared.some((one) => one.name === found[1]) ? [{ rule: 'palindrome', name: found[1] }] : [];
}
