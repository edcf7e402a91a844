/** Findings of the fuller engines under our codes: bandit by its table, semgrep by our own rules, whose ids begin with the code. */
import { isGrave, toolFindings, type Translation } from '../../app/core/code/tool-findings.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import type { ToolFinding } from '../../app/core/tool-answer.ts';
import bandit from '../../rulepacks/sast/bandit.json' with { type: 'json' };

const byTest: Readonly<Record<string, Translation>> = bandit;

export function fromTools(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  return toolFindings([
    { answer: facts.tools.semgrep, translate: ({ rule }) => (/^[A-Z][A-Z0-9_]*-/.test(rule) ? { code: rule.split('-')[0]!, blocks: true } : null) },
    { answer: facts.tools.bandit, translate: fromBandit },
  ], own);
}

function fromBandit({ rule, level }: ToolFinding): Translation | null {
  const known = byTest[rule];
  return known ? { code: known.code, blocks: known.blocks === true && isGrave(level) } : null;
}
