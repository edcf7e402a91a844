/** Money over a week, asked of policy: a week that is spent stops new model calls, not the merging of what is already proven. */
import type { Config } from '../core/config.ts';
import type { Policy } from '../core/ports/policy.ts';
import type { LedgerEntry } from '../core/ports/store.ts';
import { ruleFinops } from '../core/ruling.ts';
import type { Budget } from './intent/facts.ts';

export interface Week {
  spent: number;
  committed: number;
}

const weekMs = 7 * 24 * 3_600_000;

/** What was settled, and what is still reserved, in the seven days before `now`. */
export function weekOf(entries: readonly LedgerEntry[], now: number): Week {
  const recent = entries.filter((entry) => entry.createdAt > now - weekMs);
  return {
    spent: recent.reduce((sum, entry) => sum + (entry.settled ?? 0), 0),
    committed: recent.reduce((sum, entry) => sum + (entry.settled === null ? entry.reserved : 0), 0),
  };
}

/** Tokens in and out of settled calls, those of a cache included. */
export function tokensOf(entries: readonly LedgerEntry[]): number {
  return entries.reduce((sum, { usage }) => sum + (usage ? usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens : 0), 0);
}

/** Codes that stop spending; empty where money may flow. */
export async function spendingStops(facts: { now: number; week: Week; budget: Budget; config: Config; forecast: number }, policy: Policy): Promise<{ allow: boolean; codes: string[] }> {
  const { now, week, budget, config, forecast } = facts;
  const ruling = await ruleFinops(policy, {
    now, asOf: now, week: { ...week, forecast },
    project: { spent: budget.settled, committed: budget.committed - budget.settled, forecast },
    limits: { project: budget.cap, weekTarget: config.budget.weekTarget, weekCeiling: config.budget.weekCeiling },
    optimisationPlan: config.budget.optimisationPlan !== null,
  });
  return { allow: ruling.allow, codes: ruling.codes.filter((code) => code !== 'FINOPS_OK') };
}
