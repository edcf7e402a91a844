/** bandit's tests of the same defaults under our codes. */
import { isGrave, toolFindings, type Translation } from '../../app/core/code/tool-findings.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import bandit from '../../rulepacks/defaults/bandit.json' with { type: 'json' };

const byTest: Readonly<Record<string, Translation>> = bandit;

export function fromTools(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  return toolFindings([{
    answer: facts.tools.bandit,
    translate: ({ rule, level }) => (byTest[rule] ? { code: byTest[rule].code, blocks: byTest[rule].blocks === true && isGrave(level) } : null),
  }], own);
}
