/** What the lock file's own edges say beyond themselves: which packages only development reaches, and which nothing needs. */
import type { LockedPackage } from './package.ts';

export function idOf({ name, version }: Pick<LockedPackage, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

/** All that can be reached from `roots` over what packages need, the roots included. */
export function reachable(packages: readonly LockedPackage[], roots: Iterable<string>): Set<string> {
  const needs = new Map<string, Set<string>>();
  for (const each of packages) needs.set(idOf(each), new Set([...needs.get(idOf(each)) ?? [], ...each.requires ?? []]));
  const seen = new Set<string>();
  const open = [...roots];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...needs.get(next) ?? []);
  }
  return seen;
}

/** The ids that no other package needs. */
export function unneeded(packages: readonly LockedPackage[]): Set<string> {
  const needed = new Set(packages.flatMap((each) => (each.requires ?? []).filter((id) => id !== idOf(each))));
  return new Set(packages.map(idOf).filter((id) => !needed.has(id)));
}

/** With `direct` and `dev` from what the project itself names, for production and for development alone. Without any, both stay as they are. */
export function fromRoots(packages: readonly LockedPackage[], roots: { production: ReadonlySet<string>; development: ReadonlySet<string> }): LockedPackage[] {
  const direct = new Set([...roots.production, ...roots.development]);
  if (direct.size === 0) return [...packages];
  const shipped = reachable(packages, roots.production);
  const all = reachable(packages, direct);
  return packages.map((each) => ({ ...each, direct: direct.has(idOf(each)), dev: all.has(idOf(each)) ? !shipped.has(idOf(each)) : each.dev }));
}
