/**
 * What must hold of an input. `compare` holds for every row and every element: refs to lists go through them side by side. Each carries
 * the words it was read from; `guessed` ones were only seen to hold in all examples.
 */
import { parseExpr, ref, type Expr } from './expression.ts';
import type { GraphKind } from './graph-kinds.ts';
import type { StateRule } from './state.ts';
import { tableRule } from './whole-shapes.ts';

export type Comparator = '<' | '<=' | '!=' | '=';

export type Rule =
  | { rule: 'compare'; left: Expr; op: Comparator; right: Expr }
  /** Over all rows of test cases. */
  | { rule: 'sum'; of: Expr; limit: Expr }
  | { rule: 'sorted'; name: string; strict: boolean; down: boolean }
  /** No two places of the lists are equal in all of them. */
  | { rule: 'distinct'; names: string[] }
  | { rule: 'permutation'; name: string; from: number }
  | { rule: 'letters'; name: string; letters: string }
  | { rule: 'oneOf'; name: string; values: string[] }
  | { rule: 'parity'; name: string; odd: boolean }
  | { rule: 'palindrome'; name: string }
  | { rule: 'prime'; name: string }
  /** Each number from 1 on is in the list so many times. */
  | { rule: 'repeats'; name: string; times: number }
  /** Cells on the border of the grid are this sign. */
  | { rule: 'border'; name: string; letter: string }
  | { rule: 'multiple'; name: string; of: Expr }
  /** No two neighbours of the list are equal. */
  | { rule: 'neighbours'; name: string }
  /** Each of the letters stands in the grid once. */
  | { rule: 'once'; name: string; letters: string }
  /** The first or the last cell of the grid is no wall. */
  | { rule: 'corner'; name: string; last: boolean }
  /** The elements add up to a multiple. */
  | { rule: 'sumMultiple'; name: string; of: Expr }
  /** Of a table of numbers. */
  | { rule: 'diagonal'; name: string; value: number }
  | { rule: 'symmetric'; name: string }
  /** Of the points of two columns no three lie on one line. */
  | { rule: 'noThree'; x: string; y: string }
  /** A number in digits does not begin with 0. */
  | { rule: 'noLeadingZero'; name: string }
  | StateRule
  | { rule: 'graph'; u: string; v: string; vertices: Expr; tree: boolean; connected: boolean; simple: boolean; loops: boolean; kind: GraphKind };

export type Constraint = Rule & { why: string; guessed: boolean };

const comparator = /(<=|>=|!=|<|>|=)/;
const piece = /…|\d+(?:\.\d+)?|[A-Za-z]+'?(?:_(?:\{[^{}]*\}|[A-Za-z0-9]+))?|<=|>=|!=|[<>=]|[-+*/^()|,]/g;
const functions = new Set(['min', 'max']);

/** Every chain `a <= b <= c` of the text as comparisons; chains within parentheses apart. Words end a chain. */
export function chainsOf(text: string): Constraint[] {
  return text.split('\n').flatMap((line) => segmentsOf(line.replace(/^\s*[-*•]\s+(?=\S)/, '').replace(/^\s*\d+[.)]\s/, '')).flatMap((segment) => chainOf(segment)));
}

/** Parts of the line that are formulas only. */
function segmentsOf(line: string): string[] {
  if (!comparator.test(line)) return [];
  const inner: string[] = [];
  let open = line;
  for (let round = 0; round < 4; round++) open = open.replace(/\(([^()]*(?:<|>|!=|=)[^()]*)\)/g, (_, group: string) => { inner.push(group); return ' ; '; });
  return [open, ...inner].flatMap(formulas).filter((segment) => comparator.test(segment));
}

function formulas(text: string): string[] {
  const out: string[] = [];
  let at = 0;
  let run = '';
  for (const found of text.matchAll(piece)) {
    const between = text.slice(at, found.index);
    const word = /^[A-Za-z]{2,}$/.test(found[0]) && !functions.has(found[0]) && !/^[A-Z]{2}$|^[a-z]{2}$/.test(found[0]);
    if (/\S/.test(between) || word || /^(?:is|in|of|to|it|an|as|at|be|by|if|on|or|no|we|he|so|do)$/.test(found[0])) {
      out.push(run);
      run = '';
    }
    if (!word) run += ` ${found[0]}`;
    at = found.index + found[0].length;
  }
  return [...out, run].map(trimmed);
}

/** Without commas and unmatched parentheses at the ends. */
function trimmed(text: string): string {
  let plain = text.trim();
  const opens = () => (plain.match(/\(/g) ?? []).length - (plain.match(/\)/g) ?? []).length;
  while (/^[,)]/.test(plain) || /[,(]$/.test(plain) || (plain.startsWith('(') && opens() > 0) || (plain.endsWith(')') && opens() < 0)) plain = (/^[,)]/.test(plain) || (plain.startsWith('(') && opens() > 0) ? plain.slice(1) : plain.slice(0, -1)).trim();
  return plain;
}

function chainOf(segment: string): Constraint[] {
  const pieces = segment.split(comparator).map((one) => one.trim());
  const split = splitAt(pieces);
  if (split) return [...chainOf(split[0]), ...chainOf(split[1])];
  if (pieces.length < 3) return [];
  // "In a query of type 2, 1 <= l": the first number belongs to the words before it.
  const items = pieces.filter((_, at) => at % 2 === 0).map(itemsOf).map((terms, at) => (at === 0 && terms.length > 1 && terms.every(isNumber) ? terms.slice(-1) : terms));
  const ops = pieces.filter((_, at) => at % 2 === 1);
  const dotted = items.some((item) => item.some((one) => one === '…'));
  const why = segment;
  const links = ops.flatMap((op, at) => linkOf(items[at] ?? [], op, items[at + 1] ?? []).map((rule): Constraint => ({ ...rule, why, guessed: false })));
  return dotted ? [...links, ...sortedOf(items, ops).map((rule): Constraint => ({ ...rule, why, guessed: false }))] : links;
}

