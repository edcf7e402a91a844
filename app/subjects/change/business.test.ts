/** The ten business rules as a change meets them: from its facts through the real policy to the check and to the merge. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../core/ports/policy.ts';
import { openPolicy } from '../../edges/policy.ts';
import { decide } from './decide.ts';
import type { ChangeFacts } from './facts.ts';
import { changeFacts, guarded, job, now, published, said, sha } from './facts.fixture.ts';
import { rule } from './rule.ts';
import { approveLine } from './approval-words.ts';

let policy: Policy;
beforeAll(async () => { policy = await openPolicy(); });

const hour = 3_600_000;

function approved(more: Partial<ChangeFacts> = {}): ChangeFacts {
  const ready = published(changeFacts({ jobs: [guarded()], ...more }));
  const commands = said(approveLine(ready)!);
  return { ...ready, commands, effects: changeFacts({ commands }).effects };
}

async function judged(facts: ChangeFacts) {
  const ruling = await rule(facts, policy);
  const { steps } = decide(facts, ruling);
  const check = steps.flatMap((step) => (step.step === 'set-check' && step.run.name === 'assay/policy' ? [step.run] : []))[0]!;
  return { ruling, check, rules: ruling.business.rules, merges: steps.some(({ step }) => step === 'merge') };
}

const served = (workMs: number) => ({ intent: { key: 'intent:1#3' as const, number: 3, approved: null, authorId: 1, workMs } });

describe('an approved change', () => {
  it('is merged where all rules hold, each with a row of the check', async () => {
    const { rules, check, merges } = await judged(approved());
    expect(Object.values(rules).every(({ outcome }) => outcome === 'pass' || outcome === 'not_applicable')).toBe(true);
    expect(check.conclusion).toBe('success');
    expect(check.text?.split('\n').filter((line) => /^\| \d+ \|/.test(line))).toHaveLength(10);
    expect(merges).toBe(true);
  });

  it('is held where its intent took more than its eight hours (rule 5)', async () => {
    expect((await judged(approved(served(8 * hour)))).merges).toBe(true);
    const { ruling, check, merges } = await judged(approved(served(8 * hour + 1)));
    expect(ruling.assay).toEqual({ outcome: 'fail', codes: ['RULE_TIME_CAP'] });
    expect([check.conclusion, merges]).toEqual(['failure', false]);
    expect(check.text).toContain('longer than `hours`');
  });

  it('is held where work goes on after a cap was passed (rule 9)', async () => {
    const running = { ...job('sabotage', {}, 'other'), state: 'running' as const, answer: null, finishedAt: null };
    const facts = approved({ ...served(9 * hour), jobs: [guarded(), running] });
    const { ruling } = await judged(facts);
    expect(ruling.business.codes).toEqual(['RULE_SHUTOFF', 'RULE_TIME_CAP']);
    expect(decide(facts, ruling).steps).toContainEqual({ step: 'cancel-jobs' });
    expect(decide({ ...facts, jobs: [guarded()] }, ruling).steps).not.toContainEqual({ step: 'cancel-jobs' });
  });

  it('is held where the project costs more than its cap (rule 4)', async () => {
    const { ruling, check, merges } = await judged(approved({ budget: { ...changeFacts().budget, settled: 150_000_001, committed: 150_000_001 } }));
    expect(ruling.business.rules['4']).toEqual({ outcome: 'fail', code: 'RULE_COST_CAP' });
    expect([check.conclusion, merges]).toEqual(['failure', false]);
  });
});

describe('what the guardrails say', () => {
  const reported = (id: string, outcome: 'pass' | 'fail' | 'error', mode: 'warn' | 'enforce' = 'enforce') => ({
    id, slug: 'x', outcome, mode, ms: 1, tool: { name: 'own', version: '1' }, engines: [], inFixtures: 0, findings: [],
  });
  const guardedBy = (...guardrails: ReturnType<typeof reported>[]) => job('guard', { ok: true, output: { version: 1, outcome: 'fail', base: null, head: sha, guardrails, durationMs: 1 } });
  const rulesOf = async (...guardrails: ReturnType<typeof reported>[]) => (await judged(changeFacts({ jobs: [guardedBy(...guardrails)] }))).rules;

  it('speaks to the rule that it serves', async () => {
    const rules = await rulesOf(reported('G01', 'fail'), reported('G02', 'error'), reported('G19', 'pass'));
    expect([rules['1'], rules['7'], rules['8']]).toEqual([
      { outcome: 'fail', code: 'RULE_DECEPTION' }, { outcome: 'error', code: 'RULE_DATA_SAFETY' }, { outcome: 'pass', code: 'RULE_HOLDS' },
    ]);
    expect(rules['6']).toMatchObject({ outcome: 'fail', code: 'RULE_QUALITY' });
  });

  it('is no rule where it may only warn', async () => {
    expect((await rulesOf(reported('G01', 'fail', 'warn')))['1']).toEqual({ outcome: 'not_applicable', code: 'RULE_NOT_JUDGED' });
  });

  it('is not known while they are at work, and a break-down is a hand outside the gates (rule 3)', async () => {
    const running = { ...guarded(), state: 'running' as const, answer: null, finishedAt: null };
    expect((await judged(changeFacts({ jobs: [running] }))).rules['6']).toEqual({ outcome: 'neutral', code: 'RULE_PENDING' });
    const broken = job('guard', { ok: false, problem: { code: 'TOOL_MISSING', message: 'gone', remedy: 'Install it.' } });
    expect((await judged(changeFacts({ jobs: [broken], now }))).rules['3']).toEqual({ outcome: 'fail', code: 'RULE_AUTONOMY' });
  });
});
