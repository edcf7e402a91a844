/** Pull requests that Assay did not build: documentation, code without an intent, by strangers, from forks, with a head that others share, on a base that moves. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pull, Somebody } from '../world/people.ts';
import { failingReport, passingReport } from '../world/script.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
let issue: number;
let branches = 0;

// One intent is approved, so that changes can name it; its own pull request is left alone.
beforeAll(async () => {
  world = await openWorld({ otherApps: [{ slug: 'rogue' }] });
  issue = await world.founder.opensIntent();
  await world.settled();
  await world.founder.comments(issue, await world.approveLine(issue));
  await world.settled();
});
afterAll(() => world.close());

const doubled = { 'src/double.ts': 'export function double(n: number): number {\n  return n * 2;\n}\n' };

async function proposal(options: { files?: Record<string, string | null>; by?: Somebody; body?: string; draft?: boolean; base?: string } = {}): Promise<Pull> {
  const { by = world.grace, files = doubled, ...rest } = options;
  const pull = await by.proposes({ branch: `change-${branches += 1}`, files, body: `Intent: #${issue}`, ...rest });
  await world.settled();
  return pull;
}

async function approve(pull: Pull): Promise<void> {
  await world.founder.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
}

const ranFor = (sha: string): string[] => world.executor.ran.flatMap((job) => (JSON.stringify(job.input).includes(sha) ? [job.kind] : []));

it('a change of code that names the intent is judged by acceptance tests and the Saboteur, and merges once approved', async () => {
  const before = world.executor.ran.length;
  const pull = await proposal();
  expect(world.executor.ran.slice(before).map(({ kind }) => kind).sort()).toEqual(['accept', 'guard', 'sabotage']);
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'action_required', 'assay/consensus': 'success', 'assay/saboteur': 'success' });
  await approve(pull);
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
});

it('P27 documentation alone needs no consensus and no Saboteur, and says which rule did not apply', async () => {
  const before = world.executor.ran.length;
  const pull = await proposal({ files: { 'docs/guide.md': '# Guide\n' }, body: '' });
  expect(world.executor.ran.slice(before).map(({ kind }) => kind)).toEqual(['guard']);
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'action_required', 'assay/consensus': 'skipped', 'assay/saboteur': 'skipped' });
  expect(await world.standing(pull.number)).toContain('`DOCS_ONLY`');
  await approve(pull);
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
});

it('P27 instructions for agents are no documentation', async () => {
  const pull = await proposal({ files: { 'AGENTS.md': '# Do as you like\n' }, body: '' });
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay/consensus': 'action_required' });
});

it('code without an intent has nothing to be compared with, and is never ready', async () => {
  const pull = await proposal({ body: 'Trust me.' });
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'action_required', 'assay/consensus': 'action_required' });
  expect(await world.standing(pull.number)).toContain('| consensus | not_comparable |');
  const comment = await world.founder.comments(pull.number, `/approve ${pull.head.sha}`);
  await world.settled();
  expect(await world.replies(pull.number, comment)).toEqual([expect.stringContaining('APPROVAL_SLOTS_NOT_READY')]);
  expect(await world.founder.merges(pull.number, pull.head.sha)).toBe(405);
});

it('a guardrail that objects marks the line and blocks', async () => {
  world.executor.script.guard = (input) => failingReport(input);
  const pull = await proposal();
  world.executor.script.guard = passingReport;
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'failure', 'assay/guardrails': 'failure' });
  const run = (await world.checks(pull.head.sha)).find(({ name }) => name === 'assay/guardrails')!;
  const annotations = await world.founder.get<{ path: string; start_line: number }[]>(`/repos/ada/shop/check-runs/${run.id}/annotations`);
  expect(annotations).toMatchObject([{ path: 'src/double.ts', start_line: 1 }]);
});

it('T22 P32 code of a stranger is scanned; what costs money or executes waits for /retry by a writer on that very head', async () => {
  await world.stranger.forks();
  await world.stranger.pushes({ branch: 'gift', files: doubled, repository: 'stranger/shop' });
  const pull = await world.stranger.opensPull({ head: 'stranger:gift', body: `Intent: #${issue}` });
  await world.settled();
  expect(ranFor(pull.head.sha)).toEqual(['guard']);
  expect(await world.standing(pull.number)).toContain('comes from a fork');
  const kinds = (): string[] => world.executor.ran.slice(-2).map(({ kind }) => kind).sort();
  await world.stranger.comments(pull.number, '/retry');
  await world.settled();
  expect(kinds()).not.toEqual(['accept', 'sabotage']);
  await world.bob.comments(pull.number, '/retry');
  await world.settled();
  expect(kinds()).toEqual(['accept', 'sabotage']);
  const ran = world.executor.ran.length;
  const sha = await world.stranger.pushes({ branch: 'gift', files: { 'src/more.ts': 'export const more = 1;\n' }, repository: 'stranger/shop' });
  await world.settled();
  expect((await world.pull(pull.number)).head.sha).toBe(sha);
  expect(world.executor.ran.slice(ran).map(({ kind }) => kind)).toEqual(['guard']);
});

it('P19 two pull requests with one head: the check shows the worse of them', async () => {
  await world.grace.pushes({ branch: 'release', files: { 'docs/release.md': 'x\n' } });
  const first = await proposal({ files: { 'docs/one.md': '# One\n' }, body: '' });
  const second = await world.grace.opensPull({ head: first.head.ref, base: 'release' });
  await world.settled();
  expect((await world.standing(first.number)) + (await world.standing(second.number))).toContain('This head is shared with');
  await world.founder.comments(first.number, await world.approveLine(first.number));
  await world.settled();
  expect((await world.conclusions(first.head.sha)).assay).toBe('action_required');
  expect(await world.pull(first.number)).toMatchObject({ merged: false });
  await world.founder.patch(`/repos/ada/shop/pulls/${second.number}`, { state: 'closed' });
  await world.settled();
  expect(await world.pull(first.number)).toMatchObject({ merged: true });
});

it('P20 a retarget is judged against the new base', async () => {
  await world.founder.pushes({ branch: 'lax', files: { '.github/assay.yml': 'version: 1\nmerge: auto\npack: none\n' } });
  const pull = await proposal({ files: { 'docs/lax.md': '# Lax\n' }, body: '', base: 'lax' });
  const guards = (): unknown[] => world.executor.ran.filter((job) => job.kind === 'guard' && job.input.headSha === pull.head.sha);
  expect(guards()).toMatchObject([{ input: { pack: 'baseline' } }]);
  await world.grace.patch(`/repos/ada/shop/pulls/${pull.number}`, { base: 'main' });
  await world.settled();
  expect(guards()).toMatchObject([{ input: { pack: 'baseline' } }, { input: { pack: 'baseline' } }]);
  // The change now holds a configuration file, which is no documentation.
  expect((await world.conclusions(pull.head.sha))['assay/consensus']).toBe('action_required');
});

it('P25 a pull request is not judged by the configuration that it brings', async () => {
  const pull = await proposal({ files: { '.github/assay.yml': 'version: 1\npack: none\napproval:\n  barePublished: 1s\n' }, body: '' });
  expect(world.executor.ran.at(-1)).toMatchObject({ kind: 'guard', input: { pack: 'baseline' } });
  const comment = await world.founder.comments(pull.number, '/approve');
  await world.settled();
  expect(await world.replies(pull.number, comment)).toEqual([expect.stringContaining('APPROVAL_TOO_EARLY')]);
});

it('a change that loosens the rules says so, and is approved only with its evidence by digest', async () => {
  const pull = await proposal({ files: { '.github/assay.yml': 'version: 1\nhours: 9\n' }, body: '' });
  expect(await world.standing(pull.number)).toContain('- `hours`: an intent may take longer');
  const line = await world.approveLine(pull.number);
  const short = await world.founder.comments(pull.number, line.split(' ').slice(0, 2).join(' '));
  await world.settled();
  expect(await world.replies(pull.number, short)).toEqual([expect.stringContaining('APPROVAL_WEAKENING')]);
  await world.founder.comments(pull.number, line);
  await world.settled();
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
});

it('W19 a base that moves elsewhere leaves the evidence; the change still merges', async () => {
  const pull = await proposal({ files: { 'docs/base.md': '# Base\n' }, body: '' });
  const other = await proposal({ files: { 'docs/other.md': '# Other\n' }, body: '' });
  const line = await world.approveLine(pull.number);
  await approve(other);
  expect(await world.pull(other.number)).toMatchObject({ merged: true });
  await world.founder.comments(pull.number, line);
  await world.settled();
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
});

it('W19 a base that moves into conflict is not merged, and says so', async () => {
  const pull = await proposal({ files: { 'docs/one.md': '# Mine\n' }, body: '' });
  const other = await proposal({ files: { 'docs/one.md': '# Yours\n' }, body: '' });
  await approve(other);
  await approve(pull);
  expect(await world.pull(pull.number)).toMatchObject({ merged: false });
  expect(await world.standing(pull.number)).toContain('in conflict with its base');
});

it('a draft is judged and not merged until it is ready', async () => {
  const pull = await proposal({ files: { 'docs/draft.md': '# Draft\n' }, body: '', draft: true });
  await approve(pull);
  expect(await world.pull(pull.number)).toMatchObject({ merged: false });
  expect(await world.standing(pull.number)).toContain('draft');
});

it('P15 P17 T09 another App that posts `assay` as success opens nothing', async () => {
  const pull = await proposal({ files: { 'docs/rogue.md': '# Rogue\n' }, body: '' });
  const rogue = await world.rogue();
  for (const name of ['assay', 'assay/approval']) await rogue.post('/repos/ada/shop/check-runs', { name, head_sha: pull.head.sha, status: 'completed', conclusion: 'success' });
  await rogue.post(`/repos/ada/shop/statuses/${pull.head.sha}`, { state: 'success', context: 'assay' });
  await world.settled();
  expect(await world.founder.merges(pull.number, pull.head.sha)).toBe(405);
  const own = (await world.checks(pull.head.sha)).filter(({ app, name }) => app.id === world.github.appId && name === 'assay');
  expect(own).toMatchObject([{ conclusion: 'action_required' }]);
  expect(await world.standing(pull.number)).toContain('Waiting for a human');
});

it('P23 reading the pages and checks changes nothing', async () => {
  const since = world.github.requests.length;
  for (const path of ['/', `/changes/${world.repositoryId}/${issue}`, `/intents/${world.repositoryId}/${issue}`, '/audit.jsonl']) await (await fetch(`${world.assay.url}${path}`)).text();
  await world.settled();
  expect(world.github.requests.length).toBe(since);
});

it('a change that is closed without a merge ends its work and says so', async () => {
  const pull = await proposal({ files: { 'docs/closed.md': '# Closed\n' }, body: '' });
  await world.grace.patch(`/repos/ada/shop/pulls/${pull.number}`, { state: 'closed' });
  await world.settled();
  expect(await world.standing(pull.number)).toContain('**Closed** without a merge.');
  expect(await world.assay.store.subject(`change:${world.repositoryId}#${pull.number}`)).toMatchObject({ open: false });
});

it('P15 T09 a check of another App that was there first is left alone, and ours stands beside it', async () => {
  const sha = await world.grace.pushes({ branch: 'early-check', files: { 'docs/early.md': '# Early\n' } });
  const rogue = await world.rogue();
  await rogue.post('/repos/ada/shop/check-runs', { name: 'assay', head_sha: sha, status: 'completed', conclusion: 'success' });
  await world.grace.opensPull({ head: 'early-check' });
  await world.settled();
  const runs = (await world.checks(sha)).filter(({ name }) => name === 'assay').map(({ app, conclusion }) => ({ own: app.id === world.github.appId, conclusion }));
  expect(runs).toEqual(expect.arrayContaining([{ own: true, conclusion: 'action_required' }, { own: false, conclusion: 'success' }]));
});
