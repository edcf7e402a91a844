import { expect, it } from 'vitest';
import { actionsSettings, policySettings, readEnvironment } from './settings.ts';

const chosen = (env: Record<string, string>) => actionsSettings(readEnvironment(env));

it('work is handed to Actions unless it is told to stay, by a workflow that may have another name', () => {
  expect(chosen({ APP_ID: '1' })).toEqual({ workflow: 'assay.yml' });
  expect(chosen({ ASSAY_EXECUTOR: 'actions', ASSAY_WORKFLOW: 'judge.yaml' })).toEqual({ workflow: 'judge.yaml' });
  expect(chosen({ ASSAY_EXECUTOR: 'local', ASSAY_WORKFLOW: 'judge.yml' })).toBeNull();
});

it.each([{ ASSAY_EXECUTOR: 'cloud' }, { ASSAY_WORKFLOW: '../evil.yml' }, { ASSAY_WORKFLOW: 'judge' }])('%j is refused with the variable\'s name', (env) => {
  expect(() => readEnvironment(env)).toThrow(expect.objectContaining({ code: 'CONFIG_ENVIRONMENT', message: expect.stringContaining(Object.keys(env)[0]!) }));
});

it('a policy bundle comes with the key that it must be signed by', () => {
  expect(policySettings(readEnvironment({}))).toBeNull();
  expect(policySettings(readEnvironment({ ASSAY_POLICY: '/bundle', ASSAY_POLICY_KEY: '/key.pub' }))).toEqual({ folder: '/bundle', keyFile: '/key.pub' });
  for (const half of [{ ASSAY_POLICY: '/bundle' }, { ASSAY_POLICY_KEY: '/key.pub' }]) expect(() => policySettings(readEnvironment(half))).toThrow(expect.objectContaining({ code: 'CONFIG_POLICY' }));
});
