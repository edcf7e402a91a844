/** oxlint's rules for code that is outright wrong, over changed JavaScript and TypeScript: without the repository's configuration, and with the markers of the change made ineffective. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { scanner } from './scan.ts';
import manifest from '../../../package.json' with { type: 'json' };

const Span = z.looseObject({ line: z.number().int().min(0) });
const Report = z.looseObject({
  diagnostics: z.array(z.looseObject({ message: z.string(), code: z.string().optional(), filename: z.string(), labels: z.array(z.looseObject({ span: Span })).default([]) })),
  number_of_files: z.number(),
});
const isScript = (path: string): boolean => /\.([cm]?[jt]s|[jt]sx)$/i.test(path) && !/(^|\/)(node_modules|vendor|dist|build)\/|\.d\.[cm]?ts$|\.min\./.test(path);
/** Same length, so that every place stays where it is. */
const withoutMarkers = (text: string): string => text.replace(/\b(ox|es)lint-(disable|enable)/g, '$1l1nt-$2');
/** Rules about what a project keeps or leaves, which are no faults: an unused name is for the compiler. */
const habits = ['no-unused-vars', 'no-unused-expressions', 'no-control-regex', 'no-thenable', 'no-await-in-promise-methods', 'no-empty-pattern', 'no-this-alias', 'triple-slash-reference'];

export const oxlint = () => scanner({
  name: 'oxlint', perGuardrail: false, exit: { clean: [0], findings: [1] }, packaged: { version: manifest.dependencies.oxlint, program },
  files: ({ changed }) => Object.fromEntries(changed.filter(({ path }) => isScript(path)).map(({ path, text }) => [path, withoutMarkers(text)])),
  args: ({ folder }) => ['--format', 'json', '--no-ignore', '--disable-nested-config', '-A', 'all', '-D', 'correctness', ...habits.flatMap((rule) => ['-A', rule]), folder],
  parse: ({ stdout, place }, request) => {
    const report = Report.parse(JSON.parse(stdout));
    const asked = request.changed.filter(({ path }) => isScript(path)).length;
    if (report.number_of_files < asked) throw new Error(`it judged ${report.number_of_files} of ${asked} files`);
    return report.diagnostics.map(({ message, code = 'syntax', filename, labels }) => {
      const line = labels.at(-1)?.span.line ?? 0;
      return { rule: code, path: filename.replace(`${place.folder}/`, ''), startLine: line, endLine: line, message: message.slice(0, 300), level: 'warning' };
    });
  },
});

/** Null where the package is not installed. */
function program(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin', 'oxlint');
  } catch {
    return null; // said by the answer, with the command that brings it
  }
}
