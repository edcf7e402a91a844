/** What is still to be spent on an intent: the whole forecast until its builders have ended, nothing after that but what the ledger knows. */
import type { MicroUsd } from '../../core/money.ts';
import type { IntentFacts } from './facts.ts';
import type { Forecaster } from '../observation.ts';
import { votersFor } from '../voters.ts';
import { progressOf } from './progress.ts';

// Write, test, fix: enough for several rounds of it, few enough to end.
export const maxTurns = 24;

export function forecastFor(facts: IntentFacts, forecast: Forecaster): IntentFacts['forecast'] {
  const { spec, round } = progressOf(facts);
  if (!spec) return null;
  const voters = votersFor(facts.families, facts.config, { spec: spec.spec, failedRounds: round?.number ?? 0 });
  const models = Object.fromEntries(voters.map(({ family, model }) => [family, model]));
  const { expected, minutes } = forecast({ models, criteria: spec.spec.criteria.length, maxTurns });
  return { expected, minutes };
}

/** Builders that run have reserved what they spend, and those that ended have settled it. */
export function stillToSpend(facts: IntentFacts): MicroUsd {
  const started = progressOf(facts).round?.builds.some(({ work }) => work.state !== 'absent') ?? false;
  return started ? 0 : facts.forecast?.expected ?? 0;
}
