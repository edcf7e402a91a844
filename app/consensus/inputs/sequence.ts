/**
 * Draws a sequence of queries that keeps a state rule: per row a kind that can come now, an element that is there where one must be, no
 * more than there is. Large ones fill up and then take out, fill up and then ask, alternate, or mix.
 */
import type { Scope } from './grammar.ts';
import type { Plan } from './plan.ts';
import { between, pick, shuffled, type Random } from './random.ts';
import { isAllowed, play, type StateRule, type Store } from './state.ts';
import { normal } from './expression.ts';

export interface Sequence {
  rule: StateRule;
  store: Store;
  count: number;
  /** The kind that the last row must be. */
  needed: number | null;
  plan: Plan;
  random: Random;
  /** A row of that kind with values in their ranges; null where there is none. */
  make: (row: number, kind: number) => Scope | null;
}

const tries = 12;

/** The next row, already played; null where no kind can come. */
export function nextRow(sequence: Sequence, row: number): Scope | null {
  const { rule, store } = sequence;
  for (const kind of candidatesAt(sequence, row)) {
    for (let attempt = 0; attempt < tries && canCome(sequence, kind); attempt++) {
      const child = sequence.make(row, kind);
      if (!child) break;
      steer(sequence, kind, child);
      if (!isAllowed(rule, store, child)) continue;
      play(rule, store, child);
      return child;
    }
  }
  return null;
}

function canCome({ rule, store }: Sequence, kind: number): boolean {
  return !(rule.kinds[kind]?.needs ?? []).some((need) => need !== 'absent' && store.size === 0n);
}

function candidatesAt(sequence: Sequence, row: number): number[] {
  const { rule, needed, count, random } = sequence;
  if (needed !== null && row === count) return [needed];
  const puts = kindsThat(rule, 'put');
  const first = needed !== null && row === count - 1 && (rule.kinds[needed]?.needs.length ?? 0) > 0 ? puts : preferred(sequence, row);
  return [...shuffled(random, first), ...shuffled(random, [...rule.kinds.keys()])];
}

const kindsThat = ({ kinds }: StateRule, does: 'put' | 'take' | 'none') => [...kinds.keys()].filter((at) => kinds[at]?.does === does);

/** Kinds to try first at this row, by the plan. */
function preferred({ rule, plan, count, random }: Sequence, row: number): number[] {
  const style = plan.sizes === 'most' ? plan.ordinal % 4 : plan.ordinal % 3 === 0 ? 3 : 4;
  const early = row <= count / 2;
  if (style === 4 || random.next() < 0.1) return [];
  if (style === 2) return row % 2 === 1 ? kindsThat(rule, 'put') : kindsThat(rule, 'take');
  if (early) return kindsThat(rule, 'put');
  if (style === 3) return [];
  return kindsThat(rule, style === 0 ? 'none' : 'take');
}

/** Sets what must be there to something that is, and no more than there is. */
function steer({ rule, store, random }: Sequence, at: number, row: Scope): void {
  const kind = rule.kinds[at];
  if (!kind) return;
  const element = store.present[Math.floor(random.next() * store.present.length)];
  const matching = kind.needs.includes('present') || (kind.does === 'take' && random.next() < 0.5);
  if (element && matching && kind.key.length === element.atoms.length) for (const [index, atom] of element.atoms.entries()) row.values.set(kind.key[index] ?? '', atom);
  const value = kind.amount === null ? undefined : row.values.get(kind.amount);
  if (kind.amount === null || !kind.needs.includes('amount') || (typeof value !== 'number' && typeof value !== 'bigint') || BigInt(value) <= store.size) return;
  row.values.set(kind.amount, pick(random, [normal(store.size), between(random, 1, normal(store.size))]));
}
