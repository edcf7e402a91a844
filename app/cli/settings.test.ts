import { expect, it } from 'vitest';
import { actionsSettings, auditSettings, policySettings, readEnvironment, runSigners } from './settings.ts';

const chosen = (env: Record<string, string>) => actionsSettings(readEnvironment(env));

it('work is handed to Actions unless it is told to stay, by a workflow that may have another name', () => {
  expect(chosen({ APP_ID: '1' })).toEqual({ workflow: 'assay.yml' });
  expect(chosen({ ASSAY_EXECUTOR: 'actions', ASSAY_WORKFLOW: 'judge.yaml' })).toEqual({ workflow: 'judge.yaml' });
  expect(chosen({ ASSAY_EXECUTOR: 'local', ASSAY_WORKFLOW: 'judge.yml' })).toBeNull();
});

it.each([{ ASSAY_EXECUTOR: 'cloud' }, { ASSAY_WORKFLOW: '../evil.yml' }, { ASSAY_WORKFLOW: 'judge' }])('%j is refused with the variable\'s name', (env) => {
  expect(() => readEnvironment(env)).toThrow(expect.objectContaining({ code: 'CONFIG_ENVIRONMENT', message: expect.stringContaining(Object.keys(env)[0]!) }));
});

it('who may sign for runs is a repository at full commits, and a root alone says nothing', () => {
  const [one, two] = ['a'.repeat(40), 'b'.repeat(40)];
  expect(runSigners(readEnvironment({}))).toBeNull();
  expect(runSigners(readEnvironment({ ASSAY_WORKFLOW_SIGNER: `acme/assay@${one},${two}` }))).toEqual({ repository: 'acme/assay', commits: [one, two], privateRoot: null });
  for (const env of [{ ASSAY_WORKFLOW_ROOT: '/root.json' }, { ASSAY_WORKFLOW_SIGNER: `acme/assay@${one}`, ASSAY_WORKFLOW_ROOT: '/nowhere/root.json' }]) expect(() => runSigners(readEnvironment(env))).toThrow(expect.objectContaining({ code: 'CONFIG_SIGNER' }));
  for (const signer of ['acme/assay@main', 'acme/assay', `assay@${one}`, `acme/assay@${one},`]) expect(() => readEnvironment({ ASSAY_WORKFLOW_SIGNER: signer })).toThrow(expect.objectContaining({ code: 'CONFIG_ENVIRONMENT' }));
});

it('a policy bundle comes with the key that it must be signed by', () => {
  expect(policySettings(readEnvironment({}))).toBeNull();
  expect(policySettings(readEnvironment({ ASSAY_POLICY: '/bundle', ASSAY_POLICY_KEY: '/key.pub' }))).toEqual({ folder: '/bundle', keyFile: '/key.pub' });
  for (const half of [{ ASSAY_POLICY: '/bundle' }, { ASSAY_POLICY_KEY: '/key.pub' }]) expect(() => policySettings(readEnvironment(half))).toThrow(expect.objectContaining({ code: 'CONFIG_POLICY' }));
});

it('the audit log is sealed, anchored and streamed unless it is told otherwise', () => {
  const of = (env: Record<string, string>) => auditSettings(readEnvironment({ ASSAY_DATA: '/data', ...env }), 12);
  expect(of({})).toMatchObject({ origin: 'assay-app-12/audit', anchor: true, witness: null, pace: {}, stream: '/data/audit-stream.jsonl', source: { service: 'assay', env: 'production', version: expect.stringMatching(/^\d/) } });
  expect(of({ ASSAY_AUDIT_ORIGIN: 'log.example/a', ASSAY_AUDIT_EVERY: '5', ASSAY_AUDIT_MINUTES: '2', ASSAY_AUDIT_ANCHOR: 'none', ASSAY_AUDIT_STREAM: 'none', ASSAY_ENV: 'staging', ASSAY_AUDIT_WITNESS: 'https://w.example', ASSAY_AUDIT_WITNESS_KEY: 'k' }))
    .toMatchObject({ origin: 'log.example/a', pace: { entries: 5, ms: 120_000 }, anchor: false, stream: null, source: { env: 'staging' }, witness: { url: 'https://w.example', key: 'k' } });
  expect(() => of({ ASSAY_AUDIT_WITNESS: 'https://w.example' })).toThrow(expect.objectContaining({ code: 'CONFIG_WITNESS' }));
  for (const env of [{ ASSAY_AUDIT_ORIGIN: 'a b' }, { ASSAY_AUDIT_EVERY: '0' }, { ASSAY_AUDIT_ANCHOR: 'maybe' }]) expect(() => of(env)).toThrow(expect.objectContaining({ code: 'CONFIG_ENVIRONMENT' }));
});
