/** poetry.lock, uv.lock, pdm.lock and pylock.toml: packages with what they need and the files that a registry may give for each. */
import { parse } from 'smol-toml';
import { z } from 'zod';
import { fromRoots } from './graph.ts';
import { LockError, type LockText, locked, pypiName, type LockedPackage } from './package.ts';

const File = z.looseObject({ file: z.string().optional(), name: z.string().optional(), url: z.string().optional(), hash: z.string().optional(), hashes: z.record(z.string(), z.string()).optional() });
const Needed = z.union([z.string(), z.looseObject({ name: z.string(), version: z.string().optional() })]);
const Groups = z.record(z.string(), z.array(Needed)).optional().catch(undefined);
const Package = z.looseObject({
  name: z.string(), version: z.string().optional(), source: z.record(z.string(), z.unknown()).optional(), directory: z.unknown().optional(), vcs: z.unknown().optional(), archive: z.unknown().optional(),
  dependencies: z.union([z.array(Needed), z.record(z.string(), z.unknown())]).optional(), 'optional-dependencies': Groups, 'dev-dependencies': Groups,
  groups: z.array(z.string()).optional().catch(undefined), category: z.string().optional().catch(undefined), optional: z.boolean().optional().catch(undefined),
  files: z.array(File).optional().catch(undefined), wheels: z.array(File).optional().catch(undefined), sdist: File.optional().catch(undefined),
});
type Package = z.infer<typeof Package>;
const Lock = z.looseObject({ package: z.array(Package).optional(), packages: z.array(Package).optional() });

export function tomlLock({ path, text }: LockText): LockedPackage[] {
  const lock = tomlOf(text);
  const all = lock.package ?? lock.packages ?? [];
  const rows = text.split('\n');
  const heads = rows.flatMap((row, index) => (/^\s*\[\[packages?\]\]\s*$/.test(row) ? [index] : []));
  const resolve = resolver(all);
  const packages = all.flatMap((entry, index) => {
    // The repository's own project has no version to ask about, or stands as a folder.
    if (entry.version === undefined || isOwn(entry)) return [];
    const start = heads[index] ?? 0;
    const version = rows.findIndex((row, at) => at > start && /^\s*version\s*=/.test(row));
    return [locked({
      ecosystem: 'pypi', name: pypiName(entry.name), version: entry.version, path, startLine: start + 1, endLine: Math.max(start, version) + 1, source: fromElsewhere(entry) ? 'elsewhere' : 'registry',
      requires: [...new Set(neededBy(entry).flatMap(resolve))], dev: devOf(entry), optional: entry.optional ?? null, files: filesOf(entry),
    })];
  });
  return fromRoots(packages, rootsOf(all.filter(isOwn), resolve));
}

function tomlOf(text: string): z.infer<typeof Lock> {
  try {
    return Lock.parse(parse(text.replace(/^\uFEFF/, '')));
  } catch (thrown) {
    throw new LockError(thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown));
  }
}

function isOwn({ source = {}, directory }: Package): boolean {
  return 'editable' in source || 'virtual' in source || source.type === 'directory' || directory !== undefined;
}

function fromElsewhere({ source = {}, vcs, archive }: Package): boolean {
  return 'git' in source || 'url' in source && source.type !== 'legacy' || source.type === 'git' || vcs !== undefined || archive !== undefined;
}

interface Wanted { name: string; version: string | null }

function wanted(needed: z.infer<typeof Needed>): Wanted {
  if (typeof needed !== 'string') return { name: pypiName(needed.name), version: needed.version ?? null };
  return { name: pypiName(/^[A-Za-z0-9._-]+/.exec(needed.trim())?.[0] ?? ''), version: null };
}

function neededBy({ dependencies = [], 'optional-dependencies': extras = {} }: Package): Wanted[] {
  const own = Array.isArray(dependencies) ? dependencies.map(wanted) : Object.keys(dependencies).map((name) => ({ name: pypiName(name), version: null }));
  return [...own, ...Object.values(extras).flat().map(wanted)];
}

/** What is left out on this platform or without an extra is not in the lock file, and nothing is wrong with that. */
function resolver(all: readonly Package[]): (of: Wanted) => string[] {
  const versions = new Map<string, string[]>();
  for (const each of all) if (each.version !== undefined && !isOwn(each)) versions.set(pypiName(each.name), [...versions.get(pypiName(each.name)) ?? [], each.version]);
  return ({ name, version }) => (versions.get(name) ?? []).filter((each) => version === null || each === version).map((each) => `${name}@${each}`);
}

/** Poetry and PDM name the groups that want a package. */
function devOf({ groups, category }: Package): boolean | null {
  if (groups !== undefined) return !groups.includes('main') && !groups.includes('default');
  return category === undefined ? null : category === 'dev';
}

function rootsOf(own: readonly Package[], resolve: (of: Wanted) => string[]): { production: Set<string>; development: Set<string> } {
  const development = own.flatMap((each) => Object.values(each['dev-dependencies'] ?? {}).flat().map(wanted));
  return { production: new Set(own.flatMap(neededBy).flatMap(resolve)), development: new Set(development.flatMap(resolve)) };
}

function filesOf({ files = [], wheels = [], sdist }: Package): LockedPackage['files'] {
  return [...files, ...wheels, ...(sdist ? [sdist] : [])].flatMap(({ file, name, url, hash, hashes }) => {
    const sum = hash ?? (hashes?.sha256 === undefined ? undefined : `sha256:${hashes.sha256}`);
    return sum === undefined ? [] : [{ name: file ?? name ?? url?.split('/').at(-1) ?? null, hash: sum }];
  });
}
