/** G20: the ledger's figures against the ceilings of the business rules. A figure that is absent or no number is an error, never a zero. Amounts in US dollars. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import limits from '../../rulepacks/budget/limits.json' with { type: 'json' };

const required = ['forecastUsd', 'spentUsd', 'committedUsd', 'weeklyForecastUsd', 'capUsd', 'hours'] as const;

export function inspect(facts: Pick<GuardFacts, 'budget'>): RawFinding[] {
  const { budget } = facts;
  const absent = required.filter((name) => !isFigure(budget[name]));
  const odd = budget.quality !== undefined && !(isFigure(budget.quality) && budget.quality <= 1) ? ['quality'] : [];
  if (absent.length + odd.length > 0) return [...absent, ...odd].map((name) => ({ ...finding('BUDGET_UNKNOWN', { name }), error: true }));
  return [...ceilings(budget as Record<(typeof required)[number], number>), ...quality(budget.quality)];
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function ceilings(budget: Record<(typeof required)[number], number>): RawFinding[] {
  const week = budget.weeklyForecastUsd;
  const project = Math.max(budget.forecastUsd, budget.spentUsd + budget.committedUsd);
  return [
    ...(week > limits.weekStopUsd ? [finding('WEEK_OVER_CEILING', { value: money(week), limit: money(limits.weekStopUsd) })] : []),
    ...(week > limits.weekWarnUsd && week <= limits.weekStopUsd ? [{ ...finding('WEEK_OVER_TARGET', { value: money(week), limit: money(limits.weekWarnUsd) }), severity: 'info' as const }] : []),
    ...(project > limits.projectUsd ? [finding('PROJECT_OVER_BUDGET', { value: money(project), limit: money(limits.projectUsd) })] : []),
    ...(budget.spentUsd + budget.committedUsd > budget.capUsd ? [finding('CAP_REACHED', { value: money(budget.spentUsd + budget.committedUsd), limit: money(budget.capUsd) })] : []),
    ...(budget.hours > limits.projectHours ? [finding('HOURS_OVER_BUDGET', { value: budget.hours.toFixed(1), limit: limits.projectHours })] : []),
  ];
}

function quality(score: number | undefined): RawFinding[] {
  if (score === undefined || score >= limits.quality) return [];
  return [finding('QUALITY_TOO_LOW', { value: (Math.floor(score * 1000) / 10).toFixed(1), limit: limits.quality * 100 })];
}

function finding(code: string, values: Record<string, string | number>): RawFinding {
  return { code, path: '.', startLine: 0, endLine: 0, values };
}

function money(usd: number): string {
  return usd.toFixed(2);
}
