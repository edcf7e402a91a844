/** What gitleaks says of the history and zizmor of workflows, in the words of this guardrail. Only rules that were precise enough on the labelled cases block. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { isWeak } from '../../app/core/secrets/weak-rules.ts';
import { clip, visible } from '../../app/core/visible.ts';
import { lineOf, stateOf } from './leaks.ts';

const audits: Record<string, string> = {
  'excessive-permissions': 'TOKEN_SCOPE', 'secrets-inherit': 'SECRETS_INHERITED', 'overprovisioned-secrets': 'SECRETS_OVERPROVISIONED', 'unredacted-secrets': 'SECRET_UNREDACTED',
  artipacked: 'CREDENTIALS_PERSISTED', 'use-trusted-publishing': 'PUBLISH_TOKEN_LONG_LIVED',
};

/** `own` are the findings of the embedded engine: the same place is told once. */
export function fromScanners(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  return [...audited(facts, own), ...leaked(facts, own)];
}

function audited(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  return (facts.tools.zizmor?.findings ?? []).flatMap(({ rule, path, startLine, endLine, message }): RawFinding[] => {
    if (rule === 'unaudited') return [{ code: 'WORKFLOW_UNAUDITED', path, startLine: 0, endLine: 0, severity: 'info' }];
    const code = audits[rule];
    const known = own.some((each) => each.code === code && each.path === path && each.startLine >= startLine && each.startLine <= Math.max(startLine, endLine));
    return code === undefined || known ? [] : [{ code, path, startLine, endLine, values: { text: clip(visible(message), 160) } }];
  });
}

/** Laid out as `history/<index>/<path>`; the index is that of the entry. */
function leaked(facts: GuardFacts, own: readonly RawFinding[]): RawFinding[] {
  return (facts.tools.gitleaks?.findings ?? []).flatMap(({ rule, path, startLine }): RawFinding[] => {
    const entry = facts.history?.[Number(/^history\/(\d+)\//.exec(path)?.[1] ?? -1)];
    if (!entry) return [];
    const line = lineOf(entry, startLine);
    const sha = entry.sha.slice(0, 12);
    if (own.some((each) => each.code === 'SECRET_IN_HISTORY' && each.path === entry.path && (each.values?.line === line))) return [];
    const values = { sha, line, what: rule, state: stateOf(facts, entry, line) };
    return [{ code: 'SECRET_IN_HISTORY', path: entry.path, startLine: 0, endLine: 0, values, severity: isWeak(rule) ? 'info' : 'critical' }];
  });
}
