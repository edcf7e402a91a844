/**
 * `npm run bench:speed`: wall time of `assay guard` on two fixed changes – a pull request of some sixty files and a small one of fifteen – against each of its scanners alone
 * and against all of them one after another under pre-commit. Every round runs each command once, so that the load of the machine falls on all alike; the first round
 * warms what everybody keeps (Python's and Go's and Node's compiled code) and does not count; what guard keeps of scanners' answers is removed before each of its runs but
 * the one that is about it. Aims, for the pull request: at most 1.15 × the slowest, at most 0.5 × pre-commit, a change of nothing under a second.
 * `--rounds N` (5), `--json FILE` for every single time.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { toolPath } from '../../../app/edges/tools/lock.ts';
import { descriptors } from '../../../app/guardrails/catalogue.generated.ts';
import { root } from '../../../app/guardrails/sources.ts';
import { type Command, commandsFor, ourStart } from './commands.ts';
import { pull } from './pull.ts';
import { sample } from './sample.ts';

const aims = { slowest: 1.15, sum: 0.5, nothingMs: 1000 };

interface Taken {
  ms: number;
  peakMb: number;
}

/** Runs a command to its end, whatever its exit code: scanners exit with 1 where they find something. Memory is that of its whole process group, asked every 25 ms. */
function time(argv: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Taken> {
  const started = performance.now();
  const child = spawn(argv[0]!, argv.slice(1), { cwd, env, stdio: 'ignore', detached: true });
  let peak = 0;
  const timer = setInterval(() => { peak = Math.max(peak, residentOf(child.pid!)); }, 25);
  return new Promise<Taken>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve({ ms: performance.now() - started, peakMb: peak / 1024 / 1024 }));
  }).finally(() => clearInterval(timer));
}

function residentOf(group: number): number {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).reduce((sum, pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      return Number(fields[2]) === group ? sum + Number(fields[21]) * 4096 : sum;
    } catch {
      // It ended in between.
      return sum;
    }
  }, 0);
}

interface Timed extends Command {
  /** With the answers that the run before kept. */
  again?: boolean;
}

/** Runs each command once in every round; answers the medians, by name. */
async function medians(commands: readonly Timed[], how: { cwd: string; env: NodeJS.ProcessEnv; rounds: number }): Promise<Map<string, Taken & { all: number[] }>> {
  const taken = new Map<string, Taken[]>(commands.map(({ name }) => [name, []]));
  for (let round = 0; round <= how.rounds; round += 1) {
    for (const { name, argv, again } of commands) {
      if (!again) rmSync(join(how.env.XDG_CACHE_HOME!, 'assay', 'answers'), { recursive: true, force: true });
      const one = await time(argv, how.cwd, how.env);
      if (round > 0) taken.get(name)!.push(one);
    }
  }
  return new Map([...taken].map(([name, runs]) => [name, { ...runs.toSorted((a, b) => a.ms - b.ms)[Math.floor(runs.length / 2)]!, all: runs.map(({ ms }) => Math.round(ms)) }]));
}

/** One process for each tool over all its files: pre-commit would start two of some of them at once, which takes longer here. */
function hooks(commands: readonly Command[]): string {
  return stringify({ repos: [{ repo: 'local', hooks: commands.map(({ name, argv }) => ({ id: name, name, language: 'system', entry: argv.map((each) => `'${each}'`).join(' '), pass_filenames: false, always_run: true, require_serial: true })) }] });
}

const preCommit = 'all of them under pre-commit';
const [whole, repeated, nothing] = ['assay guard, baseline', 'assay guard, the same again', 'assay guard, nothing changed'];

