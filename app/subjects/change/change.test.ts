/** What a change comes to, from its facts through the real policy: rule input, decision, checks, words and answers. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../core/ports/policy.ts';
import { openPolicy } from '../../edges/policy.ts';
import { answers } from './answers.ts';
import { checks } from './checks.ts';
import { decide } from './decide.ts';
import type { ChangeFacts } from './facts.ts';
import { base, changeFacts, guarded, job, now, published, said, sha } from './facts.fixture.ts';
import { policyInput, rule } from './rule.ts';
import { slotsOf } from './slots.ts';
import { approveLine } from './approval-words.ts';
import { headline } from './words.ts';

let policy: Policy;
beforeAll(async () => { policy = await openPolicy(); });

const ready = (more: Partial<ChangeFacts> = {}): ChangeFacts => published(changeFacts({ jobs: [guarded()], ...more }));
const withSaid = (facts: ChangeFacts, text: string, more?: Parameters<typeof said>[1]): ChangeFacts => {
  const commands = said(text, more);
  return { ...facts, commands, effects: changeFacts({ commands }).effects };
};
const approved = (): ChangeFacts => withSaid(ready(), approveLine(ready())!);
const inState = (facts: ChangeFacts, change: Partial<ChangeFacts['change']>): ChangeFacts => ({ ...facts, change: { ...facts.change, ...change } });

/** By a commit of these parents with the tree that was bound. */
function mergedBy(parents: string[]): ChangeFacts {
  const facts = approved();
  const bound = facts.binding.now!;
  const merged = { sha: 'c'.repeat(40), tree: bound.mergeTree!, parents };
  return { ...inState(facts, { state: 'merged', mergeSha: merged.sha, merged }), binding: { ...facts.binding, bound, now: null } };
}

const stages: Record<string, () => ChangeFacts> = {
  'new': () => changeFacts({ head: null }),
  'scanning': () => changeFacts({ jobs: [{ ...guarded(), state: 'running', answer: null, finishedAt: null }] }),
  'signing': () => changeFacts({ jobs: [guarded()] }),
  'waiting for a human': () => ready(),
  'approved': approved,
  'approved, kept open by configuration': () => ({ ...approved(), config: { ...approved().config, merge: 'human' } }),
  'approved, in conflict': () => inState(approved(), { mergeable: 'conflicting' }),
  'approved, refused by GitHub': () => ({ ...approved(), mergeRefused: { headSha: sha, status: 405, message: 'Required status check "lint" is failing.' } }),
  'approved draft': () => inState(approved(), { draft: true }),
  'approved too early': () => withSaid(ready(), '/approve', { at: now - 80_000 }),
  'rejected': () => withSaid(ready(), '/reject not @now'),
  'stopped': () => withSaid(ready(), '/stop'),
  'guardrails object': () => published(changeFacts({ jobs: [guarded('fail')] })),
  'guardrails broke': () => published(changeFacts({ jobs: [job('guard', { ok: false, problem: { code: 'TOOL_MISSING', message: 'gone', remedy: 'Install it.' } })] })),
  'code without an intent': () => changeFacts({ jobs: [guarded()] }, 'code'),
  'a stranger\'s code': () => changeFacts({ authorPermission: 'read', jobs: [guarded()] }, 'code'),
  'broken configuration': () => ({ ...ready(), configProblem: { code: 'CONFIG_INVALID', message: 'line 3: no.', remedy: 'Mend it.' } }),
  'money is spent': () => changeFacts({ jobs: [guarded()], budget: { ...changeFacts().budget, settled: 151_000_000, committed: 151_000_000 } }),
  'head shared with a worse one': () => ({ ...approved(), others: [{ number: 9, outcome: 'fail' }] }),
  'closed': () => inState(ready(), { state: 'closed' }),
  'merged': () => mergedBy([base, sha]),
  'merged past the App': () => mergedBy([base, base]),
};

describe.each(Object.entries(stages))('%s', (_name, make) => {
  it('gives the same steps for the same facts, and one of each check', async () => {
    const facts = make();
    const ruling = await rule(facts, policy);
    const decision = decide(facts, ruling);
    expect(decide(structuredClone(facts), structuredClone(ruling))).toEqual(decision);
    const names = decision.steps.flatMap((step) => (step.step === 'set-check' ? [step.run.name] : []));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBe(facts.change.state === 'open' ? 7 : 0);
  });
});

