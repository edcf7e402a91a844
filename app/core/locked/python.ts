/** What fixes Python packages: poetry.lock, uv.lock, pdm.lock, pylock.toml, Pipfile.lock, and the lines of a requirements file that say `==`. */
import { parse } from 'smol-toml';
import { z } from 'zod';
import { LockError, type LockText, locked, pypiName, type LockedPackage } from './package.ts';

const Package = z.looseObject({ name: z.string(), version: z.string().optional(), source: z.record(z.string(), z.unknown()).optional(), directory: z.unknown().optional(), vcs: z.unknown().optional(), archive: z.unknown().optional() });
const Lock = z.looseObject({ package: z.array(Package).optional(), packages: z.array(Package).optional() });

export function tomlLock({ path, text }: LockText): LockedPackage[] {
  const lock = tomlOf(text);
  const rows = text.split('\n');
  const heads = rows.flatMap((row, index) => (/^\s*\[\[packages?\]\]\s*$/.test(row) ? [index] : []));
  return (lock.package ?? lock.packages ?? []).flatMap((entry, index) => {
    // The repository's own project has no version to ask about, or stands as a folder.
    if (entry.version === undefined || isOwn(entry)) return [];
    const start = heads[index] ?? 0;
    const version = rows.findIndex((row, at) => at > start && /^\s*version\s*=/.test(row));
    return [locked({ ecosystem: 'pypi', name: pypiName(entry.name), version: entry.version, path, startLine: start + 1, endLine: Math.max(start, version) + 1, source: fromElsewhere(entry) ? 'elsewhere' : 'registry' })];
  });
}

function tomlOf(text: string): z.infer<typeof Lock> {
  try {
    return Lock.parse(parse(text.replace(/^\uFEFF/, '')));
  } catch (thrown) {
    throw new LockError(thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown));
  }
}

function isOwn({ source = {}, directory }: z.infer<typeof Package>): boolean {
  return 'editable' in source || 'virtual' in source || source.type === 'directory' || directory !== undefined;
}

function fromElsewhere({ source = {}, vcs, archive }: z.infer<typeof Package>): boolean {
  return 'git' in source || 'url' in source && source.type !== 'legacy' || source.type === 'git' || vcs !== undefined || archive !== undefined;
}

const Pipfile = z.looseObject({ default: z.record(z.string(), z.looseObject({ version: z.string().optional() })).optional(), develop: z.record(z.string(), z.looseObject({ version: z.string().optional() })).optional() });

export function pipfileLock({ path, text }: LockText): LockedPackage[] {
  const parsed = Pipfile.safeParse(jsonOf(text));
  if (!parsed.success) throw new LockError('it is no Pipfile.lock');
  const rows = text.split('\n');
  const lineOf = (name: string) => Math.max(0, rows.findIndex((row) => row.trim().startsWith(`"${name}":`))) + 1;
  return [parsed.data.default ?? {}, parsed.data.develop ?? {}].flatMap((group) => Object.entries(group).flatMap(([name, { version }]) => {
    const exact = version?.replace(/^===?/, '');
    if (exact === undefined) return [];
    const start = lineOf(name);
    const at = rows.findIndex((row, index) => index >= start && row.includes('"version"'));
    return [locked({ ecosystem: 'pypi', name: pypiName(name), version: exact, path, startLine: start, endLine: Math.max(start, at + 1) })];
  }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw new LockError('it is no JSON', { cause: thrown });
  }
}

/** No requirement is longer than its name, extras and version; hashes come after. */
const longest = 1000;

/** Only exact versions: a range is no lock, and what it installs is known to nobody here. */
export function requirementsLock({ path, text }: LockText): LockedPackage[] {
  return text.split('\n').flatMap((row, index) => {
    const found = /^\s*([A-Za-z0-9][A-Za-z0-9._-]{0,200})\s*(?:\[[^\]]{0,200}\])?\s*={2,3}\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)(?=\s|;|\\|#|$)/.exec(row.slice(0, longest));
    return found ? [locked({ ecosystem: 'pypi', name: pypiName(found[1]!), version: found[2]!, path, startLine: index + 1, direct: true })] : [];
  });
}
