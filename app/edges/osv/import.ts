/**
 * Takes OSV's files – `all.zip` of an ecosystem, or a folder with such zips or with JSON records – into the index that lookups read. What it brings of an ecosystem
 * replaces what was there; the other ecosystems stay. The zips are kept too: osv-scanner reads them as they are.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import { AssayError } from '../../core/errors.ts';
import type { OsvEcosystem } from '../../core/osv/record.ts';
import { Gathered, Index, indexFile, isFolder, jsonFiles, type OsvDatabase, osvHome, shardName } from './database.ts';

const maxRecordBytes = 16 * 1024 * 1024;

/** Folder below the home where osv-scanner looks: `<cache>/osv-scalibr/<ecosystem>/all.zip`. */
export const scannerFolder = 'osv-scalibr';

/** Answers what the home holds afterwards. Throws USAGE_OSV where `from` brings no record, OSV_DATABASE_BROKEN on a broken one, and what `accept` throws over what was brought; the home is then as it was. */
export async function importOsv(from: string, home = osvHome(), accept: (brought: OsvDatabase) => void = () => undefined): Promise<Index> {
  const gathered = new Gathered();
  const zips = isFolder(from) ? zipsIn(from) : [from];
  const zipped = new Map<OsvEcosystem, string>();
  for (const zip of zips) {
    const before = new Map([...gathered.packages].map(([ecosystem, packages]) => [ecosystem, packages.size]));
    await readZip(zip, gathered);
    const grown = [...gathered.packages].filter(([ecosystem, packages]) => packages.size > (before.get(ecosystem) ?? 0)).map(([ecosystem]) => ecosystem);
    // One ecosystem, one zip: several at once is no file that osv-scanner could read.
    if (grown.length === 1) zipped.set(grown[0]!, zip);
  }
  if (isFolder(from)) for (const file of jsonFiles(from)) gathered.add(readFileSync(file, 'utf8'), file);
  const brought = gathered.ecosystems();
  if (Object.keys(brought).length === 0) throw nothingIn(from);
  accept(gathered.database());
  return replace(home, { gathered, zipped, index: { version: 1, ecosystems: { ...known(home), ...brought } } });
}

function nothingIn(from: string): AssayError {
  return new AssayError('USAGE_OSV', `${from} holds no OSV record of npm, PyPI or Go`, { remedy: 'Give the all.zip of an ecosystem, or a folder with such files or with OSV JSON records.' });
}

function zipsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.zip')).map((entry) => join(entry.parentPath, entry.name)).sort();
}

async function readZip(path: string, gathered: Gathered): Promise<void> {
  if (!existsSync(path)) throw new AssayError('USAGE_OSV', `${path} does not exist`, { remedy: 'Name an all.zip or a folder.' });
  const zip = await openPromise(path, { lazyEntries: true, strictFileNames: true, validateEntrySizes: true }).catch((cause: unknown) => {
    throw new AssayError('USAGE_OSV', `${path} is no zip file`, { remedy: 'Fetch it again.', cause });
  });
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('.json')) continue;
    if (entry.uncompressedSize > maxRecordBytes) throw new AssayError('OSV_DATABASE_BROKEN', `${entry.fileName} in ${path} is larger than ${maxRecordBytes} bytes`, { remedy: 'Fetch the file again.' });
    gathered.add(await text(await zip.openReadStreamPromise(entry)), `${entry.fileName} in ${path}`);
  }
}

function known(home: string): Index['ecosystems'] {
  const file = join(home, indexFile);
  return existsSync(file) ? Index.parse(JSON.parse(readFileSync(file, 'utf8'))).ecosystems : {};
}

/** Written beside the home first; without its index a home that broke off halfway is no database. */
function replace(home: string, { gathered, zipped, index }: { gathered: Gathered; zipped: ReadonlyMap<OsvEcosystem, string>; index: Index }): Index {
  mkdirSync(home, { recursive: true });
  const staged = mkdtempSync(join(dirname(home), '.osv-'));
  try {
    for (const [ecosystem, packages] of gathered.packages) writeShards(join(staged, ecosystem), packages);
    for (const [ecosystem, zip] of zipped) copyFileSync(zip, join(staged, `${ecosystem}.zip`));
    rmSync(join(home, indexFile), { force: true });
    for (const ecosystem of gathered.packages.keys()) take(home, { staged, ecosystem });
    writeFileSync(join(staged, indexFile), `${JSON.stringify(index, null, 1)}\n`);
    renameSync(join(staged, indexFile), join(home, indexFile));
    return index;
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

function take(home: string, { staged, ecosystem }: { staged: string; ecosystem: OsvEcosystem }): void {
  const records = join(home, 'records', ecosystem);
  const zip = join(home, scannerFolder, ecosystem, 'all.zip');
  for (const folder of [dirname(records), dirname(zip)]) mkdirSync(folder, { recursive: true });
  rmSync(records, { recursive: true, force: true });
  renameSync(join(staged, ecosystem), records);
  rmSync(zip, { force: true });
  if (existsSync(join(staged, `${ecosystem}.zip`))) renameSync(join(staged, `${ecosystem}.zip`), zip);
}

function writeShards(folder: string, packages: ReadonlyMap<string, unknown>): void {
  mkdirSync(folder, { recursive: true });
  const shards = new Map<string, Record<string, unknown>>();
  for (const [key, records] of packages) {
    const name = shardName(key);
    const shard = shards.get(name) ?? Object.create(null) as Record<string, unknown>;
    shard[key] = records;
    shards.set(name, shard);
  }
  for (const [name, shard] of shards) writeFileSync(join(folder, name), JSON.stringify(shard));
}
