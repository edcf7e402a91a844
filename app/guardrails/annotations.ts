/** GuardReport → check-run annotations: worst first, capped. GitHub shows them as text; a finding cannot speak workflow commands or terminal codes in them. */
import type { Finding, GuardReport, GuardrailResult } from '../core/finding.ts';
import type { Annotation } from '../core/ports/github.ts';
import { clip, spoken } from '../core/visible.ts';

export const maxAnnotations = 200;
const rank = ['critical', 'high', 'medium', 'low', 'info'];

export function toAnnotations(report: GuardReport): Annotation[] {
  return report.guardrails
    .flatMap((result) => result.findings.filter((finding) => finding.code !== 'NOTHING_APPLIES').map((finding) => ({ finding, result })))
    .sort((a, b) => rank.indexOf(a.finding.severity) - rank.indexOf(b.finding.severity))
    .slice(0, maxAnnotations)
    .map(({ finding, result }) => annotation(finding, result));
}

function annotation(finding: Finding, result: GuardrailResult): Annotation {
  const blocks = result.mode === 'enforce' && finding.severity !== 'info';
  return {
    path: finding.path,
    // GitHub refuses line 0; a finding on a file as a whole is shown on its first line.
    startLine: Math.max(1, finding.startLine), endLine: Math.max(1, finding.endLine),
    level: blocks ? 'failure' : finding.severity === 'info' ? 'notice' : 'warning',
    title: `${result.id} ${finding.code}`,
    message: clip(`${spoken(finding.message)}\n${spoken(finding.remedy)}`, 4000),
  };
}
