/** The table under the check `assay`: each piece of evidence with its digest and the command that checks it. */
import { expect, it } from 'vitest';
import { base, changeFacts, guarded, job, published, sha } from './facts.fixture.ts';
import { evidenceRows } from './evidence-rows.ts';
import { verdictStatements } from './manifest.ts';
import { slotsOf } from './slots.ts';

const rowOf = (text: string, name: string) => text.split('\n').find((line) => line.startsWith(`| ${name} |`));
const engine = { name: 'own', version: '1' };
const said = (id: string, outcome: 'pass' | 'fail', message?: string) => ({
  id, slug: id, outcome, mode: 'enforce' as const, ms: 1, tool: engine, engines: [], inFixtures: 0,
  findings: message === undefined ? [] : [{ code: 'X', path: '.', startLine: 0, endLine: 0, severity: 'info' as const, message, remedy: '', fingerprint: 'f' }],
});

it('binds each verdict by the digest that the manifest has for it', () => {
  const facts = published(changeFacts({ jobs: [guarded()] }));
  const text = evidenceRows(facts, slotsOf(facts));
  for (const { slot, digest } of verdictStatements(facts, slotsOf(facts))!) expect(rowOf(text, slot === 'supplyChain' ? 'supply chain' : slot)).toContain(digest);
  expect(rowOf(text, 'signature')).toContain(facts.manifest!.digest);
  expect(rowOf(text, 'guardrails')).toContain(`git checkout ${sha} && npx assay guard --base ${base}`);
});

it('says what a guardrail of the pack measured, and nothing of one that the pack does not have', () => {
  const output = { version: 1 as const, outcome: 'pass' as const, base, head: sha, guardrails: [said('otlp', 'pass', 'Traces arrived: <b>4bf9</b>'), said('coverage', 'pass'), said('G04', 'fail')], durationMs: 1 };
  const facts = changeFacts({ jobs: [job('guard', { ok: true, output })] });
  const text = evidenceRows(facts, slotsOf(facts));
  expect(rowOf(text, 'trace ids')).toMatch(/otlp pass: Traces arrived: &#60;b&#62;4bf9[^|]*\| +\| `git checkout .* --only otlp`/);
  expect(rowOf(text, 'tests')).toContain('G04 fail; coverage pass');
  expect(rowOf(text, 'accessibility')).toBeUndefined();
});

it('promises no digest and no command for what has not answered', () => {
  const facts = changeFacts({}, 'code');
  expect(rowOf(evidenceRows(facts, slotsOf(facts)), 'saboteur')).toMatch(/^\| saboteur \| waits \| +\| +\|$/);
});
