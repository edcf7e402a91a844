/** What an intent comes to, from its facts through the real policy, over its stages: the same facts give the same steps, and a sentence says where it stands. */
import { beforeAll, describe, expect, it } from 'vitest';
import { effectsOf } from '../../core/command-effects.ts';
import { defaultConfig } from '../../core/config.ts';
import { jobId } from '../../core/job-id.ts';
import type { JobAnswer, JobKind } from '../../core/job.ts';
import type { Policy } from '../../core/ports/policy.ts';
import type { JobRow } from '../../core/ports/store.ts';
import { specDigest, type Spec } from '../../core/spec.ts';
import { openPolicy } from '../../edges/policy.ts';
import { said } from '../change/facts.fixture.ts';
import { decide } from './decide.ts';
import type { IntentFacts } from './facts.ts';
import { progressOf } from './progress.ts';
import { rule } from './rule.ts';
import { headline } from './words.ts';

let policy: Policy;
beforeAll(async () => { policy = await openPolicy(); });

const now = 1_000_000_000;
const key = 'intent:1#5';
const base = 'b'.repeat(40);
const ada = { id: 1, login: 'ada', type: 'User' } as const;
const spec: Spec = { version: 1, id: 's', title: 'Double', language: 'typescript', surface: { kind: 'function', module: 'a.ts', export: 'double' }, criteria: [{ id: 'AC1', text: 'twice', tests: [{ args: [1], expect: 2 }] }] };
const digest = specDigest(spec);

function facts(more: Partial<IntentFacts> = {}): IntentFacts {
  const repository = { id: 1, owner: 'ada', name: 'shop', private: false, archived: false, defaultBranch: 'main', defaultSha: base, config: null, waivers: [] };
  return {
    key, now, authorPermission: 'admin', labellerPermission: 'admin', textDigest: 't', config: defaultConfig(), configProblem: null, lastGood: null, commands: [], effects: effectsOf(more.commands ?? []),
    issue: { repository, number: 5, nodeId: 'n', title: 'Double', body: '', lastEditedAt: null, state: 'open', author: ada, labels: ['intent'], labelledBy: ada, comments: [] },
    jobs: [], plan: null, published: null, approved: null, budget: { committed: 0, settled: 0, calls: 0, tokens: 0, grant: 10_000_000, cap: 150_000_000, project: key, asked: null }, week: { spent: 0, committed: 0 }, forecast: null,
    pullRequest: null, presences: [], families: ['anthropic', 'openai', 'google'], statusUrl: 'https://assay.test/intents/1/5', ...more,
  };
}

function job(kind: JobKind, about: string, answer: Partial<JobAnswer>): JobRow {
  return { id: jobId(key, kind, about), subject: key, kind, input: {} as JobRow['input'], state: 'done', ticket: null, attempts: 1, createdAt: now - 9, startedAt: now - 8, finishedAt: now - 7, answer: { kind, sandbox: 'none', ms: 1, ...answer } as JobAnswer };
}

const problem = { code: 'MODEL_UNAVAILABLE', message: 'no answer', remedy: 'Wait.' };
const planned = (): Partial<IntentFacts> => ({
  plan: { textDigest: 't', baseSha: base }, published: { digest, at: now - 5_000 },
  jobs: [job('plan', `t ${base}`, { ok: true, output: { outcome: 'pass', reason: '', spec, riskTier: 'low', assumptions: [], question: null } })],
});
const approved = (): Partial<IntentFacts> => ({ ...planned(), commands: said(`/approve ${digest.slice(0, 12)}`) });
const build = (family: string, ok: boolean): JobRow => job('build', `${digest} ${family}`, ok
  ? { ok, output: { outcome: 'pass', reason: '', candidate: { id: `${family}-1`, family, model: 'm', patch: {}, tests: [] }, turns: 1, testRuns: [] } } : { ok, problem });
const built = (...oks: boolean[]): Partial<IntentFacts> => ({ ...approved(), jobs: [...approved().jobs!, ...['anthropic', 'openai', 'google'].map((family, index) => build(family, oks[index]!))] });

