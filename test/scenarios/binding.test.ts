/** What an approval is of: one head, merged into one base. The base moves, is rewritten or is another one; somebody merges past the App. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pull, Somebody } from '../world/people.ts';
import { at, openWorld, type World } from '../world/world.ts';

let world: World;
let branches = 0;

beforeAll(async () => { world = await openWorld({ config: 'version: 1\nmerge: human\n', files: { 'README.md': '# Shop\n', 'docs/a.md': 'one\n\n\n\ntwo\n', 'src/b.ts': 'export const b = 1;\n' }, protect: false }); });
afterAll(() => world.close());

/** Into a base of its own, so that no story moves another's. */
async function proposal(files: Record<string, string> = { 'README.md': '# Shop, new\n' }, by: Somebody = world.grace): Promise<Pull> {
  const base = `base-${branches += 1}`;
  await world.founder.pushes({ branch: base, files: { 'BASE.md': `${branches}\n` } });
  const pull = await by.proposes({ branch: `change-${branches}`, files, base });
  await world.settled();
  return pull;
}

async function says(pull: Pull, body: string): Promise<string> {
  const comment = await world.founder.comments(pull.number, body);
  await world.settled();
  return (await world.replies(pull.number, comment)).join('\n');
}

async function approved(pull: Pull): Promise<string> {
  const line = await world.approveLine(pull.number);
  expect(await says(pull, line)).toMatch(/^Approved/);
  return line;
}

async function moves(pull: Pull, files: Record<string, string | null>, onto?: string): Promise<void> {
  await world.founder.pushes({ branch: pull.base.ref, files, ...(onto === undefined ? {} : { onto }) });
  await world.settled();
}

const assay = async (pull: Pull): Promise<string | undefined> => (await world.conclusions(pull.head.sha)).assay;
const note = async (pull: Pull, name: string): Promise<unknown> => world.assay.store.note(`change:${world.repositoryId}#${pull.number}`, name);
const audited = async (action: string): Promise<Record<string, unknown>[]> => (await world.assay.store.auditEntries(0, 10_000)).filter((entry) => entry.action === action).map(({ detail }) => detail);

it('the manifest holds merge base, head, its tree, the tip of the base, the tree that merging gives, policy and verdicts', async () => {
  const pull = await proposal();
  const { statement } = await note(pull, `manifest ${pull.head.sha}`) as { statement: { subject: { digest: object }[]; predicate: { references: { name: string; digest: object }[] } } };
  const { tree } = await world.founder.get<{ tree: { sha: string } }>(`${at}/git/commits/${pull.head.sha}`);
  const base = await world.branchSha(pull.base.ref);
  expect(statement.subject[0]!.digest).toEqual({ gitCommit: pull.head.sha, gitTree: tree.sha });
  const named = Object.fromEntries(statement.predicate.references.map(({ name, digest }) => [name, digest]));
  expect(named).toMatchObject({ 'merge-base': { gitCommit: base }, 'merge': { gitCommit: base, gitTree: tree.sha }, 'policy': { sha256: expect.any(String) }, 'verdict/guardrails': { sha256: expect.any(String) } });
});

it('a base that moves elsewhere is compared file by file and leaves evidence and approval', async () => {
  const pull = await proposal();
  await approved(pull);
  const ran = world.executor.ran.length;
  await moves(pull, { 'src/b.ts': 'export const b = 2;\n' });
  expect(await assay(pull)).toBe('success');
  expect(await world.standing(pull.number)).toContain('**The base moved elsewhere.**');
  expect(world.executor.ran.length).toBe(ran);
  expect(await world.founder.merges(pull.number, pull.head.sha)).toBe(200);
  await world.settled();
  expect(await world.standing(pull.number)).toMatch(/\*\*Merged\*\* as `\w+`, as approved\./);
});

it('a base that moves into the change voids the approval, says by which file, and is approved anew', async () => {
  const pull = await proposal({ 'docs/a.md': 'one\n\n\n\nthree\n' });
  const line = await approved(pull);
  await moves(pull, { 'docs/a.md': 'zero\n\n\n\ntwo\n', 'src/b.ts': 'export const b = 4;\n' });
  expect(await assay(pull)).toBe('action_required');
  expect(await world.standing(pull.number)).toMatch(/\*\*The base moved into this change\.\*\* .* touches `docs\/a\.md`\./);
  expect(await audited('approval.refused')).toEqual(expect.arrayContaining([expect.objectContaining({ reason: 'APPROVAL_BASE_MOVED' })]));
  expect(await says(pull, line)).toContain('APPROVAL_DIGEST');
  await approved(pull);
  expect(await assay(pull)).toBe('success');
});

