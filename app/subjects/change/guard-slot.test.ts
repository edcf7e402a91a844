/** The two jobs behind the guardrails' verdict, in every state that a reader may find them in. */
import { describe, expect, it } from 'vitest';
import type { GuardReport, GuardrailResult } from '../../core/finding.ts';
import type { Outcome } from '../../core/verdict.ts';
import { guardSlot, type GuardWork } from './guard-slot.ts';
import type { SlotWork } from './slots.ts';

function report(id: string, outcome: GuardrailResult['outcome']): GuardReport {
  const result = { id, slug: 'x', outcome, mode: 'enforce' as const, ms: 1, tool: { name: 'own', version: '1' }, engines: [], inFixtures: 0, findings: [] };
  return { version: 1, outcome, base: null, head: 'c'.repeat(40), guardrails: [result], durationMs: 5 };
}

function job(executes: boolean, state: SlotWork['state'], said: GuardReport | 'crashed' | null = null): GuardWork {
  const outcome: Outcome | null = said === null ? null : said === 'crashed' ? 'error' : said.outcome;
  const verdict = outcome === null ? null : { outcome, sha: 'c'.repeat(40), reason: 'why', at: executes ? 20 : 10, content: null, works: { reading: null, executing: null } };
  return { work: { kind: 'guard', key: executes ? 'k exec' : 'k', state, verdict }, report: said === 'crashed' ? null : said, executes };
}

const reason = (all: GuardReport): string => `${all.guardrails.length} of them`;
const slot = (scan: GuardWork, exec?: GuardWork) => {
  const { state, verdict, executes, report: all } = guardSlot(exec ? [scan, exec] : [scan], reason);
  return { state, outcome: verdict?.outcome ?? null, executes, ids: all?.guardrails.map((each) => each.id) ?? [] };
};

describe('the guardrails of a pack that runs nothing', () => {
  it('are their one job', () => {
    expect(slot(job(false, 'absent'))).toEqual({ state: 'absent', outcome: null, executes: false, ids: [] });
    expect(slot(job(false, 'ended', report('G01', 'pass')))).toMatchObject({ state: 'ended', outcome: 'pass', ids: ['G01'] });
  });
});

describe('the guardrails of a pack that runs the change', () => {
  const passed = job(false, 'ended', report('G01', 'pass'));

  it('do not pass before the second job has ended, and say that it is that one they wait for', () => {
    expect(slot(passed, job(true, 'absent'))).toEqual({ state: 'absent', outcome: null, executes: true, ids: ['G01'] });
    expect(slot(passed, job(true, 'running'))).toMatchObject({ state: 'running', outcome: null });
  });

  it('wait for the scan first, which waits for nobody', () => {
    expect(slot(job(false, 'absent'), job(true, 'absent'))).toMatchObject({ outcome: null, executes: false });
    expect(slot(job(false, 'running'), job(true, 'ended', report('G04', 'pass')))).toMatchObject({ state: 'running', outcome: null });
  });

  it('say at once what the scan objects to', () => {
    expect(slot(job(false, 'ended', report('G01', 'fail')), job(true, 'absent'))).toMatchObject({ outcome: 'fail', ids: ['G01'] });
  });

  it.each([
    ['pass', 'pass', 'pass'], ['pass', 'fail', 'fail'], ['fail', 'pass', 'fail'], ['not_applicable', 'pass', 'pass'], ['not_applicable', 'not_applicable', 'not_applicable'], ['fail', 'error', 'error'],
  ] as const)('are the worse of %s and %s', (scan, exec, outcome) => {
    expect(slot(job(false, 'ended', report('G01', scan)), job(true, 'ended', report('G04', exec)))).toEqual({ state: 'ended', outcome, executes: true, ids: ['G01', 'G04'] });
  });

  it.each([['pass', 'fail', 'fail'], ['fail', 'pass', 'fail'], ['fail', 'error', 'error'], ['pass', 'pass', 'pass']] as const)('that both jobs judged count once, with the graver word of %s and %s', (scan, exec, outcome) => {
    const judged = guardSlot([job(false, 'ended', report('G12', scan)), job(true, 'ended', report('G12', exec))], reason);
    expect(judged.report?.guardrails.map((each) => [each.id, each.outcome])).toEqual([['G12', outcome]]);
    expect(judged.verdict).toMatchObject({ outcome, reason: '1 of them' });
  });

  it('are an error where one of the two crashed', () => {
    expect(slot(passed, job(true, 'ended', 'crashed'))).toMatchObject({ outcome: 'error', ids: ['G01'] });
    expect(slot(job(false, 'ended', 'crashed'), job(true, 'ended', report('G04', 'pass')))).toMatchObject({ outcome: 'error', ids: ['G04'] });
  });
});
