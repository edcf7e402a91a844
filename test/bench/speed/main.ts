/**
 * `npm run bench:speed`: wall time of `assay guard` on a fixed change, against the slowest of its scanners alone and against all of them one after another under
 * pre-commit, in one run. What an earlier run kept is removed before each. Aims: at most 1.15 × the slowest, at most 0.5 × the sum, a change of nothing under a second.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { toolPath } from '../../../app/edges/tools/lock.ts';
import { descriptors } from '../../../app/guardrails/catalogue.generated.ts';
import { root } from '../../../app/guardrails/sources.ts';
import { type Command, commandsFor } from './commands.ts';
import { git, sample } from './sample.ts';

const rounds = 3;
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

/** The median of a few runs, each without what an earlier one kept. */
async function median(argv: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Taken> {
  const runs: Taken[] = [];
  for (let round = 0; round < rounds; round += 1) {
    rmSync(join(env.XDG_CACHE_HOME!, 'assay', 'answers'), { recursive: true, force: true });
    runs.push(await time(argv, cwd, env));
  }
  return runs.toSorted((a, b) => a.ms - b.ms)[Math.floor(rounds / 2)]!;
}

function hooks(commands: readonly Command[]): string {
  return stringify({ repos: [{ repo: 'local', hooks: commands.map(({ name, argv }) => ({ id: name, name, language: 'system', entry: argv.map((each) => `'${each}'`).join(' '), pass_filenames: false, always_run: true, require_serial: true })) }] });
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-speed-'));
  const outside = mkdtempSync(join(tmpdir(), 'assay-speed-cache-'));
  try {
    const paths = sample(folder);
    const env = { ...process.env, HOME: outside, XDG_CACHE_HOME: join(outside, 'cache'), ASSAY_TOOLS: process.env.ASSAY_TOOLS ?? join(process.env.HOME ?? '/root', '.cache/assay/tools') };
    const names = [...new Set(descriptors.filter((each) => each.packs.includes('baseline')).flatMap((each) => each.tools.map((tool) => tool.name)))].sort();
    const commands = commandsFor(names, paths);
    const alone: [string, Taken][] = [];
    for (const { name, argv } of commands) alone.push([name, await median(argv, folder, env)]);
    const slowest = alone.toSorted(([, a], [, b]) => b.ms - a.ms)[0];
    const serial = await underPreCommit(folder, { commands, env, outside });
    const guard = [process.execPath, join(root, 'app/bin.js'), 'guard', folder, '--pack', 'baseline', '--format', 'json'];
    const whole = await median([...guard, '--base', 'main'], folder, env);
    const nothing = await median([...guard, '--base', 'HEAD'], folder, env);
    return report({ alone, slowest, serial, whole, nothing, missing: names.filter((name) => !commands.some((each) => each.name === name)) });
  } finally {
    for (const each of [folder, outside]) rmSync(each, { recursive: true, force: true });
  }
}

async function underPreCommit(folder: string, how: { commands: readonly Command[]; env: NodeJS.ProcessEnv; outside: string }): Promise<Taken | null> {
  const program = toolPath('pre-commit');
  if (!program) return null;
  const config = join(how.outside, 'hooks.yaml');
  mkdirSync(how.outside, { recursive: true });
  writeFileSync(config, hooks(how.commands));
  git(folder, 'status');
  return await median([program, 'run', '--all-files', '--config', config], folder, how.env);
}

interface Figures {
  alone: [string, Taken][];
  slowest: [string, Taken] | undefined;
  serial: Taken | null;
  whole: Taken;
  nothing: Taken;
  missing: string[];
}

function report({ alone, slowest, serial, whole, nothing, missing }: Figures): number {
  const line = (name: string, { ms, peakMb }: Taken): string => `${name.padEnd(34)} ${Math.round(ms).toString().padStart(7)} ms ${Math.round(peakMb).toString().padStart(6)} MB\n`;
  const ratio = (to: Taken | undefined | null): number => (to ? whole.ms / to.ms : Number.NaN);
  const [first, second] = [ratio(slowest?.[1]), ratio(serial)];
  process.stdout.write([
    ...alone.map(([name, taken]) => line(`${name} alone`, taken)), ...(serial ? [line('all of them under pre-commit', serial)] : ['pre-commit is not installed: npx assay tools install pre-commit\n']),
    line('assay guard, baseline', whole), line('assay guard, nothing changed', nothing),
    ...(missing.length > 0 ? [`not installed and so not compared: ${missing.join(', ')}\n`] : []),
    `${first.toFixed(2)} of the slowest alone (${slowest?.[0] ?? 'none'}; aim ${aims.slowest}), ${second.toFixed(2)} of pre-commit (aim ${aims.sum}), nothing changed: ${Math.round(nothing.ms)} ms (aim ${aims.nothingMs})\n`,
  ].join(''));
  return first <= aims.slowest && second <= aims.sum && nothing.ms < aims.nothingMs ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
