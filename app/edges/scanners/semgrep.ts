/**
 * semgrep with our own rules alone (`rulepacks/sast/semgrep`): no registry, no metrics, no version check, no ignore file of its own or of the change, `nosemgrep` not honoured.
 * Its exit code says nothing of findings, so that the report must be whole: errors of the engine count as a crash, and so does a file that it left out.
 * It is started by its native front (`--experimental`), which finds the same as the other without a second and a half of Python imports.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Language, languageOf } from '../../core/language.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { type ScanOutput, scanner } from './scan.ts';

const rules = fileURLToPath(new URL('../../../rulepacks/sast/semgrep/', import.meta.url));
const packs: Partial<Record<Language, string>> = { javascript: 'script.yml', typescript: 'script.yml', python: 'python.yml', go: 'go.yml' };
const endings: Record<string, string> = { cjs: 'js', mjs: 'js', cts: 'ts', mts: 'ts', pyi: 'py', pyw: 'py' };

const Place = z.looseObject({ line: z.number().int() });
const Report = z.looseObject({
  version: z.string(),
  errors: z.array(z.looseObject({ level: z.string(), type: z.unknown().optional(), message: z.string().optional() })),
  paths: z.looseObject({ scanned: z.array(z.string()) }),
  results: z.array(z.looseObject({ check_id: z.string(), path: z.string(), start: Place, end: Place, extra: z.looseObject({ message: z.string(), severity: z.string() }) })),
});

export const semgrep = () => scanner({
  name: 'semgrep', perGuardrail: false, exit: { clean: [0], findings: [0] },
  files: (request) => Object.fromEntries(readable(request).map(({ path, text }) => [shown(path), text])),
  // Without a file of that name it would leave out tests and more.
  prepare: ({ folder }) => {
    writeFileSync(join(folder, '.semgrepignore'), '');
    return null;
  },
  // It gives up on a file after five seconds of its own; ours is the limit of the whole question, kept outside of it.
  args: ({ folder }, request) => ['scan', '--experimental', ...packsFor(request).flatMap((pack) => ['--config', join(rules, pack)]), '--metrics=off', '--disable-version-check', '--no-git-ignore', '--disable-nosem', '--max-target-bytes', '0', '--jobs', '1', '--timeout', String(Math.ceil(request.limitMs / 1000)), '--json', '--quiet', folder],
  env: () => ({ SEMGREP_SEND_METRICS: 'off', SEMGREP_ENABLE_VERSION_CHECK: '0' }),
  parse,
});

function readable({ changed }: ToolRequest): ToolRequest['changed'] {
  return changed.filter(({ path }) => packs[languageOf(path)] !== undefined);
}

function packsFor(request: ToolRequest): string[] {
  return [...new Set(readable(request).map(({ path }) => packs[languageOf(path)]!))].sort();
}

/** It tells a language by the ending, in lower case, and leaves out some names (`*.min.js`), so each file is shown with one more ending, which it knows. */
function shown(path: string): string {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return `${path}.${endings[ending] ?? ending}`;
}

function parse({ stdout, place }: ScanOutput, request: ToolRequest) {
  const { errors, paths, results } = Report.parse(JSON.parse(stdout));
  // A file that took too long, or too much memory, is only a warning to it and no answer to us; one that is half broken was judged as far as it can be read.
  const broken = errors.find(({ level, type }) => level === 'error' || /timeout|memory/i.test(JSON.stringify(type ?? '')));
  if (broken) throw new Error(broken.message ?? 'it reports an error');
  const scanned = new Set(paths.scanned);
  const leftOut = readable(request).find(({ path }) => !scanned.has(join(place.folder, shown(path))));
  if (leftOut) throw new Error(`it did not look at ${leftOut.path}`);
  return results.map((each) => ({
    rule: each.check_id.split('.').at(-1)!, path: each.path.replace(`${place.folder}/`, '').replace(/\.[^.]+$/, ''), startLine: each.start.line, endLine: each.end.line,
    message: each.extra.message.slice(0, 300), level: each.extra.severity.toLowerCase(),
  }));
}
