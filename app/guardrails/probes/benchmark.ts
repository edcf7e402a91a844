/**
 * The benchmark probe: the repository's own bench command, as base names it, over base and over head in turns, in the sandbox. Turns change their order, the first pair is
 * thrown away, and it goes on until the interval decides or the rounds end. Bench files that the command names come from base for both sides.
 */
import { posix } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { PackageFolder } from '../../core/preview.ts';
import { isProduction } from '../../core/test-paths.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import type { Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { openBench, type Bench } from './bench.ts';
import { type Comparison, compare } from './compare.ts';
import { projectOf } from './project.ts';

const Metric = z.union([z.literal('time'), z.strictObject({ name: z.string().regex(/^[\w ./-]{1,60}$/), better: z.enum(['lower', 'higher']) })]);
const Settings = z.looseObject({
  folder: PackageFolder,
  command: z.array(z.string().min(1)).min(1).optional(),
  metric: Metric.default('time'),
  tolerance: z.number().min(0.01).max(1).default(0.05),
  rounds: z.number().int().min(5).max(100).default(20),
  seconds: z.number().min(5).max(3600).default(300),
  files: z.array(z.string().min(1)).default([]),
});
type Settings = z.infer<typeof Settings> & { command: string[] };
const leastRounds = 5;

export function benchmarkProbe(parts: ProbeParts): Probe {
  return { name: 'benchmark', probe: (request) => probe(request, parts) };
}

async function probe(request: ToolRequest, parts: ProbeParts): Promise<ToolAnswer> {
  const settings = Settings.parse(request.settings ?? {});
  const { command } = settings;
  if (command === undefined) return answer({ applies: false, why: 'no-command' });
  if (request.all) return answer({ applies: false, why: 'no-base' });
  if (!request.changed.some(({ path, changedLines }) => changedLines.size > 0 && (isProduction(path) || /(^|\/)(package(-lock)?\.json|go\.(mod|sum)|pyproject\.toml|[^/]*requirements[^/]*\.txt)$/.test(path)))) return answer({ applies: false, why: 'no-code' });
  const open = (tree: Tree): Promise<Bench> => openBench(projectOf({ ...request, folder: settings.folder, testCommand: command }), { ...parts, tree });
  const head = withBaseFiles(request, { ...settings, command });
  const sides = { base: { bench: await open(request.base), tree: request.base }, head: { bench: await open(head), tree: head } };
  return answer({ applies: true, ...await measure(sides, { ...settings, command }) });
}

function answer(data: Record<string, unknown>): ToolAnswer {
  return ToolAnswer.parse({ tool: 'benchmark', version: '', state: 'clean', data });
}

/** A change does not choose how it is measured: what the command or the settings name is taken as it is on base. */
function withBaseFiles({ head, base }: ToolRequest, { folder, command, files }: Settings): Tree {
  const parts = [...command.map((part) => posix.join(folder, part.replace(/^\.\//, ''))), ...files];
  const named = (path: string): boolean => parts.some((part) => path === part.replace(/^\.\//, '') || path.startsWith(`${part.replace(/^\.\//, '').replace(/\/*$/, '')}/`));
  return { ...Object.fromEntries(Object.entries(head).filter(([path]) => !named(path))), ...Object.fromEntries(Object.entries(base).filter(([path]) => named(path))) };
}

interface Side {
  bench: Bench;
  tree: Tree;
}
type Sides = Record<'base' | 'head', Side>;

async function measure(sides: Sides, settings: Settings): Promise<Comparison & { rounds: number; better: string }> {
  const better = settings.metric === 'time' ? 'lower' : settings.metric.better;
  const deadline = performance.now() + settings.seconds * 1000;
  const taken = { base: [] as number[], head: [] as number[] };
  const bound = 1 + settings.tolerance;
  for (let round = 0; round <= settings.rounds; round += 1) {
    const order = round % 2 === 0 ? (['base', 'head'] as const) : (['head', 'base'] as const);
    const pair = { base: 0, head: 0 };
    for (const side of order) pair[side] = await once(sides[side], { side, settings, wallMs: deadline - performance.now() });
    if (Math.min(pair.base, pair.head) <= 0) break;
    if (round > 0) for (const side of order) taken[side].push(pair[side]);
    if (taken.base.length < leastRounds) continue;
    const { low, high } = compare(taken.base, taken.head, better);
    if (high <= bound || low > bound) break;
  }
  const rounds = taken.base.length;
  if (rounds < leastRounds) throw new AssayError('BENCHMARK_TOO_FEW', `only ${rounds} rounds fit into ${settings.seconds} s, ${leastRounds} are needed`, { remedy: 'Make the bench command shorter, or give it more seconds under guardrails.performance.' });
  return { ...compare(taken.base, taken.head, better), rounds, better };
}

/** One run; 0 where its time ended. What it prints is kept for the metric alone. */
async function once({ bench, tree }: Side, how: { side: string; settings: Settings; wallMs: number }): Promise<number> {
  const { metric } = how.settings;
  const wallMs = Math.round(how.wallMs);
  if (wallMs < 100) return 0;
  const run = await bench.run(tree, { wallMs, line: `{ ${bench.project.line}\n} > /work/out/said.info 2>&1` });
  if (run.outcome === 'timeout') return 0;
  const said = run.reports['said.info'] ?? '';
  if (run.outcome === 'failed') throw new AssayError('BENCHMARK_FAILED', `the bench command ended with ${run.exit} on ${how.side}: ${said.trim().slice(0, 400)}`, { remedy: 'Make the bench command pass without network on base and head.' });
  if (metric === 'time') return run.ms;
  const value = Number(new RegExp(`(?:^|[^\\w])${metric.name.replace(/[.]/g, '\\.')}["']?[ \\t]{0,8}[:=][ \\t]{0,8}(\\d{1,15}(?:\\.\\d{1,15})?)`, 'm').exec(said.slice(-200_000))?.[1] ?? Number.NaN);
  if (!(value > 0)) throw new AssayError('BENCHMARK_NO_NUMBER', `the bench command printed no "${metric.name}: number" above 0 on ${how.side}`, { remedy: 'Print the metric as `name: number`, or measure the time.' });
  return value;
}
