/** Watches one launched program: bounded output, wall and CPU clocks, one kill that ends everything, and an exact account at the end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { AssayError } from '../../core/errors.ts';
import type { SandboxLimits, SandboxResult } from '../../core/ports/sandbox.ts';
import type { Cgroup } from './cgroup.ts';
import type { Launch } from './launcher.ts';
import { cpuMs, descendants, residentBytes } from './procfs.ts';

export interface Running {
  child: ChildProcess;
  kill(): void;
  done: Promise<SandboxResult>;
}

interface Watch {
  stopped: 'time' | 'memory' | 'output' | 'caller' | null;
  status: string;
  times: string;
  sampledCpuMs: number;
}

interface Use {
  cpuMs: number;
  memoryBytes: number;
}

const sampleMs = 50;
const graceMs = 500;
/** A program that is refused its next piece of memory ends a little below its limit, between two samples if it is quick. */
const nearLimit = 0.9;
/** A launcher's report is one or two short lines; more would be the program writing into it. */
const reportLength = 4096;

/** `outputBytes` counts on each stream; without `keepStdout` a reader has stdout and it is only counted. */
export function supervise(launch: Launch, limits: SandboxLimits, keepStdout: boolean): Running {
  const [program = '', ...args] = launch.argv;
  const child = spawn(program, args, { cwd: '/', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] });
  const watch: Watch = { stopped: null, status: '', times: '', sampledCpuMs: 0 };
  const stop = (why: NonNullable<Watch['stopped']>) => {
    if (watch.stopped !== null) return;
    watch.stopped = why;
    end(child, watch.status);
  };
  return { child, kill: () => stop('caller'), done: account({ child, watch, stop, launch, limits, keepStdout }) };
}

interface Supervision {
  child: ChildProcess;
  watch: Watch;
  stop(why: NonNullable<Watch['stopped']>): void;
  launch: Launch;
  limits: SandboxLimits;
  keepStdout: boolean;
}

async function account({ child, watch, stop, launch: { cgroup }, limits, keepStdout }: Supervision): Promise<SandboxResult> {
  const started = performance.now();
  child.stdin?.on('error', ignoreClosedPipe);
  const stdout = collect(child.stdout, keepStdout, () => stop('output'), limits.outputBytes);
  const stderr = collect(child.stderr, true, () => stop('output'), limits.outputBytes);
  child.stdio[3]?.on('data', (chunk: Buffer) => { watch.status = (watch.status + chunk).slice(0, reportLength); });
  child.stdio[4]?.on('data', (chunk: Buffer) => { watch.times = (watch.times + chunk).slice(0, reportLength); });
  const wall = setTimeout(stop, limits.wallMs, 'time');
  const sampler = setInterval(() => { const why = exceeded(cgroup ? counted(cgroup) : sampled(child, watch), limits); if (why) stop(why); }, sampleMs);
  try {
    const code = await closed(child);
    const cpu = cgroup ? cgroup.cpuMs() : Math.max(watch.sampledCpuMs, timesMs(watch.times));
    const { exit, signal } = exitOf(watch, code);
    const outOfMemory = watch.stopped === 'memory' || (cgroup ? cgroup.outOfMemory() : exit !== 0 && peakBytes(watch.times) >= limits.memoryBytes * nearLimit);
    if (!launched(watch) && !outOfMemory) throw launchFailed(stderr(), watch);
    const timedOut = watch.stopped === 'time' || signal === 'SIGXCPU';
    return { exit, signal, stdout: stdout(), stderr: stderr(), timedOut, outOfMemory, truncated: watch.stopped === 'output', cpuMs: Math.round(cpu), wallMs: Math.round(performance.now() - started) };
  } finally {
    clearTimeout(wall);
    clearInterval(sampler);
    await cgroup?.remove();
  }
}

/** Kills PID 1 inside, so that the launcher still reports; the launcher itself follows if that was not enough. */
function end(child: ChildProcess, status: string): void {
  const inner = Number(/"child-pid": (\d+)/.exec(status)?.[1] ?? 0) || (status.includes('ready') ? descendants(child.pid ?? 0)[0] : 0);
  if (inner) sigkill(inner);
  else sigkill(-(child.pid ?? 0));
  setTimeout(() => { if (child.exitCode === null && child.signalCode === null) sigkill(-(child.pid ?? 0)); }, graceMs).unref();
}

function sigkill(pid: number): void {
  if (pid === 0) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The kernel itself keeps the memory limit of a control group, so only its CPU time is looked at. */
function counted(cgroup: Cgroup): Use {
  return { cpuMs: cgroup.cpuMs(), memoryBytes: 0 };
}

function sampled(child: ChildProcess, watch: Watch): Use {
  const pids = descendants(child.pid ?? 0);
  watch.sampledCpuMs = Math.max(watch.sampledCpuMs, cpuMs(pids));
  return { cpuMs: watch.sampledCpuMs, memoryBytes: residentBytes(pids) };
}

function exceeded(use: Use, limits: SandboxLimits): 'time' | 'memory' | null {
  if (use.memoryBytes > limits.memoryBytes) return 'memory';
  return use.cpuMs > limits.cpuMs ? 'time' : null;
}

function collect(stream: Readable | null, keep: boolean, full: () => void, limit: number): () => Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (keep && size < limit) chunks.push(chunk.subarray(0, limit - size));
    size += chunk.length;
    if (size > limit) full();
  });
  return () => Buffer.concat(chunks);
}

function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

function launched(watch: Watch): boolean {
  return watch.stopped !== null || watch.status.includes('"exit-code"') || watch.status.includes('ready');
}

/** The launchers answer 128 + n where signal n ended the program; a program cannot be told from one that exits with that number itself. */
function exitOf(watch: Watch, code: number | null): { exit: number | null; signal: string | null } {
  const reported = /"exit-code": (\d+)/.exec(watch.status)?.[1];
  const exit = reported === undefined ? code : Number(reported);
  const name = exit === null ? 'SIGKILL' : Object.entries(constants.signals).find(([, number]) => number === exit - 128)?.[0];
  if (watch.stopped !== null) return { exit: null, signal: 'SIGKILL' };
  return name ? { exit: null, signal: name } : { exit, signal: null };
}

/** The highest memory of one process that was waited for, as the kernel counted it; 0 where nobody told. */
function peakBytes(told: string): number {
  return Number(/^cpu \d+ peak (\d+)$/m.exec(told)?.[1] ?? 0) * 1024;
}

/** `cpu 1270`, or what the shell's `times` prints: its own time, then its children's, as `0m1.230s 0m0.040s`. */
function timesMs(times: string): number {
  const told = /^cpu (\d+)/m.exec(times)?.[1];
  if (told !== undefined) return Number(told);
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
}

function launchFailed(stderr: Buffer, watch: Watch): AssayError {
  const words = stderr.toString('utf8').trim().slice(-500) || watch.status.trim() || 'it said nothing';
  return new AssayError('SANDBOX_LAUNCH_FAILED', `The sandbox did not start: ${words}`, { remedy: 'Run "assay doctor"; the message names what the machine refuses.' });
}

/** A program that ends without reading its input closes the pipe; that is its right and no failure. */
function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || (error.code !== 'EPIPE' && error.code !== 'ECONNRESET')) throw error;
}