const stages: Record<string, () => IntentFacts> = {
  'new': () => facts(),
  'labelled by a triager': () => facts({ labellerPermission: 'triage' }),
  'labelled by nobody knows whom': () => facts({ issue: { ...facts().issue, labelledBy: null } }),
  'planning': () => facts({ plan: { textDigest: 't', baseSha: base } }),
  'planning failed': () => facts({ plan: { textDigest: 't', baseSha: base }, jobs: [job('plan', `t ${base}`, { ok: false, problem })] }),
  'edited since': () => facts({ ...planned(), textDigest: 'u' }),
  'waiting for approval': () => facts(planned()),
  'approved by a reader': () => facts({ ...planned(), commands: said(`/approve ${digest}`, { permission: 'read' }) }),
  'approved': () => facts(approved()),
  'one family has a key': () => facts({ ...approved(), families: ['openai'], jobs: [...approved().jobs!, build('openai', true)] }),
  'two builders failed': () => facts(built(true, false, false)),
  'two builders did': () => facts(built(true, true, false)),
  'rejected': () => facts({ ...approved(), commands: said('/reject no') }),
  'stopped': () => facts({ ...approved(), commands: said('/stop') }),
  'broken configuration': () => facts({ configProblem: { code: 'CONFIG_INVALID', message: 'line 1: no.', remedy: 'Mend it.' } }),
  'closed unseen': () => facts({ issue: { ...facts().issue, state: 'closed' } }),
  'change is open': () => facts({ ...built(true, true, true), pullRequest: { number: 6, headSha: 'c'.repeat(40), state: 'open', mergeSha: null } }),
  'change is merged': () => facts({ ...built(true, true, true), pullRequest: { number: 6, headSha: 'c'.repeat(40), state: 'merged', mergeSha: 'd'.repeat(40) } }),
};

it.each(Object.entries(stages))('the same facts give the same steps: %s', async (_name, make) => {
  const ruling = await rule(make(), policy);
  expect(decide(structuredClone(make()), structuredClone(ruling))).toEqual(decide(make(), ruling));
});

it('says in one sentence where it stands, and starts only the work that is next', async () => {
  const told: Record<string, string> = {};
  for (const [name, make] of Object.entries(stages)) {
    const ruling = await rule(make(), policy);
    const started = decide(make(), ruling).steps.flatMap((step) => (step.step === 'start-job' ? [step.job.kind] : []));
    told[name] = `${headline(make(), ruling, progressOf(make()))} → ${started.join(', ') || 'nothing'}`;
  }
  expect(told).toMatchInlineSnapshot(`
    {
      "approved": "**Building.** 0 of 3 builders have finished; they work apart and never see each other. → build, build, build",
      "approved by a reader": "**Waiting for approval** of spec \`082a8eecb64b\` by somebody with write permission. → nothing",
      "broken configuration": "**Configuration.** line 1: no. Mend it. → nothing",
      "change is merged": "**Done.** #6 was approved by a human and merged. → nothing",
      "change is open": "**A change is ready for review:** #6 carries the evidence and the line that approves it. → nothing",
      "closed unseen": "**Held.** Policy refuses it with \`INTENT_NOT_OPEN\`. Policy refuses it with \`INTENT_SPEC_PENDING\`. → nothing",
      "edited since": "**Planning.** The Planner reads the issue and the code and writes a spec. → plan",
      "labelled by a triager": "**Not started.** ada put the \`intent\` label on and has no write permission here. Somebody who has takes it off and puts it on again. → nothing",
      "labelled by nobody knows whom": "**Not started.** Assay cannot tell who put the \`intent\` label on. Somebody with write permission takes it off and puts it on again. → nothing",
      "new": "**Planning.** The Planner reads the issue and the code and writes a spec. → plan",
      "one family has a key": "**Cannot go on.** Consensus needs at least two model families with a key. Add one and comment \`/retry\`. → nothing",
      "planning": "**Planning.** The Planner reads the issue and the code and writes a spec. → plan",
      "planning failed": "**Planning failed** (\`MODEL_UNAVAILABLE\`): no answer Wait. Then comment \`/retry\`. → nothing",
      "rejected": "**Rejected** by ada: no. \`/revoke\` takes it back. → nothing",
      "stopped": "**Stopped.** Finished work is kept; \`/retry\` goes on. → nothing",
      "two builders did": "**Comparing.** The candidates run on the same inputs; only behaviour counts. → consensus",
      "two builders failed": "**Too few candidates.** Fewer than two builders came to an end that passes its own tests. Comment \`/retry\` for another round. → nothing",
      "waiting for approval": "**Waiting for approval** of spec \`082a8eecb64b\` by somebody with write permission. → nothing",
    }
  `);
});

