/** Ways past the binding of a verdict to one repository, one pull request and one installation: the same bot elsewhere, code in a configuration, an installation that is gone. */
import { afterEach, expect, it } from 'vitest';
import { waiverText } from '../../app/core/waiver.ts';
import { fixtureTools } from '../../app/guardrails/facts.fixture.ts';
import { runGuardrails } from '../../app/guardrails/runner.ts';
import { delivers } from '../world/delivers.ts';
import { somebody, type Pull } from '../world/people.ts';
import { readers } from '../world/readers.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
afterEach(() => world.close());

it('P16 the same bot passes the same commit in the attacker\'s own fork: here it passes nothing', async () => {
  world = await openWorld();
  await world.stranger.forks();
  world.github.installApp(world.github.appId, { account: 'stranger' });
  await world.stranger.pushes({ branch: 'gift', files: { 'README.md': '# Gift\n' }, repository: 'stranger/shop' });
  const there = somebody(world.github.url, { login: 'stranger', token: world.github.users.stranger! }, '/repos/stranger/shop');
  const theirs = await there.opensPull({ head: 'gift' });
  await world.settled();
  const fork = readers(there, '/repos/stranger/shop');
  await there.comments(theirs.number, await fork.approveLine(theirs.number));
  await world.settled();
  // He is an administrator there, and the App does there what he says.
  expect(await fork.conclusions(theirs.head.sha)).toMatchObject({ assay: 'success' });

  const ours = await world.stranger.opensPull({ head: 'stranger:gift' });
  await world.settled();
  expect(ours.head.sha).toBe(theirs.head.sha);
  expect(await world.conclusions(ours.head.sha)).toMatchObject({ assay: 'action_required' });
  const comment = await world.stranger.comments(ours.number, await world.approveLine(ours.number));
  await world.settled();
  expect((await world.replies(ours.number, comment)).join('')).toContain('APPROVAL_PERMISSION');
  expect(await world.conclusions(ours.head.sha)).toMatchObject({ assay: 'action_required' });
  expect(await world.founder.merges(ours.number, ours.head.sha)).toBe(405);
});

it('P17 a job of the change\'s own workflow posts `assay` under the name of Actions: protection and the App read only the App\'s own', async () => {
  world = await openWorld({ otherApps: [{ slug: 'github-actions', appId: 15_368 }] });
  const sha = await world.grace.pushes({ branch: 'spoof', files: { 'README.md': '# Spoof\n', '.github/workflows/own.yml': 'on: pull_request\n' } });
  const job = await world.rogue();
  await job.post('/repos/ada/shop/check-runs', { name: 'assay', head_sha: sha, status: 'completed', conclusion: 'success', external_id: `change:${world.repositoryId}#1|forged` });
  const pull = await world.grace.opensPull({ head: 'spoof' });
  await world.settled();
  expect(await world.founder.merges(pull.number, pull.head.sha)).toBe(405);
  const own = (await world.checks(pull.head.sha)).filter(({ app, name }) => app.id === world.github.appId && name === 'assay');
  expect(own).toMatchObject([{ conclusion: 'action_required' }]);
  const notes = await world.assay.store.notes(`change:${world.repositoryId}#${pull.number}`);
  expect(Object.keys(notes).some((name) => name.startsWith('approval '))).toBe(false);
});

it.each([
  ['a tag that makes an object', 'version: 1\npack: !!js/function "function () { return 1 }"\n'],
  ['an alias that grows', `version: 1\nfixtures: &a ["x"]\npaths: { protected: *a }\n`],
  ['a merge key', 'version: 1\n<<: { merge: auto }\n'],
])('P28 configuration is data: %s blocks with CONFIG_INVALID', async (_what, config) => {
  world = await openWorld({ config, protect: false });
  const pull = await world.grace.proposes({ branch: 'code', files: { 'README.md': '# Code\n' } });
  await world.settled();
  const policy = (await world.checks(pull.head.sha)).find(({ name }) => name === 'assay/policy')!;
  expect(policy).toMatchObject({ conclusion: 'failure', output: { title: 'CONFIG_INVALID' } });
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ assay: 'failure' });
});

it('P30 a waiver whose day is over, of another guardrail or of another finding covers nothing', async () => {
  world = await openWorld({ protect: false, script: { guard: (input) => runGuardrails({ ...input, only: ['G01'] }, fixtureTools({ clock: world.clock })) } });
  const pull = await world.grace.proposes({ branch: 'stub', files: { 'src/later.py': 'def total(items):\n    pass\n' } });
  await world.settled();
  const [job] = await world.assay.store.jobsOf(`change:${world.repositoryId}#${pull.number}`);
  const fingerprint = job?.answer?.ok && 'guardrails' in job.answer.output ? job.answer.output.guardrails[0]!.findings[0]!.fingerprint : '';
  const day = (from: number): string => new Date(world.clock.now() + from * 86_400_000).toISOString().slice(0, 10);
  const waives = async (waiver: { guardrail?: string; until: string; fingerprint?: string }): Promise<string | undefined> => {
    const text = waiverText({ guardrail: 'G01', about: 'EMPTY_BODY', reason: 'later', ticket: 'T-1', owner: 'ada', ...waiver, fingerprints: [waiver.fingerprint ?? fingerprint] });
    await world.founder.pushes({ branch: 'main', files: { '.github/assay/waivers/one.yml': text } });
    await world.settled();
    return (await world.conclusions(pull.head.sha))['assay/guardrails'];
  };
  expect(await waives({ until: day(-2) })).toBe('failure');
  expect(await world.standing(pull.number)).toContain('**ran out**');
  expect(await waives({ until: day(3), guardrail: 'G02' })).toBe('failure');
  expect(await waives({ until: day(3), fingerprint: 'a'.repeat(40) })).toBe('failure');
  expect(await waives({ until: day(3) })).toBe('success');
});

it.each([['deleted', 'INSTALLATION_DELETED'], ['suspend', 'INSTALLATION_SUSPENDED']])('P37 after an installation is %s nothing of it is read or written, whatever arrives: %s', async (action, code) => {
  world = await openWorld();
  const pull: Pull = await world.grace.proposes({ branch: 'gone', files: { 'README.md': '# Gone\n' } });
  await world.settled();
  const line = await world.approveLine(pull.number);
  expect(await delivers(world, 'installation', { action, repository: undefined, installation: { id: world.github.installationIds[0] } })).toBe(202);
  const since = world.github.requests.length;
  await world.founder.comments(pull.number, line);
  const key = `change:${world.repositoryId}#${pull.number}` as const;
  await world.assay.store.mark(key);
  await expect.poll(async () => (await world.assay.store.subject(key))?.parked?.code).toBe(code);
  await world.github.idle();
  world.clock.advance(60_000);
  const asked = world.github.requests.slice(since).filter(({ caller, path }) => !caller.startsWith('ghp_') && path.includes('/ada/shop'));
  expect(asked).toEqual([]);
  expect(await world.pull(pull.number)).toMatchObject({ merged: false });
});
