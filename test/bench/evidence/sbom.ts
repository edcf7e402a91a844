/**
 * A bill of materials of this repository's lock file, against Syft on the same tree: both as one process from the start to the document, in turns within one run. Beside
 * it the making alone, without the start of Node. Without Syft there is no peer, and it says so.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sbomOfTree } from '../../../app/core/sbom/of-tree.ts';
import { product } from '../../../app/core/product.ts';
import { textFile } from '../../../app/core/tree.ts';
import { toolPath } from '../../../app/edges/tools/lock.ts';
import type { BenchResult } from '../main.ts';

const clone = join(import.meta.dirname, '../../..');
const rounds = 5;
const aim = 1;
const limits = { maxBuffer: 1 << 28, timeout: 120_000 };
const run = promisify(execFile);

export async function bench(): Promise<BenchResult> {
  const syft = toolPath('syft');
  const work = await mkdtemp(join(tmpdir(), 'assay-bench-sbom-'));
  try {
    for (const name of ['package.json', 'package-lock.json']) await cp(join(clone, name), join(work, name));
    const making = await makingAlone(work);
    if (syft === null) return { name: 'SBOM', figures: { 'making alone, ms': making, peer: 'absent: assay tools install syft' }, ok: true };
    return { ...await against(syft, work, making) };
  } finally {
    await rm(work, { recursive: true });
  }
}

async function against(syft: string, work: string, making: number): Promise<BenchResult> {
  const ours = () => run(process.execPath, [join(clone, 'app/bin.js'), 'sbom', work], limits);
  const theirs = () => run(syft, ['scan', `dir:${work}`, '-q', '-o', 'cyclonedx-json'], { ...limits, env: { ...process.env, SYFT_CHECK_FOR_APP_UPDATE: 'false' } });
  const taken = { ours: [] as number[], theirs: [] as number[] };
  const listed = { ours: 0, theirs: 0 };
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, make] of [['ours', ours], ['theirs', theirs]] as const) {
      const started = performance.now();
      const { stdout } = await make();
      // The first round warms up.
      if (round > 0) taken[name].push(performance.now() - started);
      listed[name] = packagesIn(stdout);
    }
  }
  const ratio = median(taken.ours) / median(taken.theirs);
  const figures = { 'assay sbom, ms': median(taken.ours), 'syft, ms': median(taken.theirs), 'times Syft': ratio, 'making alone, ms': making, 'packages, assay': listed.ours, 'packages, syft': listed.theirs };
  return { name: 'SBOM', figures, aim, ok: listed.ours >= listed.theirs && listed.theirs > 0 };
}

/** Package URLs of npm, each once: what is optional for another platform stands in the lock file too. */
function packagesIn(document: string): number {
  const { components } = JSON.parse(document) as { components: { purl?: string }[] };
  return new Set(components.flatMap(({ purl }) => (purl?.startsWith('pkg:npm/') ? [purl.replace(/[?#].*$/, '')] : []))).size;
}

async function makingAlone(work: string): Promise<number> {
  const tree = Object.fromEntries(await Promise.all(['package.json', 'package-lock.json'].map(async (name) => [name, textFile(await readFile(join(work, name), 'utf8'))] as const)));
  const taken: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const started = performance.now();
    sbomOfTree(tree, { fallback: 'x', tool: product });
    if (round > 0) taken.push(performance.now() - started);
  }
  return median(taken);
}

function median(list: number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}
