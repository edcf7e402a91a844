/** The audit log of a running App as a stranger sees it: fetched, verified against the checkpoint that the App shows and the one that stands in a ref of the repository, after a restart too. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay } from '../cli.ts';
import { at, openWorld, type World } from '../world/world.ts';

let world: World;
const folder = mkdtempSync(join(tmpdir(), 'assay-audit-'));
const stream = join(folder, 'stream.jsonl');

beforeAll(async () => {
  world = await openWorld({ audit: { origin: 'log.example/audit', pace: { entries: 1 }, everyMs: 50, anchor: true, witness: null, stream, source: { service: 'assay', env: 'test', version: '0' } } });
});
afterAll(async () => { await world.close(); rmSync(folder, { recursive: true }); });

interface Commit { sha: string; tree: { sha: string }; parents: { sha: string }[] }

async function anchored(): Promise<{ commit: Commit; checkpoint: string; size: number } | null> {
  const known = await world.founder.answer('GET', `${at}/git/ref/assay/audit`);
  if (known.status !== 200) return null;
  const commit = await world.founder.get<Commit>(`${at}/git/commits/${(known.body as { object: { sha: string } }).object.sha}`);
  const { tree } = await world.founder.get<{ tree: { path: string; sha: string }[] }>(`${at}/git/trees/${commit.tree.sha}`);
  expect(tree.map(({ path }) => path).sort()).toEqual(['checkpoint', 'checkpoint.sigstore.json']);
  const blob = await world.founder.get<{ content: string }>(`${at}/git/blobs/${tree.find(({ path }) => path === 'checkpoint')!.sha}`);
  const checkpoint = Buffer.from(blob.content, 'base64').toString('utf8');
  return { commit, checkpoint, size: Number(checkpoint.split('\n')[1]) };
}

async function fetched(path: string): Promise<string> {
  const file = join(folder, path.replaceAll('/', ''));
  writeFileSync(file, await (await fetch(`${world.assay.url}${path}`)).text());
  return file;
}

const entries = async () => (await world.assay.store.auditEntries(0, 1_000)).length;

it('is sealed and anchored while the App works, and verifies offline against both', async () => {
  await world.founder.opensIntent();
  await world.settled();
  await expect.poll(async () => ((await anchored())?.size ?? 0) >= await entries(), { timeout: 10_000 }).toBe(true);
  const kept = join(folder, 'kept');
  writeFileSync(kept, (await anchored())!.checkpoint);
  const args = ['verify', '--log', await fetched('/audit.jsonl'), '--checkpoint', await fetched('/checkpoint'), '--against', kept, '--key', await fetched('/audit-key')];
  expect(await assay(...args)).toMatchObject({ code: 0, stdout: expect.stringContaining('entries verified') });
  const [checkpoint, key] = [await fetched('/checkpoint.json'), await fetched('/key.pem')];
  expect(await assay('verify', '--log', args[2]!, '--checkpoint', checkpoint, '--key', key)).toMatchObject({ code: 0, stdout: expect.stringContaining('holds') });
});

it('goes on after a restart, each anchor after the one before', async () => {
  const before = (await anchored())!;
  await world.restart();
  await world.founder.comments((await world.founder.get<{ number: number }[]>(`${at}/issues`))[0]!.number, '/stop');
  await world.settled();
  await expect.poll(async () => (await anchored())!.size, { timeout: 10_000 }).toBeGreaterThan(before.size);
  const history: string[] = [];
  for (let sha = (await anchored())!.commit.sha; sha;) {
    history.push(sha);
    sha = (await world.founder.get<Commit>(`${at}/git/commits/${sha}`)).parents[0]?.sha ?? '';
  }
  expect(history).toContain(before.commit.sha);
  const kept = join(folder, 'kept');
  expect(await assay('verify', '--log', await fetched('/audit.jsonl'), '--against', kept, '--key', await fetched('/audit-key'))).toMatchObject({ code: 0 });
});

it('is streamed apart from the logs, each entry once', async () => {
  const records = () => readFileSync(stream, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { index: number; action: string; actor: string });
  await expect.poll(async () => records().length === await entries()).toBe(true);
  expect(records().map(({ index }) => index)).toEqual(records().map((_, index) => index));
  expect(records().map(({ action }) => action)).toEqual(expect.arrayContaining(['policy.introduced', 'signer.introduced', 'job.started', 'job.finished', 'order.accepted']));
  expect(JSON.stringify(world.log)).not.toContain('order.accepted');
});
