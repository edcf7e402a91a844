/** The ten business rules as people meet them: each is seen to hold and to stop a change in the check `assay/policy` of the running App. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardrailResult } from '../../app/core/finding.ts';
import type { JobRow } from '../../app/core/ports/store.ts';
import { changeKey } from '../../app/core/subject.ts';
import type { Pull } from '../world/people.ts';
import { never, passingReport, problem } from '../world/script.ts';
import { openWorld, type World } from '../world/world.ts';

const dollars = 1_000_000;
let world: World;
let branches = 0;
/** What the guardrails say of the next change; null: they break down. */
let says: Partial<GuardrailResult>[] | null = [];

const ruled = ({ id = 'G01', outcome = 'pass', ...more }: Partial<GuardrailResult>): GuardrailResult => ({ id, slug: 'x', outcome, mode: 'enforce', ms: 1, tool: { name: 'own', version: '1' }, engines: [], inFixtures: 0, findings: [], ...more });

beforeAll(async () => {
  world = await openWorld({ config: 'version: 1\nmerge: human\n', protect: false, script: {
    guard: (input) => {
      if (says === null) return problem('TOOL_MISSING');
      const outcome = says.some((one) => one.outcome === 'fail') ? 'fail' : 'pass';
      return { ...passingReport(input), outcome, guardrails: says.map(ruled) };
    },
  } });
});
afterAll(() => world.close());

async function proposal(guardrails: typeof says, more: { files?: Record<string, string>; body?: string } = {}): Promise<Pull> {
  says = guardrails;
  const pull = await world.grace.proposes({ branch: `rules-${branches += 1}`, files: { 'README.md': `# Shop ${branches}\n` }, ...more });
  await world.settled();
  return pull;
}

async function policyOf({ head }: Pull): Promise<{ conclusion: string | null; rules: Record<string, string> }> {
  const check = (await world.checks(head.sha)).find(({ name }) => name === 'assay/policy')!;
  return { conclusion: check.conclusion, rules: rulesIn(check.output.text ?? '') };
}

function rulesIn(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^\| (\d+) \| [^|]+ \| (\w+) \|/gm)].map(([, number, outcome]) => [number, outcome]));
}

const looks = async (pull: Pull) => {
  await world.bob.comments(pull.number, '/status');
  await world.settled();
};

it.each<[string, string, Partial<GuardrailResult>]>([
  ['1', 'no deception', { id: 'G01' }], ['7', 'data safety', { id: 'G02' }], ['8', 'consistent environments', { id: 'G19' }],
])('rule %s, %s: what guards it speaks for it', async (rule, _name, guardrail) => {
  expect((await policyOf(await proposal([guardrail]))).rules[rule]).toBe('pass');
  expect((await policyOf(await proposal([{ ...guardrail, outcome: 'fail' }]))).rules[rule]).toBe('fail');
});

it('rule 2, gates: a gate that objects breaks it, all of them with an approval keep it', async () => {
  expect((await policyOf(await proposal([{ outcome: 'fail' }]))).rules['2']).toBe('fail');
  const pull = await proposal([{}]);
  expect((await policyOf(pull)).rules['2']).toBe('neutral');
  await world.bob.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  expect((await policyOf(pull)).rules['2']).toBe('pass');
});

it('rule 3, autonomy: work that breaks down waits for a hand outside of the gates, until somebody lends one', async () => {
  const pull = await proposal(null);
  expect((await policyOf(pull)).rules['3']).toBe('fail');
  says = [{}];
  await world.grace.comments(pull.number, '/retry');
  await world.settled();
  expect((await policyOf(pull)).rules['3']).toBe('pass');
});

it('rule 6, quality: mutants that no test noticed and properties that do not hold count, part by part', async () => {
  const mutants = (reached: number) => [{}, { id: 'G04', share: { reached, of: 20 } }];
  expect(await policyOf(await proposal(mutants(15)))).toMatchObject({ conclusion: 'success', rules: { 6: 'pass' } });
  expect(await policyOf(await proposal(mutants(13)))).toMatchObject({ conclusion: 'failure', rules: { 6: 'fail' } });
  expect((await policyOf(await proposal([{ id: 'G05', share: { reached: 1, of: 2 } }]))).rules['6']).toBe('fail');
});