it('where what runs the change is judged anew, it is in the merge; what only reads is kept', async () => {
  const other = await openWorld({ protect: false, config: 'version: 1\nmerge: human\n', files: { 'README.md': '# Shop\n', 'src/double.ts': 'export const one = 1;\n\n\n\nexport const two = 2;\n' } });
  try {
    const issue = await other.founder.opensIntent();
    await other.settled();
    await other.founder.comments(issue, await other.approveLine(issue));
    await other.settled();
    const pull = await other.grace.proposes({ branch: 'double', files: { 'src/double.ts': 'export const one = 1;\n\n\n\nexport const two = 3;\n' }, body: `Intent: #${issue}` });
    await other.settled();
    const line = await other.approveLine(pull.number);
    const ran = other.executor.ran.length;
    await other.founder.pushes({ branch: 'main', files: { 'src/double.ts': 'export const one = 0;\n\n\n\nexport const two = 2;\n' } });
    await other.settled();
    const anew = other.executor.ran.slice(ran).filter((job) => JSON.stringify(job.input).includes('two = 3'));
    expect(anew.map(({ kind }) => kind).sort()).toEqual(['accept', 'sabotage']);
    for (const { input } of anew) expect(input).toMatchObject({ base: { 'src/double.ts': { content: expect.stringContaining('one = 0') } }, head: { 'src/double.ts': { content: 'export const one = 0;\n\n\n\nexport const two = 3;\n' } } });
    const comment = await other.founder.comments(pull.number, line);
    await other.settled();
    expect((await other.replies(pull.number, comment)).join('')).toContain('APPROVAL_DIGEST');
    await other.founder.comments(pull.number, await other.approveLine(pull.number));
    await other.settled();
    expect(await other.conclusions(pull.head.sha)).toMatchObject({ assay: 'success' });
  } finally {
    await other.close();
  }
});

it('a base that is rewritten voids the approval', async () => {
  const pull = await proposal();
  await approved(pull);
  await moves(pull, { 'OTHER.md': 'rewritten\n' }, 'main');
  expect(await assay(pull)).toBe('action_required');
  expect(await world.standing(pull.number)).toContain('**The base was rewritten.**');
});

it('a retarget voids the approval, and all is judged again', async () => {
  const pull = await proposal();
  await approved(pull);
  const guards = (): number => world.executor.ran.filter((job) => job.kind === 'guard' && job.input.headSha === pull.head.sha).length;
  expect(guards()).toBe(1);
  await world.founder.pushes({ branch: `other-${pull.base.ref}`, onto: pull.base.ref, files: { 'ELSE.md': 'x\n' } });
  await world.grace.patch(`${at}/pulls/${pull.number}`, { base: `other-${pull.base.ref}` });
  await world.settled();
  expect(guards()).toBe(2);
  expect(await assay(pull)).toBe('action_required');
  expect(await world.standing(pull.number)).toContain('**Retargeted.**');
});

it('with `movedBase: any` every move voids', async () => {
  const other = await openWorld({ protect: false, config: 'version: 1\nmerge: human\napproval: { movedBase: any }\n' });
  try {
    const pull = await other.grace.proposes({ branch: 'strict', files: { 'README.md': '# Strict\n' } });
    await other.settled();
    await other.founder.comments(pull.number, await other.approveLine(pull.number));
    await other.settled();
    expect(await other.conclusions(pull.head.sha)).toMatchObject({ assay: 'success' });
    await other.founder.pushes({ branch: 'main', files: { 'src/index.ts': 'export const shop = 2;\n' } });
    await other.settled();
    expect(await other.conclusions(pull.head.sha)).toMatchObject({ assay: 'action_required' });
    expect(await other.standing(pull.number)).toContain('`approval.movedBase`');
  } finally {
    await other.close();
  }
});

it('while GitHub has not tried the merge nothing passes; it is asked again, and goes on', async () => {
  const pull = await proposal();
  await approved(pull);
  world.github.holdMerges(true);
  await moves(pull, { 'src/b.ts': 'export const b = 3;\n' });
  expect(await assay(pull)).toBe('action_required');
  expect(await world.standing(pull.number)).toContain('has not tried yet');
  world.github.holdMerges(false);
  await world.passes(6_000);
  expect(await assay(pull)).toBe('success');
});

it('a merge by another commit than that of base and head is said and logged, never as approved', async () => {
  const pull = await proposal();
  await approved(pull);
  const evil = await world.founder.pushes({ branch: `evil-${pull.number}`, onto: pull.head.sha, files: { 'EVIL.md': 'smuggled\n' } });
  const { tree } = await world.founder.get<{ tree: { sha: string } }>(`${at}/git/commits/${evil}`);
  const merge = await world.founder.post<{ sha: string }>(`${at}/git/commits`, { message: 'Merge', tree: tree.sha, parents: [await world.branchSha(pull.base.ref), pull.head.sha] });
  await world.founder.patch(`${at}/git/refs/heads/${pull.base.ref}`, { sha: merge.sha });
  await world.settled();
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
  expect(await world.standing(pull.number)).toMatch(/but not as approved\*\* \(`MERGE_TREE`\)/);
  expect(await audited('merge.not_as_approved')).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'MERGE_TREE', mergeSha: merge.sha })]));
});

it.each([
  ['MERGE_PARENTS', async (pull: Pull) => { await approved(pull); await world.founder.patch(`${at}/git/refs/heads/${pull.base.ref}`, { sha: pull.head.sha }); }],
  ['MERGE_UNAPPROVED', async (pull: Pull) => { await world.founder.merges(pull.number, pull.head.sha); }],
] as const)('a merge past the App is %s', async (code, merges) => {
  const pull = await proposal();
  await merges(pull);
  await world.settled();
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
  expect(await world.standing(pull.number)).toContain(`but not as approved** (\`${code}\`)`);
  expect(await audited('merge.not_as_approved')).toEqual(expect.arrayContaining([expect.objectContaining({ code, headSha: pull.head.sha })]));
});
