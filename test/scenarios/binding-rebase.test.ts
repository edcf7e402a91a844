/** A head that takes the place of an approved one: the same patches that merge into the same tree keep the approval; of anything else only what differs is shown. */
import { afterEach, expect, it } from 'vitest';
import type { Pull } from '../world/people.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
afterEach(() => world.close());

const before = 'one\n\n\n\n\n\n\n\ntwo\n';
const change = { 'docs/a.md': 'one\n\n\n\n\n\n\n\nthree\n' };

/** Approved, and its base has moved since: by `moved`. */
async function approved(moved: Record<string, string>, config = ''): Promise<Pull> {
  world = await openWorld({ protect: false, config: `version: 1\nmerge: human\n${config}`, files: { 'README.md': '# Shop\n', 'docs/a.md': before, 'docs/b.md': 'b\n' } });
  const pull = await world.grace.proposes({ branch: 'notes', files: change });
  await world.settled();
  await world.founder.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ assay: 'success' });
  await world.founder.pushes({ branch: 'main', files: moved });
  await world.settled();
  return pull;
}

async function rebased(files: Record<string, string>, more: Record<string, string> | null = null): Promise<string> {
  let sha = await world.grace.pushes({ branch: 'notes', onto: 'main', files });
  if (more) sha = await world.grace.pushes({ branch: 'notes', files: more });
  await world.settled();
  return sha;
}

const assay = async (sha: string): Promise<string | undefined> => (await world.conclusions(sha)).assay;

it('a rebase that changes nothing keeps the approval, and the statement says from which head it is carried; the second run changes nothing', async () => {
  const pull = await approved({ 'docs/b.md': 'c\n' });
  const sha = await rebased(change);
  expect(sha).not.toBe(pull.head.sha);
  expect(await assay(sha)).toBe('success');
  expect(await world.standing(pull.number)).toContain('**Rebased without a change.** All 1 patches since the approved');
  const note = await world.assay.store.note(`change:${world.repositoryId}#${pull.number}`, `approval ${sha}`) as { statement: { predicate: object } };
  expect(note.statement.predicate).toMatchObject({ carriedFrom: { head: { gitCommit: pull.head.sha } } });
  // And once more, from the same approval.
  await world.founder.pushes({ branch: 'main', files: { 'docs/b.md': 'd\n' } });
  expect(await assay(await rebased(change))).toBe('success');
});

it.each([
  ['another hunk', { 'docs/a.md': 'one\n\n\n\n\n\n\n\nfour\n' }, null, /\| `!` \| `\w{12}` \| `\w{12}` \| `docs\/a\.md` \|/],
  ['one more commit', change, { 'EVIL.md': 'smuggled\n' }, /\| `>` \| {2}\| `\w{12}` \| `EVIL\.md` \|/],
])('%s is not approved: the comment shows only the difference', async (_what, files, more, row) => {
  const pull = await approved({ 'docs/b.md': 'c\n' });
  const sha = await rebased(files, more);
  expect(await assay(sha)).toBe('action_required');
  const standing = await world.standing(pull.number);
  expect(standing).toContain('Only this is new to approve:');
  expect(standing).toMatch(row);
  expect(standing).not.toContain('| `=` |');
  const comment = await world.founder.comments(pull.number, `/approve ${pull.head.sha.slice(0, 12)}`);
  await world.settled();
  expect((await world.replies(pull.number, comment)).join('')).toContain('APPROVAL_STALE_SHA');
  await world.founder.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  expect(await assay(sha)).toBe('success');
});

it('the same patches on a base that moved into their files merge into another tree, and are approved anew', async () => {
  const pull = await approved({ 'docs/a.md': 'zero\n\n\n\n\n\n\n\ntwo\n' });
  const sha = await rebased({ 'docs/a.md': 'zero\n\n\n\n\n\n\n\nthree\n' });
  expect(await assay(sha)).toBe('action_required');
  expect(await world.standing(pull.number)).toContain('The patches are the same and do not merge into the same tree.');
});

it('with `rebase: never` every new head is approved anew', async () => {
  const pull = await approved({ 'docs/b.md': 'c\n' }, 'approval: { rebase: never }\n');
  const sha = await rebased(change);
  expect(await assay(sha)).toBe('action_required');
  expect(await world.standing(pull.number)).toContain('`approval.rebase`');
});

it('rebased onto another branch and retargeted to it, the same patches are approved anew', async () => {
  const pull = await approved({ 'docs/b.md': 'c\n' });
  await world.founder.pushes({ branch: 'lax', onto: 'main', files: { 'docs/b.md': 'lax\n' } });
  await world.grace.patch(`/repos/ada/shop/pulls/${pull.number}`, { base: 'lax' });
  const sha = await world.grace.pushes({ branch: 'notes', onto: 'lax', files: change });
  await world.settled();
  expect(await assay(sha)).toBe('action_required');
  expect(await world.standing(pull.number)).not.toContain('Rebased without a change');
});
