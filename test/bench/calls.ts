/**
 * GitHub calls per event, from the stand-in's journal: a no-op (a subject looked at again), an irrelevant event, and commands. Reads are GET and
 * GraphQL queries that GitHub counts; those answered 304 are told apart, a token exchange is neither. A command may cost three reads and one write per thing that it changes.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { appRequests, readsSince, writesSince } from '../world/again.ts';
import { openWorld, type World } from '../world/world.ts';
import type { BenchResult } from './main.ts';

interface Cost { name: string; reads: number; free: number; writes: number; mayRead: number; mayWrite: number; calls: string[] }

export async function bench(): Promise<BenchResult> {
  const world = await openWorld({ config: 'version: 1\nmerge: human\n' });
  try {
    const costs = await measureAll(world);
    const figures = Object.fromEntries(costs.map((cost) => [cost.name, `${cost.reads} reads (≤ ${cost.mayRead}) and ${cost.free} revalidated, ${cost.writes} writes (≤ ${cost.mayWrite})`]));
    const over = costs.filter((cost) => cost.reads > cost.mayRead || cost.writes > cost.mayWrite);
    return { name: 'calls per event', figures: { ...figures, ...Object.fromEntries(over.map((cost) => [`over: ${cost.name}`, cost.calls.join(', ')])) }, ok: over.length === 0 };
  } finally {
    await world.close();
  }
}

async function measureAll(world: World): Promise<Cost[]> {
  const issue = await world.founder.opensIntent();
  const pull = await world.grace.proposes({ branch: 'notes', files: { 'README.md': '# New\n' } });
  await world.settled();
  const { store } = world.assay;
  const line = await world.approveLine(pull.number);
  const costs: Cost[] = [];

  async function cost(name: string, may: { mayRead: number; mayWrite: number }, event: () => Promise<unknown>): Promise<void> {
    const since = world.github.requests.length;
    await event();
    await world.settled();
    const { counted, free } = readsSince(world, since);
    costs.push({ name, ...may, reads: counted.length, free: free.length, writes: writesSince(world, since).length, calls: appRequests(world, since) });
  }

  await cost('no-op, change', { mayRead: 2, mayWrite: 0 }, () => store.mark(`change:${world.repositoryId}#${pull.number}`));
  await cost('no-op, intent', { mayRead: 2, mayWrite: 0 }, () => store.mark(`intent:${world.repositoryId}#${issue}`));
  await cost('irrelevant: a star', { mayRead: 0, mayWrite: 0 }, () => deliver(world, 'star', { action: 'created', starred_at: null }));
  await cost('irrelevant: another App\'s check', { mayRead: 0, mayWrite: 0 }, () => deliver(world, 'check_run', {
    action: 'completed', check_run: { id: 1, name: 'lint', head_sha: pull.head.sha, status: 'completed', conclusion: 'success', app: { id: 77 }, pull_requests: [], check_suite: { id: 1 } },
  }));
  await cost('irrelevant: a comment on an ordinary issue', { mayRead: 0, mayWrite: 0 }, async () => world.rita.comments(await ordinary(world), 'Hello.'));
  // A reply and its reaction.
  await cost('/status', { mayRead: 3, mayWrite: 2 }, () => world.rita.comments(pull.number, '/status'));
  // The reply, its reaction, the standing comment and three checks: guardrails stay, approval, policy's summary and assay change.
  await cost('/approve', { mayRead: 3, mayWrite: 6 }, () => world.founder.comments(pull.number, line));
  await cost('a comment that is no command', { mayRead: 2, mayWrite: 0 }, () => world.rita.comments(pull.number, 'Nice.'));
  return costs;
}

async function ordinary(world: World): Promise<number> {
  const number = await world.rita.opensIntent({ labels: [] });
  await world.github.idle();
  return number;
}

async function deliver(world: World, event: string, payload: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify({ ...payload, repository: { id: world.repositoryId, name: 'shop', full_name: 'ada/shop', owner: { login: 'ada' } }, installation: { id: world.github.installationIds[0] } });
  const headers = { 'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': randomUUID(), 'x-hub-signature-256': `sha256=${createHmac('sha256', world.github.webhookSecret).update(body).digest('hex')}` };
  const { status } = await fetch(`${world.assay.url}/api/github/webhooks`, { method: 'POST', headers, body });
  if (status !== 202) throw new Error(`the receiver answered ${status}`);
}
