/** Feature flags: whether the change has one, and new ones that start switched on. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { isProduction } from '../../app/core/test-paths.ts';

const flagFile = /(^|\/)(feature[-_]?)?flags?\.(json|ya?ml|toml|[cm]?[jt]s|py)$/i;
const on = /^\s*["']?([\w.-]+)["']?\s*[:=]\s*(true|on|True|\{[^}]*\b(default|enabled|defaultValue)["']?\s*:\s*true\b)/;
const asks = /\b(is_?(feature_?)?enabled|feature_?flags?|use_?flag|flag_?enabled|feature_?enabled|(bool|string)?variation)\s*[([.]/i;
const said = /\b(feature[ -]?)?flag\b\s*[:=]?\s*`?[\w.-]+|no flag because/i;

export function mentionsFlag({ changed, pull }: GuardFacts): boolean {
  if (said.test(pull?.body ?? '')) return true;
  return changed.some((file) => isProduction(file.path) && file.text.split('\n').some((line, index) => file.changedLines.has(index + 1) && asks.test(line)));
}

export function flagsOn(file: ChangedText): RawFinding[] {
  if (!flagFile.test(file.path)) return [];
  return file.text.split('\n').flatMap((line, index) => {
    const found = file.changedLines.has(index + 1) ? on.exec(line) : null;
    if (!found) return [];
    return [{ code: 'FLAG_ON_BY_DEFAULT', path: file.path, startLine: index + 1, endLine: index + 1, severity: 'info' as const, values: { name: found[1]!, text: line.trim().slice(0, 100) } }];
  });
}