/** Two chains with a comma between them: `… <= n, 1 <= …`. Null where the comma lists names of one chain. */
function splitAt(pieces: string[]): [string, string] | null {
  for (let at = 2; at < pieces.length - 1; at += 2) {
    const items = outside(pieces[at] ?? '');
    const last = items.at(-1) ?? '';
    if (items.length < 2 || !(isNumber(last) || !isNumber(outside(pieces[at - 2] ?? '')[0] ?? ''))) continue;
    if (items.includes('…')) continue;
    return [[...pieces.slice(0, at), items.slice(0, -1).join(', ')].join(' '), [last, ...pieces.slice(at + 1)].join(' ')];
  }
  return null;
}

const isNumber = (text: string) => /^-? ?\d/.test(text) && !/[A-Za-z]/.test(text);

/** Split at commas that are not inside parentheses or braces. */
function outside(text: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const letter of text) {
    if (letter === '(' || letter === '{') depth++;
    if (letter === ')' || letter === '}') depth--;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

const itemsOf = (text: string) => outside(text);

function linkOf(left: string[], op: string, right: string[]): Rule[] {
  const total = op === '<' || op === '<=' ? totalOf(left) : null;
  const limit = total && parseExpr(right[0] ?? '');
  if (total && limit) return [{ rule: 'sum', of: total, limit }];
  const pair = op === '!=' ? pairsDistinct(left, right) : tableRule(left.join(','), op, right.join(','));
  if (pair) return [pair];
  return left.flatMap((a) => right.flatMap((b): Rule[] => {
    const x = parseExpr(a);
    const y = parseExpr(b);
    if (!x || !y) return [];
    if (op === '>' || op === '>=') return [{ rule: 'compare', left: y, op: op === '>' ? '<' : '<=', right: x }];
    return [{ rule: 'compare', left: x, op: op === '<' || op === '<=' || op === '!=' ? op : '=', right: y }];
  }));
}

/** `K_1 + K_2 + … + K_N`, `|S_1| + … + |S_N|`: of what it is the sum. */
function totalOf(items: string[]): Expr | null {
  const text = items.join(',').trim().replace(/\| /g, '|').replace(/ \|/g, '|');
  const found = /^(\|?)([A-Za-z])_[^\s|]+\1 ?\+ ?(?:\1\2_[^\s|]+\1 ?\+ ?)*… ?\+ ?\1\2_[^\s|]+\1$/.exec(text);
  return found?.[2] ? { k: found[1] === '' ? 'ref' : 'len', name: found[2], sub: '' } : null;
}

/** `(A_i, B_i) != (A_j, B_j)`, `A_i != A_j`. */
function pairsDistinct(left: string[], right: string[]): Rule | null {
  const names = (items: string[]) => [...items.join(',').matchAll(/([A-Za-z]+)_(?:\{([^{}]*)\}|([a-z])\b)/g)].map((found) => ({ base: found[1] ?? '', sub: found[2] ?? found[3] ?? '' }));
  const a = names(left);
  const b = names(right);
  const same = a.length > 0 && a.length === b.length && a.every((one, at) => one.base === b[at]?.base && one.sub !== b[at]?.sub);
  const [first, second] = [a[0]?.sub ?? '', b[0]?.sub ?? ''];
  if (same && a.length === 1 && (second === `${first}+1` || first === `${second}+1` || second === `${first}-1`)) return { rule: 'neighbours', name: a[0]?.base ?? '' };
  return same ? { rule: 'distinct', names: a.map((one) => one.base) } : null;
}

/** `0 <= A_1 < A_2 < … < A_N <= K`: an order, and bounds for every element. */
function sortedOf(items: string[][], ops: string[]): Rule[] {
  const dots = items.findIndex((item) => item.includes('…'));
  const before = /^([A-Za-z]+)_/.exec(items[dots - 1]?.[0] ?? '')?.[1];
  const after = /^([A-Za-z]+)_/.exec(items[dots + 1]?.[0] ?? '')?.[1];
  if (!before || before !== after) return [];
  const op = ops[dots] ?? '<=';
  return [{ rule: 'sorted', name: before, strict: op === '<' || op === '>', down: op.startsWith('>') }, ...ends(items, ops, { dots, before })];
}

function ends(items: string[][], ops: string[], { dots, before }: { dots: number; before: string }): Rule[] {
  const first = items.findIndex((item) => item[0]?.startsWith(`${before}_`));
  const all = [ref(before, 'i')];
  const low = first > 0 ? linkExpr(items[first - 1] ?? [], ops[first - 1] ?? '', all) : [];
  const high = dots + 2 < items.length ? linkExpr(all, ops[dots + 1] ?? '', items[dots + 2] ?? []) : [];
  return [...low, ...high];
}

function linkExpr(left: (string | Expr)[], op: string, right: (string | Expr)[]): Rule[] {
  const of = (one: string | Expr | undefined) => (typeof one === 'string' ? parseExpr(one) : one ?? null);
  const a = of(left[0]);
  const b = of(right[0]);
  if (!a || !b || (op !== '<' && op !== '<=')) return [];
  return [{ rule: 'compare', left: a, op, right: b }];
}
