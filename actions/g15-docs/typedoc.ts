/** What TypeDoc tells, where the repository configures it: links that lead nowhere and a build that fails block, as the repository's own; missing documentation informs unless it is asked for. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';

const codes: Record<string, string> = { undocumented: 'UNDOCUMENTED', link: 'DOC_LINK_BROKEN', build: 'DOCS_BUILD_FAILED' };

export function typedocFindings({ tools }: GuardFacts): RawFinding[] {
  return (tools.typedoc?.findings ?? []).map(({ rule, path, startLine, endLine, message, level }) => ({
    code: codes[rule] ?? 'DOCS_BUILD_FAILED', path, startLine, endLine, values: { name: message.slice(0, 200), target: message.slice(0, 200), why: message.slice(0, 240) }, ...(level === 'error' ? {} : { severity: 'info' as const }),
  }));
}
