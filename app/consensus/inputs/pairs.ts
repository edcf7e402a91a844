/** Distinct pairs of small numbers where most of the possible ones are wanted: drawn from a list of all, as drawing at random would not end. */
import type { Range } from './bounds.ts';
import type { Rule } from './constraints.ts';
import { shuffled, type Random } from './random.ts';

const listed = 300_000;

export interface PairsWanted {
  first: Range;
  second: Range;
  count: number;
  /** What must hold between the two. */
  relation: '<' | '<=' | '!=' | null;
}

/** Null where there are too many to list, or few are wanted; an empty list where there are not enough. */
export function densePairs({ first, second, count, relation }: PairsWanted, random: Random): [number, number][] | null {
  const width = (range: Range) => Number(range.high) - Number(range.low) + 1;
  const space = width(first) * width(second);
  if (space > listed || count * 8 < space) return null;
  const all: [number, number][] = [];
  for (let a = Number(first.low); a <= Number(first.high); a++) for (let b = Number(second.low); b <= Number(second.high); b++) if (relates(a, relation, b)) all.push([a, b]);
  return all.length < count ? [] : shuffled(random, all).slice(0, count);
}

function relates(a: number, relation: PairsWanted['relation'], b: number): boolean {
  return relation === null || (relation === '!=' ? a !== b : relation === '<' ? a < b : a <= b);
}

/** How the rules compare the elements of two lists. */
export function relationOf(rules: Rule[], a: string, b: string): PairsWanted['relation'] {
  const found = rules.find((rule) => rule.rule === 'compare' && rule.left.k === 'ref' && rule.right.k === 'ref' && rule.left.name === a && rule.right.name === b);
  return found?.rule === 'compare' && found.op !== '=' ? found.op : null;
}
