/** What hadolint and zizmor say, in the words of this guardrail. Rules of theirs that are matters of taste here are left out or only told. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { clip, visible } from '../../app/core/visible.ts';
import rules from '../../rulepacks/production/scanners.json' with { type: 'json' };

interface Mapped {
  code: string;
  info?: boolean;
}

const known: Record<string, Record<string, Mapped>> = rules;

/** `own` are the findings of the embedded engine: the same place and fault is told once. */
export function fromScanners(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  const told = [...own];
  for (const [tool, mapping] of Object.entries(known)) {
    for (const { rule, path, startLine, endLine, message } of facts.tools[tool]?.findings ?? []) {
      const mapped = mapping[rule];
      const last = Math.max(startLine, endLine);
      if (!mapped || told.some((each) => each.code === mapped.code && each.path === path && each.startLine <= last && each.endLine >= startLine)) continue;
      const text = clip(visible(message), 160);
      told.push({ code: mapped.code, path, startLine, endLine: last, values: { text, rule, image: text, where: rule }, ...(mapped.info ? { severity: 'info' as const } : {}) });
    }
  }
  return told.slice(own.length);
}
