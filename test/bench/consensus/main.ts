/**
 * `npm run bench:consensus [-- --set humaneval|mbpp|contest|unseen|recent|all --trio a,b,c --sample N --seed S --labels base|plus --resume DIR --report FILE --plot FILE --from FILES --fit]`:
 * how often what consensus accepts is right, beside plain agreement on the same tasks. The development set is easier than contest tasks,
 * so a figure here says how the gate behaves and not how good it is elsewhere. `--fit` fits the confidence and the families' prior anew;
 * `--from` reads reports of earlier runs in place of running.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { openSandbox } from '../../../app/edges/sandbox/open.ts';
import { baselinesOf } from './baseline.ts';
import type { ContestPart } from '../../corpora/contest/corpus.ts';
import { contestJobs } from './contest.ts';
import { fitAll } from './fit.ts';
import { reportOf, type SetReport } from './report.ts';
import { runTask, type Row } from './run.ts';
import { developmentFile, sampled, tasksOf, type Labels, type Task } from './tasks.ts';

const trios: Record<string, string[][]> = {
  humaneval: [['gpt-4-1106', 'gemini-direct', 'codellama-34b'], ['gpt-3.5-0613', 'codellama-34b', 'starcoder'], ['gpt-3.5-0613', 'gemini-direct', 'codellama-34b'], ['gpt-4-1106', 'codellama-34b', 'starcoder']],
  mbpp: [['gpt-3.5-turbo-0613', 'codellama', 'starcoder']],
};

/** Our own tasks, by the name of the set. */
const contestSets: Partial<Record<string, ContestPart>> = { contest: 'tasks', unseen: 'unseen', recent: 'recent' };

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'all' }, trio: { type: 'string' }, sample: { type: 'string' }, seed: { type: 'string', default: '1' }, labels: { type: 'string', default: 'base' },
    resume: { type: 'string' }, report: { type: 'string' }, plot: { type: 'string' }, fit: { type: 'boolean', default: false }, from: { type: 'string' },
  },
});
const labels: Labels = values.labels === 'plus' ? 'plus' : 'base';

interface Job {
  set: string;
  trio: string[];
  tasks: Task[];
}

async function jobs(): Promise<Job[]> {
  const names = values.set === 'all' ? ['contest', ...Object.keys(trios)] : [values.set];
  const lists = await Promise.all(names.map(async (set) => (contestSets[set] ? (await contestJobs(contestSets[set], await openSandbox())).map((job) => ({ set, ...job })) : developmentJobs(set))));
  return lists.flat();
}

function developmentJobs(set: string): Job[] {
  const file = developmentFile(set);
  if (!file) {
    process.stdout.write(`${set}: absent (the development set is not beside this repository)\n`);
    return [];
  }
  const chosen = values.trio ? [values.trio.split(',')] : values.fit ? trios[set] ?? [] : (trios[set] ?? []).slice(0, 1);
  return chosen.map((trio) => ({ set, trio, tasks: tasksOf(file, trio, labels) }));
}

async function run(job: Job): Promise<SetReport> {
  const tasks = values.sample ? sampled(job.tasks, { count: Number(values.sample), seed: Number(values.seed) }) : job.tasks;
  const sandbox = await openSandbox();
  const rows: Row[] = [];
  for (const task of tasks) {
    rows.push(await runTask(task, { sandbox, resume: values.resume ?? null, seed: 1 }));
    if (rows.length % 20 === 0) process.stderr.write(`${job.set}: ${rows.length} of ${tasks.length}\n`);
  }
  const baselines = contestSets[job.set] ? null : baselinesOf(job.set, tasks, { trio: job.trio, labels });
  return { set: job.set, trio: job.trio, labels, rows, baselines };
}

/** Reports that earlier runs wrote, instead of new runs; of one set and trio one report, each task once. */
function written(files: string): SetReport[] {
  const all = files.split(',').flatMap((file) => z.array(z.custom<SetReport>((value) => value !== null && typeof value === 'object' && 'rows' in value)).parse(JSON.parse(readFileSync(file, 'utf8'))));
  return [...Map.groupBy(all, ({ set, trio, labels: of }) => `${set} ${trio.join(' ')} ${of}`).values()].flatMap(([first, ...more]) => {
    const rows = new Map([first, ...more].flatMap((report) => report?.rows ?? []).map((row) => [row.id, row]));
    return first ? [{ ...first, rows: [...rows.values()], baselines: more.length === 0 ? first.baselines : null }] : [];
  });
}

const reports: SetReport[] = values.from ? written(values.from) : [];
if (values.from) for (const report of reports) process.stdout.write(reportOf([report], null));
for (const job of values.from ? [] : await jobs()) {
  const report = await run(job);
  reports.push(report);
  process.stdout.write(reportOf([report], values.plot && reports.length === 1 ? values.plot : null));
}
if (reports.length > 1) process.stdout.write(reportOf(reports, values.plot ?? null));
if (values.fit) process.stdout.write(fitAll(reports));
if (values.report) writeFileSync(values.report, JSON.stringify(reports.map(({ rows, ...rest }) => ({ ...rest, rows: rows.map(({ result: _, ...row }) => row) })), null, 1));
