/** A merge queue: the App puts in what is approved, and judges the queue's commits by the members that GitHub names, each for exactly what is merged there. */
import { afterEach, expect, it } from 'vitest';
import { markAll, writesSince } from '../world/again.ts';
import { delivers } from '../world/delivers.ts';
import type { Pull, Somebody } from '../world/people.ts';
import { at, openWorld, type World, type WorldOptions } from '../world/world.ts';

let world: World;
let branches = 0;
afterEach(() => world.close());

const human = { config: 'version: 1\nmerge: human\n' };
const files = { 'README.md': '# Shop\n', 'docs/a.md': 'one\n\n\n\ntwo\n' };

async function opens(options: WorldOptions = {}): Promise<void> {
  world = await openWorld({ files, ...options });
  world.github.requireQueue('ada/shop', 'main');
}

async function proposal(change: Record<string, string>): Promise<Pull> {
  const pull = await world.grace.proposes({ branch: `change-${branches += 1}`, files: change });
  await world.settled();
  return pull;
}

async function approves(pull: Pull): Promise<number> {
  const comment = await world.founder.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  return comment;
}

/** As a person presses the button. */
async function enqueues(who: Somebody, pull: Pull): Promise<void> {
  const { node_id: id } = await world.founder.get<{ node_id: string }>(`${at}/pulls/${pull.number}`);
  const answer = await who.post<{ errors?: unknown[] }>('/graphql', { query: 'mutation($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { mergeQueueEntry { position } } }', variables: { id } });
  expect(answer.errors).toBeUndefined();
}

/** Commits of the queue, the oldest first, as the App has judged them. */
async function judged(): Promise<{ sha: string; conclusion: string | null; title: string; summary: string }[]> {
  const all = (await world.assay.store.auditEntries(0, 10_000)).filter(({ action }) => action === 'group.judged').map(({ detail }) => String(detail.sha));
  return Promise.all([...new Set(all)].map(async (sha) => {
    const run = (await world.checks(sha)).find(({ name }) => name === 'assay')!;
    return { sha, conclusion: run.conclusion, title: run.output.title, summary: run.output.summary };
  }));
}

it('an approved change goes into the queue with its head; the queue\'s commit is judged, and merges; the second run changes nothing', async () => {
  await opens();
  const pull = await proposal({ 'docs/one.md': '# One\n' });
  await approves(pull);
  const [group] = await judged();
  expect(group).toMatchObject({ conclusion: 'success', title: '1 change passes as merged here', summary: expect.stringContaining(`| #${pull.number} | pass |`) });
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
  expect(await world.branchSha('main')).toBe(group!.sha);
  expect(await world.standing(pull.number)).toContain('as approved');
  const since = world.github.requests.length;
  await markAll(world);
  expect(writesSince(world, since)).toEqual([]);
});

it('the webhook about the group is lost: the change that waits in it leads there', async () => {
  await opens();
  world.dropWebhooks('merge_group', 10);
  const pull = await proposal({ 'docs/one.md': '# One\n' });
  await approves(pull);
  await world.passes(16 * 60_000);
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
});

it('P21 a group is not waved through: an approval that is taken back while it waits fails the group, which leaves the queue', async () => {
  await opens(human);
  const pull = await proposal({ 'docs/one.md': '# One\n' });
  const comment = await approves(pull);
  await world.restart(async () => {
    await enqueues(world.founder, pull);
    await world.founder.deletes(comment);
  });
  await world.passes(16 * 60_000);
  expect(await judged()).toEqual([expect.objectContaining({ conclusion: 'action_required', title: `GROUP_NOT_PASSING: #${pull.number}` })]);
  expect(await world.pull(pull.number)).toMatchObject({ merged: false });
});

it('members that touch different files merge one on the other, and the later commit is judged for both', async () => {
  await opens(human);
  const [one, two] = [await proposal({ 'docs/one.md': '# One\n' }), await proposal({ 'docs/two.md': '# Two\n' })];
  for (const pull of [one, two]) await approves(pull);
  await world.restart(async () => {
    for (const pull of [one, two]) await enqueues(world.founder, pull);
  });
  await world.passes(16 * 60_000);
  for (const pull of [one, two]) expect(await world.pull(pull.number)).toMatchObject({ merged: true });
  for (const pull of [one, two]) expect(await world.standing(pull.number)).toContain('as approved');
});

it('P21 a member that another one ahead of it changes is not what was approved: GROUP_TREE', async () => {
  await opens(human);
  const [one, two] = [await proposal({ 'docs/a.md': 'zero\n\n\n\ntwo\n' }), await proposal({ 'docs/a.md': 'one\n\n\n\nthree\n' })];
  for (const pull of [one, two]) await approves(pull);
  await world.restart(async () => {
    for (const pull of [one, two]) await enqueues(world.founder, pull);
  });
  await world.passes(16 * 60_000);
  expect(await world.pull(one.number)).toMatchObject({ merged: true });
  expect(await world.pull(two.number)).toMatchObject({ merged: false });
  expect(await judged()).toEqual(expect.arrayContaining([expect.objectContaining({ conclusion: 'action_required', title: expect.stringMatching(new RegExp(`^GROUP_(TREE|NOT_PASSING): #${two.number}$`)) })]));
});

it('P21 P22 a commit that the queue does not know is an error, whatever its branch is called and whoever asks', async () => {
  await opens(human);
  const pull = await proposal({ 'docs/one.md': '# One\n' });
  await approves(pull);
  const ref = `gh-readonly-queue/main/pr-${pull.number}-${await world.branchSha('main')}`;
  const sha = await world.bob.pushes({ branch: ref, onto: pull.head.sha, files: { 'EVIL.md': 'never read\n' } });
  await world.settled();
  expect(await world.conclusions(sha)).toEqual({});
  expect(await delivers(world, 'merge_group', { action: 'checks_requested', merge_group: { head_sha: sha, head_ref: `refs/heads/${ref}`, base_sha: await world.branchSha('main'), base_ref: 'refs/heads/main' } })).toBe(202);
  await world.settled();
  expect(await judged()).toEqual([expect.objectContaining({ sha, conclusion: 'failure', title: 'GROUP_UNKNOWN' })]);
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ assay: 'success' });
});

it('a group that cannot be looked at is given up with an error, which holds up nobody behind it', async () => {
  await opens(human);
  const pull = await proposal({ 'docs/one.md': '# One\n' });
  await approves(pull);
  world.github.faults.answer({ method: 'POST', path: '/graphql', operation: 'Queue', times: 8 }, { status: 400 });
  await enqueues(world.founder, pull);
  await world.settled();
  const { key } = (await world.assay.store.subjects({})).find((each) => each.key.startsWith('group:'))!;
  expect(world.log.some(({ message, fields }) => message === 'run failed' && JSON.stringify(fields).includes('GITHUB_REFUSED'))).toBe(true);
  expect((await world.checks(key.split('@')[1]!.slice(0, 40))).find(({ name }) => name === 'assay')).toMatchObject({ conclusion: 'failure' });
  expect(await world.pull(pull.number)).toMatchObject({ merged: false });
});
