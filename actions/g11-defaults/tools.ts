/** bandit's and gosec's tests of the same defaults under our codes. */
import { byTable, toolFindings } from '../../app/core/code/tool-findings.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import bandit from '../../rulepacks/defaults/bandit.json' with { type: 'json' };
import gosec from '../../rulepacks/defaults/gosec.json' with { type: 'json' };

export function fromTools(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  return toolFindings([{ answer: facts.tools.bandit, translate: byTable(bandit) }, { answer: facts.tools.gosec, translate: byTable(gosec) }], own);
}
