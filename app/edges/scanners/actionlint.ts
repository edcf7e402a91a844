/** actionlint over workflows, without the two programs it would start and without a configuration of the change. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { scanner } from './scan.ts';

const Report = z.array(z.looseObject({ message: z.string(), filepath: z.string(), line: z.number().int().min(0), kind: z.string() }));
const isWorkflow = (path: string): boolean => /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/i.test(path);

export const actionlint = () => scanner({
  name: 'actionlint', perGuardrail: false, exit: { clean: [0], findings: [1] },
  files: ({ changed }) => Object.fromEntries(changed.filter(({ path }) => isWorkflow(path)).map(({ path, text }) => [path, text])),
  prepare: ({ outside }) => {
    writeFileSync(join(outside, 'actionlint.yaml'), 'self-hosted-runner:\n  labels: []\n');
    return null;
  },
  args: ({ outside }, { changed }) => ['-config-file', join(outside, 'actionlint.yaml'), '-shellcheck', '', '-pyflakes', '', '-no-color', '-format', '{{json .}}', '--', ...changed.filter(({ path }) => isWorkflow(path)).map(({ path }) => `./${path}`)],
  parse: ({ stdout }) => Report.parse(JSON.parse(stdout)).map(({ message, filepath, line, kind }) => ({ rule: kind, path: filepath.replace(/^\.\//, ''), startLine: line, endLine: line, message, level: 'error' })),
});
