/** More ways to have a change approved that nobody approved: by what reviews, commits and names claim. With them the ways in which a person's approval is counted and timed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../app/edges/sigstore/signer.ts';
import { verifyWholePack } from '../../app/evidence/pack-verify.ts';
import type { Pull, Somebody } from '../world/people.ts';
import { at, openWorld, type World } from '../world/world.ts';

let world: World;
let branches = 0;

beforeAll(async () => { world = await openWorld({ config: 'version: 1\nmerge: human\n', otherApps: [{ slug: 'helper' }] }); });
afterAll(() => world.close());

async function proposal(by: Somebody = world.grace): Promise<Pull> {
  const pull = await by.proposes({ branch: `case-${branches += 1}`, files: { 'README.md': `# Shop ${branches}\n` } });
  await world.settled();
  return pull;
}

async function says(who: Somebody, pull: Pull, body?: string): Promise<string> {
  const comment = await who.comments(pull.number, body ?? await world.approveLine(pull.number));
  await world.settled();
  return (await world.replies(pull.number, comment)).join('\n');
}

async function assay(sha: string): Promise<string | undefined> {
  return (await world.conclusions(sha)).assay;
}

/** A commit of these parents with the tree of the first. */
async function joins(who: Somebody, { branch, parents }: { branch: string; parents: [string, string] }): Promise<string> {
  const { tree } = await who.get<{ tree: { sha: string } }>(`${at}/git/commits/${parents[0]}`);
  const commit = await who.post<{ sha: string }>(`${at}/git/commits`, { message: 'Join', tree: tree.sha, parents });
  await who.patch(`${at}/git/refs/heads/${branch}`, { sha: commit.sha, force: true });
  await world.settled();
  return commit.sha;
}

it('P03 a review approves nothing, whatever commit it says it is of', async () => {
  const pull = await proposal();
  for (const commit_id of [pull.head.sha, await world.branchSha('main')]) {
    await world.founder.post(`${at}/pulls/${pull.number}/reviews`, { event: 'APPROVE', commit_id, body: await world.approveLine(pull.number) });
    await world.settled();
    expect(await assay(pull.head.sha)).toBe('action_required');
  }
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay/approval': 'action_required' });
});

it('P05 an update from base is another head: what it smuggles in was not approved', async () => {
  await world.founder.pushes({ branch: 'next', files: { 'BASE.md': 'old\n' } });
  const pull = await world.grace.proposes({ branch: 'into-next', files: { 'README.md': '# Next\n' }, base: 'next' });
  await world.settled();
  expect(await says(world.founder, pull)).toMatch(/^Approved \(independent\)/);
  await world.founder.pushes({ branch: 'next', files: { 'BASE.md': 'news\n' } });
  const merged = await joins(world.grace, { branch: pull.head.ref, parents: [pull.head.sha, await world.branchSha('next')] });
  expect(await assay(merged)).toBe('action_required');
  expect(await says(world.founder, pull, `/approve ${pull.head.sha.slice(0, 12)}`)).toContain('APPROVAL_STALE_SHA');
});

it('P08 a commit under somebody else\'s e-mail is its pusher\'s: he is no independent judge of it', async () => {
  const pull = await proposal();
  const grace = await world.grace.get<{ login: string; email: string | null; id: number }>('/user');
  await world.bob.pushes({ branch: pull.head.ref, files: { 'NOTES.md': 'by bob\n' }, author: { name: 'grace', email: grace.email ?? `${grace.login}@users.noreply.github.com` } });
  await world.settled();
  expect(await says(world.bob, pull)).toContain('APPROVAL_PUSHER');
  // The commit has an account; only it is not his.
  expect(await says(world.founder, pull)).toMatch(/^Approved \(independent\)/);
});

it('P09 who came in by a side parent is a contributor as well', async () => {
  const pull = await proposal();
  const side = await world.bob.pushes({ branch: `side-${branches}`, files: { 'SIDE.md': 'by bob\n' } });
  await joins(world.grace, { branch: pull.head.ref, parents: [pull.head.sha, side] });
  expect(await says(world.bob, pull)).toContain('APPROVAL_PUSHER');
  expect(await says(world.founder, pull)).toMatch(/^Approved \(independent\)/);
});

it('P14 a name like a bot\'s or a maintainer\'s is only a name: who said it counts, by number', async () => {
  const pull = await proposal();
  const line = await world.approveLine(pull.number);
  expect(await says(await world.rogue(), pull, line)).toContain('APPROVAL_AGENT');
  expect(await says(world.stranger, pull, line)).toContain('APPROVAL_PERMISSION');
  expect(await assay(pull.head.sha)).toBe('action_required');
});

