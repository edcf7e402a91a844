/** What building a spec is likely to cost: shown before anybody approves it. Figures are planning numbers, the ledger has the real ones. */
import { usd, type MicroUsd } from '../../core/money.ts';
import type { Spec } from '../../core/spec.ts';

// One builder's whole loop, by difficulty: about what one attempt at a repository task of that size costs with a frontier model.
const perBuilder = { easy: 0.2, medium: 0.6, hard: 1.9 } as const;
const minutesPerBuild = { easy: 3, medium: 8, hard: 25 } as const;
// Planner, acceptance tests, auditor's prose and saboteur's ideas together.
const aroundIt = 0.35;

export function forecastOf(spec: Spec, builders: number): { usd: MicroUsd; minutes: number } {
  const difficulty = spec.difficulty ?? 'medium';
  return { usd: usd(perBuilder[difficulty] * builders + aroundIt), minutes: minutesPerBuild[difficulty] + 2 };
}