it('stops work that has run longer than the configuration allows, and plans nothing in a week over its ceiling', async () => {
  const steps = async (given: IntentFacts) => decide(given, await rule(given, policy)).steps.map((step) => step.step);
  const running = facts({ ...approved(), jobs: [...approved().jobs!, { ...build('openai', true), state: 'running', answer: null, startedAt: now - 9 * 3_600_000, finishedAt: null }] });
  expect(await steps(running)).toContain('cancel-jobs');
  expect(await steps(running)).not.toContain('start-job');
  expect(await steps({ ...running, config: { ...running.config, maxMs: 10 * 3_600_000 } })).toContain('start-job');
  expect(await steps(facts())).toContain('start-job');
  expect(await steps(facts({ week: { spent: 501_000_000, committed: 0 } }))).not.toContain('start-job');
});

it('counts what building will cost against the week before it starts, and not twice once it has', async () => {
  const week = { spent: 490_000_000, committed: 0 };
  const plan = { config: { ...defaultConfig(), budget: { ...defaultConfig().budget, optimisationPlan: 'cheaper models for small tasks' } } };
  const forecast = { expected: 20_000_000, minutes: 5 };
  expect((await rule(facts({ ...approved(), ...plan, week }), policy)).build).toBe(true);
  const held = await rule(facts({ ...approved(), ...plan, week, forecast }), policy);
  expect([held.build, held.codes.includes('FINOPS_WEEK_STOP')]).toEqual([false, true]);
  expect((await rule(facts({ ...built(true, true, true), ...plan, week, forecast }), policy)).build).toBe(true);
});

describe('an agent that builds', () => {
  const risky = (tier: 'low' | 'high', difficulty: 'easy' | 'hard') => {
    const given = { ...spec, difficulty };
    const of = specDigest(given);
    const plan = job('plan', `t ${base}`, { ok: true, output: { outcome: 'pass', reason: '', spec: given, riskTier: tier, assumptions: [], question: null } });
    return (ago: number, more: Partial<IntentFacts> = {}) => facts({ ...planned(), now: now + ago, published: { digest: of, at: now - 5_000 }, jobs: [plan], commands: said(`/approve ${of.slice(0, 12)}`), ...more });
  };

  it('AGENT_APPROVAL: begins what is hard or of high risk within an hour of the approval, and what is neither at any time', async () => {
    for (const [tier, difficulty] of [['high', 'easy'], ['low', 'hard']] as const) {
      const given = risky(tier, difficulty);
      expect((await rule(given(60_000), policy)).build).toBe(true);
      const late = await rule(given(2 * 3_600_000), policy);
      expect([late.build, late.codes.includes('AGENT_APPROVAL')]).toEqual([false, true]);
      expect(headline(given(2 * 3_600_000), late, progressOf(given(2 * 3_600_000)))).toContain('Approve it again');
    }
    expect((await rule(risky('low', 'easy')(2 * 3_600_000), policy)).build).toBe(true);
  });

  it('AGENT_APPROVAL: what was begun in time is brought to its end', async () => {
    const started = facts({ ...built(true, true, true), now: now + 2 * 3_600_000 });
    const risk = { ...started, jobs: started.jobs.map((one) => (one.kind === 'plan' && one.answer?.ok ? { ...one, answer: { ...one.answer, output: { ...one.answer.output, riskTier: 'high' } } as JobAnswer } : one)) };
    expect((await rule(risk, policy)).build).toBe(true);
  });

  it('AGENT_CAPABILITY: cannot, where no model may read the repository, and a person reads why', async () => {
    const none = facts({ ...approved(), families: [] });
    const ruling = await rule(none, policy);
    expect([ruling.plan, ruling.build, ruling.codes.includes('AGENT_CAPABILITY')]).toEqual([false, false, true]);
    expect(headline(none, ruling, progressOf(none))).toContain('No model may read this repository');
    expect((await rule(facts(approved()), policy)).build).toBe(true);
  });
});
