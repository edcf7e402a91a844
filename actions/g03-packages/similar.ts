/** Names that are one slip away from a popular one (`rulepacks/packages/popular.json`). */
import type { Ecosystem } from '../../app/core/guardrail.ts';
import popular from '../../rulepacks/packages/popular.json' with { type: 'json' };
import { canonical } from './reference.ts';

const lists: Record<Ecosystem, readonly string[]> = { npm: popular.npm, pypi: popular.pypi, go: popular.go };

/** The popular name that this one could be mistaken for; null where it is popular itself or like none. */
export function meantName(ecosystem: Ecosystem, name: string): string | null {
  const own = canonical(ecosystem, name);
  if (lists[ecosystem].includes(own)) return null;
  const squeezed = own.replace(/[-_.]/g, '').toLowerCase();
  return lists[ecosystem].find((each) => each.replace(/[-_.]/g, '') === squeezed || (each.length >= 5 && isOneSlip(own, each))) ?? null;
}

/** One letter more, less, other, or two neighbours swapped. */
export function isOneSlip(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  return restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1) || (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2));
}
