/**
 * Whether an input keeps the rules. Comparisons go through rows and lists side by side; what a rule does not reach (a name of another kind
 * of query) it does not judge.
 */
import type { Comparator, Constraint, Rule } from './constraints.ts';
import { evaluate, refsOf, type Expr, type Int } from './expression.ts';
import { find, isAtom, isAtoms, isScopes, type Atom, type Scope } from './grammar.ts';
import { edgesHold } from './graphs.ts';
import { isPrime } from './primes.ts';
import { borderHolds, cornerHolds, multipleHolds, neighboursDiffer, onceHolds } from './preconditions.ts';
import { repeatsHold } from './repeats.ts';
import { intOf } from './read.ts';
import { placeName } from './resolve.ts';
import { stateHolds } from './state.ts';
import { shapeHolds } from './whole-shapes.ts';

/** The first rule that does not hold; null where all do. */
export function violated(root: Scope, rules: Constraint[], firsts: ReadonlyMap<string, number>): Constraint | null {
  const owners = ownersOf(scopesOf(root));
  return rules.find((rule) => !holds(rule, { root, owners }, firsts)) ?? null;
}

interface Holding { root: Scope; owners: ReadonlyMap<string, Scope[]> }

/** For each name, the scopes that hold it themselves: a rule looks at these alone. */
function ownersOf(scopes: Scope[]): Map<string, Scope[]> {
  const owners = new Map<string, Scope[]>();
  for (const scope of scopes) {
    for (const name of scope.values.keys()) {
      const known = owners.get(name);
      if (known) known.push(scope);
      else owners.set(name, [scope]);
    }
  }
  return owners;
}

/** Scopes in which all names are known and one is their own. */
function scopesFor({ root, owners }: Holding, names: string[]): Scope[] {
  const own = names.map((name) => owners.get(name) ?? []);
  if (own.some((scopes) => scopes.length === 0)) return [];
  const inner = own.filter((scopes) => scopes.length !== 1 || scopes[0] !== root);
  if (inner.length === 0) return [root];
  const all = inner.length === 1 ? inner[0] ?? [] : [...new Set(inner.flat())];
  return all.filter((scope) => isInnermost(scope, names));
}

export function scopesOf(root: Scope): Scope[] {
  return [root, ...[...root.values.values()].flatMap((value) => (isScopes(value) ? value.flatMap(scopesOf) : []))];
}

function holds(rule: Rule, holding: Holding, firsts: ReadonlyMap<string, number>): boolean {
  if (rule.rule === 'once' || rule.rule === 'corner') { const scopes = holding.owners.get(rule.name) ?? []; return rule.rule === 'once' ? onceHolds(rule, scopes) : cornerHolds(rule, scopes); }
  if (rule.rule === 'border') return borderHolds(rule, holding.owners.get(rule.name) ?? []);
  if (rule.rule === 'diagonal' || rule.rule === 'symmetric') return shapeHolds(rule, holding.owners.get(rule.name) ?? []);
  if (rule.rule === 'noThree') return shapeHolds(rule, holding.owners.get(rule.x) ?? []);
  if (rule.rule === 'state') return (holding.owners.get(rule.name) ?? []).every((scope) => { const rows = scope.values.get(rule.name); return !isScopes(rows) || stateHolds(rule, rows); });
  return rule.rule === 'sum' ? sumHolds(rule, holding) : scopesFor(holding, namesOf(rule)).every((scope) => holdsIn(rule, scope, firsts));
}

function namesOf(rule: Rule): string[] {
  switch (rule.rule) {
    case 'compare': return [...refsOf(rule.left), ...refsOf(rule.right)].map((one) => one.name).filter((name) => name !== placeName);
    case 'sum': return [...refsOf(rule.of), ...refsOf(rule.limit)].map((one) => one.name);
    case 'distinct': return rule.names;
    case 'graph': return [rule.u, rule.v];
    case 'noThree': return [rule.x, rule.y];
    case 'multiple': case 'sumMultiple': return [rule.name, ...refsOf(rule.of).map((one) => one.name)];
    default: return [rule.name];
  }
}

/** All names are known here, and at least one is of this very scope. */
function isInnermost(scope: Scope, names: string[]): boolean {
  return names.some((name) => scope.values.has(name)) && names.every((name) => find(scope, name) !== undefined);
}

