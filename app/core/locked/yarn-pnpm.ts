/** yarn.lock (classic and berry, both line by line) and pnpm-lock.yaml (versions 5 to 9). */
import { parse } from 'yaml';
import { z } from 'zod';
import { LockError, type LockText, locked, type LockedPackage } from './package.ts';

export function yarnLock({ path, text }: LockText): LockedPackage[] {
  const blocks: { line: number; head: string; rows: { line: number; text: string }[] }[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    if (/^[^\s#].*:\s*$/.test(row)) blocks.push({ line: index + 1, head: row.trim().slice(0, -1), rows: [] });
    else if (row.startsWith('  ') && !row.startsWith('   ')) blocks.at(-1)?.rows.push({ line: index + 1, text: row.trim() });
  }
  if (blocks.length === 0 && text.split('\n').some((row) => row.trim() !== '' && !row.startsWith('#'))) throw new LockError('it has no entry in the form that yarn writes');
  return blocks.filter((block) => block.head !== '__metadata').flatMap((block) => yarnEntry(path, block));
}

function yarnEntry(path: string, { line, head, rows }: { line: number; head: string; rows: { line: number; text: string }[] }): LockedPackage[] {
  const value = (key: string) => rows.flatMap((row) => { const found = new RegExp(`^${key}:? "?([^"\\s]+)"?$`).exec(row.text)?.[1]; return found === undefined ? [] : [{ line: row.line, value: found }]; })[0];
  const version = value('version');
  if (!version) throw new LockError(`line ${line}: the entry has no version`);
  const resolution = value('resolution')?.value;
  if (resolution?.includes('@workspace:')) return [];
  const first = head.replaceAll('"', '').split(/,\s*/)[0]!;
  const [, name, range = ''] = /^(@?[^@]+)@(.*)$/.exec(resolution ?? first) ?? [];
  if (name === undefined) throw new LockError(`line ${line}: the entry has no name`);
  const alias = resolution === undefined ? /^npm:(@?[^@]+)(@|$)/.exec(range)?.[1] : undefined;
  const elsewhere = /^(git|https?:|file:|link:|portal:|patch:|github:)/.test(range);
  return [locked({ ecosystem: 'npm', name: alias ?? name, version: version.value, path, startLine: line, endLine: version.line, integrity: value('integrity')?.value ?? null, source: elsewhere ? 'elsewhere' : 'registry' })];
}

const Names = z.record(z.string(), z.unknown()).optional();
const Importer = z.looseObject({ dependencies: Names, devDependencies: Names, optionalDependencies: Names });
const Package = z.looseObject({ name: z.string().optional(), version: z.string().optional(), deprecated: z.union([z.string(), z.boolean()]).optional(), resolution: z.looseObject({ integrity: z.string().optional() }).optional() });
const Pnpm = Importer.extend({ lockfileVersion: z.union([z.string(), z.number()]), importers: z.record(z.string(), Importer).optional(), packages: z.record(z.string(), Package).nullish() });

export function pnpmLock({ path, text }: LockText): LockedPackage[] {
  const lock = pnpmOf(text);
  const lines = keyLines(text);
  const direct = new Set([lock, ...Object.values(lock.importers ?? {})].flatMap((each) => Object.keys({ ...each.dependencies, ...each.devDependencies, ...each.optionalDependencies })));
  return Object.entries(lock.packages ?? {}).map(([key, entry]) => {
    const spelled = nameAndVersion(key);
    const name = entry.name ?? spelled?.name;
    const version = entry.version ?? spelled?.version;
    if (name === undefined || version === undefined) throw new LockError(`"${key}" names no package and version`);
    const integrity = entry.resolution?.integrity ?? null;
    const deprecated = entry.deprecated === undefined || entry.deprecated === false ? null : String(entry.deprecated);
    return locked({ ecosystem: 'npm', name, version, path, startLine: lines.get(key) ?? 1, integrity, deprecated, direct: direct.has(name), source: integrity === null ? 'elsewhere' : 'registry' });
  });
}

function pnpmOf(text: string): z.infer<typeof Pnpm> {
  try {
    // More than one document: the last one is the project's, those before it are pnpm's own.
    const documents = text.split(/^---\s*$/m).filter((part) => part.trim() !== '');
    return Pnpm.parse(parse(documents.at(-1) ?? ''));
  } catch (thrown) {
    throw new LockError(thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown));
  }
}

/** `/name/1.0.0_peer`, `/name@1.0.0(peer)` and `name@1.0.0` are the same thing in three ages. */
function nameAndVersion(key: string): { name: string; version: string } | null {
  const bare = key.replace(/\(.*$/, '').replace(/^\//, '');
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