function commandsOn(folder: string, how: { paths: string[]; names: string[]; outside: string }): { tools: Command[]; all: Timed[] } {
  const tools = commandsFor(how.names, how.paths);
  const guard = [process.execPath, join(root, 'app/bin.js'), 'guard', folder, '--pack', 'baseline', '--format', 'json'];
  const config = join(how.outside, 'hooks.yaml');
  writeFileSync(config, hooks(tools));
  const [serial, otherwise] = [toolPath('pre-commit'), toolPath(ourStart.of)];
  return { tools, all: [
    ...tools, ...(otherwise ? [{ name: ours, argv: ourStart.argv(otherwise, how.paths) }] : []),
    ...(serial ? [{ name: preCommit, argv: [serial, 'run', '--all-files', '--config', config] }] : []),
    { name: whole, argv: [...guard, '--base', 'main'] }, { name: repeated, argv: [...guard, '--base', 'main'], again: true }, { name: nothing, argv: [...guard, '--base', 'HEAD'] },
  ] };
}

const ours = `${ourStart.of}, as guard starts it`;

async function measure(make: (folder: string) => string[], rounds: number) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-speed-'));
  const outside = mkdtempSync(join(tmpdir(), 'assay-speed-cache-'));
  try {
    const paths = make(folder);
    const env = { ...process.env, HOME: outside, XDG_CACHE_HOME: join(outside, 'cache'), ASSAY_TOOLS: process.env.ASSAY_TOOLS ?? join(process.env.HOME ?? '/root', '.cache/assay/tools') };
    const names = [...new Set(descriptors.filter((each) => each.packs.includes('baseline')).flatMap((each) => each.tools.map((tool) => tool.name)))].sort();
    const { tools, all } = commandsOn(folder, { paths, names, outside });
    const taken = await medians(all, { cwd: folder, env, rounds });
    return { files: paths.length, taken, tools: tools.map(({ name }) => name), missing: names.filter((name) => !tools.some((each) => each.name === name)) };
  } finally {
    for (const each of [folder, outside]) rmSync(each, { recursive: true, force: true });
  }
}

/** Prints one table; answers whether the aims are met. */
function report(title: string, { files, taken, tools, missing }: Awaited<ReturnType<typeof measure>>): boolean {
  const ms = (name: string): number => taken.get(name)?.ms ?? Number.NaN;
  const slowest = (names: readonly string[]): string => names.toSorted((a, b) => ms(b) - ms(a))[0] ?? 'none';
  const [first, second] = [slowest(tools), slowest(tools.map((name) => (name === ourStart.of ? ours : name)))];
  const [toFirst, toSecond, toSum] = [first, second, preCommit].map((name) => ms(whole) / ms(name)) as [number, number, number];
  process.stdout.write([
    `${title}: ${files} changed files, load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} cores\n`,
    ...[...taken].map(([name, { ms: median, peakMb }]) => `${name.padEnd(34)} ${Math.round(median).toString().padStart(7)} ms ${Math.round(peakMb).toString().padStart(6)} MB\n`),
    ...(missing.length > 0 ? [`not installed and so not compared: ${missing.join(', ')}\n`] : []), ...(taken.has(preCommit) ? [] : ['pre-commit is not installed: npx assay tools install pre-commit\n']),
    `${toFirst.toFixed(2)} of the slowest as its users start it (${first}; aim ${aims.slowest}), ${toSecond.toFixed(2)} of the slowest as guard starts it (${second}), ${toSum.toFixed(2)} of pre-commit (aim ${aims.sum}), nothing changed: ${Math.round(ms(nothing))} ms (aim ${aims.nothingMs})\n\n`,
  ].join(''));
  return toFirst <= aims.slowest && toSum <= aims.sum && ms(nothing) < aims.nothingMs;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string', default: '5' }, json: { type: 'string' } } });
  const rounds = Math.max(1, Number.parseInt(values.rounds, 10));
  const [large, small] = [await measure(pull, rounds), await measure(sample, rounds)];
  const met = report('A pull request', large);
  report('A small change', small);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ large: Object.fromEntries(large.taken), small: Object.fromEntries(small.taken) }, null, 1)}\n`);
  return met ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
