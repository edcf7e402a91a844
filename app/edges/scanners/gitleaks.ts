/**
 * gitleaks over the changed files, or for G13 over what commits added, each entry laid out as `history/<index>/<path>`. Its built-in rules only: a configuration,
 * an ignore file or an allow comment of the change counts for nothing. Values are redacted before they leave the program.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { HistoryEntry } from '../../core/guardrail.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { type ScanOutput, scanner } from './scan.ts';

const Report = z.array(z.looseObject({ RuleID: z.string(), Description: z.string(), File: z.string(), StartLine: z.number().int().min(0), EndLine: z.number().int().min(0) }));
const rulesOfItsOwn = /^\.gitleaks(\.toml|ignore)$/;

export const gitleaks = () => scanner({
  name: 'gitleaks', perGuardrail: true, exit: { clean: [0], findings: [9] },
  files: (request) => (request.guardrail === 'G13' ? historyFiles(request.history ?? []) : changedFiles(request)),
  prepare: ({ outside }) => {
    writeFileSync(join(outside, 'rules.toml'), '[extend]\nuseDefault = true\n');
    return null;
  },
  args: ({ outside, folder }) => ['dir', folder, '--config', join(outside, 'rules.toml'), '--gitleaks-ignore-path', outside, '--ignore-gitleaks-allow', '--redact', '--exit-code', '9', '--no-banner', '--no-color', '--report-format', 'json', '--report-path', join(outside, 'report.json')],
  parse,
});

function changedFiles({ changed }: ToolRequest): Record<string, string> {
  return Object.fromEntries(changed.filter(({ path }) => !rulesOfItsOwn.test(basename(path))).map(({ path, text }) => [path, text]));
}

/** The lines as they follow each other; a gap is an empty line, as in the embedded engine. */
function historyFiles(history: readonly HistoryEntry[]): Record<string, string> {
  return Object.fromEntries(history.flatMap(({ path, lines, unread }, index) => {
    if (unread !== undefined || rulesOfItsOwn.test(basename(path))) return [];
    return [[`history/${index}/${path}`, lines.map(({ line, text }, at) => (at > 0 && lines[at - 1]!.line !== line - 1 ? `\n${text}` : text)).join('\n')]];
  }));
}

function parse({ place, stderr }: ScanOutput) {
  // It says how much it read; a run that read nothing has not judged.
  if (!/scanned ~?\d+/i.test(stderr)) throw new AssayError('ENGINE_SILENT', 'gitleaks does not say that it scanned', { remedy: 'Run it alone to see its own message.' });
  return Report.parse(JSON.parse(readFileSync(join(place.outside, 'report.json'), 'utf8'))).map((leak) => ({
    rule: leak.RuleID, path: relative(place.folder, resolve(place.folder, leak.File)), startLine: leak.StartLine, endLine: Math.max(leak.StartLine, leak.EndLine), message: leak.Description, level: 'high',
  }));
}
