import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAnswer } from '../core/policy-answer.ts';
import { ruleChange, ruleFinops, ruleIntent, ChangeAnswer, type ChangeApproval, type ChangePolicyInput, type FinopsPolicyInput, type IntentPolicyInput } from '../core/ruling.ts';
import { readFixtures } from '../../policies/cases.ts';
import { openPolicy } from './policy.ts';

const policy = await openPolicy();
const now = 1_790_000_000_000;
const head = '1234567890abcdef1234567890abcdef12345678';
const works = { reading: 'recomputed', executing: null } as const;
const passed = { outcome: 'pass', sha: head, ...works } as const;
const approval: ChangeApproval = {
  actorId: 7, class: 'self-attested', presence: 'account', permission: 'admin', headSha: '1234567', manifestDigest: null, at: now - 1000,
  exact: true, revokedAt: null, edited: false, viaApp: false, pusher: true,
};
const change: ChangePolicyInput = {
  now,
  change: { headSha: head, baseSha: 'b'.repeat(40), draft: false, weakening: false, state: 'open', author: { kind: 'assay', permission: 'none', fork: false }, kind: 'code' },
  config: { merge: 'auto', approval: { presence: 'account', maxAgeMs: 604_800_000, barePublishedMs: 60_000, classes: ['independent', 'self-attested'], quorum: { human: 1, agent: 1, assay: 1 }, coolDownMs: { normal: 0, high: 0 }, movedBase: 'touching', rebase: 'equal' }, hard: false, pack: 'baseline', forks: { reading: 'recomputed', executing: 'dispatched' } },
  binding: { known: true, movement: 'none', since: null },
  carried: null,
  slots: { guardrails: passed, supplyChain: passed, consensus: passed, saboteur: passed },
  approvals: [approval],
  rejected: false,
  published: { headAt: now - 200_000, manifestAt: now - 100_000, manifestDigest: 'd'.repeat(64) },
  retryBy: null,
  budget: { spent: 0, committed: 0, forecast: 0, cap: 150_000_000, asOf: now },
};

describe('rulings', () => {
  it('parse for change, intent and money, the second time as the first', async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await ruleChange(policy, change)).toMatchObject({ merge: 'now', execute: true, approval: { actorId: 7 } });
    }
    const { headSha: _, ...common } = approval;
    const founder = { kind: 'human', permission: 'admin' } as const;
    const intent: IntentPolicyInput = {
      now, state: 'open', author: founder, labeller: founder, config: { approval: change.config.approval }, rejected: false, budget: change.budget,
      spec: { sha256: 'a'.repeat(64), publishedAt: now - 120_000, outcome: 'pass' }, approvals: [{ ...common, specSha: 'aaaaaaa' }],
    };
    expect(await ruleIntent(policy, intent)).toMatchObject({ plan: true, build: true });
    const money: FinopsPolicyInput = {
      now, asOf: now, week: { spent: 1, committed: 2, forecast: 3 }, project: { spent: 0, committed: 0, forecast: 0 },
      limits: { project: 150_000_000, weekTarget: 300_000_000, weekCeiling: 500_000_000 }, optimisationPlan: false,
    };
    expect(await ruleFinops(policy, money)).toMatchObject({ allow: true, weekTotal: 6 });
  });

  it('refuse an answer of another shape', () => {
    expect(() => parseAnswer(ChangeAnswer, { merge: 'now' })).toThrow(expect.objectContaining({ code: 'POLICY_ANSWER' }));
  });

  it('deny what is no object at all', async () => {
    for (const input of [null, undefined, 0, false, '', 'x', [], [[]]]) {
      expect(await policy.decide('ci.change', input)).toMatchObject({ merge: 'never', execute: false, ready: false });
      expect(await policy.decide('ci.intent', input)).toMatchObject({ plan: false, build: false });
      expect(await policy.decide('ci.finops', input)).toMatchObject({ allow: false });
    }
  });

  it('carry an input larger than the wasm memory that it starts with', async () => {
    const approvals = Array.from({ length: 5000 }, (_, at) => ({ ...approval, actorId: at, edited: true }));
    const ruling = await ruleChange(policy, { ...change, approvals });
    expect(ruling.approvals).toHaveLength(5000);
    expect(ruling.merge).toBe('wait');
  });
});

