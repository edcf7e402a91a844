/** pnpm-lock.yaml, versions 5 to 9. */
import { parse } from 'yaml';
import { z } from 'zod';
import { fromRoots, idOf } from './graph.ts';
import { LockError, type LockText, locked, type LockedPackage } from './package.ts';

const Names = z.record(z.string(), z.unknown()).optional();
const Group = z.looseObject({ dependencies: Names, devDependencies: Names, optionalDependencies: Names });
const Package = z.looseObject({
  name: z.string().optional(), version: z.string().optional(), deprecated: z.union([z.string(), z.boolean()]).optional(), resolution: z.looseObject({ integrity: z.string().optional() }).optional(),
  dependencies: Names, optionalDependencies: Names, optional: z.boolean().optional().catch(undefined), dev: z.boolean().optional().catch(undefined),
});
const Snapshots = z.record(z.string(), z.looseObject({ dependencies: Names, optionalDependencies: Names, optional: z.boolean().optional().catch(undefined) })).nullish();
const Pnpm = Group.extend({ lockfileVersion: z.union([z.string(), z.number()]), importers: z.record(z.string(), Group).optional(), packages: z.record(z.string(), Package).nullish(), snapshots: Snapshots });
type Pnpm = z.infer<typeof Pnpm>;

export function pnpmLock({ path, text }: LockText): LockedPackage[] {
  const lock = pnpmOf(text);
  const lines = keyLines(text);
  const projects = [lock, ...Object.values(lock.importers ?? {})];
  const direct = new Set(projects.flatMap((each) => Object.keys({ ...each.dependencies, ...each.devDependencies, ...each.optionalDependencies })));
  const needs = needsIn(lock);
  const packages = Object.entries(lock.packages ?? {}).map(([key, entry]) => {
    const spelled = nameAndVersion(key);
    const name = entry.name ?? spelled?.name;
    const version = entry.version ?? spelled?.version;
    if (name === undefined || version === undefined) throw new LockError(`"${key}" names no package and version`);
    const integrity = entry.resolution?.integrity ?? null;
    const deprecated = entry.deprecated === undefined || entry.deprecated === false ? null : String(entry.deprecated);
    return locked({ ecosystem: 'npm', name, version, path, startLine: lines.get(key) ?? 1, integrity, deprecated, direct: direct.has(name), dev: entry.dev ?? null, ...needs(bareKey(key)), source: integrity === null ? 'elsewhere' : 'registry' });
  });
  const named = (...groups: Pnpm['dependencies'][]) => new Set(groups.flatMap((group) => idsIn(group)));
  const roots = { production: named(...projects.flatMap((each) => [each.dependencies, each.optionalDependencies])), development: named(...projects.map((each) => each.devDependencies)) };
  const known = new Set(packages.map(idOf));
  // An importer's spelling that none of the packages has (a link, an odd peer suffix) is no reason to call all else unneeded.
  return [...roots.production, ...roots.development].every((id) => known.has(id)) ? fromRoots(packages, roots) : packages;
}

function pnpmOf(text: string): Pnpm {
  try {
    // More than one document: the last one is the project's, those before it are pnpm's own.
    const documents = text.split(/^---\s*$/m).filter((part) => part.trim() !== '');
    return Pnpm.parse(parse(documents.at(-1) ?? ''));
  } catch (thrown) {
    throw new LockError(thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown));
  }
}

/** Version 9 says in `snapshots` what is needed, once for each set of peers; the older ones at the package. */
function needsIn({ packages, snapshots }: Pnpm): (bare: string) => { requires: string[]; optional: boolean } {
  const found = new Map<string, { requires: Set<string>; optional: boolean }>();
  for (const [key, { dependencies, optionalDependencies, optional }] of Object.entries(snapshots ?? packages ?? {})) {
    const known = found.get(bareKey(key));
    const ids = [...idsIn(dependencies), ...idsIn(optionalDependencies)];
    found.set(bareKey(key), { requires: new Set([...known?.requires ?? [], ...ids]), optional: (optional ?? false) && (known?.optional ?? true) });
  }
  return (bare) => ({ requires: [...found.get(bare)?.requires ?? []], optional: found.get(bare)?.optional ?? false });
}

/** `name: 1.0.0(peer)`, `alias: real@1.0.0`, `name: /real/1.0.0_peer`, `name: {version: …}`; a link is the repository's own. */
function idsIn(group: Record<string, unknown> | undefined): string[] {
  return Object.entries(group ?? {}).flatMap(([name, value]) => {
    const version = typeof value === 'string' ? value : z.object({ version: z.string() }).safeParse(value).data?.version;
    if (version === undefined || /^(link|file|workspace):/.test(version)) return [];
    const other = nameAndVersion(version);
    return [other ? `${other.name}@${other.version}` : `${name}@${version.replace(/[(_].*$/, '')}`];
  });
}

function bareKey(key: string): string {
  return key.replace(/\(.*$/, '');
}

/** `/name/1.0.0_peer`, `/name@1.0.0(peer)` and `name@1.0.0` are the same thing in three ages. */
function nameAndVersion(key: string): { name: string; version: string } | null {
  const bare = bareKey(key).replace(/^\//, '');
  const found = /^((?:@[^/@]+\/)?[^/@]+)@([^@]+)$/.exec(bare) ?? /^((?:@[^/]+\/)?[^/]+)\/([^/_]+)(?:_.*)?$/.exec(bare);
  return found && /^\d/.test(found[2]!) ? { name: found[1]!, version: found[2]! } : null;
}

function keyLines(text: string): ReadonlyMap<string, number> {
  const rows = text.split('\n');
  const start = rows.findLastIndex((row) => /^packages:/.test(row));
  const found = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const key = index > start ? /^ {2}(?! )(['"]?)(.{1,500}?)\1:(\s|$)/.exec(row)?.[2] : undefined;
    if (key !== undefined && !found.has(key)) found.set(key, index + 1);
  }
  return found;
}
