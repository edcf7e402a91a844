/**
 * Rows that must differ in all their columns: a row that came before is drawn again, as long as it can be in one column alone, so that a
 * column of one value stays one, and within the order of two columns.
 */
import { least, most, type Range } from './bounds.ts';
import { apply, type Int } from './expression.ts';
import type { Atom, Scope } from './grammar.ts';
import type { Making } from './making.ts';
import { relationOf } from './pairs.ts';
import { between, type Random } from './random.ts';
import { rangeFor } from './singles.ts';

const tries = { one: 30, all: 60 };

/** Changes the columns in place; false where the ranges hold too few rows. */
export function drawnApart(making: Making, columns: Atom[][], { names, scope, count }: { names: string[]; scope: Scope; count: number }): boolean {
  const again: Again = {
    random: making.random, ranges: names.map((name) => rangeFor(making, name, scope)), relation: names.length === 2 ? relationOf(making.rules, names[0] ?? '', names[1] ?? '') : null,
    one: making.plan.ordinal % 2 === 0 ? names.length - 1 : 0,
  };
  const seen = new Set<string>();
  const textOf = (row: number) => columns.map((column) => column[row]).join(' ');
  for (let row = 0; row < count; row++) {
    for (let round = 0; seen.has(textOf(row)); round++) {
      if (round > tries.all) return false;
      drawAgain(columns, row, { ...again, isAll: round > tries.one });
    }
    seen.add(textOf(row));
  }
  return true;
}

interface Again {
  random: Random;
  ranges: (Range | null)[];
  relation: ReturnType<typeof relationOf>;
  /** The column that is drawn again alone. */
  one: number;
}

function drawAgain(columns: Atom[][], row: number, { random, ranges, relation, one, isAll }: Again & { isAll: boolean }): void {
  const [a, b] = columns;
  const [first, second] = ranges;
  const pair = a && b && first && second && (relation === '<' || relation === '<=') ? orderedPair([a[row], b[row]], { random, first, second, step: relation === '<' ? 1 : 0, isBoth: isAll, isFirst: one === 0 }) : null;
  if (a && b && pair) { [a[row], b[row]] = pair; return; }
  for (const [at, column] of columns.entries()) { const range = ranges[at]; if (range && (isAll || at === one)) column[row] = between(random, range.low, range.high); }
}

interface Ordered { random: Random; first: Range; second: Range; step: number; isBoth: boolean; isFirst: boolean }

/** The first stays below the second. Null where that leaves nothing. */
function orderedPair([oldA, oldB]: (Atom | undefined)[], { random, first, second, step, isBoth, isFirst }: Ordered): [Int, Int] | null {
  const draw = (low: Int, high: Int) => (low > high ? null : between(random, low, high));
  const above = (a: Int) => draw(most(second.low, apply('+', a, step) ?? 0), second.high);
  const below = (b: Int) => draw(first.low, least(first.high, apply('-', b, step) ?? 0));
  if (typeof oldA === 'string' || typeof oldB === 'string' || oldA === undefined || oldB === undefined) return null;
  const a = isBoth ? below(second.high) : isFirst ? below(oldB) : oldA;
  const b = a === null ? null : isFirst && !isBoth ? oldB : above(a);
  return a === null || b === null ? null : [a, b];
}
