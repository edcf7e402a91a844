/** Intents that do not go well: the wrong people, vendors that fail, money that runs out, candidates that differ. Each ends where a person can see what to do. */
import { afterEach, expect, it } from 'vitest';
import type { Family } from '../../app/core/family.ts';
import { candidateOf, consensusOf, never, problem, spec, type Script } from '../world/script.ts';
import { openWorld, type World, type WorldOptions } from '../world/world.ts';

let world: World;
afterEach(() => world.close());

async function tell(options: WorldOptions = {}): Promise<number> {
  world = await openWorld(options);
  const issue = await world.founder.opensIntent();
  await world.settled();
  return issue;
}

async function approved(options: WorldOptions = {}): Promise<number> {
  const issue = await tell(options);
  await world.founder.comments(issue, await world.approveLine(issue));
  await world.settled();
  return issue;
}

function builds(fails: Partial<Record<Family, string>>): Script['build'] {
  return (input) => {
    const code = fails[input.family];
    if (code) return problem(code);
    return { outcome: 'pass', reason: 'its tests pass', candidate: candidateOf(input), turns: 2, testRuns: [] };
  };
}

const ran = (kind: string): number => world.executor.ran.filter((job) => job.kind === kind).length;

it('P33 T07 a label by somebody who may only triage plans nothing, and says who can', async () => {
  world = await openWorld();
  const issue = await world.tom.opensIntent();
  await world.settled();
  expect(world.executor.ran).toEqual([]);
  expect(await world.standing(issue)).toMatch(/\*\*Not started\.\*\* tom put the `intent` label on and has no write permission/);
  await world.founder.answer('DELETE', `/repos/ada/shop/issues/${issue}/labels/intent`);
  await world.founder.post(`/repos/ada/shop/issues/${issue}/labels`, { labels: ['intent'] });
  await world.settled();
  expect(await world.standing(issue)).toContain('Waiting for approval');
});

it('P33 a stranger whose label GitHub drops has opened an ordinary issue', async () => {
  world = await openWorld();
  const issue = await world.stranger.opensIntent();
  await world.settled();
  expect(await world.comments(issue)).toEqual([]);
});

it('an approval of a spec by a reader builds nothing', async () => {
  const issue = await tell();
  await world.rita.comments(issue, await world.approveLine(issue));
  await world.settled();
  expect(ran('build')).toBe(0);
});

it('T06 an issue that was edited after its plan is planned anew, and the old approval does not count', async () => {
  const issue = await tell({ script: { plan: ({ intent }) => ({ outcome: 'pass', reason: 'clear', spec: { ...spec, text: intent.body }, riskTier: 'low', assumptions: [], question: null }) } });
  const line = await world.approveLine(issue);
  await world.founder.patch(`/repos/ada/shop/issues/${issue}`, { body: 'Something else entirely.' });
  await world.settled();
  expect(await world.approveLine(issue)).not.toBe(line);
  const comment = await world.founder.comments(issue, line);
  await world.settled();
  expect(await world.replies(issue, comment)).toEqual([expect.stringContaining('names another state')]);
  expect(ran('build')).toBe(0);
});

it('a planner with a question asks it once and waits for the answer', async () => {
  const issue = await tell({ script: { plan: ({ intent }) => (intent.body.includes('rounded up')
    ? { outcome: 'pass', reason: 'clear', spec, riskTier: 'low', assumptions: [], question: null }
    : { outcome: 'spec_gap', reason: 'rounding is open', spec: null, riskTier: 'low', assumptions: [], question: 'How is it rounded?' }) } });
  expect(await world.standing(issue)).toContain('How is it rounded?');
  await world.founder.patch(`/repos/ada/shop/issues/${issue}`, { body: 'It is rounded up.' });
  await world.settled();
  expect(await world.standing(issue)).toContain('Waiting for approval');
});

it('a plan that failed says why, and /retry plans again', async () => {
  const issue = await tell({ script: { plan: (_input, { time }) => (time === 1 ? problem('MODEL_ANSWER_INVALID') : { outcome: 'pass', reason: 'clear', spec, riskTier: 'low', assumptions: [], question: null }) } });
  expect(await world.standing(issue)).toContain('**Planning failed** (`MODEL_ANSWER_INVALID`)');
  await world.founder.comments(issue, '/retry');
  await world.settled();
  expect(await world.standing(issue)).toContain('Waiting for approval');
});

it('is read only by models that stand where its code belongs', async () => {
  await approved({ config: 'version: 1\nresidency: {home: eu}\n', modelRegions: { openai: 'eu-west-1', google: 'eu', anthropic: 'us' } });
  expect(world.executor.ran.flatMap((job) => (job.kind === 'build' ? [job.input.family] : [])).sort()).toEqual(['google', 'openai']);
});

