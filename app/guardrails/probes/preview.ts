/**
 * The preview probe: starts the change's own server in the sandbox with the locked dependencies, asks it what the settings on base say, and takes the traces that it
 * exports meanwhile. A server that does not start is an answer; a driver that leaves no report is a crash.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { randomBytes } from 'node:crypto';
import { AssayError } from '../../core/errors.ts';
import { OtlpSettings, PreviewSettings } from '../../core/preview.ts';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import { textFile } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { openBench, type SuiteRun } from './bench.ts';
import { type Report, readReport } from './preview-report.ts';
import type { Project } from './project.ts';
import { isValid, type Span, spansOf } from './traces.ts';
import manifest from '../../../package.json' with { type: 'json' };

const driverFile = '.preview-driver.mjs';
const answerMs = 10_000;

export function previewProbe(parts: ProbeParts): Probe {
  return { name: 'preview', probe: (request) => probe(request, parts) };
}

async function probe(request: ToolRequest, parts: ProbeParts): Promise<ToolAnswer> {
  const plan = planOf(request);
  // Nothing to start, or settings that `inspect` refuses by name.
  if (plan === null) return answer({ configured: false });
  const bench = await openBench(projectOf(plan.start[0]!, plan.folder), { ...parts, tree: request.head });
  const driver = readFileSync(join(import.meta.dirname, 'preview-driver.mjs'), 'utf8');
  const { traceIds, folder, ...config } = plan;
  const line = `exec node ./${driverFile} ${Buffer.from(JSON.stringify(config)).toString('base64')}`;
  const wallMs = Math.min(request.limitMs - 10_000, plan.readyMs + plan.requests.length * answerMs + plan.traceMs + 10_000);
  const run = await bench.run({ ...request.head, [posix.join(folder, driverFile)]: textFile(driver) }, { wallMs, line });
  const { exports, exportsLost, ...played } = reported(run, wallMs);
  return answer({ configured: true, ...played, traces: request.guardrail === 'otlp' ? tracesOf(exports, { exportsLost, traceIds }) : null });
}

function answer(data: Record<string, unknown>): ToolAnswer {
  return ToolAnswer.parse({ tool: 'preview', version: manifest.version, state: 'clean', data });
}

interface Plan {
  /** Where the server's package stands, '' for the root. */
  folder: string;
  start: string[];
  port: number;
  readyMs: number;
  answerMs: number;
  /** 0: no traces are received. */
  traceMs: number;
  requests: { method: string; path: string; headers: Record<string, string> }[];
  traceIds: string[];
}

function planOf({ guardrail, settings }: ToolRequest): Plan | null {
  if (guardrail === 'otlp') return tracing(settings);
  const read = PreviewSettings.safeParse(settings);
  if (!read.success) return null;
  const { folder, start, port, readyMs, smoke } = read.data;
  return { folder, start, port, readyMs, answerMs, traceMs: 0, requests: smoke.map(({ method, path, headers }) => ({ method, path, headers })), traceIds: [] };
}

/** The trace ids are ours and new, so that a span that carries one belongs to this run. */
function tracing(settings: unknown): Plan | null {
  const read = OtlpSettings.safeParse(settings);
  if (!read.success) return null;
  const { folder, start, port, readyMs, traceMs, requests } = read.data;
  const traceIds = requests.map(() => randomBytes(16).toString('hex'));
  const asked = requests.map((path, index) => ({ method: 'GET', path, headers: { traceparent: `00-${traceIds[index]}-${randomBytes(8).toString('hex')}-01` } }));
  return { folder, start, port, readyMs, answerMs, traceMs, requests: asked, traceIds };
}

/** Which client fetches the packages: by the program that is started. */
function projectOf(start: string, folder: string): Project {
  const program = start.split('/').at(-1)!;
  const ecosystem = /^(python[\d.]*|uvicorn|gunicorn|flask|hypercorn)$/.test(program) ? 'pypi' : program === 'go' ? 'go' : 'npm';
  return { folder, ecosystem, runner: ecosystem === 'pypi' ? 'python' : 'node', line: '', concerning: () => null, declares: () => false };
}

function reported(run: SuiteRun, wallMs: number): Report {
  const report = readReport(run.reports['preview.json']);
  if (report?.refused === 'ENETUNREACH') throw new AssayError('PREVIEW_NO_LOOPBACK', 'this sandbox has no loopback, so that nothing can be asked', { remedy: 'Install bubblewrap: npx assay tools install bubblewrap.' });
  if (report && run.outcome === 'passed') return report;
  const how = run.outcome === 'timeout' ? `it did not end within ${wallMs / 1000} s` : `it ended with ${run.exit}`;
  throw new AssayError('PREVIEW_NO_REPORT', `the preview left no report: ${how}: ${run.words.slice(-300)}`, { remedy: 'See that the server leaves the other processes and files of its machine alone, and that it needs less than 2 GB.' });
}

function tracesOf(exports: Report['exports'], { exportsLost, traceIds }: { exportsLost: number; traceIds: readonly string[] }) {
  const read = exports.map(spansOf);
  const spans = read.flatMap((each) => each ?? []);
  const valid = spans.filter(isValid);
  return {
    exports: exports.length, exportsLost, undecodable: read.filter((each) => each === null).length,
    spans: spans.length, valid: valid.length, ids: [...new Set(valid.map(({ traceId }) => traceId))].slice(0, 5), joined: valid.filter((span) => traceIds.includes(span.traceId)).length, resources: resourcesOf(valid),
  };
}

/** The different resources that sent a valid span. */
function resourcesOf(valid: readonly Span[]): Span['resource'][] {
  const texts = valid.map(({ resource }) => JSON.stringify(Object.fromEntries(Object.entries(resource).slice(0, 100).map(([key, value]) => [key.slice(0, 200), value.slice(0, 200)]))));
  return [...new Set(texts)].slice(0, 50).map((text): Span['resource'] => JSON.parse(text));
}
