/** G20: the ledger's figures against the ceilings of the business rules. A figure that is absent, negative or no number is an error, never a zero. US dollars. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import limits from '../../rulepacks/budget/limits.json' with { type: 'json' };

const project = ['forecastUsd', 'spentUsd', 'committedUsd', 'grantUsd', 'capUsd'] as const;
const week = ['weekForecastUsd', 'weekSpentUsd', 'weekCommittedUsd'] as const;
const known = ['hours', 'quality'] as const;

type Figures = Readonly<Record<string, number>>;

export function inspect({ budget }: Pick<GuardFacts, 'budget'>): RawFinding[] {
  const wrong = unusable(budget);
  if (wrong.length > 0) return wrong.map((name) => ({ ...finding('BUDGET_UNKNOWN', { name }), error: true }));
  return [...projectFindings(budget), ...(has(budget, 'weekSpentUsd') ? weekFindings(budget) : []), ...workFindings(budget)];
}

/** Half a week would look like a cheap one: its three figures come together. */
function unusable(budget: Figures): string[] {
  const weekly = week.some((name) => has(budget, name)) ? week : [];
  const asked = [...project, ...weekly, ...known.filter((name) => has(budget, name))];
  return asked.filter((name) => !isAmount(budget[name]) || (name === 'quality' && budget[name]! > 1));
}

function has(budget: Figures, name: string): boolean {
  return budget[name] !== undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function projectFindings(budget: Figures): RawFinding[] {
  const total = budget.spentUsd! + budget.committedUsd! + budget.forecastUsd!;
  return total > budget.capUsd! ? [finding('PROJECT_OVER_CAP', { value: money(total), limit: money(budget.capUsd!) })] : [];
}

function weekFindings(budget: Figures): RawFinding[] {
  const total = budget.weekSpentUsd! + budget.weekCommittedUsd! + budget.weekForecastUsd!;
  if (total > limits.weekStopUsd) return [finding('WEEK_OVER_CEILING', { value: money(total), limit: money(limits.weekStopUsd) })];
  return total > limits.weekWarnUsd ? [finding('WEEK_OVER_TARGET', { value: money(total), limit: money(limits.weekWarnUsd) })] : [];
}

function workFindings({ hours, quality }: Figures): RawFinding[] {
  return [
    ...(hours !== undefined && hours > limits.projectHours ? [finding('HOURS_OVER_BUDGET', { value: hours.toFixed(1), limit: limits.projectHours })] : []),
    // Rounded down, so that 84.96 % is not shown as the 85 % that it misses.
    ...(quality !== undefined && quality < limits.quality ? [finding('QUALITY_TOO_LOW', { value: (Math.floor(quality * 1000) / 10).toFixed(1), limit: limits.quality * 100 })] : []),
  ];
}

function finding(code: string, values: Record<string, string | number>): RawFinding {
  return { code, path: '.', startLine: 0, endLine: 0, values, ...(limits.notes.includes(code) ? { severity: 'info' } : {}) };
}

function money(usd: number): string {
  return usd.toFixed(2);
}