/** Every path of an object that leads to a value, lists included. */
function paths(value: unknown, prefix: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...prefix, Array.isArray(value) ? Number(key) : key];
    return [path, ...paths(inner, path)];
  });
}

function replaced(value: unknown, path: (string | number)[], put: { value: unknown } | null): unknown {
  const copy = structuredClone(value);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (put) at[last] = put.value;
  else delete at[last];
  return copy;
}

describe('absent and ill-typed input', () => {
  const retried = { ...change, retryBy: { permission: 'write', sha: head } };
  const fields = paths(retried).filter((path) => typeof path.at(-1) === 'string');

  it('is denied for any absent field', async () => {
    expect(fields.length).toBeGreaterThan(50);
    for (const path of fields) {
      const decision = await policy.decide('ci.change', replaced(retried, path, null));
      expect(decision, path.join('.')).toMatchObject({ assay: { outcome: 'error' }, merge: 'never', execute: false });
    }
  });

  it('is denied for any absent field of an intent and of money too', async () => {
    for (const { name, denied } of [{ name: 'ci.intent', denied: { plan: false, build: false } }, { name: 'ci.finops', denied: { allow: false } }] as const) {
      const { input } = (await readFixtures()).find((fixture) => fixture.package === name)!;
      const named = paths(input).filter((path) => typeof path.at(-1) === 'string');
      expect(named.length).toBeGreaterThan(10);
      for (const path of named) expect(await policy.decide(name, replaced(input, path, null)), `${name} without ${path.join('.')}`).toMatchObject(denied);
    }
  });

  it('is denied for any field of another type', async () => {
    const leaves = fields.filter((path) => paths(retried).every((other) => other.length <= path.length || path.some((key, index) => other[index] !== key)));
    const wrong = fc.oneof(fc.constant({}), fc.constant([]), fc.constant([{}]), fc.constant('no such word'), fc.constant(-1));
    await fc.assert(fc.asyncProperty(fc.constantFrom(...leaves), wrong, async (path, value) => {
      const freeText = ['pack', 'headSha', 'manifestDigest'].includes(String(path.at(-1))) && typeof value === 'string';
      fc.pre(!freeText && !(path.at(-1) === 'classes'));
      const decision = await policy.decide('ci.change', replaced(retried, path, { value }));
      expect(decision).toMatchObject({ assay: { outcome: 'error' }, merge: 'never', execute: false });
    }), { numRuns: 300 });
  });
});

const arbitraryApproval: fc.Arbitrary<ChangeApproval> = fc.record({
  actorId: fc.nat(20), class: fc.constantFrom('independent', 'self-attested', 'agent'), presence: fc.constantFrom('account', 'passkey'),
  permission: fc.constantFrom('none', 'read', 'triage', 'write', 'maintain', 'admin'), headSha: fc.constantFrom(head, '1234567', '123456', 'abcdef0'),
  manifestDigest: fc.constantFrom(null, 'ddddddd', 'eeeeeee'), at: fc.integer({ min: now - 300_000, max: now + 5000 }), exact: fc.boolean(),
  revokedAt: fc.constantFrom(null, now - 10), edited: fc.boolean(), viaApp: fc.boolean(), pusher: fc.boolean(),
});

/** Whoever may not approve: no write, an agent, an edited or a revoked comment. */
const nonApproval = arbitraryApproval.filter((one) => one.class === 'agent' || one.viaApp || one.edited || one.revokedAt !== null || ['none', 'read', 'triage'].includes(one.permission));

