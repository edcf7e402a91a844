/** The main story: an intent becomes a spec, candidates, a pull request, and after two approvals a merge; doing it all again changes nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readPolicyFacts } from '../../app/core/policy-fact.ts';
import { openPolicy } from '../../app/edges/policy.ts';
import { verifyAuditLog } from '../../app/evidence/audit-log.ts';
import { checkNames } from '../world/readers.ts';
import type { Pull } from '../world/people.ts';
import { markAll, writesSince } from '../world/again.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
let issue: number;
let pull: Pull;

beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

it('plans, and shows the spec with the line that approves it', async () => {
  issue = await world.founder.opensIntent();
  await world.settled();
  const body = await world.standing(issue);
  expect(body).toContain('Waiting for approval');
  expect(body).toContain('Locked surface: function `double` of `src/double.ts`');
  expect(world.executor.ran.map(({ kind }) => kind)).toEqual(['plan']);
});

it('builds with three families once the spec is approved, compares, audits and opens a pull request', async () => {
  const comment = await world.founder.comments(issue, await world.approveLine(issue));
  await world.settled();
  expect(await world.replies(issue, comment)).toEqual([expect.stringMatching(/^Approved: spec `[0-9a-f]{64}` \(self-attested\)/)]);
  expect(await world.reactions(comment)).toEqual(['+1']);
  expect(await world.standing(issue)).toContain('A change is ready for review');
  [pull] = await world.pulls() as [Pull];
  expect(pull).toMatchObject({ number: issue + 1, state: 'open', title: 'Double a number', user: { login: 'assay[bot]' } });
  expect(pull.body).toContain(`Closes #${issue}`);
  expect(world.executor.ran.map(({ kind }) => kind).sort()).toEqual(['audit', 'build', 'build', 'build', 'consensus', 'guard', 'plan', 'sabotage']);
});

it('has posted seven checks of its own, five green and two that wait for a human', async () => {
  const checks = await world.checks(pull.head.sha);
  expect(checks.map(({ name }) => name).sort()).toEqual([...checkNames]);
  expect(checks.every(({ app }) => app.id === world.github.appId)).toBe(true);
  expect(await world.conclusions(pull.head.sha)).toMatchInlineSnapshot(`
    {
      "assay": "action_required",
      "assay/approval": "action_required",
      "assay/consensus": "success",
      "assay/guardrails": "success",
      "assay/policy": "success",
      "assay/saboteur": "success",
      "assay/supply-chain": "success",
    }
  `);
});

it('is not merged by anybody before the approval', async () => {
  expect(await world.founder.merges(pull.number, pull.head.sha)).toBe(405);
});

it('changes nothing when every subject is looked at again', async () => {
  const since = world.github.requests.length;
  await markAll(world);
  expect(writesSince(world, since)).toEqual([]);
});

it('merges after the exact line, closes the issue and tells how it came to be', async () => {
  const comment = await world.founder.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  expect(await world.replies(pull.number, comment)).toEqual([expect.stringContaining(pull.head.sha)]);
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
  expect(await world.conclusions(pull.head.sha)).toMatchObject({ 'assay': 'success', 'assay/approval': 'success' });
  expect(await world.standing(issue)).toContain('How this was decided');
  expect(await world.standing(pull.number)).toContain('**Merged**');
  expect(await world.issue(issue)).toMatchObject({ state: 'closed' });
});

it('leaves an audit log that verifies, with each fact once', async () => {
  const text = await (await fetch(`${world.assay.url}/audit.jsonl`)).text();
  expect(verifyAuditLog(text).verified).toBe(true);
  const entries = await world.assay.store.auditEntries(0, 100);
  expect(entries.map(({ action }) => action).sort()).toEqual([
    'change.approved', 'change.judged', 'change.judged', 'change.merged', 'intent.done', ...Array<string>(8).fill('job.finished'), ...Array<string>(8).fill('job.started'),
    'manifest.signed', 'merge.ordered', 'policy.decided', 'policy.introduced', 'signer.introduced', 'spec.approved', ...Array<string>(4).fill('verdict.reached'),
  ]);
  expect(entries.filter(({ action }) => action === 'job.finished').map(({ detail }) => detail)).toContainEqual(expect.objectContaining({ work: 'build', outcome: 'pass', cost: { calls: expect.any(Number), microUsd: expect.any(Number) }, trace: expect.any(String) }));
  expect(new Set(entries.map(({ detail, subject }) => `${subject} ${String(detail.once)}`)).size).toBe(entries.length);
});

it('leaves the decision to merge whole: the same policy decides the same again', async () => {
  const facts = readPolicyFacts(await (await fetch(`${world.assay.url}/audit.jsonl`)).text());
  expect(facts).toHaveLength(1);
  const { fact } = facts[0]!;
  expect(fact).toMatchObject({ package: 'ci.change', decision: { merge: 'now', assay: { outcome: 'pass' } } });
  expect(await (await openPolicy()).decide(fact.package, fact.input)).toEqual(fact.decision);
});

it('changes nothing afterwards either, also not after a restart', async () => {
  const since = world.github.requests.length;
  const entries = (await world.assay.store.auditEntries(0, 100)).length;
  await markAll(world);
  await world.restart();
  await markAll(world);
  expect(writesSince(world, since)).toEqual([]);
  expect((await world.assay.store.auditEntries(0, 100)).length).toBe(entries);
});
