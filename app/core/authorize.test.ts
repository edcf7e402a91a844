/** Who may do what, through the real policy; what an allowed act still owes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openPolicy } from '../edges/policy.ts';
import { authorize, objection, withObligations, type Authorization, type Environment, type Resource, type Subject } from './authorize.ts';
import type { Policy } from './ports/policy.ts';

let policy: Policy;
beforeAll(async () => { policy = await openPolicy(); });

const workspace = 'repository:1';
const ada: Subject = { id: '1', type: 'user', status: 'active', clearance: 'internal', bindings: [{ role: 'admin', workspace, expiresAt: null }] };
const ledger: Resource = { id: 'ledger', type: 'ledger', workspace, public: false, containsPii: false, requiredClearance: 'internal', sensitivity: 'low', region: null, home: null };
const here: Environment = { now: 1_790_000_000_000, authStrength: 'password', deviceTrusted: true, approvedBy: null };
const ask = (action: string, more: { subject?: Partial<Subject>; resource?: Partial<Resource>; environment?: Partial<Environment> } = {}): Promise<Authorization> =>
  authorize(policy, { subject: { ...ada, ...more.subject }, action, resource: { ...ledger, ...more.resource }, environment: { ...here, ...more.environment } });

describe('authorize', () => {
  it('answers with decision, reason, obligations, and one id per question', async () => {
    const first = await ask('budget');
    expect(first).toMatchObject({ decision: 'allow', allow: true, reason: 'AUTHZ_OK', obligations: ['log_event'], auditId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect((await ask('budget')).auditId).toBe(first.auditId);
    expect((await ask('stop')).auditId).not.toBe(first.auditId);
  });

  it('denies what it is not told about, and an answer of another shape is no answer', async () => {
    expect(await ask('launch')).toMatchObject({ allow: false, reason: 'INPUT_ACTION' });
    await expect(authorize({ digest: '', decide: async () => ({ allow: true }) }, { subject: ada, action: 'budget', resource: ledger, environment: here })).rejects.toMatchObject({ code: 'POLICY_ANSWER' });
  });
});

describe('an act with obligations', () => {
  const act = async () => ({ name: 'Ada', card: '4111' });
  const log: Authorization[] = [];
  const means = { log: (authorization: Authorization) => void log.push(authorization), mask: (seen: { name: string; card: string }) => ({ ...seen, card: '····' }) };

  it('happens where they are met, and is logged before it happens', async () => {
    const authorization = await ask('budget');
    await expect(withObligations(async () => { expect(log).toContain(authorization); return act(); }, authorization, means)).resolves.toEqual({ name: 'Ada', card: '4111' });
  });

  it('is refused by a code where it is judged before it is done', async () => {
    expect(objection(await ask('delete'), means)).toBe('AUTHZ_STEP_UP');
    expect(objection(await ask('budget'), {})).toBe('AUTHZ_OBLIGATION');
    expect(objection(await ask('budget'), means)).toBeNull();
  });

  it('shows masked what is above the clearance of who reads', async () => {
    const authorization = await ask('read', { resource: { requiredClearance: 'restricted' } });
    expect(await withObligations(act, authorization, means)).toEqual({ name: 'Ada', card: '····' });
    await expect(withObligations(act, authorization, { log: means.log })).rejects.toMatchObject({ code: 'AUTHZ_OBLIGATION' });
  });

  it('does not happen where it is denied, where a step-up is due, or where it cannot be logged', async () => {
    let done = 0;
    const count = async () => { done += 1; };
    await expect(withObligations(count, await ask('delete'), { log: means.log })).rejects.toMatchObject({ code: 'AUTHZ_DENIED', remedy: expect.stringContaining('passkey') });
    await expect(withObligations(count, await ask('budget'), {})).rejects.toMatchObject({ code: 'AUTHZ_OBLIGATION' });
    await expect(withObligations(count, await ask('budget'), { log: () => { throw new Error('disk full'); } })).rejects.toThrow('disk full');
    expect(done).toBe(0);
    await withObligations(count, await ask('delete', { environment: { authStrength: 'passkey' } }), { log: means.log });
    expect(done).toBe(1);
  });
});