const arbitrarySlot = fc.constantFrom(null, passed, { outcome: 'fail', sha: head, ...works } as const, { outcome: 'pass', sha: 'c'.repeat(40), ...works } as const, { outcome: 'not_applicable', sha: head, ...works } as const);
const arbitraryChange: fc.Arbitrary<ChangePolicyInput> = fc.record({
  slots: fc.record({ guardrails: arbitrarySlot, supplyChain: arbitrarySlot, consensus: arbitrarySlot, saboteur: arbitrarySlot }),
  kind: fc.constantFrom('code', 'docs', 'waiver', 'config'),
  approvals: fc.array(arbitraryApproval, { maxLength: 4 }),
}).map(({ slots, kind, approvals }) => ({ ...change, slots, approvals, change: { ...change.change, kind } }));

describe('properties of the change policy', () => {
  it('no event by somebody who may not approve changes whether it is approved or merged', async () => {
    await fc.assert(fc.asyncProperty(arbitraryChange, fc.array(nonApproval, { minLength: 1, maxLength: 3 }), async (input, more) => {
      const before = await ruleChange(policy, input);
      const after = await ruleChange(policy, { ...input, approvals: [...input.approvals, ...more] });
      expect(after.merge).toBe(before.merge);
      expect([after.ready, after.execute, after.assay.outcome === 'pass']).toEqual([before.ready, before.execute, before.assay.outcome === 'pass']);
      expect(after.approval.actorId).toBe(before.approval.actorId);
    }), { numRuns: 300 });
  });

  it('assay passes only where every required slot passes for this head and a human with write approved', async () => {
    let passes = 0;
    const good: ChangeApproval = { actorId: 21, class: 'independent', presence: 'account', permission: 'write', headSha: head, manifestDigest: 'ddddddd', at: now - 1000, exact: true, revokedAt: null, edited: false, viaApp: false, pusher: false };
    const likely = fc.oneof(
      { weight: 3, arbitrary: arbitraryChange.map((input) => ({ ...input, slots: change.slots })) }, { weight: 1, arbitrary: arbitraryChange },
      { weight: 1, arbitrary: arbitraryChange.map((input) => ({ ...input, slots: change.slots, approvals: [...input.approvals, good] })) },
    );
    await fc.assert(fc.asyncProperty(likely, async (input) => {
      const ruling = await ruleChange(policy, input);
      if (ruling.assay.outcome !== 'pass') {
        expect(ruling.merge).not.toBe('now');
        return;
      }
      passes += 1;
      for (const [name, slot] of Object.entries(ruling.slots)) {
        if (slot.need === 'required') expect(input.slots[name as keyof typeof input.slots]).toEqual(passed);
        else expect(['consensus', 'saboteur']).toContain(name);
      }
      const by = input.approvals.filter((one) => one.actorId === ruling.approval.actorId);
      expect(by.some((one) => one.class !== 'agent' && ['write', 'maintain', 'admin'].includes(one.permission) && !one.edited)).toBe(true);
    }), { numRuns: 300 });
    expect(passes).toBeGreaterThan(0);
  });
});

describe('a wasm that is not ours', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'assay-policy-')); });
  afterEach(async () => { await rm(folder, { recursive: true }); });
  const shipped = join(import.meta.dirname, '../../policies');

  it('is refused when its bytes, its manifest or the file are not there or differ', async () => {
    const refused = { code: 'POLICY_DIGEST_MISMATCH' };
    await expect(openPolicy({ folder })).rejects.toMatchObject(refused);
    const wasm = await readFile(join(shipped, 'assay.wasm'));
    const manifest = await readFile(join(shipped, 'assay.wasm.json'), 'utf8');
    await writeFile(join(folder, 'assay.wasm'), wasm);
    await writeFile(join(folder, 'assay.wasm.json'), '{}');
    await expect(openPolicy({ folder })).rejects.toMatchObject(refused);
    await writeFile(join(folder, 'assay.wasm.json'), manifest);
    expect((await openPolicy({ folder })).digest).toBe(policy.digest);
    wasm[wasm.length - 1]! ^= 1;
    await writeFile(join(folder, 'assay.wasm'), wasm);
    await expect(openPolicy({ folder })).rejects.toMatchObject(refused);
  });

  it('has no other packages than those it was built for', async () => {
    await expect(policy.decide('assay.none' as 'ci.change', {})).rejects.toMatchObject({ code: 'POLICY_UNDEFINED' });
  });
});
