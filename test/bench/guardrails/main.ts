/**
 * `npm run bench:guardrails [-- --only G01,G06] [--write]`: recall and precision of each guardrail on the labelled cases of `../shared`, with its embedded engine
 * alone and with the fuller ones that are installed. `--write` puts the numbers into `actions/<folder>/measured.json`, from where the pages take them.
 * Says "absent" where `../shared` is not there. Exits 1 where a blocking guardrail is under 95 % precision or the scorer saw a broken contract.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readLock, toolNamed } from '../../../app/edges/tools/lock.ts';
import { Measured } from '../../../app/guardrails/measured.ts';
import { readSources, root, type Source } from '../../../app/guardrails/sources.ts';
import { sample } from '../speed/sample.ts';

const shared = join(root, '..', 'shared');
const scorer = join(shared, 'measure', 'guardrails.py');
const minPrecision = 0.95;

const Score = z.looseObject({ n: z.number(), recall: z.number().nullable(), precision: z.number().nullable(), p50: z.number(), violations: z.number(), errors: z.number() });
type Score = z.infer<typeof Score>;

/** `tools`: where fuller engines are looked for; a folder that is not there leaves the embedded one alone. */
function score(id: string, how: { tools: string | null; batch: boolean }): Score {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const report = join(folder, 'report.json');
    const args = [scorer, '--cases', casesOf(id), '--project', root, '--assay', `${process.execPath} app/bin.js`, '--json', report, ...(how.batch ? ['--batch'] : ['--sample', '3', '--jobs', '1'])];
    // A cache of earlier answers would measure the cache.
    const env = { ...process.env, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? folder, ASSAY_TOOLS: how.tools ?? '/nonexistent', ...(how.tools ? {} : { PYTHONDONTWRITEBYTECODE: '1' }) };
    const ended = spawnSync('python3', args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
    if (ended.status !== 0 && ended.status !== 1) throw new Error(`the scorer ended with ${ended.status ?? ended.signal}`);
    return Score.parse((JSON.parse(readFileSync(report, 'utf8')) as Record<string, unknown>)[id]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function casesOf(id: string): string {
  return join(shared, 'corpora', 'guardrails', id, 'cases.jsonl.gz');
}

function toolsHome(): string {
  const { ASSAY_TOOLS, XDG_CACHE_HOME, HOME = '/root' } = process.env;
  return ASSAY_TOOLS ?? join(XDG_CACHE_HOME ?? join(HOME, '.cache'), 'assay', 'tools');
}

function measure(source: Source): { source: Source; measured: Measured; broken: boolean } {
  const { id, tools } = source.descriptor;
  const embedded = score(id, { tools: null, batch: true });
  const single = score(id, { tools: null, batch: false });
  const names = tools.filter((tool) => tool.role === 'fuller').map((tool) => tool.name);
  const locked = names.map((name) => toolNamed(name, readLock()));
  // A tool of the distribution cannot be hidden from a run, so the embedded engine alone is not measured beside it.
  const seen = locked.some((tool) => tool.source === 'debian') ? source.measured?.embedded : undefined;
  const fuller = names.length > 0 ? score(id, { tools: toolsHome(), batch: true }) : null;
  const figures = ({ recall, precision }: Score) => ({ recall: rounded(recall), precision: rounded(precision) });
  const measured = Measured.parse({
    corpus: 'development', cases: embedded.n, embedded: seen ?? { ...figures(embedded), msPerRun: Math.round(single.p50) },
    fuller: fuller ? { ...figures(fuller), engines: locked.map(({ name, version }) => `${name} ${version}`).join(', ') } : null, note: source.measured?.note ?? 'The development set was in view when the rules were written.',
  });
  return { source, measured, broken: embedded.violations + (fuller?.violations ?? 0) > 0 };
}

/** Without labelled cases only the time of a run can be told: the median of three, on the fixed sample of the speed bench. */
function timed(source: Source, folder: string): Measured {
  const took = Array.from({ length: 3 }, () => {
    const started = performance.now();
    const ended = spawnSync(process.execPath, ['app/bin.js', 'guard', folder, '--only', source.descriptor.id, '--base', 'main'], { cwd: root, env: { ...process.env, ASSAY_TOOLS: '/nonexistent' }, stdio: 'ignore' });
    if (ended.status === null || ended.status === 2) throw new Error(`guard --only ${source.descriptor.id} ended with ${ended.status ?? ended.signal}`);
    return performance.now() - started;
  });
  const note = source.measured?.note ?? 'No labelled corpus.';
  return Measured.parse({ corpus: null, embedded: { recall: null, precision: null, msPerRun: Math.round(took.toSorted((a, b) => a - b)[1]!) }, note });
}

function timeAll(sources: readonly Source[]): { source: Source; measured: Measured; broken: boolean }[] {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-sample-'));
  try {
    sample(folder);
    return sources.map((source) => ({ source, measured: timed(source, folder), broken: false }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rounded(share: number | null): number | null {
  return share === null ? null : Math.round(share * 1000) / 1000;
}

function main(args: string[]): number {
  const { values } = parseArgs({ args, options: { only: { type: 'string' }, write: { type: 'boolean' } } });
  if (!existsSync(scorer)) {
    process.stdout.write(`absent: ${scorer}; the labelled cases are not part of this repository\n`);
    return 0;
  }
  const only = values.only?.split(',');
  const sources = readSources().filter(({ descriptor }) => !only || only.includes(descriptor.id));
  const labelled = (source: Source): boolean => existsSync(casesOf(source.descriptor.id));
  const results = [...sources.filter(labelled).map(measure), ...timeAll(sources.filter((source) => !labelled(source)))];
  if (values.write) {
    for (const { source, measured } of results) writeFileSync(join(root, 'actions', source.folder, 'measured.json'), `${JSON.stringify(measured, null, 2)}\n`);
    execFileSync(process.execPath, ['app/guardrails/generate.ts'], { cwd: root });
  }
  const low = results.filter(({ source, measured }) => source.descriptor.mode === 'enforce' && [measured.embedded, measured.fuller].some((each) => each && (each.precision ?? 1) < minPrecision));
  for (const { source } of low) process.stdout.write(`${source.descriptor.id} blocks with less than ${minPrecision * 100} % precision\n`);
  return low.length > 0 || results.some(({ broken }) => broken) ? 1 : 0;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
