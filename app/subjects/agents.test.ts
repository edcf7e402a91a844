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

const without = (role: string) => parseConfig(`version: 1\nagents: {revoked: [${role}]}\n`);

it('is refused by name, and only that one', async () => {
  const place = { key: 'change:1#7' as const, now: 1, config: without('auditor'), repositoryId: 1 };
  expect(await refusedAgents(['planner', 'builder', 'auditor', 'saboteur'], place, policy)).toEqual([{ role: 'auditor', reason: 'AUTHZ_SUBJECT_INACTIVE' }]);
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
