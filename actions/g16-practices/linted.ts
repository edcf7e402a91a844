/** What linters say: those that the repository configures with an error block, as its own rules; their warnings, what a marker suppresses, and oxlint without a configuration are `info`. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import type { ToolFinding } from '../../app/core/tool-answer.ts';
import { isJudged } from './scope.ts';

export function lintFindings({ tools }: GuardFacts): RawFinding[] {
  const own = [...(tools.eslint?.findings ?? []), ...(tools['oxlint-configured']?.findings ?? [])];
  return [
    ...own.map((each) => finding('LINT', each, { rule: each.rule, text: each.message.slice(0, 200) })),
    ...(tools['dependency-cruiser']?.findings ?? []).map((each) => {
      const [from = each.path, to = ''] = each.message.split(' → ');
      return finding(to === '' ? 'LINT' : 'IMPORT_FORBIDDEN', each, to === '' ? { rule: each.rule, text: each.message } : { from, to, why: `rule ${each.rule} of dependency-cruiser` });
    }),
    ...(tools.oxlint?.findings ?? []).filter(({ path, rule }) => isJudged(path) && rule !== 'syntax').map((each) => finding('LINT', each, { rule: each.rule, text: each.message.slice(0, 200) })),
  ];
}

function finding(code: string, { path, startLine, endLine, level }: ToolFinding, values: Record<string, string>): RawFinding {
  return { code, path, startLine, endLine, values, ...(level === 'error' ? {} : { severity: 'info' as const }) };
}