it('P18 what is not known yet is never shown as skipped or neutral, which GitHub lets pass', async () => {
  const pull = await proposal();
  expect(await assay(pull.head.sha)).toBe('action_required');
  const rogue = await world.rogue();
  for (const conclusion of ['skipped', 'neutral']) await rogue.post(`${at}/check-runs`, { name: 'other', head_sha: pull.head.sha, status: 'completed', conclusion });
  await world.settled();
  expect(await world.founder.merges(pull.number, pull.head.sha)).toBe(405);
});

it('P22 a branch named like the merge queue\'s is a branch: its commit is given no verdict', async () => {
  const pull = await proposal();
  await says(world.founder, pull);
  const sha = await world.bob.pushes({ branch: `gh-readonly-queue/main/pr-${pull.number}-${pull.head.sha}`, files: { 'EVIL.md': 'never read\n' } });
  await world.settled();
  expect(await world.conclusions(sha)).toEqual({});
  expect(await assay(pull.head.sha)).toBe('success');
});

it('P36 what has not changed is not written again, however often somebody asks', async () => {
  const pull = await proposal();
  const written = () => world.github.requests.filter(({ method, path }) => (method === 'POST' || method === 'PATCH') && path.includes('/check-runs')).length;
  await says(world.founder, pull, '/status');
  const before = written();
  for (let turn = 0; turn < 5; turn += 1) await says(world.founder, pull, '/status');
  expect(written()).toBe(before);
});

describe('more than one', () => {
  it('a quorum counts people, by who wrote the change; each has a signed statement', async () => {
    const other = await openWorld({ config: 'version: 1\nmerge: human\napproval: { quorum: { human: 2 } }\n' });
    try {
      const pull = await other.grace.proposes({ branch: 'two', files: { 'README.md': '# Two\n' } });
      await other.settled();
      const approves = async (who: Somebody): Promise<string> => {
        const comment = await who.comments(pull.number, await other.approveLine(pull.number));
        await other.settled();
        return (await other.replies(pull.number, comment)).join('\n');
      };
      expect(await approves(other.founder)).toMatch(/^Approved \(independent\).* 1 of 2 approvals\.$/);
      expect(await approves(other.founder)).toContain('1 of 2 approvals');
      expect((await other.conclusions(pull.head.sha)).assay).toBe('action_required');
      expect(await other.standing(pull.number)).toContain('1 of 2 approvals');
      expect(await approves(other.grace)).toMatch(/^Approved \(self-attested\).* 2 of 2 approvals\.$/);
      expect((await other.conclusions(pull.head.sha)).assay).toBe('success');
      const notes = await other.assay.store.notes(`change:${other.repositoryId}#${pull.number}`);
      const signed = Object.entries(notes).filter(([name]) => name.startsWith('approval ')).map(([, note]) => (note as { statement: { predicate: { actor: unknown } } }).statement.predicate.actor);
      expect(signed).toEqual([expect.objectContaining({ class: 'independent' }), expect.objectContaining({ class: 'self-attested' })]);
      const files = await (await fetch(`${other.assay.url}/changes/${other.repositoryId}/${pull.number}/pack.json`)).json() as Record<string, string>;
      const pem = await (await fetch(`${other.assay.url}/key.pem`)).text();
      const report = verifyWholePack(files, (bundle) => verifyBundle(bundle, [pem]));
      expect(report, JSON.stringify(report.faults)).toMatchObject({ verified: true, approvals: [{ class: 'independent' }, { class: 'self-attested', file: expect.stringMatching(/^approvals\/\d+\.sigstore\.json$/) }] });
    } finally {
      await other.close();
    }
  });

  it('P11 a self-attested approval cools down and then counts by itself; an independent one never waits', async () => {
    const other = await openWorld({ config: 'version: 1\nmerge: human\napproval: { coolDown: { normal: 30m } }\n' });
    try {
      const pull = await other.grace.proposes({ branch: 'cool', files: { 'README.md': '# Cool\n' } });
      await other.settled();
      const comment = await other.grace.comments(pull.number, await other.approveLine(pull.number));
      await other.settled();
      expect((await other.replies(pull.number, comment)).join('')).toMatch(/^Not counted yet \(`APPROVAL_COOL_DOWN`\).*It counts from \d{4}-/);
      expect((await other.conclusions(pull.head.sha)).assay).toBe('action_required');
      await other.passes(31 * 60_000);
      expect((await other.conclusions(pull.head.sha)).assay).toBe('success');
      const second = await other.grace.proposes({ branch: 'cool-2', files: { 'README.md': '# Cooler\n' } });
      await other.settled();
      await other.founder.comments(second.number, await other.approveLine(second.number));
      await other.settled();
      expect((await other.conclusions(second.head.sha)).assay).toBe('success');
    } finally {
      await other.close();
    }
  });
});
