/**
 * Policy decisions a second by the committed wasm, against the same question asked of `opa eval` (a process each) and of `opa run --server` over
 * HTTP. All three decide the same merge, in turns within one run; without `opa` there is no peer, and it says so.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openPolicy } from '../../../app/edges/policy.ts';
import { toolPath } from '../../../app/edges/tools/lock.ts';
import { policySources } from '../../../policies/build.ts';
import { readFixtures } from '../../../policies/cases.ts';
import type { BenchResult } from '../main.ts';

const folder = join(import.meta.dirname, '../../../policies');
const rounds = 5;
const aims = { eval: 200, server: 5 };

export async function bench(): Promise<BenchResult> {
  const opa = toolPath('opa');
  if (opa === null) return { name: 'policy decisions', figures: { peer: 'absent: assay tools install opa' }, ok: true };
  const { input } = (await readFixtures()).find((one) => one.package === 'ci.change')!;
  const work = await mkdtemp(join(tmpdir(), 'assay-bench-policy-'));
  const server = await startServer(opa);
  try {
    await writeFile(join(work, 'input.json'), JSON.stringify(input));
    const ways = { wasm: await byWasm(input), eval: byEval(opa, join(work, 'input.json')), server: byServer(server.url, input) };
    return report(await inTurns(ways));
  } finally {
    server.process.kill();
    await rm(work, { recursive: true });
  }
}

type Way = { times: number; decide(): Promise<unknown> };

async function byWasm(input: unknown): Promise<Way> {
  const policy = await openPolicy();
  return { times: 400, decide: () => policy.decide('ci.change', input) };
}

function byEval(opa: string, file: string): Way {
  return { times: 3, decide: () => promisify(execFile)(opa, ['eval', '-d', folder, '-i', file, '-f', 'raw', 'data.ci.change.decision']) };
}

function byServer(url: string, input: unknown): Way {
  const body = JSON.stringify({ input });
  return { times: 200, decide: async () => (await fetch(`${url}/v1/data/ci/change/decision`, { method: 'POST', body })).json() };
}

/** Milliseconds a decision, the median of the rounds. */
async function inTurns(ways: Record<'wasm' | 'eval' | 'server', Way>): Promise<Record<'wasm' | 'eval' | 'server', number>> {
  const taken = { wasm: [] as number[], eval: [] as number[], server: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of ['wasm', 'server', 'eval'] as const) {
      const ms = await timeOf(ways[name]);
      // The first round warms up.
      if (round > 0) taken[name].push(ms);
    }
  }
  return { wasm: median(taken.wasm), eval: median(taken.eval), server: median(taken.server) };
}

async function timeOf({ times, decide }: Way): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < times; i += 1) await decide();
  return (performance.now() - started) / times;
}

function median(list: number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}

function report(ms: Record<'wasm' | 'eval' | 'server', number>): BenchResult {
  const ratios = { eval: ms.eval / ms.wasm, server: ms.server / ms.wasm };
  return {
    name: 'policy decisions', ok: ratios.eval >= 1 && ratios.server >= 1,
    figures: {
      'decisions a second': 1000 / ms.wasm, 'ms wasm': ms.wasm, 'ms opa eval': ms.eval, 'ms opa server': ms.server,
      [`times opa eval (aim ${aims.eval})`]: ratios.eval, [`times opa server (aim ${aims.server})`]: ratios.server,
    },
  };
}

async function startServer(opa: string): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process = spawn(opa, ['run', '--server', '--addr', `127.0.0.1:${port}`, '--log-level', 'error', '--disable-telemetry', ...(await policySources())], { cwd: folder, stdio: 'ignore' });
  for (let tries = 0; tries < 200; tries += 1) {
    if (await fetch(`${url}/health`).then((answer) => answer.ok, () => false)) return { url, process };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.kill();
  throw new Error('the policy server did not start');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
