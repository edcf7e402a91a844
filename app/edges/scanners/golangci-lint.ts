/**
 * golangci-lint with linters of our choice over the packages that the change touches. A package whose types are not all known is left out, because nothing is fetched.
 * Settings and `nolint` of the change count for nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { goEnvironment, goFiles, goFolders, goVersion, withGo, writeModules } from './go-files.ts';
import { scanner } from './scan.ts';

const Report = z.looseObject({
  Issues: z.array(z.looseObject({ FromLinter: z.string(), Text: z.string(), Pos: z.looseObject({ Filename: z.string(), Line: z.number().int() }) })).nullable(),
  Report: z.looseObject({ Linters: z.array(z.looseObject({ Name: z.string(), Enabled: z.boolean().optional() })) }),
});

/** Faults of correctness; nothing about taste, naming or size. */
const linters = ['bodyclose', 'contextcheck', 'errcheck', 'errorlint', 'govet', 'ineffassign', 'makezero', 'nilerr', 'rowserrcheck', 'sqlclosecheck', 'staticcheck', 'unconvert', 'unused'];
const lint = `version: "2"\nlinters:\n  default: none\n  enable: [${linters.join(', ')}]\n  exclusions: {generated: disable}\nissues: {max-issues-per-linter: 0, max-same-issues: 0, uniq-by-line: false}\noutput: {show-stats: false}\n`;

export const golangciLint = () => withGo(scanner({
  // Asked to end with 0 whatever it finds, so that its report decides.
  name: 'golangci-lint', perGuardrail: false, exit: { clean: [0], findings: [0] },
  files: (request) => unsilenced(goFiles(request)),
  prepare: (place, request) => {
    writeFileSync(join(place.outside, 'lint.yml'), lint);
    writeModules(place, request);
    mkdirSync(cacheFolder(), { recursive: true });
    return null;
  },
  args: ({ outside }, request) => ['run', '--config', join(outside, 'lint.yml'), '--output.json.path', 'stdout', '--path-mode', 'abs', '--allow-parallel-runners', '--issues-exit-code', '0', '--concurrency', '2', ...goFolders(request)],
  env: (place) => ({ ...goEnvironment(place), GOLANGCI_LINT_CACHE: cacheFolder() }),
  parse: ({ stdout, place }) => {
    const { Issues, Report: { Linters } } = Report.parse(JSON.parse(stdout.split('\n')[0]!));
    if (!linters.every((name) => Linters.some((each) => each.Name === name && each.Enabled))) throw new Error('it did not run the linters that it was asked for');
    return (Issues ?? []).filter(({ FromLinter }) => FromLinter !== 'typecheck').map(({ FromLinter, Text, Pos }) => ({
      rule: FromLinter, path: relative(place.folder, Pos.Filename), startLine: Pos.Line, endLine: Pos.Line, message: Text.slice(0, 300), level: 'info',
    }));
  },
}));

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', `golangci-${goVersion() ?? 'none'}`);
}

/** Its comments, made into ordinary ones: what they name is reported all the same. */
function unsilenced(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace(/\/\/(\s*)(?=nolint|lint:(?:file-)?ignore)/g, '//$1 not ')]));
}
