/** A guard report as text for a terminal: the table first, then each finding with its place and its remedy. Pure. */
import type { GuardReport, GuardrailResult } from '../core/finding.ts';

export function toText(report: GuardReport): string {
  const rows = report.guardrails.map(row);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...[header, ...rows].map((cells) => cells[column]!.length)));
  const table = [header, ...rows].map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
  const details = report.guardrails.flatMap(detail);
  const missing = notInstalled(report);
  return `${[...table, ...(details.length > 0 ? ['', ...details] : []), ...(missing.length > 0 ? ['', ...missing] : []), '', summary(report)].join('\n')}\n`;
}

const header = ['id', 'guardrail', 'outcome', 'findings', 'ms', 'engine'];

function row(result: GuardrailResult): string[] {
  const counted = result.findings.filter((finding) => finding.code !== 'NOTHING_APPLIES').length;
  const outcome = result.mode === 'enforce' ? result.outcome : `${result.outcome} (${result.mode})`;
  return [result.id, result.slug, outcome, String(counted), String(result.ms), judgedBy(result)];
}

/** Each engine with its own version. */
function judgedBy({ engines, tool }: GuardrailResult): string {
  const used = engines.filter(({ state }) => state === 'embedded' || state === 'clean' || state === 'findings').map(({ name, version }) => `${name} ${version.replace(/^v(?=\d)/, '')}`);
  return used.length > 0 ? used.join(', ') : `${tool.name} ${tool.version}`;
}

function detail(result: GuardrailResult): string[] {
  return result.findings.flatMap((finding) => {
    if (finding.code === 'NOTHING_APPLIES') return [];
    const place = finding.startLine > 0 ? `${finding.path}:${finding.startLine}` : finding.path;
    return [`${place}  ${finding.severity}  ${result.id} ${finding.code}`, `  ${finding.message}`, `  remedy: ${finding.remedy}`];
  });
}

/** Engines that were not there: named with what installs them, each once. */
function notInstalled(report: GuardReport): string[] {
  const by = new Map<string, string[]>();
  for (const { id, engines } of report.guardrails) for (const { state, install } of engines) if (state === 'missing' && install) by.set(install, [...(by.get(install) ?? []), id]);
  return [...by].map(([install, ids]) => `not installed, wanted by ${ids.join(', ')}: ${install}`);
}

function summary(report: GuardReport): string {
  const compared = report.base === null ? 'all files' : `${report.base.slice(0, 12)}..${report.head.slice(0, 12)}`;
  const fixtures = report.guardrails.reduce((sum, each) => sum + each.inFixtures, 0);
  const waived = report.guardrails.reduce((sum, each) => sum + (each.waived ?? 0), 0);
  const slowest = report.guardrails.toSorted((a, b) => b.ms - a.ms)[0];
  const notes = [compared, `${report.durationMs} ms`, ...(slowest && report.guardrails.length > 1 ? [`the longest was ${slowest.id} with ${slowest.ms} ms`] : []), ...(fixtures > 0 ? [`${fixtures} findings in fixtures`] : []), ...(waived > 0 ? [`${waived} waived`] : [])];
  return `${report.outcome}  (${notes.join(', ')})`;
}