it('is read only by those where a change is attacked, too', async () => {
  world = await openWorld({ config: 'version: 1\nresidency: {home: eu}\n', modelRegions: { openai: 'eu-west-1', anthropic: 'us' } });
  await world.grace.proposes({ branch: 'code', files: { 'src/a.ts': 'export const a = 1;\n' } });
  await world.settled();
  expect(world.executor.ran.flatMap((job) => (job.kind === 'sabotage' ? [job.input.family] : []))).toEqual(['openai']);
});

it('T20 one vendor is out: two families are still a quorum', async () => {
  const issue = await approved({ script: { build: builds({ google: 'MODEL_UNAVAILABLE' }) } });
  expect(await world.standing(issue)).toContain('A change is ready for review');
  expect(await world.standing(issue)).toContain('`MODEL_UNAVAILABLE`');
});

it('T20 two vendors are out: nothing ships, and /retry makes another round when they are back', async () => {
  const issue = await approved({ script: { build: builds({ google: 'MODEL_UNAVAILABLE', openai: 'MODEL_UNAVAILABLE' }) } });
  expect(await world.standing(issue)).toContain('**Too few candidates.**');
  expect([ran('consensus'), await world.pulls()]).toEqual([0, []]);
  world.executor.script.build = builds({});
  await world.founder.comments(issue, '/retry');
  await world.settled();
  expect(await world.standing(issue)).toContain('A change is ready for review');
});

it('T16 money that runs out in a build stops that builder and names the code', async () => {
  const issue = await approved({ script: { build: builds({ anthropic: 'BUDGET_EXCEEDED', openai: 'BUDGET_EXCEEDED' }) } });
  expect(await world.standing(issue)).toContain('`BUDGET_EXCEEDED`');
  expect(await world.pulls()).toEqual([]);
  world.executor.script.build = builds({});
  await world.founder.comments(issue, '/budget 20');
  await world.founder.comments(issue, '/retry');
  await world.settled();
  expect(await world.standing(issue)).toContain('A change is ready for review');
});

it('three candidates that all differ get one more round by themselves, then a human is asked', async () => {
  const issue = await approved({ script: { consensus: ({ candidates }) => consensusOf(candidates, ['nobody'], 'neutral') } });
  expect([ran('build'), ran('consensus'), ran('audit')]).toEqual([6, 2, 0]);
  const body = await world.standing(issue);
  expect(body).toContain('**No consensus** (`neutral`)');
  expect(body).toContain('The input that tells them apart');
  world.executor.script.consensus = ({ candidates }) => consensusOf(candidates, ['openai', 'google']);
  await world.founder.comments(issue, '/retry');
  await world.settled();
  expect(await world.standing(issue)).toContain('A change is ready for review');
});

it('an audit that does not reproduce ships nothing', async () => {
  const issue = await approved({ script: { audit: () => ({ outcome: 'not_reproduced', reason: 'other fingerprint', reproduced: false, fingerprints: ['d'.repeat(64)], prose: null }) } });
  expect(await world.standing(issue)).toContain('**Not reproduced:** other fingerprint');
  expect(await world.pulls()).toEqual([]);
});

it('/stop while builders are at work ends them', async () => {
  const hangs = never();
  const issue = await tell({ script: { build: hangs.play } });
  await world.founder.comments(issue, await world.approveLine(issue));
  await hangs.begun;
  await world.founder.comments(issue, '/stop');
  await world.settled();
  expect(await world.standing(issue)).toContain('**Stopped.**');
  expect((await world.assay.store.stats()).jobsRunning).toBe(0);
});

it('an intent that is closed or loses its label ends its work', async () => {
  const hangs = never();
  const issue = await tell({ script: { build: hangs.play } });
  await world.founder.comments(issue, await world.approveLine(issue));
  await hangs.begun;
  await world.founder.patch(`/repos/ada/shop/issues/${issue}`, { state: 'closed' });
  await world.settled();
  expect((await world.assay.store.stats()).jobsRunning).toBe(0);
});

it('W05 a pull request that is seen before Assay has noted that it opened it is its own candidate all the same', async () => {
  let looked = (): Promise<boolean> => Promise.resolve(true);
  const issue = await tell({ storeThrough: (store) => ({ ...store, async putNote(key, name, value) {
    if (name === 'pull request') await expect.poll(looked, { timeout: 10_000 }).toBe(true);
    return store.putNote(key, name, value);
  } }) });
  // Another worker has judged the change by then, on the word of the webhook alone.
  looked = async () => ((await world.assay.store.subject(`change:${world.repositoryId}#${issue + 1}`))?.done ?? 0) > 0;
  await world.founder.comments(issue, await world.approveLine(issue));
  await world.settled();
  expect([ran('accept'), ran('sabotage')]).toEqual([0, 1]);
});
