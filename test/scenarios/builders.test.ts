/** Builders at work inside the App: the real graph over the App's own gateway and store, models that a test holds back, and an end that comes from outside. */
import { afterEach, expect, it } from 'vitest';
import { runBuild } from '../../app/agents/builder.ts';
import { here, silent } from '../../app/agents/builder/builds.fixture.ts';
import type { ModelAnswer, ModelRequest, Models } from '../../app/core/model.ts';
import { gatewayModels, gatewayProgress } from '../../app/edges/models/gateway-client.ts';
import type { Script } from '../world/script.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
afterEach(() => world.close());

const minute = 60_000;
const doubled = 'export const double = (n: number): number => n * 2;\n';

/** Real builds, through the gateway that the App gave the job. */
const build: Script['build'] = (input, { options: { gateway, signal } }) =>
  runBuild({ ...input, testCommand: ['node', '-e', '0'] }, { models: gatewayModels(gateway!), resume: gatewayProgress(gateway!), sandbox: here, log: silent, signal });

interface Vendor extends Models {
  /** Turns asked, by family. */
  asked: Map<string, number>;
  /** Calls that never end by themselves, and how many of them were ended. */
  held: { begun: number; ended: number };
  letGo(): void;
}

/** Answers each family's first turn with a file, and holds every later one until it is let go. */
function vendor(): Vendor {
  const asked = new Map<string, number>();
  const held = { begun: 0, ended: 0 };
  let isFree = false;
  const say = (request: ModelRequest, calls: [string, Record<string, unknown>][]): ModelAnswer => ({
    text: '', toolCalls: calls.map(([name, given], at) => ({ id: `${asked.get(request.family)}-${at}`, name, arguments: given })), model: request.model, stop: 'tool',
    usage: { inputTokens: 10, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 },
  });
  return {
    asked, held, letGo: () => { isFree = true; },
    async ask(request, { signal } = {}) {
      const turn = (asked.get(request.family) ?? 0) + 1;
      if (turn > 1 && !isFree) {
        held.begun += 1;
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
        held.ended += 1;
        throw new Error('the caller went away');
      }
      asked.set(request.family, turn);
      if (turn === 1) return say(request, [['write_file', { path: 'src/double.ts', content: doubled }]]);
      return say(request, [['run_tests', {}], ['submit', { summary: 's', tests: [{ args: [2], expect: 4 }] }]]);
    },
  };
}

async function building(models: Vendor, config: string): Promise<number> {
  world = await openWorld({ vendors: models, config, script: { build } });
  const issue = await world.founder.opensIntent();
  await world.settled();
  await world.founder.comments(issue, await world.approveLine(issue));
  await expect.poll(() => models.held.begun, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
  return issue;
}

/** Work hears that it is over when its lease is renewed, some seconds later. */
async function ended(): Promise<void> {
  await expect.poll(async () => {
    world.clock.advance(10_000);
    return (await world.assay.store.stats()).jobsRunning;
  }, { timeout: 60_000, interval: 100 }).toBe(0);
  await world.settled();
}

async function kept(issue: number): Promise<string[]> {
  const jobs = await world.assay.store.jobsOf(`intent:${world.repositoryId}#${issue}`);
  return Promise.all(jobs.filter((job) => job.kind === 'build').map(async (job) => await world.assay.store.jobProgress(job.id) ?? ''));
}

it('the cap on hours ends what is under way, down to the vendor\'s connection; what was built is kept', { timeout: 180_000 }, async () => {
  const models = vendor();
  const issue = await building(models, 'version: 1\nhours: 0.5\n');
  world.clock.advance(31 * minute);
  await ended();
  expect(await world.standing(issue)).toContain('**Out of time.**');
  expect((await world.assay.store.stats()).jobsRunning).toBe(0);
  await expect.poll(() => models.held.begun - models.held.ended, { timeout: 20_000 }).toBe(0);
  for (const text of await kept(issue)) expect(text).toContain(JSON.stringify(doubled).slice(1, -1));
  // Nobody knows what the vendors did with the calls that were cut off: they count in full.
  const entries = await world.assay.store.entries({ project: `intent:${world.repositoryId}#${issue}` });
  expect(entries.filter((entry) => entry.settled === null).length).toBeGreaterThanOrEqual(3);
});

it('/stop ends it the same way, and /retry goes on from what was kept: no turn that was answered is asked again', { timeout: 180_000 }, async () => {
  const models = vendor();
  const issue = await building(models, 'version: 1\n');
  await world.founder.comments(issue, '/stop');
  await ended();
  expect(await world.standing(issue)).toContain('**Stopped.**');
  await expect.poll(() => models.held.begun - models.held.ended, { timeout: 20_000 }).toBe(0);
  expect((await kept(issue)).every((text) => text.includes('src/double.ts'))).toBe(true);
  models.letGo();
  await world.founder.comments(issue, '/retry');
  await world.settled();
  expect(await world.standing(issue)).toContain('A change is ready for review');
  expect([...models.asked.values()]).toEqual([2, 2, 2]);
  expect(await kept(issue)).toEqual(['', '', '']);
});
