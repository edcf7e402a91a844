/**
 * The local folder of OSV records: as `assay tools osv` lays it out (an index by package), or plain OSV JSON files in any sub-folders. Its age is the newest
 * `modified` among its own records, never the age of a file. Nothing here judges; what cannot be read throws, so that it is no "nothing known".
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { isOsvEcosystem, OsvRecord, type OsvEcosystem } from '../../core/osv/record.ts';
import { pypiName } from '../../core/locked/package.ts';
import { toolsHome } from '../tools/lock.ts';

export const Index = z.strictObject({
  version: z.literal(1),
  /** By ecosystem: the newest `modified`, how many records, and the digest over their ids and dates. */
  ecosystems: z.partialRecord(z.enum(['npm', 'PyPI', 'Go']), z.strictObject({ newest: z.iso.datetime({ offset: true }), records: z.number().int().positive(), digest: z.string() })),
});
export type Index = z.infer<typeof Index>;

/** Packages with their records; those are checked one by one as they are asked for, since most never are. */
const Shard = z.record(z.string(), z.unknown());

export interface OsvDatabase {
  /** What answers depend on; changes with the records. */
  version: string;
  ecosystems: Index['ecosystems'];
  /** Records that speak of a package, withdrawn ones included. */
  recordsOf(ecosystem: OsvEcosystem, name: string): OsvRecord[];
}

export const indexFile = 'database.json';
const maxFiles = 400_000;

export function osvHome(): string {
  return process.env.ASSAY_OSV ?? join(toolsHome(), 'osv');
}

/** Null: there is none. Throws OSV_DATABASE_BROKEN. */
export function openDatabase(folder = osvHome()): OsvDatabase | null {
  if (!existsSync(folder)) return null;
  if (existsSync(join(folder, indexFile))) return indexed(folder);
  const files = jsonFiles(folder);
  return files.length === 0 ? null : plain(files);
}

function indexed(folder: string): OsvDatabase {
  const index = broken(() => Index.parse(JSON.parse(readFileSync(join(folder, indexFile), 'utf8'))), join(folder, indexFile));
  const shards = new Map<string, Record<string, unknown>>();
  const shardOf = (path: string): Record<string, unknown> => {
    const known = shards.get(path) ?? (existsSync(path) ? broken(() => Shard.parse(JSON.parse(readFileSync(path, 'utf8'))), path) : {});
    shards.set(path, known);
    return known;
  };
  return {
    version: versionOf(index.ecosystems), ecosystems: index.ecosystems,
    recordsOf(ecosystem, name) {
      const key = packageKey(ecosystem, name);
      const path = join(folder, 'records', ecosystem, shardName(key));
      const shard = shardOf(path);
      return Object.hasOwn(shard, key) ? broken(() => z.array(OsvRecord).parse(shard[key]), path) : [];
    },
  };
}

function plain(files: readonly string[]): OsvDatabase {
  const gathered = new Gathered();
  for (const file of files) gathered.add(readFileSync(file, 'utf8'), file);
  return gathered.database();
}

/** Records by ecosystem and package, as they are read one after the other. */
export class Gathered {
  readonly packages = new Map<OsvEcosystem, Map<string, OsvRecord[]>>();
  private readonly seen = new Map<OsvEcosystem, Map<string, string>>();

  /** Throws OSV_DATABASE_BROKEN on what is no OSV record; `where` names it. */
  add(text: string, where: string): void {
    const record = broken(() => OsvRecord.parse(JSON.parse(text)), where);
    for (const [ecosystem, name] of named(record)) {
      const about = (record.affected ?? []).filter((each) => each.package && ecosystemOf(each.package.ecosystem) === ecosystem && packageKey(ecosystem, each.package.name) === name);
      const packages = this.packages.get(ecosystem) ?? new Map<string, OsvRecord[]>();
      this.packages.set(ecosystem, packages.set(name, [...(packages.get(name) ?? []).filter((each) => each.id !== record.id), { ...record, affected: about }]));
      this.seen.set(ecosystem, (this.seen.get(ecosystem) ?? new Map<string, string>()).set(record.id, record.modified));
    }
  }

  database(): OsvDatabase {
    const ecosystems = this.ecosystems();
    return { version: versionOf(ecosystems), ecosystems, recordsOf: (ecosystem, name) => this.packages.get(ecosystem)?.get(packageKey(ecosystem, name)) ?? [] };
  }

  ecosystems(): Index['ecosystems'] {
    return Object.fromEntries([...this.seen].map(([ecosystem, dates]) => {
      const digest = createHash('sha256').update([...dates].map(([id, date]) => `${id} ${date}\n`).sort().join('')).digest('hex');
      const newest = [...dates.values()].reduce((a, b) => (Date.parse(a) >= Date.parse(b) ? a : b));
      return [ecosystem, { newest, records: dates.size, digest }];
    }));
  }
}

function named(record: OsvRecord): [OsvEcosystem, string][] {
  const found = new Map<string, [OsvEcosystem, string]>();
  for (const { package: about } of record.affected ?? []) {
    const ecosystem = about ? ecosystemOf(about.ecosystem) : null;
    if (about && ecosystem) found.set(`${ecosystem} ${packageKey(ecosystem, about.name)}`, [ecosystem, packageKey(ecosystem, about.name)]);
  }
  return [...found.values()];
}

function ecosystemOf(text: string): OsvEcosystem | null {
  const name = text.split(':')[0]!;
  return isOsvEcosystem(name) ? name : null;
}

export function packageKey(ecosystem: OsvEcosystem, name: string): string {
  return ecosystem === 'PyPI' ? pypiName(name) : name;
}

export function shardName(key: string): string {
  return `${createHash('sha256').update(key).digest('hex').slice(0, 3)}.json`;
}

function versionOf(ecosystems: Index['ecosystems']): string {
  return Object.entries(ecosystems).sort().map(([name, { newest, digest }]) => `${name} ${newest.slice(0, 10)} ${digest.slice(0, 8)}`).join(', ');
}

/** All `.json` files below, sorted; links are not followed. */
export function jsonFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.json')).map((entry) => join(entry.parentPath, entry.name));
  if (files.length > maxFiles) throw new AssayError('OSV_DATABASE_BROKEN', `${folder} holds more than ${maxFiles} files`, { remedy: 'Import it once: npx assay tools osv FOLDER' });
  return files.sort();
}

/** Whether a path is a folder; for those that take either. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function broken<T>(read: () => T, where: string): T {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).split('\n').slice(0, 2).join(' ') : cause instanceof Error ? cause.message.slice(0, 200) : String(cause);
    throw new AssayError('OSV_DATABASE_BROKEN', `${where} is no OSV record: ${why}`, { remedy: 'Import the database again: npx assay tools osv DIR|ZIP', cause });
  }
}
