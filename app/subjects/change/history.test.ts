/** Commits are read one by one only where a pack of the repository asks for them. */
import { expect, it } from 'vitest';
import { type Config, defaultConfig } from '../../core/config.ts';
import { openPolicy } from '../../edges/policy.ts';
import { decide } from './decide.ts';
import { changeFacts } from './facts.fixture.ts';
import { rule } from './rule.ts';

const policy = await openPolicy();

async function asked(config: Partial<Config>): Promise<unknown[]> {
  const facts = changeFacts({ config: { ...defaultConfig(), ...config }, jobs: [] }, 'code');
  const { steps } = decide(facts, await rule(facts, policy));
  return steps.flatMap((step) => (step.step === 'start-job' && step.job.kind === 'guard' ? [[step.job.input.phase, step.trees.history ?? false]] : []));
}

it('the scan is given the history where a pack has a guardrail for it', async () => {
  expect(await asked({ pack: 'baseline' })).toContainEqual(['scan', false]);
  expect(await asked({ pack: 'strict' })).toContainEqual(['scan', true]);
  expect(await asked({ packages: [{ path: 'apps/shop', pack: 'strict' }] })).toContainEqual(['scan', true]);
});
