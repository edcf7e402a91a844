/**
 * golangci-lint, asked two questions. G16: linters of our choice over the packages that the change touches; a package whose types are not all known is left out, because
 * nothing is fetched. G17: gofmt over the changed files, each beside its text on base, so that a file that was never formatted is told apart. Settings and `nolint` of the change count for nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parsePatch } from 'diff';
import { z } from 'zod';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import type { ToolFinding } from '../../core/tool-answer.ts';
import { goEnvironment, goFiles, goFolders, goVersion, mustRead, withGo, writeModules } from './go-files.ts';
import { type ScanOutput, scanner } from './scan.ts';

const Report = z.looseObject({
  Issues: z.array(z.looseObject({ FromLinter: z.string(), Text: z.string(), Pos: z.looseObject({ Filename: z.string(), Line: z.number().int() }) })).nullable(),
  Report: z.looseObject({ Linters: z.array(z.looseObject({ Name: z.string(), Enabled: z.boolean().optional() })) }),
});

/** Faults of correctness; nothing about taste, naming or size. */
const linters = ['bodyclose', 'contextcheck', 'errcheck', 'errorlint', 'govet', 'ineffassign', 'makezero', 'nilerr', 'rowserrcheck', 'sqlclosecheck', 'staticcheck', 'unconvert', 'unused'];
const lint = `version: "2"\nlinters:\n  default: none\n  enable: [${linters.join(', ')}]\n  exclusions: {generated: disable}\nissues: {max-issues-per-linter: 0, max-same-issues: 0, uniq-by-line: false}\noutput: {show-stats: false}\n`;
const format = 'version: "2"\nformatters:\n  enable: [gofmt]\n  exclusions: {generated: disable}\n';
const onBase = '.assay-base.go';

export const golangciLint = () => withGo(scanner({
  // 1: the formatter would change something; the linters are asked to end with 0.
  name: 'golangci-lint', perGuardrail: true, exit: { clean: [0], findings: [0, 1] },
  files: (request) => (request.guardrail === 'G17' ? withBase(request) : unsilenced(goFiles(request))),
  prepare: (place, request) => {
    writeFileSync(join(place.outside, 'lint.yml'), request.guardrail === 'G17' ? format : lint);
    if (request.guardrail !== 'G17') writeModules(place, request);
    mkdirSync(cacheFolder(), { recursive: true });
    return null;
  },
  args: ({ outside, folder }, request) => (request.guardrail === 'G17'
    ? ['fmt', '--diff', '--color', 'never', '--config', join(outside, 'lint.yml'), folder]
    : ['run', '--config', join(outside, 'lint.yml'), '--output.json.path', 'stdout', '--path-mode', 'abs', '--allow-parallel-runners', '--issues-exit-code', '0', '--concurrency', '2', ...goFolders(request)]),
  env: (place) => ({ ...goEnvironment(place), GOLANGCI_LINT_CACHE: cacheFolder() }),
  parse: (output, { guardrail }) => (guardrail === 'G17' ? formatted(output) : linted(output)),
}));

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', `golangci-${goVersion() ?? 'none'}`);
}

/** Its comments, made into ordinary ones: what they name is reported all the same. */
function unsilenced(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace(/\/\/(\s*)(?=nolint|lint:(?:file-)?ignore)/g, '//$1 not ')]));
}

function linted({ stdout, place }: ScanOutput): ToolFinding[] {
  const { Issues, Report: { Linters } } = Report.parse(JSON.parse(stdout.split('\n')[0]!));
  if (!linters.every((name) => Linters.some((each) => each.Name === name && each.Enabled))) throw new Error('it did not run the linters that it was asked for');
  return (Issues ?? []).filter(({ FromLinter }) => FromLinter !== 'typecheck').map(({ FromLinter, Text, Pos }) => ({
    rule: FromLinter, path: relative(place.folder, Pos.Filename), startLine: Pos.Line, endLine: Pos.Line, message: Text.slice(0, 300), level: 'info',
  }));
}

function withBase(request: ToolRequest): Record<string, string> {
  const changed = new Set(mustRead(request));
  return Object.fromEntries(request.changed.filter(({ path }) => changed.has(path)).flatMap(({ path, text, baseText }) => [[path, text], ...(baseText === null ? [] : [[`${path}${onBase}`, baseText]])]));
}

/** A hunk names lines with their surroundings: of those the ones that go. */
function formatted({ stdout, place }: ScanOutput): ToolFinding[] {
  const files = parsePatch(stdout).filter(({ hunks }) => hunks.length > 0).map(({ newFileName = '', hunks }) => ({ path: relative(place.folder, resolve(place.folder, newFileName)), hunks }));
  const before = new Set(files.map(({ path }) => path).filter((path) => path.endsWith(onBase)));
  return files.filter(({ path }) => !path.endsWith(onBase)).flatMap(({ path, hunks }) => hunks.map(({ oldStart, lines }) => {
    const own = lines.filter((line) => !line.startsWith('+') && !line.startsWith('\\'));
    const [first, last] = [own.findIndex((line) => line.startsWith('-')), own.findLastIndex((line) => line.startsWith('-'))];
    const startLine = oldStart + Math.max(0, first);
    return { rule: 'unformatted', path, startLine, endLine: Math.max(startLine, oldStart + last), message: 'not as gofmt writes it', level: before.has(`${path}${onBase}`) ? 'kept-otherwise' : 'warning' };
  }));
}
