/**
 * What all examples share though no sentence says it: an order, a permutation, distinct values, one column below the other, an alphabet,
 * ranges. Only what chance would hardly show; each is marked as guessed.
 */
import { atomsOf } from './check.ts';
import type { Constraint, Rule } from './constraints.ts';
import { num, plainJson, ref, type Expr, type Int } from './expression.ts';
import type { Atom, Declared, Scope } from './grammar.ts';
import type { Kinds } from './read.ts';

export interface Seen {
  declared: Declared[];
  kinds: Kinds;
  /** All scopes of all examples. */
  scopes: Scope[];
}

export function guessedRules(seen: Seen, known: Constraint[]): Constraint[] {
  const lists = seen.declared.filter((one) => one.shape === 'list');
  const rules = [...lists.flatMap((one) => listRules(one, seen, known)), ...columnPairs(lists, seen, known), ...seen.declared.flatMap((one) => textRules(one, seen, known))];
  return rules.map((rule): Constraint => ({ ...rule, why: 'all examples', guessed: true }));
}

export function valuesOf(name: string, { scopes }: Seen): Atom[][] {
  return scopes.flatMap((scope) => (scope.values.has(name) ? [atomsOf(scope, name)] : []));
}

const isKnown = (known: Constraint[], rule: Rule['rule'], name: string) => known.some((one) => one.rule === rule && 'name' in one && one.name === name);

function listRules(one: Declared, seen: Seen, known: Constraint[]): Rule[] {
  const lists = valuesOf(one.name, seen).filter((list) => list.length > 1);
  if (seen.kinds.get(one.name) !== 'int' || lists.length === 0 || ['permutation', 'sorted', 'distinct', 'graph'].some((rule) => known.some((other) => other.rule === rule && JSON.stringify(other, plainJson).includes(`"${one.name}"`)))) return [];
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  if (total >= 6 && lists.every((list) => list.every((atom) => Number(atom) >= 1 && Number(atom) <= list.length) && new Set(list).size === list.length)) return [{ rule: 'permutation', name: one.name, from: 1 }];
  return [...sortedRule(one.name, lists), ...distinctRule(one.name, lists)];
}

function sortedRule(name: string, lists: Atom[][]): Rule[] {
  const odds = lists.reduce((sum, list) => sum + logFactorial(new Set(list).size), 0);
  if (odds < Math.log(100)) return [];
  const up = lists.every((list) => list.every((atom, at) => at === 0 || (list[at - 1] ?? atom) <= atom));
  const down = lists.every((list) => list.every((atom, at) => at === 0 || (list[at - 1] ?? atom) >= atom));
  const strict = lists.every((list) => new Set(list).size === list.length);
  return up || down ? [{ rule: 'sorted', name, strict, down }] : [];
}

function logFactorial(n: number): number {
  return Array.from({ length: n }, (_, at) => Math.log(at + 1)).reduce((sum, log) => sum + log, 0);
}

/** Distinct by chance is likely where the range is wide: then nothing is guessed. */
function distinctRule(name: string, lists: Atom[][]): Rule[] {
  const expected = lists.reduce((sum, list) => sum + list.length * (list.length - 1) / 2 / (Math.max(...list.map(Number)) - Math.min(...list.map(Number)) + 1), 0);
  return expected > 4 && lists.every((list) => new Set(list).size === list.length) ? [{ rule: 'distinct', names: [name] }] : [];
}

