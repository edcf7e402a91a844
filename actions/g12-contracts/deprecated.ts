/** Calls that the platform has deprecated or dropped, by the table `rulepacks/contracts/deprecated.json`. Reported: a repository may stand on an older platform. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText } from '../../app/core/guardrail.ts';
import { lines, parseFile } from '../../app/core/syntax.ts';
import pack from '../../rulepacks/contracts/deprecated.json' with { type: 'json' };

export function deprecatedFindings(file: ChangedText): RawFinding[] {
  const rules = pack.rules.filter((rule) => mayHold(file.text, rule));
  const parsed = rules.length > 0 ? parseFile(file.path, file.text) : null;
  if (parsed === null || parsed.root.kind() === 'ERROR') return [];
  return rules.filter(({ dialect }) => dialect === parsed.dialect).flatMap(({ pattern, text, instead }) => parsed.root.findAll(pattern).map((node): RawFinding => {
    const { startLine } = lines(node);
    return { code: 'DEPRECATED_API', path: file.path, startLine, endLine: startLine, severity: 'info', values: { text, instead } };
  }));
}

/** The text has the words, and imports the module that they belong to: `url.parse` of something else that is called url is none of this. */
function mayHold(text: string, { dialect, pattern }: { dialect: string; pattern: string }): boolean {
  const words = pattern.match(/[A-Za-z]{3,}/g) ?? [];
  if (!words.every((word) => text.includes(word))) return false;
  const module = /^(\w+)\.\w/.exec(pattern)?.[1];
  if (module === undefined || module === 'process') return true;
  if (new RegExp(`\\b(const|let|var)\\s+${module}\\s*=\\s*(?!require\\b)`).test(text)) return false;
  return dialect === 'python' ? new RegExp(`^\\s*(import|from)\\s.{0,200}\\b${module}\\b`, 'm').test(text) : new RegExp(`['"](node:)?${module}['"]`).test(text);
}
