/** What gitleaks finds beside the embedded engine: the same line is told once. Its weak rules do not block. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { isWeak } from '../../app/core/secrets/weak-rules.ts';

export function fromGitleaks(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  const told = new Set(own.flatMap((each) => Array.from({ length: Math.min(each.endLine - each.startLine, 200) + 1 }, (_, at) => `${each.path}\0${each.startLine + at}`)));
  return (facts.tools.gitleaks?.findings ?? []).flatMap(({ rule, path, startLine, endLine }): RawFinding[] => {
    const key = `${path}\0${startLine}`;
    if (told.has(key)) return [];
    told.add(key);
    const values = { kind: rule, masked: 'redacted by gitleaks' };
    return [{ code: 'PROVIDER_TOKEN', path, startLine, endLine, values, ...(isWeak(rule) ? { severity: 'info' as const } : {}) }];
  });
}
