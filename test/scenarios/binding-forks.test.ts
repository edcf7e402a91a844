/** Pull requests from forks: what was only read and by whom, what was run and where, is graded, shown and bound; policy says what suffices. */
import { afterEach, expect, it } from 'vitest';
import type { Pull } from '../world/people.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
afterEach(() => world.close());

async function gift(config: string, files: Record<string, string>, body = ''): Promise<Pull> {
  world = await openWorld({ config });
  if (body !== '') {
    const issue = await world.founder.opensIntent();
    await world.settled();
    await world.founder.comments(issue, await world.approveLine(issue));
    await world.settled();
  }
  await world.stranger.forks();
  await world.stranger.pushes({ branch: 'gift', files, repository: 'stranger/shop' });
  const pull = await world.stranger.opensPull({ head: 'stranger:gift', body });
  await world.settled();
  return pull;
}

const found = async (pull: Pull, name: string) => (await world.checks(pull.head.sha)).find((run) => run.name === name)!;

it('what the App recomputes from a fork\'s files, executing nothing, suffices by default; check and manifest say the grade', async () => {
  const pull = await gift('version: 1\nmerge: human\n', { 'README.md': '# Gift\n' });
  expect(await found(pull, 'assay/guardrails')).toMatchObject({ conclusion: 'success', output: { summary: expect.stringContaining('From a fork; graded read: **recomputed**.') } });
  const { statement } = await world.assay.store.note(`change:${world.repositoryId}#${pull.number}`, `manifest ${pull.head.sha}`) as { statement: { predicate: { references: { name: string; annotations?: object }[] } } };
  expect(statement.predicate.references.find(({ name }) => name === 'verdict/guardrails')!.annotations).toEqual({ outcome: 'pass', read: 'recomputed' });
  await world.founder.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ assay: 'success' });
});

it('where the configuration wants it attested, a recomputed verdict holds the change, by SLOT_GRADE', async () => {
  const pull = await gift('version: 1\nmerge: human\nforks: { reading: attested }\n', { 'README.md': '# Gift\n' });
  expect(await found(pull, 'assay/guardrails')).toMatchObject({ conclusion: 'action_required', output: { summary: expect.stringContaining('read attested or better') } });
  const comment = await world.founder.comments(pull.number, `/approve ${pull.head.sha}`);
  await world.settled();
  expect((await world.replies(pull.number, comment)).join('')).toContain('APPROVAL_SLOTS_NOT_READY');
  expect((await found(pull, 'assay')).output.title).toMatch(/grade/);
});

it('what runs a fork\'s code counts from a run alone that the App dispatched', async () => {
  const pull = await gift('version: 1\nmerge: human\n', { 'src/double.ts': 'export const double = (n: number): number => n * 2;\n' }, 'Intent: #1');
  await world.bob.comments(pull.number, '/retry');
  await world.settled();
  for (const name of ['assay/consensus', 'assay/saboteur']) expect(await found(pull, name)).toMatchObject({ conclusion: 'action_required', output: { summary: expect.stringContaining('graded run: **local**') } });
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'action_required', 'assay/guardrails': 'success' });
});
