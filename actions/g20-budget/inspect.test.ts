/** G20 where JSON cannot say it: figures of the wrong type, and a run without any budget. */
import { describe, expect, it } from 'vitest';
import { textFile } from '../../app/core/tree.ts';
import { fixtureTools } from '../../app/guardrails/facts.fixture.ts';
import { runGuardrails } from '../../app/guardrails/runner.ts';
import { inspect } from './inspect.ts';

const figures = { forecastUsd: 40, spentUsd: 10, committedUsd: 5, grantUsd: 60, capUsd: 150, weekForecastUsd: 0, weekSpentUsd: 20, weekCommittedUsd: 5, hours: 1, quality: 1 };
const wrong: unknown[] = [Number.NaN, Number.POSITIVE_INFINITY, -0.01, '5', null, true];

describe('G20', () => {
  it.each(Object.keys(figures).flatMap((name) => wrong.map((value) => [name, value] as const)))('is an error where %s is %s', (name, value) => {
    const found = inspect({ budget: { ...figures, [name]: value as number } });
    expect(found).toMatchObject([{ code: 'BUDGET_UNKNOWN', error: true, values: { name } }]);
  });

  it('takes zeros', () => {
    expect(inspect({ budget: { forecastUsd: 0, spentUsd: 0, committedUsd: 0, grantUsd: 0, capUsd: 0 } })).toEqual([]);
  });

  it('applies where the run brings a budget, and only there', async () => {
    const tools = fixtureTools();
    const input = { base: {}, head: { 'a.txt': textFile('x\n') }, baseSha: null, headSha: 'c'.repeat(40), pack: 'strict', only: ['G20'] };
    expect((await runGuardrails(input, tools)).guardrails[0]).toMatchObject({ outcome: 'not_applicable' });
    expect((await runGuardrails({ ...input, budget: figures }, tools)).guardrails[0]).toMatchObject({ outcome: 'pass', findings: [] });
    expect((await runGuardrails({ ...input, budget: { ...figures, spentUsd: 151 } }, tools)).guardrails[0]).toMatchObject({ outcome: 'fail', findings: [{ code: 'PROJECT_OVER_CAP' }] });
    expect((await runGuardrails({ ...input, budget: {} }, tools)).outcome).toBe('error');
  });
});
