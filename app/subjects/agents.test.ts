/** An agent that the configuration revokes starts nothing, and a person reads why. */
import { beforeAll, expect, it } from 'vitest';
import { parseConfig } from '../core/config.ts';
import type { Policy } from '../core/ports/policy.ts';
import { openPolicy } from '../edges/policy.ts';
import { refusedAgents } from './agents.ts';
import { decide } from './change/decide.ts';
import { changeFacts, guarded } from './change/facts.fixture.ts';
import { rule } from './change/rule.ts';

let policy: Policy;
beforeAll(async () => { policy = await openPolicy(); });

const all = ['planner', 'builder', 'auditor', 'saboteur'] as const;
const work = { key: 'change:1#7' as const, now: 1, config: parseConfig('version: 1\n'), repositoryId: 1, budget: { committed: 0, cap: 150_000_000, calls: 0, tokens: 0 }, elapsedMs: 0, highRisk: false, approval: null, readers: 3 };
const without = (role: string) => parseConfig(`version: 1\nagents: {revoked: [${role}]}\n`);

it('is refused by name, and only that one', async () => {
  expect(await refusedAgents(all, { ...work, config: without('auditor') }, policy)).toEqual([{ role: 'auditor', reason: 'AGENT_REVOKED' }]);
});

it.each([
  ['AGENT_RATE', { budget: { ...work.budget, calls: work.config.agents.maxCalls } }], ['AGENT_TOKENS', { budget: { ...work.budget, tokens: work.config.agents.maxTokens + 1 } }],
  ['AGENT_COST', { budget: { ...work.budget, committed: work.budget.cap + 1 } }], ['AGENT_RUNTIME', { elapsedMs: work.config.maxMs + 1 }],
] as const)('%s: nobody works beyond it', async (reason, over) => {
  expect(await refusedAgents(all, { ...work, ...over }, policy)).toEqual(all.map((role) => ({ role, reason })));
  expect(await refusedAgents(all, work, policy)).toEqual([]);
});

it('builds what is hard only where a human whose approval counts approved it; the others judge it anyway', async () => {
  expect(await refusedAgents(all, { ...work, highRisk: true }, policy)).toEqual([{ role: 'builder', reason: 'AGENT_APPROVAL' }]);
  expect(await refusedAgents(all, { ...work, highRisk: true, approval: { actorId: 7, at: 1 } }, policy)).toEqual([]);
  expect(await refusedAgents(all, { ...work, now: 3_600_002, highRisk: true, approval: { actorId: 7, at: 1 } }, policy)).toEqual([{ role: 'builder', reason: 'AGENT_APPROVAL' }]);
});

it('is held by its calls in a change, and a person reads why', async () => {
  const facts = changeFacts({ jobs: [guarded()], config: parseConfig('version: 1\nagents: {maxCalls: 3}\n'), budget: { ...changeFacts().budget, calls: 3 } }, 'code');
  const { steps } = decide(facts, await rule(facts, policy));
  expect(steps.filter(({ step }) => step === 'start-job')).toEqual([]);
  expect(steps).toContainEqual(expect.objectContaining({ step: 'upsert-comment', body: expect.stringContaining('`agents.maxCalls`') }));
});

it('holds the work of a change and says so, while what only reads goes on', async () => {
  const facts = changeFacts({ jobs: [guarded()], config: without('saboteur') }, 'code');
  const ruling = await rule(facts, policy);
  expect([ruling.execute, ruling.codes]).toEqual([false, expect.arrayContaining(['AGENT_REVOKED'])]);
  const { steps } = decide(facts, ruling);
  expect(steps.filter(({ step }) => step === 'start-job')).toEqual([]);
  expect(steps).toContainEqual(expect.objectContaining({ step: 'upsert-comment', body: expect.stringContaining('revokes an agent') }));
  expect((await rule({ ...facts, config: changeFacts().config }, policy)).execute).toBe(true);
});

it('is named by its role, or the configuration is broken', () => {
  expect(() => without('gardener')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