it('says in one sentence where it stands', async () => {
  const lines: Record<string, string> = {};
  for (const [name, make] of Object.entries(stages)) lines[name] = headline(make(), await rule(make(), policy));
  expect(lines).toMatchInlineSnapshot(`
    {
      "a stranger's code": "**Not ready:** manifest: has no verdict yet, consensus: not_comparable, saboteur: has no verdict yet. The author has no write permission here: model calls and execution wait until somebody who has comments \`/retry\` on this head.",
      "approved": "**Approved.** Assay merges it.",
      "approved draft": "**Approved.** The pull request is a draft; mark it ready for review.",
      "approved too early": "**Waiting for a human.** All evidence is in. It came before the evidence had been there long enough to be read. Use the exact line.",
      "approved, in conflict": "**Approved, but in conflict with its base.** Bring it up to date; the new head needs a new approval.",
      "approved, kept open by configuration": "**Approved.** \`merge: human\` is configured: somebody merges it by hand.",
      "approved, refused by GitHub": "**Approved, but GitHub refuses the merge** (405): Required status check "lint" is failing. Assay tries again.",
      "broken configuration": "**Blocked by the configuration.** line 3: no. Mend it.",
      "closed": "**Closed** without a merge.",
      "code without an intent": "**Not ready:** manifest: has no verdict yet, consensus: not_comparable, saboteur: has no verdict yet.",
      "guardrails broke": "**Not ready:** guardrails: error.",
      "guardrails object": "**Not ready:** guardrails: fail.",
      "head shared with a worse one": "**Approved, but its head is also that of** #9, which is not ready; the check \`assay\` shows the worst of them. Close the other one, or get it approved too.",
      "merged": "**Merged** as \`cccccccccccc\`, as approved.",
      "merged past the App": "**Merged as \`cccccccccccc\`, but not as approved** (\`MERGE_PARENTS\`). It was not merged by one commit of the base and this head.",
      "money is spent": "**Not ready:** manifest: has no verdict yet. The budget of this project is used up. Somebody with write permission may raise it with \`/budget <usd>\`, up to the cap.",
      "new": "**Not ready:** guardrails: has no verdict yet, manifest: has no verdict yet.",
      "rejected": "**Rejected** by ada: not &#64;&#8203;now",
      "scanning": "**Not ready:** guardrails: has no verdict yet, manifest: has no verdict yet.",
      "signing": "**Not ready:** manifest: has no verdict yet.",
      "stopped": "**Stopped.** Finished work is kept; \`/retry\` goes on.",
      "waiting for a human": "**Waiting for a human.** All evidence is in. A human with write permission must approve.",
    }
  `);
});

it('merges only where everything passes and nothing speaks against it', async () => {
  const merging: string[] = [];
  for (const [name, make] of Object.entries(stages)) {
    if (decide(make(), await rule(make(), policy)).steps.some(({ step }) => step === 'merge')) merging.push(name);
  }
  expect(merging).toEqual(['approved', 'approved, refused by GitHub']);
});

it('looks again soon only where it is about to merge', async () => {
  const wait = async (name: string): Promise<number> => (decide(stages[name]!(), await rule(stages[name]!(), policy)).lookAgainAt ?? Infinity) - now;
  expect([await wait('approved'), await wait('approved, refused by GitHub')]).toEqual([5_000, 30_000]);
  expect([await wait('approved, in conflict'), await wait('head shared with a worse one'), await wait('waiting for a human')]).toEqual([300_000, 300_000, 300_000]);
});

it('no stage but the approved ones posts `assay` as success', async () => {
  const green: string[] = [];
  for (const [name, make] of Object.entries(stages)) {
    const steps = decide(make(), await rule(make(), policy)).steps;
    if (steps.some((step) => step.step === 'set-check' && step.run.name === 'assay' && step.run.conclusion === 'success')) green.push(name);
  }
  expect(green).toEqual(['approved', 'approved, kept open by configuration', 'approved, in conflict', 'approved, refused by GitHub', 'approved draft']);
});

it('tells policy of the evidence only while it is the evidence of this head', () => {
  expect(policyInput(ready()).published).toMatchObject({ headAt: now - 120_000, manifestAt: now - 90_000 });
  expect(policyInput(ready({ toolsDigest: 'u'.repeat(64) })).published).not.toBeNull();
  expect(policyInput({ ...ready(), toolsDigest: 'u'.repeat(64) })).toMatchObject({ published: null, slots: { supplyChain: null } });
  expect(policyInput({ ...ready(), files: { ...ready().files, mergeBase: 'd'.repeat(40) } }).slots).toMatchObject({ guardrails: null, supplyChain: null });
  expect(base).not.toBe(sha);
});

it('takes a bare approval to mean the head that was there when it came', () => {
  const at = (time: number): string => policyInput(withSaid(ready(), '/approve', { at: time })).approvals[0]!.headSha;
  expect([at(now - 120_000), at(now - 120_001)]).toEqual([sha, '']);
});

