/** hadolint over Dockerfiles; its ignore comments and a configuration of the change count for nothing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { languageOf } from '../../core/language.ts';
import { scanner } from './scan.ts';

const Report = z.array(z.looseObject({ code: z.string(), message: z.string(), file: z.string(), line: z.number().int().min(0), level: z.string() }));
const isDockerfile = (path: string): boolean => languageOf(path) === 'dockerfile';

export const hadolint = () => scanner({
  name: 'hadolint', perGuardrail: false, exit: { clean: [0], findings: [1] },
  files: ({ changed }) => Object.fromEntries(changed.filter(({ path }) => isDockerfile(path)).map(({ path, text }) => [path, text])),
  prepare: ({ outside }) => {
    writeFileSync(join(outside, 'hadolint.yaml'), 'failure-threshold: style\n');
    return null;
  },
  args: ({ outside }, { changed }) => ['--config', join(outside, 'hadolint.yaml'), '--no-color', '--disable-ignore-pragma', '--failure-threshold', 'style', '--format', 'json', '--', ...changed.filter(({ path }) => isDockerfile(path)).map(({ path }) => `./${path}`)],
  parse: ({ stdout }) => Report.parse(JSON.parse(stdout)).map(({ code, message, file, line, level }) => ({ rule: code, path: file.replace(/^\.\//, ''), startLine: line, endLine: line, message, level })),
});