/** Neighbouring columns of the same table: always below, or never equal. */
function columnPairs(lists: Declared[], seen: Seen, known: Constraint[]): Rule[] {
  return lists.slice(1).flatMap((b, at): Rule[] => {
    const a = lists[at];
    if (!a || a.path.join() !== b.path.join() || a.count !== b.count || seen.kinds.get(a.name) !== 'int' || seen.kinds.get(b.name) !== 'int') return [];
    const pairs = seen.scopes.flatMap((scope) => (scope.values.has(a.name) && scope.values.has(b.name) ? atomsOf(scope, a.name).map((x, row) => [x, atomsOf(scope, b.name)[row] ?? x] as const) : []));
    if (known.some((one) => one.rule === 'compare' && one.left.k === 'ref' && one.right.k === 'ref' && [one.left.name, one.right.name].includes(a.name) && [one.left.name, one.right.name].includes(b.name))) return [];
    if (pairs.length >= 7 && pairs.every(([x, y]) => x < y)) return [{ rule: 'compare', left: ref(a.name), op: '<', right: ref(b.name) }];
    if (pairs.length >= 7 && pairs.every(([x, y]) => x <= y)) return [{ rule: 'compare', left: ref(a.name), op: '<=', right: ref(b.name) }];
    const range = new Set(pairs.flat()).size;
    return pairs.length >= 6 && range <= pairs.length * 2 && pairs.length / range > 2.3 && pairs.every(([x, y]) => x !== y) ? [{ rule: 'compare', left: ref(a.name), op: '!=', right: ref(b.name) }] : [];
  });
}

const timesOfDay = Array.from({ length: 1440 }, (_, at) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`);

const families = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];

/** Few letters are an alphabet of their own; more than four of a kind stand for the kind. Few words seen often are all there are. */
function textRules(one: Declared, seen: Seen, known: Constraint[]): Rule[] {
  if (seen.kinds.get(one.name) !== 'text' || isKnown(known, 'letters', one.name) || isKnown(known, 'oneOf', one.name)) return [];
  const texts = valuesOf(one.name, seen).flat().map(String);
  const words = [...new Set(texts)].sort();
  if (texts.length > 0 && texts.every((text) => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text))) return [{ rule: 'oneOf', name: one.name, values: timesOfDay }];
  if (texts.length >= 4 && words.length <= Math.min(6, texts.length / 2)) return [{ rule: 'oneOf', name: one.name, values: words }];
  const letters = [...new Set(texts.flatMap((text) => [...text]))].sort();
  const wide = families.filter((family) => letters.filter((letter) => family.includes(letter)).length > 4);
  return [{ rule: 'letters', name: one.name, letters: [...new Set([...letters, ...wide.join('')])].sort().join('') }];
}

/** For a name without a bound on one side: what the examples showed, with some room above. */
export function guessedRange(one: Declared, seen: Seen, side: { low: boolean; high: boolean }): Constraint[] {
  const values = valuesOf(one.name, seen).flat().flatMap((atom) => (typeof atom === 'string' ? [] : [atom]));
  if (values.length === 0) return [];
  const low = values.reduce((least, value) => (value < least ? value : least));
  const high = values.reduce((most, value) => (value > most ? value : most));
  return rangeRules(ref(one.name), { low: side.low ? null : low >= 1 ? 1 : low >= 0 ? 0 : low, high: side.high ? null : high });
}

/** The same for the length of a text. */
export function guessedLengths(one: Declared, seen: Seen, side: { low: boolean; high: boolean }): Constraint[] {
  const lengths = valuesOf(one.name, seen).flat().map((atom) => String(atom).length);
  if (lengths.length === 0) return [];
  const same = new Set(lengths).size === 1 && lengths.length >= 3;
  const high = Math.max(...lengths);
  return rangeRules({ k: 'len', name: one.name, sub: '' }, { low: side.low ? null : same ? high : 1, high: side.high ? null : same ? high : high * 2 });
}

function rangeRules(subject: Expr, { low, high }: { low: Int | null; high: Int | null }): Constraint[] {
  const rule = (left: Expr, right: Expr): Constraint => ({ rule: 'compare', left, op: '<=', right, why: 'range of the examples', guessed: true });
  return [...(low === null ? [] : [rule(num(low), subject)]), ...(high === null ? [] : [rule(subject, num(high))])];
}
