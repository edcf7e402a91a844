/** Idioms that the platform has a name for (`rulepacks/reuse/platform.json`): reported, never blocking, since the target may be older than the platform. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText } from '../../app/core/guardrail.ts';
import { lines, parseFile } from '../../app/core/syntax.ts';
import pack from '../../rulepacks/reuse/platform.json' with { type: 'json' };

export function handWritten(file: ChangedText): RawFinding[] {
  const rules = pack.rules.filter((rule) => !('only' in rule) || file.text.includes(rule.only));
  const parsed = rules.length > 0 ? parseFile(file.path, file.text) : null;
  return rules.filter((rule) => rule.dialect === parsed?.dialect).flatMap((rule) => parsed!.root.findAll(rule.pattern).map((node): RawFinding => {
    const { startLine } = lines(node);
    return { code: 'PLATFORM_HAS_IT', path: file.path, startLine, endLine: startLine, severity: 'info', values: { instead: rule.instead } };
  }));
}
