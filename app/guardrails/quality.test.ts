import { describe, expect, it } from 'vitest';
import type { GuardReport, GuardrailResult } from '../core/finding.ts';
import type { Outcome } from '../core/verdict.ts';
import { descriptors } from './catalogue.generated.ts';
import { qualityOf } from './quality.ts';

function result(id: string, outcome: Outcome, mode: GuardrailResult['mode'] = 'enforce'): GuardrailResult {
  const { slug } = descriptors.find((one) => one.id === id)!;
  return { id, slug, outcome, mode, ms: 1, tool: { name: 'own', version: '1' }, engines: [], inFixtures: 0, findings: [] };
}

function report(...guardrails: GuardrailResult[]): GuardReport {
  return { version: 1, outcome: 'pass', base: null, head: 'a'.repeat(40), guardrails, durationMs: 1 };
}

const [critical, high] = (['critical', 'high'] as const).map((severity) => descriptors.find((one) => one.severity === severity)!.id) as [string, string];

describe('the composite quality', () => {
  it('weighs what passes by what is at stake', () => {
    expect(qualityOf(report(result(critical, 'pass'), result(high, 'pass')))).toEqual({ percent: 100, formula: '7 of 7 points (critical 4, high 3, medium 2, low 1)' });
    expect(qualityOf(report(result(critical, 'fail'), result(high, 'pass')))).toEqual({ percent: 300 / 7, formula: `3 of 7 points (critical 4, high 3, medium 2, low 1): ${critical} missing` });
  });

  it('counts an error as nothing, and leaves out what only warns and what had nothing to judge', () => {
    expect(qualityOf(report(result(critical, 'error'), result(high, 'pass')))?.percent).toBeCloseTo(300 / 7);
    expect(qualityOf(report(result(critical, 'pass'), result(high, 'fail', 'warn')))?.percent).toBe(100);
    expect(qualityOf(report(result(critical, 'not_applicable'), result(high, 'pass')))?.percent).toBe(100);
  });

  it('counts of what was measured the part that came out well, and nothing of it where the guardrail objects', () => {
    const measured = (outcome: Outcome) => ({ ...result('G04', outcome), share: { reached: 9, of: 10 } });
    expect(qualityOf(report(measured('pass'), result(critical, 'pass')))).toEqual({ percent: 670 / 7, formula: '6.7 of 7 points (critical 4, high 3, medium 2, low 1): G04 at 9 of 10' });
    expect(qualityOf(report(measured('fail'), result(critical, 'pass')))?.formula).toContain('G04 missing');
  });

  it('makes no number up where nothing was judged', () => {
    expect(qualityOf(report())).toBeNull();
    expect(qualityOf(report(result(critical, 'not_applicable')))).toBeNull();
  });
});
