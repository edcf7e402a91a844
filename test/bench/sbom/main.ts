/**
 * `npm run bench:sbom [-- FOLDER …]`: every CycloneDX document of the given folders (by default the examples in ../shared/corpora/cyclonedx) is read, checked against the
 * schema of its own version, written again and compared. A file called `invalid-…` must be refused, every other one accepted. Exits 1 where one is not as expected.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkBom } from '../../../app/cli/sbom/check.ts';

const examples = fileURLToPath(new URL('../../../../shared/corpora/cyclonedx', import.meta.url));

interface Judged { path: string; version: string; mustFail: boolean; valid: boolean; ms: number; faults: string[] }

async function judge(path: string): Promise<Judged> {
  const started = performance.now();
  const { valid, specVersion, faults } = await checkBom(await readFile(path));
  return { path, version: specVersion ?? 'none', mustFail: basename(path).startsWith('invalid-'), valid, ms: performance.now() - started, faults };
}

/** Null: there is no such folder. */
async function documentsIn(folder: string): Promise<string[] | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => null);
  return entries?.filter((entry) => entry.isFile() && entry.name.endsWith('.json')).map((entry) => join(entry.parentPath, entry.name)).sort() ?? null;
}

function told(folder: string, judged: readonly Judged[]): number {
  const wrong = judged.filter(({ valid, mustFail }) => valid === mustFail);
  process.stdout.write(`${folder}: ${judged.length} documents, ${judged.filter(({ valid }) => valid).length} accepted and written again with the same meaning, ${judged.filter(({ valid }) => !valid).length} refused\n`);
  for (const version of [...new Set(judged.map((each) => each.version))].sort()) {
    const of = judged.filter((each) => each.version === version);
    const slowest = Math.max(...of.map(({ ms }) => ms));
    process.stdout.write(`  ${version.padEnd(5)} ${String(of.length).padStart(4)} documents, ${of.filter(({ valid, mustFail }) => valid !== mustFail).length} as expected, slowest ${slowest.toFixed(0)} ms\n`);
  }
  for (const { path, mustFail, faults } of wrong) process.stdout.write(`  NOT AS EXPECTED ${path}: ${mustFail ? 'accepted' : faults.join('; ')}\n`);
  return wrong.length;
}

async function main(folders: readonly string[]): Promise<number> {
  let wrong = 0;
  for (const folder of folders) {
    const documents = await documentsIn(folder);
    if (documents === null) {
      process.stdout.write(`absent: ${folder}\n`);
      continue;
    }
    const judged: Judged[] = [];
    for (const path of documents) judged.push(await judge(path));
    wrong += told(folder, judged);
  }
  return wrong === 0 ? 0 : 1;
}

const given = process.argv.slice(2);
process.exitCode = await main(given.length > 0 ? given : [examples]);
