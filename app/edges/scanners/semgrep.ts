/**
 * semgrep with our own rules alone (`rulepacks/sast/semgrep`): no registry, no metrics, no version check, no ignore file of its own or of the change, `nosemgrep` not honoured.
 * Its exit code says nothing of findings, so that the report must be whole: errors of the engine count as a crash.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { scanner } from './scan.ts';

const rules = fileURLToPath(new URL('../../../rulepacks/sast/semgrep', import.meta.url));
const Place = z.looseObject({ line: z.number().int() });
const Report = z.looseObject({
  version: z.string(),
  errors: z.array(z.looseObject({ level: z.string(), message: z.string().optional() })),
  paths: z.looseObject({ scanned: z.array(z.string()) }),
  results: z.array(z.looseObject({ check_id: z.string(), path: z.string(), start: Place, end: Place, extra: z.looseObject({ message: z.string(), severity: z.string() }) })),
});

export const semgrep = () => scanner({
  name: 'semgrep', perGuardrail: false, exit: { clean: [0], findings: [0] },
  files: ({ changed }) => Object.fromEntries(changed.filter(({ path }) => /\.(?:[cm]?[jt]s|[jt]sx|py|go)$/i.test(path)).map(({ path, text }) => [path, text])),
  // Without a file of that name it would leave out tests and more.
  prepare: ({ folder }) => {
    writeFileSync(join(folder, '.semgrepignore'), '');
    return null;
  },
  args: ({ folder }) => ['scan', '--config', rules, '--metrics=off', '--disable-version-check', '--no-git-ignore', '--disable-nosem', '--max-target-bytes', '0', '--jobs', '1', '--timeout', '20', '--json', '--quiet', folder],
  env: () => ({ SEMGREP_SEND_METRICS: 'off', SEMGREP_ENABLE_VERSION_CHECK: '0' }),
  parse: ({ stdout, place }) => {
    const { errors, paths, results } = Report.parse(JSON.parse(stdout));
    const broken = errors.find(({ level }) => level === 'error');
    if (broken) throw new Error(broken.message ?? 'it reports an error');
    if (paths.scanned.length === 0) throw new Error('it looked at no file');
    return results.map((each) => ({
      rule: each.check_id.split('.').at(-1)!, path: each.path.replace(`${place.folder}/`, ''), startLine: each.start.line, endLine: each.end.line,
      message: each.extra.message.slice(0, 300), level: each.extra.severity.toLowerCase(),
    }));
  },
});
