/** go.mod lists what is built since Go 1.17; before that, and where it is missing, the highest version that go.sum holds stands for the rest. */
import semver from 'semver';
import { type LockText, locked, type LockedPackage } from './package.ts';

export function goMod({ path, text }: LockText): LockedPackage[] {
  const rows = rowsOf(text);
  const replaced = new Map(rows.flatMap((row) => {
    const found = /^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\S+)(?:\s+v(\S+))?/.exec(row);
    return found ? [[found[1]!, { name: found[2]!, version: found[3] ?? null }] as const] : [];
  }));
  return rows.flatMap((row, index) => {
    const found = /^\s*(?:require\s+)?([^\s()]+\.[^\s()]*\/?[^\s()]*)\s+v(\d[^\s]*)\s*(\/\/\s*indirect\b.*|\/\/.*)?$/.exec(row);
    if (!found || row.includes('=>') || /^\s*(exclude|retract|module|go|toolchain)\s/.test(row)) return [];
    const to = replaced.get(found[1]!);
    if (to && to.version === null) return [];
    return [locked({ ecosystem: 'go', name: to?.name ?? found[1]!, version: to?.version ?? found[2]!, path, startLine: index + 1, direct: !/indirect/.test(found[3] ?? '') })];
  });
}

/** `mod`: the go.mod beside it, null where there is none. */
export function goSum({ path, text }: LockText, mod: string | null): LockedPackage[] {
  if (mod !== null && listsAll(mod)) return [];
  const listed = new Set(mod === null ? [] : goMod({ path, text: mod }).map((each) => each.name));
  const highest = new Map<string, LockedPackage>();
  for (const [index, row] of rowsOf(text).entries()) {
    const [, name, version] = /^(\S+) v(\S+) h1:/.exec(row) ?? [];
    if (name === undefined || version === undefined || version.endsWith('/go.mod') || listed.has(name)) continue;
    if (isHigher(version, highest.get(name)?.version)) highest.set(name, locked({ ecosystem: 'go', name, version, path, startLine: index + 1 }));
  }
  return [...highest.values()];
}

/** Since Go 1.17. */
function listsAll(mod: string): boolean {
  const [, major, minor] = /^go\s+(\d+)\.(\d+)/m.exec(mod) ?? [];
  return major !== undefined && (Number(major) > 1 || Number(minor) >= 17);
}

function isHigher(version: string, known: string | undefined): boolean {
  if (known === undefined) return true;
  return semver.valid(version) !== null && semver.valid(known) !== null && semver.gt(version, known);
}

/** A module's path and version end long before this. */
function rowsOf(text: string): string[] {
  return text.split('\n').map((row) => row.slice(0, 2000));
}
