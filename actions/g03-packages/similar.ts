/** Names that are one or two slips away from a popular one (`rulepacks/packages/popular.json`, which states its source). */
import type { Ecosystem } from '../../app/core/guardrail.ts';
import popular from '../../rulepacks/packages/popular.json' with { type: 'json' };
import { canonical } from './reference.ts';

const lists: Record<Ecosystem, ReadonlySet<string>> = { npm: new Set(popular.npm), pypi: new Set(popular.pypi), go: new Set(popular.go) };
/** Shorter names have too many honest neighbours. */
const shortest = { oneSlip: 5, twoSlips: 10 };

/** The popular name that this one could be mistaken for; null where it is popular itself or like none. */
export function meantName(ecosystem: Ecosystem, name: string): string | null {
  const own = canonical(ecosystem, name).toLowerCase();
  const list = lists[ecosystem];
  if (list.has(own)) return null;
  const bare = letters(own);
  const near = [...list].filter((each) => !sameOwner(ecosystem, own, each));
  return near.find((each) => letters(each) === bare) ?? near.find((each) => each.length >= shortest.oneSlip && slips(own, each) <= 1)
    ?? near.find((each) => each.length >= shortest.twoSlips && slips(own, each) <= 2) ?? null;
}

function letters(name: string): string {
  return name.replace(/[-_.]/g, '');
}

/** Who owns a scope or a Go host's account owns every name in it. */
function sameOwner(ecosystem: Ecosystem, a: string, b: string): boolean {
  const owner = (name: string): string => name.split('/').slice(0, -1).join('/');
  return ecosystem !== 'pypi' && owner(a) !== '' && owner(a) === owner(b);
}

/** Letters added, dropped, replaced or swapped with their neighbour between two names; 3 where it is more than two. */
export function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : 3;
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return Math.min(3, rows[a.length]![b.length]!);
}
