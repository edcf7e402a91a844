/**
 * In which order events arrive, whether some never do and others twice, changes nothing about where a change ends; and nothing that people without a say do makes it
 * approved. Both over random orders and acts.
 */
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { markAll, writesSince } from '../world/again.ts';
import type { Pull } from '../world/people.ts';
import { at, openWorld, type World } from '../world/world.ts';

let world: World;
// A story that failed has left its world open.
let isOpen = false;
afterEach(async () => { if (isOpen) await close(); });

async function close(): Promise<void> {
  isOpen = false;
  await world.close();
}

const config = 'version: 1\nmerge: human\n';

async function proposal(): Promise<Pull> {
  isOpen = true;
  world = await openWorld({ config, protect: false, otherApps: [{ slug: 'helper' }], files: { 'README.md': '# Shop\n', 'docs/a.md': 'one\n\n\n\n\n\n\n\ntwo\n', 'docs/b.md': 'b\n' } });
  const pull = await world.grace.proposes({ branch: 'notes', files: { 'docs/a.md': 'one\n\n\n\n\n\n\n\nthree\n' } });
  await world.settled();
  return pull;
}

/** Where the change is, without what another world names otherwise. Why an approval does not count may be said in another way where its comment was heard of late. */
async function end(pull: Pull): Promise<unknown> {
  const base = /^\*\*The base .*$/m.exec(await world.standing(pull.number))?.[0].replace(/[0-9a-f]{12}/g, 'sha');
  return { conclusions: await world.conclusions(pull.head.sha), base };
}

async function told(order: (held: number) => readonly number[], { touching }: { touching: boolean }): Promise<unknown> {
  const pull = await proposal();
  const line = await world.approveLine(pull.number);
  world.github.faults.webhook('*', { kind: 'hold' }, 100);
  const first = await world.founder.comments(pull.number, line);
  await world.founder.pushes({ branch: 'main', files: { 'docs/b.md': 'c\n' } });
  await world.rita.comments(pull.number, '/status');
  await world.founder.deletes(first);
  await world.founder.comments(pull.number, line);
  if (touching) await world.founder.pushes({ branch: 'main', files: { 'docs/a.md': 'zero\n\n\n\n\n\n\n\ntwo\n' } });
  world.github.faults.clear();
  world.github.releaseWebhooks(order);
  await world.settled();
  for (let turn = 0; turn < 2; turn += 1) await world.passes(16 * 60_000);
  const since = world.github.requests.length;
  await markAll(world);
  expect(writesSince(world, since)).toEqual([]);
  return end(pull).finally(close);
}

it.each([['elsewhere', false, 'success'], ['into the change', true, 'action_required']] as const)('the base moves %s, comments come and go: every order of the events, with losses and repeats, ends alike', async (_where, touching, assay) => {
  const expected = await told((held) => Array.from({ length: held }, (_, index) => index), { touching });
  expect(expected).toMatchObject({ conclusions: { assay } });
  await fc.assert(fc.asyncProperty(fc.array(fc.nat(30), { maxLength: 16 }), async (places) => {
    expect(await told((held) => places.map((place) => place % held), { touching })).toEqual(expected);
  }), { numRuns: 3, endOnFailure: true });
}, 120_000);

/** What people and Apps without a say can do to a change. */
const acts: Record<string, (pull: Pull, line: string) => Promise<unknown>> = {
  'a stranger approves': (pull, line) => world.stranger.comments(pull.number, line),
  'a reader approves': (pull, line) => world.rita.comments(pull.number, line),
  'somebody who triages approves': (pull, line) => world.tom.comments(pull.number, line),
  'an App approves': async (pull, line) => (await world.rogue()).comments(pull.number, line),
  'an App posts the check': async (pull) => (await world.rogue()).post(`${at}/check-runs`, { name: 'assay', head_sha: pull.head.sha, status: 'completed', conclusion: 'success' }),
  'an App posts a status': async (pull) => (await world.rogue()).post(`${at}/statuses/${pull.head.sha}`, { state: 'success', context: 'assay' }),
  'a reader reviews': (pull) => world.rita.post(`${at}/pulls/${pull.number}/reviews`, { event: 'APPROVE', commit_id: pull.head.sha, body: '/approve' }),
  'a stranger asks to retry': (pull) => world.stranger.comments(pull.number, '/retry'),
  'a reader quotes a writer': (pull, line) => world.rita.comments(pull.number, `> ${line}\n\nada approved: ${line}`),
  'a reader asks for a waiver': (pull) => world.rita.comments(pull.number, '/waive G01 EMPTY_BODY until 2099-01-01 because so ticket T-1'),
};

it('approval is monotone: nothing that a non-approver does makes a change approved, in whatever order', async () => {
  const pull = await proposal();
  const line = await world.approveLine(pull.number);
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(acts)), { minLength: 3, maxLength: 8 }), async (names) => {
    for (const name of names) await acts[name]!(pull, line);
    await world.settled();
    const own = (await world.checks(pull.head.sha)).filter(({ app }) => app.id === world.github.appId);
    expect(own.find(({ name }) => name === 'assay')!.conclusion).toBe('action_required');
    expect(own.find(({ name }) => name === 'assay/approval')!.output.title).not.toContain('Approved');
  }), { numRuns: 3, endOnFailure: true });
  // The same world, once somebody with a say speaks.
  await world.founder.comments(pull.number, line);
  await world.settled();
  expect((await world.checks(pull.head.sha)).filter(({ app, name }) => app.id === world.github.appId && name === 'assay')).toMatchObject([{ conclusion: 'success' }]);
}, 120_000);
