/** Head against base by the repository's own bench, measured in turns in one run. Worse than allowed, and surely worse: it fails. Perhaps worse: nobody knows, an error. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { answered } from '../../app/core/tool-answer.ts';
import { settingsOf } from './settings.ts';

const Measurement = z.discriminatedUnion('applies', [
  z.strictObject({ applies: z.literal(false), why: z.enum(['no-command', 'no-base', 'no-code']) }),
  z.strictObject({ applies: z.literal(true), ratio: z.number().positive(), low: z.number().positive(), high: z.number().positive(), base: z.number().positive(), head: z.number().positive(), rounds: z.number().int().min(5), better: z.enum(['lower', 'higher']) }),
]);
const silent = { 'no-command': 'NO_BENCH_COMMAND', 'no-base': 'NO_BASE', 'no-code': 'NO_CODE_CHANGED' } as const;
const change = { path: '.', startLine: 0, endLine: 0 };

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsOf(facts.settings);
  if ('code' in settings) return [settings];
  const answer = facts.tools.benchmark;
  if (!answered(answer)) return []; // the runner reports a probe that did not answer, as an error
  const measured = Measurement.parse(answer.data);
  if (!measured.applies) return [{ code: silent[measured.why], ...change, severity: 'info' }];
  const { ratio, low, high, base, head, rounds } = measured;
  const share = (value: number): string => `${value >= 1 ? '+' : ''}${((value - 1) * 100).toFixed(1)} %`;
  const values = { worse: share(ratio), low: share(low), high: share(high), base: Number(base.toPrecision(5)), head: Number(head.toPrecision(5)), rounds, allowed: share(1 + settings.tolerance) };
  if (ratio <= 1 + settings.tolerance) return [{ code: 'PERFORMANCE_MEASURED', ...change, severity: 'info', values }];
  return low > 1 ? [{ code: 'PERFORMANCE_WORSE', ...change, values }] : [{ code: 'PERFORMANCE_UNCLEAR', ...change, error: true, values }];
}
