/** A guard report as the job summary: the table first, then what took longest, then each finding. Escaped, and under GitHub's limit of 1 MiB. Pure. */
import type { Problem } from '../../app/core/errors.ts';
import type { Finding, GuardReport, GuardrailResult } from '../../app/core/finding.ts';
import { plain } from '../../app/core/markdown.ts';
import type { Annotation } from '../../app/core/ports/github.ts';

export const maxSummaryBytes = 1024 * 1024;
// GitHub shows ten annotations of each level per step; the summary has them all.
const maxShown = 10;
// Room for the line that says how many are left out.
const reserve = 512;

export function toSummary(report: GuardReport, title = 'Assay'): string {
  const table = ['| guardrail | outcome | findings | ms | engine |', '|---|---|---|---|---|', ...report.guardrails.map(row)];
  const head = [`## ${title}: ${report.outcome}`, '', ...(report.guardrails.length > 0 ? table : ['No guardrail of this kind is in the pack.']), '', critical(report), ''].join('\n');
  return fill(`${head}\n`, report.guardrails.flatMap((result) => shown(result).map((finding) => line(finding, result))));
}

/** At most ten annotations of each level, worst first as they come. */
export function shownOnLines(annotations: readonly Annotation[]): Annotation[] {
  return (['failure', 'warning', 'notice'] as const).flatMap((level) => annotations.filter((each) => each.level === level).slice(0, maxShown));
}

export function problemSummary(problem: Problem, title = 'Assay'): string {
  return `## ${title}: error\n\n**${plain(problem.code)}** ${plain(problem.message, 4000)}\n\nRemedy: ${plain(problem.remedy, 4000)}\n`;
}

function row(result: GuardrailResult): string {
  const outcome = result.mode === 'enforce' ? result.outcome : `${result.outcome} (${result.mode})`;
  return `| ${result.id} ${result.slug} | ${outcome} | ${shown(result).length} | ${result.ms} | ${plain(`${result.tool.name} ${result.tool.version}`)} |`;
}

/** They run side by side: what the run waited for is the slowest one. */
function critical(report: GuardReport): string {
  const slowest = report.guardrails.toSorted((a, b) => b.ms - a.ms)[0];
  const path = slowest && slowest.ms > 0 ? `; the longest was ${slowest.id} ${slowest.slug} with ${slowest.ms} ms` : '';
  const compared = report.base === null ? 'all files' : `${report.base.slice(0, 12)}..${report.head.slice(0, 12)}`;
  return `Compared: ${plain(compared)}. Took ${report.durationMs} ms${path}.`;
}

function shown(result: GuardrailResult): Finding[] {
  return result.findings.filter((finding) => finding.code !== 'NOTHING_APPLIES');
}

function line(finding: Finding, result: GuardrailResult): string {
  const place = finding.startLine > 0 ? `${finding.path}:${finding.startLine}` : finding.path;
  return `- **${result.id} ${finding.code}** (${finding.severity}) ${plain(place)}: ${plain(finding.message, 2000)} *${plain(finding.remedy, 2000)}*\n`;
}

function fill(head: string, lines: readonly string[]): string {
  let bytes = Buffer.byteLength(head);
  const fitting = lines.findIndex((each) => (bytes += Buffer.byteLength(each)) > maxSummaryBytes - reserve);
  if (fitting < 0) return head + lines.join('');
  return `${head}${lines.slice(0, fitting).join('')}\n${lines.length - fitting} more findings are in the SARIF file.\n`;
}
