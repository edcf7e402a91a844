/** Findings of the fuller engines under our codes: bandit and gosec by their tables, semgrep by our own rules, whose ids begin with the code. */
import { byTable, toolFindings } from '../../app/core/code/tool-findings.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import bandit from '../../rulepacks/sast/bandit.json' with { type: 'json' };
import gosec from '../../rulepacks/sast/gosec.json' with { type: 'json' };

export function fromTools(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  return toolFindings([
    { answer: facts.tools.semgrep, translate: ({ rule }) => (/^[A-Z][A-Z0-9_]*-/.test(rule) ? { code: rule.split('-')[0]!, blocks: true } : null) },
    { answer: facts.tools.bandit, translate: byTable(bandit) },
    { answer: facts.tools.gosec, translate: byTable(gosec) },
  ], own);
}
