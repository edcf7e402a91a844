/**
 * Preconditions on a sequence of queries: what is taken out is there, what is asked of is not empty, what is added is not there yet. A
 * rule holds the effect and the needs of each kind; the sequence is played on a count per element from an empty start.
 */
import type { Effect } from './effects.ts';
import { isAtom, type Atom, type Scope } from './grammar.ts';

/** `some`: not empty; `amount`: as many as the query names; `present` and `absent`: the element of the query. */
export type Need = 'some' | 'amount' | 'present' | 'absent';

export interface StateRule {
  rule: 'state';
  /** The rows that hold the queries. */
  name: string;
  /** One per alternative of the grammar. */
  kinds: (Effect & { needs: Need[] })[];
  /** Elements are pairs in any order: edges. */
  unordered: boolean;
  /** Equal elements are kept apart; else one put twice is there once, which is the more cautious. */
  several: boolean;
}

export interface Store {
  counts: Map<string, bigint>;
  /** Elements that are there, for a draw; `places`: where each stands. */
  present: { text: string; atoms: Atom[] }[];
  places: Map<string, number>;
  size: bigint;
}

export function newStore(): Store {
  return { counts: new Map(), present: [], places: new Map(), size: 0n };
}

const atomAt = (scope: Scope, name: string): Atom => { const value = scope.values.get(name); return isAtom(value) ? value : ''; };

function elementOf(rule: StateRule, kind: Effect, scope: Scope): { text: string; atoms: Atom[] } {
  const atoms = kind.key.map((name) => atomAt(scope, name));
  return { atoms, text: (rule.unordered ? atoms.map(String).sort() : atoms).join(' ') };
}

function amountOf(kind: Effect, scope: Scope): bigint {
  const amount = kind.amount === null ? 1 : atomAt(scope, kind.amount);
  return typeof amount === 'string' ? 1n : BigInt(amount);
}

/** Whether the row keeps the needs of its kind. */
export function isAllowed(rule: StateRule, store: Store, scope: Scope): boolean {
  const kind = rule.kinds[Number(scope.values.get('#') ?? -1)];
  if (!kind) return true;
  return kind.needs.every((need) => {
    const there = store.counts.get(elementOf(rule, kind, scope).text) ?? 0n;
    switch (need) {
      case 'some': return store.size > 0n;
      case 'amount': return store.size >= amountOf(kind, scope);
      case 'present': return there >= (kind.does === 'take' ? amountOf(kind, scope) : 1n);
      case 'absent': return there === 0n;
    }
  });
}

function countAfter({ isPut, isSeveral }: { isPut: boolean; isSeveral: boolean }, before: bigint, amount: bigint): bigint {
  if (!isSeveral) return isPut ? 1n : 0n;
  return isPut ? before + amount : before > amount ? before - amount : 0n;
}

/** Does to the store what the row says. */
export function play(rule: StateRule, store: Store, scope: Scope): void {
  const kind = rule.kinds[Number(scope.values.get('#') ?? -1)];
  if (!kind || kind.does === 'none') return;
  if (kind.does === 'clear') { Object.assign(store, newStore()); return; }
  const amount = amountOf(kind, scope);
  if (kind.does === 'take' && kind.key.length === 0) { store.size = store.size > amount ? store.size - amount : 0n; return; }
  const element = elementOf(rule, kind, scope);
  const before = store.counts.get(element.text) ?? 0n;
  const after = countAfter({ isPut: kind.does === 'put', isSeveral: rule.several }, before, amount);
  store.counts.set(element.text, after);
  store.size += after - before;
  if (before === 0n && after > 0n) { store.places.set(element.text, store.present.length); store.present.push(element); }
  if (before > 0n && after === 0n) forget(store, element.text);
}

/** The last one takes the place of the one that goes. */
function forget(store: Store, text: string): void {
  const place = store.places.get(text) ?? 0;
  const last = store.present.pop();
  store.places.delete(text);
  store.counts.delete(text);
  if (!last || last.text === text) return;
  store.present[place] = last;
  store.places.set(last.text, place);
}

export function stateHolds(rule: StateRule, rows: Scope[]): boolean {
  const store = newStore();
  return rows.every((row) => {
    const allowed = isAllowed(rule, store, row);
    play(rule, store, row);
    return allowed;
  });
}