function holdsIn(rule: Exclude<Rule, { rule: 'sum' | 'once' | 'corner' | 'border' | 'diagonal' | 'symmetric' | 'noThree' | 'state' }>, scope: Scope, firsts: ReadonlyMap<string, number>): boolean {
  switch (rule.rule) {
    case 'compare': return compareHolds(rule, scope, firsts);
    case 'distinct': return isDistinct(rule.names.map((name) => atomsOf(scope, name)));
    case 'graph': return edgesHold(rule, scope);
    case 'sorted': return isSorted(atomsOf(scope, rule.name), rule);
    case 'permutation': return isPermutation(atomsOf(scope, rule.name), rule.from);
    case 'multiple': return multipleHolds(rule, scope);
    case 'sumMultiple': return sumMultipleHolds(rule, scope);
    case 'neighbours': return neighboursDiffer(atomsOf(scope, rule.name));
    case 'repeats': return repeatsHold(atomsOf(scope, rule.name), rule.times);
    default: return atomsOf(scope, rule.name).every(atomTest(rule));
  }
}

/** Of rules that judge each value by itself. */
function atomTest(rule: Extract<Rule, { rule: 'letters' | 'oneOf' | 'parity' | 'noLeadingZero' | 'prime' | 'palindrome' }>): (atom: Atom) => boolean {
  switch (rule.rule) {
    case 'letters': return (atom) => [...String(atom)].every((letter) => rule.letters.includes(letter));
    case 'oneOf': { const known = new Set(rule.values); return (atom) => known.has(String(atom)); }
    case 'parity': return (atom) => parityHolds(atom, rule.odd);
    case 'noLeadingZero': return (atom) => !/^0\d/.test(String(atom));
    case 'prime': return (atom) => typeof atom !== 'string' && isPrime(atom);
    case 'palindrome': return (atom) => isPalindrome(String(atom));
  }
}

const isPalindrome = (text: string) => [...text].reverse().join('') === text;

function parityHolds(atom: Atom, odd: boolean): boolean {
  return typeof atom === 'string' || Math.abs(Number(BigInt(atom) % 2n)) === (odd ? 1 : 0);
}

function sumMultipleHolds({ name, of }: Extract<Rule, { rule: 'sumMultiple' }>, scope: Scope): boolean {
  const by = evaluate(of, lookupAt(scope, 0, new Map()));
  const total = atomsOf(scope, name).reduce<bigint>((sum, atom) => sum + (typeof atom === 'string' ? 0n : BigInt(atom)), 0n);
  return by === undefined || (Number(by) !== 0 && total % BigInt(by) === 0n);
}

export function atomsOf(scope: Scope, name: string): Atom[] {
  const value = find(scope, name);
  if (isAtom(value)) return [value];
  return isAtoms(value) ? value : [];
}

function isDistinct(lists: Atom[][]): boolean {
  const first = lists[0] ?? [];
  return new Set(first.map((_, at) => lists.map((list) => list[at]).join(' '))).size === first.length;
}

function isSorted(list: Atom[], { strict, down }: { strict: boolean; down: boolean }): boolean {
  return list.every((atom, at) => {
    const before = list[at - 1];
    if (before === undefined) return true;
    const [low, high] = down ? [atom, before] : [before, atom];
    return low < high || (!strict && low === high);
  });
}

function isPermutation(list: Atom[], from: number): boolean {
  return new Set(list).size === list.length && list.every((atom) => typeof atom === 'number' && atom >= from && atom < from + list.length);
}

/** The value of a name at a place of the lists; undefined where it is not known. */
export function lookupAt(scope: Scope, at: number, firsts: ReadonlyMap<string, number>): (one: Extract<Expr, { k: 'ref' | 'len' }>) => Int | undefined {
  return (one) => {
    if (one.name === placeName) return at + 1;
    const value = find(scope, one.name);
    const atom = isAtom(value) ? value : isAtoms(value) ? value[placeOf(one.sub, { at, scope, firsts, name: one.name, size: value.length })] : undefined;
    if (atom === undefined) return undefined;
    if (one.k === 'len') return String(atom).length;
    return typeof atom === 'string' ? intOf(atom) ?? undefined : atom;
  };
}

