/**
 * Compiles the Rego of this folder to the one `assay.wasm` that Assay runs, and says whether the committed bytes are those that the sources give.
 * `node policies/build.ts` writes, `node policies/build.ts --check` compares. The compiler is pinned in deps/tools.lock: another version gives other bytes.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AssayError } from '../app/core/errors.ts';
import { sha256 } from '../app/core/digest.ts';
import { policyPackages } from '../app/core/ports/policy.ts';
import { toolPath } from '../app/edges/tools/lock.ts';

const run = promisify(execFile);
const folder = import.meta.dirname;
export const opaVersion = '1.22.0';
export const entrypoints = policyPackages.map((name) => `${name.replaceAll('.', '/')}/decision`);

/** What `assay.wasm.json` says: the digest of the wasm, what compiled it and the digest of every source. */
export interface PolicyManifest {
  sha256: string;
  opa: string;
  entrypoints: string[];
  sources: Record<string, string>;
}

export interface PolicyBuild {
  wasm: Buffer;
  manifest: PolicyManifest;
}

/** The Rego files that go into the wasm; tests stay outside. */
export async function policySources(from = folder): Promise<string[]> {
  const names = await readdir(from);
  return names.filter((name) => name.endsWith('.rego') && !name.endsWith('_test.rego')).sort();
}

/** Compiles with the `opa` at this path; throws POLICY_BUILD where it is another version or refuses the sources. */
export async function buildPolicy(opa: string, from = folder): Promise<PolicyBuild> {
  await checkVersion(opa);
  const sources = await policySources(from);
  const work = await mkdtemp(join(tmpdir(), 'assay-policy-'));
  try {
    const bundle = join(work, 'bundle.tar.gz');
    await run(opa, ['build', '-t', 'wasm', ...entrypoints.flatMap((entry) => ['-e', entry]), '-o', bundle, ...sources], { cwd: from });
    await run('tar', ['-xzf', bundle, '-C', work, '/policy.wasm']);
    const wasm = await readFile(join(work, 'policy.wasm'));
    return { wasm, manifest: { sha256: sha256(wasm), opa: opaVersion, entrypoints, sources: await sourceDigests(sources, from) } };
  } finally {
    await rm(work, { recursive: true });
  }
}

export async function sourceDigests(sources: string[], from = folder): Promise<Record<string, string>> {
  const pairs = await Promise.all(sources.map(async (name) => [name, sha256(await readFile(join(from, name)))] as const));
  return Object.fromEntries(pairs);
}

async function checkVersion(opa: string): Promise<void> {
  const { stdout } = await run(opa, ['version']);
  if (stdout.startsWith(`Version: ${opaVersion}\n`)) return;
  throw new AssayError('POLICY_BUILD', `${opa} is not opa ${opaVersion}: ${stdout.split('\n')[0]}`, { remedy: 'Run "assay tools install opa", which installs the pinned version.' });
}

async function main(args: string[]): Promise<number> {
  const opa = toolPath('opa') ?? 'opa';
  const { wasm, manifest } = await buildPolicy(opa);
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if (!args.includes('--check')) {
    await Promise.all([writeFile(join(folder, 'assay.wasm'), wasm), writeFile(join(folder, 'assay.wasm.json'), text)]);
    process.stdout.write(`policies/assay.wasm ${manifest.sha256}\n`);
    return 0;
  }
  const current = (await readFile(join(folder, 'assay.wasm'))).equals(wasm) && (await readFile(join(folder, 'assay.wasm.json'), 'utf8')) === text;
  process.stdout.write(current ? 'policies/assay.wasm is current\n' : 'policies/assay.wasm is not what its sources give: run node policies/build.ts\n');
  return current ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
