/** What checkov says, in the words of this guardrail. It has hundreds of rules: those that name the same faults block, the others are told. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { clip, visible } from '../../app/core/visible.ts';
import rules from '../../rulepacks/iac/checkov.json' with { type: 'json' };

const known: Record<string, string> = rules;

/** `own` are the findings of the embedded engine: one fault of a resource is told once. */
export function fromCheckov(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  return (facts.tools.checkov?.findings ?? []).flatMap(({ rule, path, startLine, endLine, message }): RawFinding[] => {
    const code = known[rule];
    const text = clip(visible(message), 160);
    if (code === undefined) return [{ code: 'OTHER_FAULT', path, startLine, endLine, severity: 'info', values: { rule, text } }];
    const same = own.some((each) => each.code === code && each.path === path && each.startLine >= startLine && each.startLine <= endLine);
    return same ? [] : [{ code, path, startLine, endLine, values: { what: rule, text, ports: text } }];
  });
}