it.each([
  ['/approve', { permission: 'read' }, '-1', /APPROVAL_PERMISSION/], ['/approve', { state: 'edited' }, 'confused', /APPROVAL_EDITED/], ['/approve 0000000', {}, '-1', /APPROVAL_STALE_SHA/],
  ['/stop', { permission: 'triage' }, '-1', /needs a human with write/], ['/budget 200', {}, 'confused', /over the project's cap/], ['/approve so', {}, 'confused', /no command Assay can act on/],
] as const)('answers %s %j with %s', async (text, more, reaction, body) => {
  const facts = withSaid(ready(), text, more);
  expect(answers(facts, await rule(facts, policy), slotsOf(facts))).toEqual([{ step: 'reply', issue: 7, to: 70, reaction, body: expect.stringMatching(body) }]);
});

it('does not answer a comment that is gone', async () => {
  const facts = withSaid(ready(), '/approve', { state: 'deleted' });
  expect(answers(facts, await rule(facts, policy), slotsOf(facts))).toEqual([]);
});

it('signs who approved which manifest by which comment, and only once somebody did', async () => {
  const signed = async (facts: ChangeFacts) => decide(facts, await rule(facts, policy)).steps.flatMap((step) => (step.step === 'sign-statement' && step.note === `approval ${sha}` ? [step.statement] : []));
  const facts = approved();
  const [statement] = await signed(facts);
  expect(statement?.subject[0]?.digest).toEqual({ gitCommit: sha });
  expect(statement?.predicate).toMatchObject({ action: 'merge', manifest: { digest: { sha256: facts.manifest?.digest } }, actor: { id: 1, class: 'independent' }, comment: 70 });
  expect(await signed(ready())).toEqual([]);
});

it('starts no model call in a week that has cost its ceiling', async () => {
  const facts = changeFacts({}, 'code');
  expect((await rule(facts, policy)).execute).toBe(true);
  const dear = await rule({ ...facts, week: { spent: 501_000_000, committed: 0 } }, policy);
  expect(dear.execute).toBe(false);
  expect(dear.codes).toContain('FINOPS_WEEK_STOP');
});

function builtBy(winnerFamily: 'anthropic'): ChangeFacts['built'] {
  const consensus = { outcome: 'pass', reason: 'two families agree', winner: 'a', confidence: 0.99, clusters: [], quorum: { families: 2, required: 2 }, fingerprint: 'f', inputsRun: 60, testsPooled: 3, testsDropped: [], mutationScore: 1, agreement: {}, dissent: [], record: { sha256: 'e'.repeat(64) }, seed: 1, durationMs: 1 } as const;
  return { winnerFamily, prompts: { a: ['a'.repeat(64), 'b'.repeat(64)], b: ['d'.repeat(64)] }, auditedAt: now, audit: { outcome: 'pass', reason: 'reproduced', reproduced: true, fingerprints: ['f'], prose: null }, consensus: { ...consensus, clusters: [], testsDropped: [], dissent: [] } };
}

it.each([
  ['a family other than the author\'s attacks', ['anthropic', 'openai'], 'openai'],
  ['the author\'s family never attacks, even where it alone may read', ['anthropic'], null],
  ['where no family may read, what needs no model still attacks', [], null],
] as const)('%s', async (_name, families, attacker) => {
  const facts = changeFacts({ families: [...families], jobs: [guarded()] }, 'code');
  const ruling = await rule(facts, policy);
  const started = decide({ ...facts, built: families.length > 0 ? builtBy('anthropic') : null }, ruling).steps.flatMap((step) => (step.step === 'start-job' && step.job.kind === 'sabotage' ? [step.job.input.family] : []));
  expect(started).toEqual([attacker]);
});

it('names a candidate that cheated in red, on a consensus that passed without it', async () => {
  const built = builtBy('anthropic');
  const cheated = { ...built!, consensus: { ...built!.consensus, disqualified: { third: 'passes a test that contradicts <AC1/2>' } } };
  const said = async (facts: ChangeFacts) => checks(facts, await rule(facts, policy)).find(({ name }) => name === 'assay/consensus');
  expect(await said(changeFacts({ built: cheated, jobs: [guarded()] }, 'code'))).toMatchObject({
    conclusion: 'success', title: 'pass: candidates compared, 1 disqualified', summary: expect.stringMatching(/\*\*Disqualified\.\*\*[\s\S]*third[\s\S]*contradicts &#60;AC1/),
    annotations: [{ level: 'failure', path: 'src/a.ts', title: 'Candidate third was disqualified' }],
  });
  expect(await said(changeFacts({ built, jobs: [guarded()] }, 'code'))).toMatchObject({ title: 'pass: candidates compared', annotations: [] });
});

it('signs with the consensus the prompts that each compared candidate was written with', async () => {
  const inputs = async (built: ChangeFacts['built']) => {
    const facts = changeFacts({ built, jobs: [guarded(), job('sabotage', { ok: true, output: { outcome: 'pass', reason: 'nothing broke', findings: [], controls: [], inputsRun: 9 } }, 'no spec')] }, 'code');
    const [statement] = decide(facts, await rule(facts, policy)).steps.flatMap((step) => (step.step === 'sign-statement' && step.note === `statement ${sha} consensus` ? [step.statement] : []));
    return JSON.stringify(statement?.predicate);
  };
  const built = builtBy('anthropic')!;
  expect(await inputs(built)).toContain('consensus/prompts of a');
  expect(await inputs(built)).toContain('consensus/prompts of b');
  expect(await inputs(built)).toBe(await inputs(structuredClone(built)));
  for (const one of ['a', 'b']) expect(await inputs({ ...built, prompts: { ...built.prompts, [one]: ['c'.repeat(64)] } })).not.toBe(await inputs(built));
  expect(await inputs({ ...built, prompts: {} })).not.toContain('prompts of');
});
