/**
 * How fast a webhook is acknowledged durably, as a share of what bare Probot answers without storing anything: the same signed 23 KB payload, the
 * same eight connections, turn by turn on the same machine. Every acknowledged delivery must be a row in the store.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import type { BenchResult } from './main.ts';

// Many short turns: what else the machine does then weighs on both alike.
const rounds = 8;
const seconds = 1.5;
const secret = randomUUID();

interface Round {
  perSecond: number;
  p99: number;
  acked: number;
  refused: number;
}

interface Served {
  child: ChildProcess;
  url: string;
  line(): Promise<string>;
}

function payload(): string {
  const path = fileURLToPath(import.meta.resolve('@octokit/webhooks-examples/api.github.com/index.json'));
  const events = JSON.parse(readFileSync(path, 'utf8')) as { name: string; examples: { action?: string; installation?: object }[] }[];
  return JSON.stringify(events.find((event) => event.name === 'pull_request')?.examples.find((one) => one.action === 'synchronize' && one.installation));
}

async function serve(name: string, folder: string): Promise<Served> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, BENCH_SECRET: secret, BENCH_FOLDER: folder } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value);
  return { child, line, url: `http://127.0.0.1:${await line()}/api/github/webhooks` };
}

async function shoot(url: string, body: string, duration: number): Promise<Round> {
  const headers = { 'content-type': 'application/json', 'x-github-event': 'pull_request', 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
  const result = await autocannon({ url, duration, connections: 8, requests: [{
    method: 'POST', body, setupRequest: (request) => ({ ...request, headers: { ...headers, 'x-github-delivery': randomUUID() } }),
  }] });
  return { perSecond: result['2xx'] / result.duration, p99: result.latency.p99, acked: result['2xx'], refused: result.non2xx + result.errors };
}

const mean = (list: Round[]) => list.reduce((sum, round) => sum + round.perSecond, 0) / list.length;
const medianP99 = (list: Round[]) => list.map((round) => round.p99).toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

export async function bench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const [probot, receiver] = [await serve('probot', folder), await serve('receiver', folder)];
  try {
    return await compare(probot, receiver);
  } finally {
    for (const { child } of [probot, receiver]) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function compare(probot: Served, receiver: Served): Promise<BenchResult> {
  const body = payload();
  const warm = [await shoot(probot.url, body, 1), await shoot(receiver.url, body, 1)];
  const bare: Round[] = [];
  const durable: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await shoot(probot.url, body, seconds));
    durable.push(await shoot(receiver.url, body, seconds));
  }
  const stored = await rowsAtEnd(receiver);
  const acked = [...durable, ...warm.slice(1)].reduce((sum, round) => sum + round.acked, 0);
  const refused = [...bare, ...durable, ...warm].reduce((sum, round) => sum + round.refused, 0);
  const ratio = mean(durable) / mean(bare);
  return {
    name: 'durable acknowledgement / bare Probot', floor: 0.4, aim: 0.6, ok: ratio >= 0.4 && stored >= acked && refused === 0,
    figures: {
      ratio, 'durable, per second': mean(durable), 'bare Probot, per second': mean(bare),
      'durable p99, ms': medianP99(durable), 'bare Probot p99, ms': medianP99(bare),
      'acknowledged': acked, 'rows stored': stored, 'refused': refused, 'payload bytes': Buffer.byteLength(body), 'load of the machine': loadavg()[0] ?? 0,
    },
  };
}

async function rowsAtEnd({ child, line }: Served): Promise<number> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const rows = Number(await line());
  await exit;
  return rows;
}