describe('the ledger', () => {
  const call = (job: string, role: string, pull: Pull, amount: number) => world.assay.store.reserve({ id: `${job}-${role}`, project: changeKey(world.repositoryId, pull.number), job, role, family: 'openai', model: 'some-model', reserved: amount, priceVersion: '1' }, 10_000 * dollars);
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const guardJob = async (pull: Pull): Promise<JobRow> => (await world.assay.store.jobsOf(changeKey(world.repositoryId, pull.number)))[0]!;

  it('rule 9, shut-off: work that still runs when a cap is passed breaks it, and is stopped', async () => {
    const { sabotage } = world.executor.script;
    const { play, begun } = never();
    world.executor.script.sabotage = play;
    says = [{}];
    const pull = await world.grace.proposes({ branch: 'endless', files: { 'src/endless.ts': 'export const endless = 1;\n' } });
    await begun;
    world.executor.script.sabotage = sabotage;
    await call('dear', 'builder', pull, 151 * dollars);
    await looks(pull);
    const shown = world.github.requests.map(({ body }) => JSON.stringify(body ?? '')).filter((body) => body.includes('A cap is passed and work still runs'));
    expect(shown.length).toBeGreaterThan(0);
    await world.passes(5_000);
    expect((await policyOf(pull)).rules['9']).toBe('pass');
    expect((await world.assay.store.jobsOf(changeKey(world.repositoryId, pull.number))).filter(({ state }) => state === 'running')).toEqual([]);
  });

  it('rule 4, cost: what such work has cost before counts before it is begun', async () => {
    const past = await proposal([{}]);
    const held = await world.stranger.forks();
    await world.stranger.pushes({ branch: 'theirs', files: { 'src/theirs.ts': 'export const theirs = 1;\n' }, repository: held, onto: 'main' });
    const pull = await world.stranger.opensPull({ head: 'stranger:theirs' });
    await world.settled();
    expect((await policyOf(pull)).rules['4']).toBe('pass');
    await call('long-ago', 'saboteur', past, 151 * dollars);
    await world.assay.store.settle('long-ago-saboteur', 151 * dollars, usage);
    await looks(pull);
    expect(await policyOf(pull)).toMatchObject({ conclusion: 'failure', rules: { 4: 'fail' } });
  });

  it('rule 10, tracking: a call of ended work that nobody settled is missed, and counted at its worst case after ten minutes', async () => {
    const pull = await proposal([{}]);
    expect((await policyOf(pull)).rules['10']).toBe('pass');
    await call((await guardJob(pull)).id, 'builder', pull, dollars);
    await world.passes(2 * 60_000);
    await looks(pull);
    expect(await policyOf(pull)).toMatchObject({ conclusion: 'failure', rules: { 10: 'fail' } });
    await world.passes(10 * 60_000);
    await looks(pull);
    expect((await policyOf(pull)).rules['10']).toBe('pass');
    expect(await world.assay.store.spent(changeKey(world.repositoryId, pull.number))).toMatchObject({ settled: dollars, committed: dollars });
    await looks(pull);
    expect(await world.assay.store.spent(changeKey(world.repositoryId, pull.number))).toMatchObject({ settled: dollars, calls: 1 });
  });
});

it('rule 5, hours: an intent that took longer than it may holds its change', async () => {
  const issue = await world.founder.opensIntent();
  says = [{}];
  await world.settled();
  await world.founder.comments(issue, await world.approveLine(issue));
  await world.settled();
  const pull = (await world.pulls()).find(({ body }) => (body ?? '').includes(`#${issue}`))!;
  expect((await policyOf(pull)).rules['5']).toBe('pass');
  await world.founder.pushes({ branch: 'main', files: { '.github/assay.yml': 'version: 1\nmerge: human\nhours: 0.0000001\n' } });
  await looks(pull);
  expect(await policyOf(pull)).toMatchObject({ conclusion: 'failure', rules: { 5: 'fail' } });
});
