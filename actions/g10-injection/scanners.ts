/** What zizmor and actionlint say of workflows, in the words of this guardrail; a place that the embedded engine already told is not told again. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { clip, visible } from '../../app/core/visible.ts';
import rules from '../../rulepacks/injection/scanners.json' with { type: 'json' };

const audits: Record<string, { code: string; info?: boolean }> = rules.zizmor;

export function fromScanners(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  const told = [...own];
  const add = (finding: RawFinding): void => {
    const same = (each: RawFinding) => each.code === finding.code && each.path === finding.path && each.startLine <= finding.endLine && each.endLine >= finding.startLine;
    if (!told.some(same)) told.push(finding);
  };
  for (const { rule, path, startLine, endLine, message } of facts.tools.zizmor?.findings ?? []) {
    const known = audits[rule];
    if (known) add({ code: known.code, path, startLine, endLine, values: { text: clip(visible(message), 160) }, ...(known.info ? { severity: 'info' } : {}) });
  }
  // actionlint knows more than injection; only that is asked here.
  for (const { path, startLine, endLine, message } of facts.tools.actionlint?.findings ?? []) {
    if (message.includes('potentially untrusted')) add({ code: 'WORKFLOW_UNTRUSTED_INPUT', path, startLine, endLine, values: { text: clip(visible(/^\W*([\w.*]+)/.exec(message)?.[1] ?? message), 160) } });
  }
  return told.slice(own.length);
}
