/** What one bill of materials has that another has not: components by package URL without version, their versions and licences. */
import { statedLicence, type Bom, type Component } from './read.ts';

export interface Listed {
  purl: string;
  version: string | null;
  licence: string | null;
  scope: string | null;
}

export interface Changed {
  /** Without a version. */
  purl: string;
  from: string[];
  to: string[];
}

export interface Relicensed {
  purl: string;
  from: string | null;
  to: string | null;
}

export interface BomDiff {
  base: number;
  head: number;
  /** Packages that base does not have at any version. */
  added: Listed[];
  removed: Listed[];
  /** Packages of both, with the versions that only one has. */
  changed: Changed[];
  /** The same package under another licence, whatever its version. */
  relicensed: Relicensed[];
  /** Licences that no component of base states. */
  newLicences: string[];
}

/** A bill that is not there has no components. */
export function diffBoms(base: Bom | null, head: Bom | null): BomDiff {
  const before = byPackage(base);
  const after = byPackage(head);
  const only = (one: ReadonlyMap<string, Listed[]>, other: ReadonlyMap<string, Listed[]>) => [...one].filter(([key]) => !other.has(key)).flatMap(([, list]) => list);
  const both = [...after].flatMap(([purl, to]) => { const from = before.get(purl); return from ? [{ purl, from, to }] : []; });
  return {
    base: size(before), head: size(after), added: only(after, before), removed: only(before, after),
    changed: both.flatMap(({ purl, from, to }) => { const changed = { purl, from: lacking(from, to), to: lacking(to, from) }; return changed.from.length + changed.to.length > 0 ? [changed] : []; }),
    relicensed: both.flatMap(({ purl, from, to }) => relicensed(purl, from, to)),
    newLicences: [...licences(after)].filter((each) => !licences(before).has(each)).sort(),
  };
}

function byPackage(bom: Bom | null): ReadonlyMap<string, Listed[]> {
  const listed = allOf(bom?.components ?? []).map((each): [string, Listed] => {
    const purl = each.purl ?? each.name;
    return [purl.replace(/[?#].*$/, '').replace(/@[^@/]*$/, ''), { purl, version: each.version ?? null, licence: statedLicence(each), scope: each.scope ?? null }];
  });
  const sorted = listed.sort(([, a], [, b]) => (a.purl < b.purl ? -1 : 1));
  return new Map([...Map.groupBy(sorted, ([key]) => key)].map(([key, entries]) => [key, entries.map(([, each]) => each)]));
}

/** Components may hold components. */
function allOf(components: readonly Component[]): Component[] {
  return components.flatMap((each) => [each, ...allOf(each.components ?? [])]);
}

function lacking(list: readonly Listed[], other: readonly Listed[]): string[] {
  const known = new Set(other.map(({ version }) => version));
  return [...new Set(list.filter(({ version }) => !known.has(version)).map(({ version }) => version ?? 'no version'))];
}

function relicensed(purl: string, from: readonly Listed[], to: readonly Listed[]): Relicensed[] {
  const stated = (list: readonly Listed[]) => [...new Set(list.map(({ licence }) => licence))].sort().join(' ') || null;
  return stated(from) === stated(to) ? [] : [{ purl, from: stated(from), to: stated(to) }];
}

function licences(packages: ReadonlyMap<string, Listed[]>): Set<string> {
  return new Set([...packages.values()].flat().flatMap(({ licence }) => licence ?? []));
}

function size(packages: ReadonlyMap<string, Listed[]>): number {
  return [...packages.values()].reduce((sum, list) => sum + list.length, 0);
}
