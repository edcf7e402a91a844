/** Findings of ruff and golangci-lint under our codes, so that one place found by two engines is one finding. What has no code of ours is `info`. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { isJudged } from './scope.ts';

const ours: Record<string, { code: string; severity?: 'info' }> = { B904: { code: 'ERROR_LOST', severity: 'info' } };
/** Told by our own tree already: a bare except that raises again is fine, and budgets have limits of their own. */
const known = /^(E722|C901|PLR09\d\d|invalid-syntax)$/;

export function ruffFindings({ tools }: GuardFacts): RawFinding[] {
  return (tools.ruff?.findings ?? []).filter(({ path, rule }) => isJudged(path) && !known.test(rule)).map(({ rule, path, startLine, message }) => ({
    code: 'PRACTICE', severity: 'info' as const, ...ours[rule], path, startLine, endLine: startLine, values: { rule, text: message.slice(0, 160) },
  }));
}

/** golangci-lint over Go, of which nothing else here speaks. */
export function goFindings({ tools }: GuardFacts): RawFinding[] {
  return (tools['golangci-lint']?.findings ?? []).filter(({ path }) => isJudged(path)).map(({ rule, path, startLine, endLine, message }) => ({
    code: 'PRACTICE', severity: 'info' as const, path, startLine, endLine, values: { rule, text: message.slice(0, 160) },
  }));
}
