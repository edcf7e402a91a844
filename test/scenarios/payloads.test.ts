/** Every payload that GitHub has published, through the receiver and on to the handlers: stored and acknowledged, nothing crashes, nothing is parked. */
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { webhookPath } from '../../app/index.ts';
import { openWorld, type World } from '../world/world.ts';

const published = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('@octokit/webhooks-examples/api.github.com/index.json')), 'utf8')) as { name: string; examples: Record<string, unknown>[] }[];
let world: World;

// An issue and a pull request are there, with the numbers that most payloads name.
beforeAll(async () => {
  world = await openWorld();
  await world.founder.opensIntent();
  await world.grace.proposes({ branch: 'notes', files: { 'README.md': '# New\n' } });
  await world.settled();
});
afterAll(() => world.close());

/** As if it had happened in this world's repository: there the handlers have something to look at. */
function moved(payload: Record<string, unknown>): Record<string, unknown> {
  if (!payload.repository) return payload;
  return { ...payload, installation: { id: world.github.installationIds[0] }, repository: { ...payload.repository, id: world.repositoryId, name: 'shop', full_name: 'ada/shop', owner: { login: 'ada' } } };
}

async function deliver(event: string, payload: Record<string, unknown>): Promise<number> {
  const body = JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', world.github.webhookSecret).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature };
  return (await fetch(`${world.assay.url}${webhookPath}`, { method: 'POST', headers, body })).status;
}

it('stores and survives them all', async () => {
  const all = published.flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));
  const before = (await world.assay.store.stats()).deliveries;
  for (const { name, payload } of all) expect(await deliver(name, moved(payload)), name).toBe(202);
  await world.settled();
  expect(all.length).toBeGreaterThan(150);
  expect((await world.assay.store.stats()).deliveries - before).toBeGreaterThanOrEqual(all.length);
  expect(world.log.filter(({ message }) => message === 'run failed').map(({ fields }) => fields.problem)).toEqual([]);
  expect((await world.assay.store.subjects({})).filter(({ parked }) => parked !== null)).toEqual([]);
});
