/** The coverage probe: which of the touched lines, and which share of all production code, ran while the tests ran. A file that no test loads counts as not covered. */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { ofKinds, parseFile } from '../../core/syntax.ts';
import { isProduction } from '../../core/test-paths.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import { textOf } from '../../core/tree.ts';
import { type Covered, readCoverage } from './coverage-read.ts';
import type { HeadRun, HeadRuns } from './head-run.ts';
import manifest from '../../../package.json' with { type: 'json' };

const Settings = z.looseObject({
  command: z.string().min(1).optional(),
  report: z.string().regex(/^[\w./-]+\.(json|info)$/).optional(),
});

export function coverageProbe(parts: { headRun: HeadRuns }): Probe {
  return { name: 'coverage', probe: (request) => probe(request, parts.headRun) };
}

async function probe(request: ToolRequest, headRun: HeadRuns): Promise<ToolAnswer> {
  const touched = request.changed.filter((file) => isProduction(file.path) && file.changedLines.size > 0 && !request.all);
  if (touched.length === 0) return answer({ applies: false, why: request.all && request.changed.some((file) => isProduction(file.path)) ? 'touched lines need a base' : null });
  const head = await headRun(request);
  const covered = await coveredBy(request, head);
  if (covered === null || touched.some((file) => covered.get(file.path)?.size === 0)) throw noReport();
  const lines = touched.map((file) => {
    const code = [...executable(file.path, file.text)].filter((line) => file.changedLines.has(line));
    return { path: file.path, all: code.length, missed: code.filter((line) => !ran(covered, file.path, line)) };
  });
  return answer({ applies: true, files: lines.filter((file) => file.all > 0), overall: overall(request, covered) });
}

function answer(data: Record<string, unknown>): ToolAnswer {
  return ToolAnswer.parse({ tool: 'coverage', version: manifest.version, state: 'clean', data });
}

/** The repository's own command and report, where base names them; else what the run over head left. */
async function coveredBy(request: ToolRequest, head: HeadRun): Promise<Covered | null> {
  const { command, report } = Settings.parse(request.settings ?? {});
  if (command === undefined && report === undefined) return head.covered;
  const name = report ?? 'coverage/lcov.info';
  const run = await head.bench.run(request.head, { wallMs: 180_000, line: `${command ?? head.bench.project.line}; code=$?; if [ -f '${name}' ]; then cp '${name}' /work/out/; fi; exit $code` });
  if (run.outcome !== 'passed') throw new AssayError('COVERAGE_COMMAND_FAILED', `the coverage command ended with ${run.exit}: ${run.words.slice(-300)}`, { remedy: `Let it pass and write ${name} without network.` });
  return await readCoverage(run.reports, request.head, request.folder);
}

function noReport(): AssayError {
  return new AssayError('COVERAGE_NO_REPORT', 'the tests passed and left no coverage report that tells lines of the source', { remedy: 'Add coverage to the locked packages (@vitest/coverage-v8 for vitest, coverage for Python), or name command and report under guardrails.coverage in .github/assay.yml.' });
}

const statementKinds = {
  script: ['expression_statement', 'return_statement', 'if_statement', 'for_statement', 'for_in_statement', 'while_statement', 'do_statement', 'throw_statement', 'variable_declarator', 'switch_case', 'break_statement', 'continue_statement', 'try_statement'],
  python: ['expression_statement', 'return_statement', 'if_statement', 'elif_clause', 'for_statement', 'while_statement', 'raise_statement', 'with_statement', 'try_statement', 'assert_statement', 'delete_statement', 'break_statement', 'continue_statement'],
  go: ['expression_statement', 'return_statement', 'if_statement', 'for_statement', 'short_var_declaration', 'assignment_statement', 'go_statement', 'defer_statement'],
};

/** First lines of statements: the lines on which something can be said to run. */
export function executable(path: string, text: string): ReadonlySet<number> {
  const parsed = parseFile(path, text);
  if (!parsed) return new Set();
  // A docstring is a statement by grammar and nothing that runs.
  return new Set(ofKinds(parsed.root, statementKinds[parsed.dialect]).filter((node) => !/^("""|'''|'use strict'|"use strict")/.test(node.text())).map((node) => node.range().start.line + 1));
}

function ran(covered: Covered, path: string, line: number): boolean {
  const lines = covered.get(path);
  return lines !== undefined && (lines.get(line) ?? nearestRan(lines, line));
}

/** A report may mark a statement of several lines at another of its lines; the marked line before it decides. */
function nearestRan(lines: ReadonlyMap<number, boolean>, line: number): boolean {
  for (let at = line - 1; at > Math.max(0, line - 8); at -= 1) if (lines.has(at)) return lines.get(at)!;
  return false;
}

/** Of the package that was asked about, where there is one. */
function overall({ head, folder = '' }: ToolRequest, covered: Covered): { all: number; covered: number } {
  const total = { all: 0, covered: 0 };
  for (const [path, file] of Object.entries(head)) {
    const text = isProduction(path) && (folder === '' || path.startsWith(`${folder}/`)) ? textOf(file) : undefined;
    if (text === undefined) continue;
    for (const line of executable(path, text)) {
      total.all += 1;
      if (ran(covered, path, line)) total.covered += 1;
    }
  }
  return total;
}
