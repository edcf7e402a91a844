/** What stops an intent by itself: too much time, or a week that costs too much. Each goes red when its control is made permissive. */
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../core/config.ts';
import { usd } from '../../core/money.ts';
import type { Policy } from '../../core/ports/policy.ts';
import type { JobRow } from '../../core/ports/store.ts';
import { openPolicy } from '../../edges/policy.ts';
import { spendingStops, weekOf } from '../finops.ts';
import { executionMs, isOverTime } from './time.ts';

let policy: Policy;
beforeAll(async () => { policy = await openPolicy(); });

const hour = 3_600_000;
const now = 100 * hour;
const config = defaultConfig();

function job(startedAt: number | null, finishedAt: number | null): JobRow {
  return { id: 'j', subject: 'intent:1#5', kind: 'build', input: {} as JobRow['input'], state: 'running', ticket: null, attempts: 1, createdAt: 0, startedAt, finishedAt, answer: null };
}

describe('the time cap', () => {
  it('counts work that runs or ran, side by side too, and no waiting', () => {
    expect(executionMs([job(now - hour, null), job(now - 5 * hour, now - 3 * hour), job(null, null)], now)).toBe(3 * hour);
  });

  it('stops over the configured hours, not at them, and not once there is a pull request', () => {
    const over = [job(now - 5 * hour, null), job(now - 4 * hour, null)];
    expect(isOverTime({ jobs: over, now, config, pullRequest: null })).toBe(true);
    expect(isOverTime({ jobs: [job(now - 8 * hour, null)], now, config, pullRequest: null })).toBe(false);
    expect(isOverTime({ jobs: over, now, config, pullRequest: { number: 1, headSha: 'a', state: 'open', mergeSha: null } })).toBe(false);
  });
});

describe('the week', () => {
  const budget = { committed: 0, settled: 0, calls: 0, tokens: 0, grant: usd(10), cap: usd(150), project: 'intent:1#5' as const, asked: null };
  const stops = (spent: number, plan: string | null = null) => spendingStops({ now, week: { spent: usd(spent), committed: 0 }, forecast: 0, budget, config: { ...config, budget: { ...config.budget, optimisationPlan: plan } } }, policy);

  it.each([[345, true, []], [346, false, ['FINOPS_PLAN_REQUIRED', 'FINOPS_WEEK_WARN']], [501, false, ['FINOPS_PLAN_REQUIRED', 'FINOPS_WEEK_STOP', 'FINOPS_WEEK_WARN']]])('of $%i: allowed %s', async (spent, allow, codes) => {
    expect(await stops(spent)).toEqual({ allow, codes });
  });

  it('goes on over its target with a plan, and over its ceiling with none', async () => {
    expect((await stops(400, 'cheaper models for small tasks')).allow).toBe(true);
    expect((await stops(501, 'cheaper models for small tasks')).allow).toBe(false);
  });

  it('counts seven days, and a reservation in full', () => {
    const entry = (createdAt: number, settled: number | null) => ({ id: 'e', project: 'intent:1#5' as const, job: 'j', role: 'builder', family: 'openai', model: 'm', reserved: 9, settled, usage: null, priceVersion: 'p', createdAt, settledAt: null });
    expect(weekOf([entry(now - 1, 4), entry(now - 1, null), entry(now - 8 * 24 * hour, 1000)], now)).toEqual({ spent: 4, committed: 9 });
  });
});
