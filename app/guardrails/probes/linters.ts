/** ESLint, oxlint and dependency-cruiser as a repository configures them: how each is started, and what of its answer is a finding. An exit code that contradicts the report is no answer. */
import { z } from 'zod';
import type { ToolFinding } from '../../core/tool-answer.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { quoted } from './engine-run.ts';
import type { OwnEngine } from './own-engine.ts';

const script = /\.([cm]?[jt]s|[jt]sx|vue|svelte)$/i;
const inPlace = (path: string): string => path.replace(/^(\.\/|\/work\/repo\/)/, '');
const listed = (paths: readonly string[]): string => paths.map((path) => quoted(`./${path}`)).join(' ');
const manifestHas = (path: string, base: Tree, key: string): boolean => /^package\.json$/.test(path) && new RegExp(`"${key}"\\s{0,9}:`).test(textOf(base[path]) ?? '');

const EslintMessage = z.looseObject({ ruleId: z.string().nullable(), severity: z.number(), message: z.string(), line: z.number().optional(), endLine: z.number().optional(), fatal: z.boolean().optional() });
const Eslint = z.array(z.looseObject({ filePath: z.string(), messages: z.array(EslintMessage), suppressedMessages: z.array(EslintMessage).default([]) }));

export const eslint: OwnEngine = {
  name: 'eslint', package: 'eslint', program: 'eslint',
  isConfiguration: (path, base) => /(^|\/)(eslint\.config\.[cm]?[jt]s|\.eslintrc(\.[a-z]+)?|\.eslintignore)$/.test(path) || manifestHas(path, base, 'eslintConfig'),
  judges: (path) => script.test(path),
  line: (program, paths) => `${program} --format json --output-file /work/said.json --no-error-on-unmatched-pattern -- ${listed(paths)} > /work/noise; code=$?; cat /work/said.json || cat /work/noise; exit $code`,
  read: ({ stdout, exit }) => {
    const files = Eslint.parse(JSON.parse(stdout));
    const errors = files.flatMap(({ messages }) => messages).filter(({ severity }) => severity === 2).length;
    if (exit > 1 || (exit === 1) !== errors > 0) throw new Error(`${errors} errors`);
    return files.flatMap(({ filePath, messages, suppressedMessages }) => [
      // A file that the configuration leaves out is said as a warning without a rule.
      ...messages.filter(({ ruleId, severity }) => ruleId !== null || severity === 2).map((each) => eslintFinding(filePath, each, each.fatal ? 'uncertain' : each.severity === 2 ? 'error' : 'warning')),
      ...suppressedMessages.map((each) => eslintFinding(filePath, each, 'suppressed')),
    ]);
  },
};

function eslintFinding(file: string, { ruleId, message, line = 0, endLine }: z.infer<typeof EslintMessage>, level: string): ToolFinding {
  const startLine = Math.max(0, line);
  // One place is enough for a function of a hundred lines.
  return { rule: ruleId ?? 'parsing', path: inPlace(file), startLine, endLine: endLine !== undefined && endLine - startLine < 5 ? Math.max(startLine, endLine) : startLine, message: message.slice(0, 300), level };
}

const Oxlint = z.looseObject({
  diagnostics: z.array(z.looseObject({ message: z.string(), code: z.string().optional(), severity: z.string(), filename: z.string(), labels: z.array(z.looseObject({ span: z.looseObject({ line: z.number() }) })).default([]) })),
  number_of_files: z.number(),
});

/** By another name than the one that comes with us, which asks by rules of its own. */
export const oxlintConfigured: OwnEngine = {
  name: 'oxlint-configured', package: 'oxlint', program: 'oxlint',
  isConfiguration: (path) => /(^|\/)(\.oxlintrc\.jsonc?|oxlint\.config\.[cm]?[jt]s)$/.test(path),
  judges: (path) => script.test(path),
  line: (program, paths) => `${program} --format json -- ${listed(paths)}`,
  read: ({ stdout, exit }) => {
    if (exit === 0 && /^No files found to lint/m.test(stdout)) return [];
    const { diagnostics } = Oxlint.parse(JSON.parse(stdout));
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    if (exit > 1 || (exit === 0 && errors > 0) || (exit === 1 && diagnostics.length === 0)) throw new Error(`${errors} errors`);
    return diagnostics.map(({ message, code = 'syntax', severity, filename, labels }) => {
      const line = labels.at(-1)?.span.line ?? 0;
      return { rule: code, path: inPlace(filename), startLine: line, endLine: line, message: message.slice(0, 300), level: severity === 'error' ? 'error' : 'warning' };
    });
  },
};

const Cruised = z.looseObject({
  modules: z.array(z.looseObject({ source: z.string(), dependencies: z.array(z.looseObject({ module: z.string(), resolved: z.string() })).default([]) })),
  summary: z.looseObject({ violations: z.array(z.looseObject({ from: z.string(), to: z.string(), rule: z.looseObject({ name: z.string(), severity: z.string() }) })) }),
});
const cruiser = /(^|\/)\.dependency-cruiser\.([cm]?js|json)$/;

export const dependencyCruiser: OwnEngine = {
  name: 'dependency-cruiser', package: 'dependency-cruiser', program: 'depcruise',
  isConfiguration: (path) => cruiser.test(path),
  judges: (path) => script.test(path),
  line: (program, paths, tree) => {
    const config = Object.keys(tree).filter((path) => cruiser.test(path)).toSorted((a, b) => a.split('/').length - b.split('/').length)[0]!;
    return `${program} --config ${quoted(`./${config}`)} --output-type json -- ${scopes(paths, tree).map((path) => quoted(`./${path}`)).join(' ')}`;
  },
  read: ({ stdout, exit }, tree) => {
    const { modules, summary: { violations } } = Cruised.parse(JSON.parse(stdout));
    if (modules.length === 0 || (exit !== 0 && violations.length === 0)) throw new Error(`${modules.length} modules, ${violations.length} violations`);
    return violations.filter(({ rule }) => rule.severity !== 'ignore').map(({ from, to, rule }) => {
      const spec = modules.find(({ source }) => source === from)?.dependencies.find(({ resolved }) => resolved === to)?.module;
      const line = spec === undefined || from === to ? 0 : lineOf(textOf(tree[from]) ?? '', spec);
      return { rule: rule.name, path: inPlace(from), startLine: line, endLine: line, message: from === to ? from : `${from} → ${to}`.slice(0, 300), level: rule.severity === 'error' ? 'error' : 'warning' };
    });
  },
};

function lineOf(text: string, spec: string): number {
  return text.split('\n').findIndex((line) => ["'", '"', '`'].some((quote) => line.includes(`${quote}${spec}${quote}`))) + 1;
}

/** What the repository's own script cruises; without one the folders at the top that hold what changed, since rules on orphans and circles need them whole. */
function scopes(paths: readonly string[], tree: Tree): string[] {
  const named = /\bdepcruise\b([^"&|;\\]*)/.exec(textOf(tree['package.json']) ?? '')?.[1]?.split(/\s+/).map((word) => inPlace(word).replace(/\/+$/, '')).filter((word) => word !== '' && !cruiser.test(word) && Object.keys(tree).some((path) => path === word || path.startsWith(`${word}/`))) ?? [];
  return named.length > 0 ? named : [...new Set(paths.map((path) => path.split('/')[0]!))];
}
