/** The run over head that everything else is compared with: it must pass, and it measures coverage on the way. Once per head, whoever asks. */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import type { Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { type Bench, openBench, type SuiteRun } from './bench.ts';
import { type Covered, readCoverage } from './coverage-read.ts';
import { projectOf, type Project } from './project.ts';

export interface HeadRun {
  bench: Bench;
  run: SuiteRun;
  /** Null: the run left no report that could be read. */
  covered: Covered | null;
}

export type HeadRuns = (request: ToolRequest) => Promise<HeadRun>;

const Settings = z.looseObject({ suiteSeconds: z.number().min(1).max(3600).default(180) });

export function headRuns(parts: ProbeParts): HeadRuns {
  const known = new WeakMap<Tree, Map<string, Promise<HeadRun>>>();
  return (request) => {
    const { head, folder = '' } = request;
    const runs = known.get(head) ?? new Map<string, Promise<HeadRun>>();
    known.set(head, runs);
    const running = runs.get(folder) ?? start(request, parts);
    runs.set(folder, running);
    return running;
  };
}

async function start(request: ToolRequest, parts: ProbeParts): Promise<HeadRun> {
  const project = projectOf(request);
  const wallMs = Settings.parse(request.settings ?? {}).suiteSeconds * 1000;
  const bench = await openBench(project, { ...parts, tree: request.head });
  const measured = measuring(project);
  let run = await bench.run(request.head, { wallMs, ...measured });
  // A measuring run may fail for its own reasons; without it the tests alone decide.
  if (run.outcome !== 'passed' && measured.line !== undefined) run = await bench.run(request.head, { wallMs });
  if (run.outcome !== 'passed') throw failing(run, { project, wallMs });
  return { bench, run, covered: await readCoverage(run.reports, request.head, project.folder) };
}

/** How the project's own runner is brought to report; Node does it by itself. */
function measuring({ runner, line, declares }: Project): { line?: string; env?: Record<string, string> } {
  if (runner === 'python') {
    const measured = line.replace(/\bpython3?\s+-m\s+(pytest|unittest)\b/g, 'python3 -m coverage run -m $1').replace(/^pytest\b/, 'python3 -m coverage run -m pytest');
    const whole = `if python3 -c 'import coverage' 2>/dev/null; then ${measured}; code=$?; python3 -m coverage json -q -i -o /work/out/coverage.json || true; exit $code; else ${line}; fi`;
    return measured === line ? {} : { line: whole, env: { COVERAGE_FILE: '/work/out/.coverage' } };
  }
  // What is no report under its own name would be taken for none; Go's format says by its first line what it is.
  if (runner === 'go') return /\bgo\s+test\b/.test(line) ? { line: line.replace(/\bgo\s+test\b/, 'go test -coverpkg=./... -coverprofile=/work/out/go.info') } : {};
  if (runner === 'jest') return { line: `${line} --coverage --coverageReporters=json --coverageDirectory=/work/out` };
  if (runner === 'vitest') return declares('@vitest/coverage-v8') || declares('@vitest/coverage-istanbul') ? { line: `${line} --coverage.enabled --coverage.reporter=json --coverage.reportsDirectory=/work/out/report` } : {};
  return { env: { NODE_V8_COVERAGE: '/work/out' } };
}

function failing({ outcome, exit, words }: SuiteRun, { project: { line }, wallMs }: { project: Project; wallMs: number }): AssayError {
  const how = outcome === 'timeout' ? `did not end within ${wallMs / 1000} s` : `ended with ${exit}`;
  return new AssayError('TESTS_FAIL_ON_HEAD', `the tests of head (${line.slice(0, 120)}) ${how}: ${words.slice(-300)}`, { remedy: 'Make the test command pass without network, from a fresh checkout with the locked dependencies.' });
}
