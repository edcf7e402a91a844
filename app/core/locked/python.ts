/** What fixes Python packages line by line or as JSON: Pipfile.lock, and the lines of a requirements file that say `==`. The TOML formats are beside this. */
import { z } from 'zod';
import { LockError, type LockText, locked, pypiName, type LockedPackage } from './package.ts';

const PipfileEntry = z.looseObject({ version: z.string().optional(), hashes: z.array(z.string()).optional().catch(undefined) });
const Pipfile = z.looseObject({ default: z.record(z.string(), PipfileEntry).optional(), develop: z.record(z.string(), PipfileEntry).optional() });

export function pipfileLock({ path, text }: LockText): LockedPackage[] {
  const parsed = Pipfile.safeParse(jsonOf(text));
  if (!parsed.success) throw new LockError('it is no Pipfile.lock');
  const rows = text.split('\n');
  const lineOf = (name: string) => Math.max(0, rows.findIndex((row) => row.trim().startsWith(`"${name}":`))) + 1;
  return [parsed.data.default ?? {}, parsed.data.develop ?? {}].flatMap((group, part) => Object.entries(group).flatMap(([name, { version, hashes = [] }]) => {
    const exact = version?.replace(/^===?/, '');
    if (exact === undefined) return [];
    const start = lineOf(name);
    const at = rows.findIndex((row, index) => index >= start && row.includes('"version"'));
    return [locked({ ecosystem: 'pypi', name: pypiName(name), version: exact, path, startLine: start, endLine: Math.max(start, at + 1), dev: part === 1, files: hashes.map((hash) => ({ name: null, hash })) })];
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
  const rows = text.split('\n');
  return rows.flatMap((row, index) => {
    const found = /^\s*([A-Za-z0-9][A-Za-z0-9._-]{0,200})\s*(?:\[[^\]]{0,200}\])?\s*={2,3}\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)(?=\s|;|\\|#|$)/.exec(row.slice(0, longest));
    return found ? [locked({ ecosystem: 'pypi', name: pypiName(found[1]!), version: found[2]!, path, startLine: index + 1, direct: true, files: hashesFrom(rows, index) })] : [];
  });
}

/** `--hash=sha256:…` of the line and of those that it is continued on. */
function hashesFrom(rows: readonly string[], first: number): { name: null; hash: string }[] {
  const last = rows.findIndex((row, index) => index >= first && !row.trimEnd().endsWith('\\'));
  const all = rows.slice(first, last < 0 ? rows.length : last + 1).join(' ');
  return [...all.matchAll(/--hash=(sha(?:256|384|512):[0-9a-f]{64,128})(?=\s|$)/g)].map((match) => ({ name: null, hash: match[1]! }));
}

/** Lines that name a package without one exact version, so that nobody knows from here what they install. */
export function openRequirements(text: string): string[] {
  return text.split('\n').map((row) => row.slice(0, longest).replace(/(^|\s)#.*$/, '').trim()).filter((row) => /^([A-Za-z0-9]|-r|-c|--requirement|--constraint|-e|--editable|[.\w]+:\/\/)/.test(row) && !/^--?(index|extra|find|no-|pre|only|trusted|hash|require-hashes|use-)/.test(row))
    .filter((row) => !/^[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?\s*={2,3}\s*[A-Za-z0-9][A-Za-z0-9.!+_-]*(?=\s|;|\\|$)/.test(row));
}