function placeOf(sub: string, { at, scope, firsts, name, size }: { at: number; scope: Scope; firsts: ReadonlyMap<string, number>; name: string; size: number }): number {
  if (sub === '') return at;
  void scope;
  return /^\d+$/.test(sub) ? Number(sub) - (firsts.get(name) ?? 1) : size - 1;
}

/** `S_i != T_i`: texts side by side differ. Null where the rule is about numbers. */
function textsDiffer({ left, op, right }: Extract<Rule, { rule: 'compare' }>, scope: Scope): boolean | null {
  if (op !== '!=' || left.k !== 'ref' || right.k !== 'ref') return null;
  const [a, b] = [atomsOf(scope, left.name), atomsOf(scope, right.name)];
  return [...a, ...b].every((atom) => typeof atom === 'string') ? a.every((atom, at) => atom !== b[at]) : null;
}

function compareHolds(rule: Extract<Rule, { rule: 'compare' }>, scope: Scope, firsts: ReadonlyMap<string, number>): boolean {
  const differing = textsDiffer(rule, scope);
  if (differing !== null) return differing;
  const refs = [...refsOf(rule.left), ...refsOf(rule.right)];
  const lists = refs.filter((one) => one.sub === '' && isAtoms(find(scope, one.name)));
  if (lists.length === 0) return pairHolds(rule, lookupAt(scope, 0, firsts));
  const size = Math.min(...lists.map((one) => atomsOf(scope, one.name).length));
  const first = firsts.get(lists[0]?.name ?? '') ?? 1;
  const plain = refs.every((one) => one.name !== placeName) && lists.length === 1 ? plainBound(rule, lists[0]?.name ?? '') : null;
  if (plain) return boundHolds(plain, atomsOf(scope, lists[0]?.name ?? ''), evaluate(plain.bound, lookupAt(scope, 0, firsts)));
  for (let at = 0; at < size; at++) {
    const inner = lookupAt(scope, at, firsts);
    if (!pairHolds(rule, (one) => (one.name === placeName ? at + first : inner(one)))) return false;
  }
  return true;
}

interface Plain { bound: Expr; op: Comparator; isLeft: boolean }

/** `A_i <= expression without lists`: one evaluation for the whole list. */
function plainBound(rule: Extract<Rule, { rule: 'compare' }>, name: string): Plain | null {
  if (rule.left.k === 'ref' && rule.left.name === name && rule.left.sub === '') return { bound: rule.right, op: rule.op, isLeft: true };
  return rule.right.k === 'ref' && rule.right.name === name && rule.right.sub === '' ? { bound: rule.left, op: rule.op, isLeft: false } : null;
}

function boundHolds({ op, isLeft }: Plain, atoms: Atom[], bound: Int | undefined): boolean {
  if (bound === undefined) return true;
  return atoms.every((atom) => { const value = typeof atom === 'string' ? intOf(atom) : atom; return value === null || (isLeft ? compares(value, op, bound) : compares(bound, op, value)); });
}

function pairHolds(rule: Extract<Rule, { rule: 'compare' }>, lookup: (one: Extract<Expr, { k: 'ref' | 'len' }>) => Int | undefined): boolean {
  const left = evaluate(rule.left, lookup);
  const right = evaluate(rule.right, lookup);
  return left === undefined || right === undefined || compares(left, rule.op, right);
}

export function compares(left: Int, op: Comparator, right: Int): boolean {
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return (op === '=') === (left === right);
}

function sumHolds(rule: Extract<Rule, { rule: 'sum' }>, holding: Holding): boolean {
  const names = refsOf(rule.of).map((one) => one.name);
  let total = 0;
  for (const scope of scopesFor(holding, names)) total += sumIn(rule.of, scope, names);
  const limit = evaluate(rule.limit, lookupAt(holding.root, 0, new Map()));
  return limit === undefined || total <= Number(limit);
}

function sumIn(of: Expr, scope: Scope, names: string[]): number {
  const size = Math.max(...names.map((name) => (isAtoms(find(scope, name)) ? atomsOf(scope, name).length : 1)));
  let total = 0;
  for (let at = 0; at < size; at++) total += Number(evaluate(of, lookupAt(scope, at, new Map())) ?? 0);
  return total;
}
