/**
 * Runs a job in a worker process on this machine: JSON in, JSON out, another uid where we are root, an empty environment, its own folder,
 * a deadline. The worker may be talked into anything by what it reads; what comes back is bounded and checked before it is believed.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssayError } from '../../core/errors.ts';
import type { JobAnswer, JobInput } from '../../core/job.ts';
import { MIB } from '../../core/ports/sandbox.ts';
import type { Executor } from '../../core/ports/executor.ts';
import { toolsHome } from '../tools/lock.ts';
import { believe, invalid } from './answer.ts';
import { workerCommand } from './worker.ts';

type RunOptions = Parameters<Executor['run']>[1];

const answerBytes = 64 * MIB;
const stderrTail = 4000;
const clone = fileURLToPath(new URL('../../../', import.meta.url));

/** `scratch` is where the workers' folders are made; `entry` is the program in the clone and its first arguments. */
export function localExecutor(options: { scratch?: string; entry?: string; args?: string[] } = {}): Executor {
  const { scratch = tmpdir(), entry = 'app/bin.js', args = ['job'] } = options;
  return { name: 'local', run: (job, run) => runJob({ job, run, scratch, entry, args }) };
}

async function runJob({ job, run, scratch, entry, args }: { job: JobInput; run: RunOptions; scratch: string; entry: string; args: string[] }): Promise<JobAnswer> {
  if (run.fork && !onlyReads(job)) throw new AssayError('EXECUTOR_FORK_REFUSED', 'The local executor runs no code of a pull request from a fork.', { remedy: 'Use the actions executor (ASSAY_EXECUTOR=actions), whose runner is thrown away.' });
  if (run.signal?.aborted) throw aborted();
  const folder = mkdtempSync(join(scratch, 'assay-job-'));
  chmodSync(folder, 0o700);
  try {
    const command = workerCommand({ clone, folder, entry, args, ...(needsTools(job) ? { tools: toolsHome() } : {}) });
    try {
      return believe(job.kind, said(await talk(command.argv, JSON.stringify({ job, gateway: run.gateway }), run)));
    } finally {
      await command.remove();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Only a build through a command line agent starts a tool of the lock; other workers are told of none. */
function needsTools(job: JobInput): boolean {
  return job.kind === 'build' && job.input.via === 'cli' && existsSync(toolsHome());
}

/** Guardrails that look at the change's files as data and run none of them: for a fork's change the App recomputes these itself, from its blobs. */
function onlyReads(job: JobInput): boolean {
  return job.kind === 'guard' && job.input.phase === 'scan';
}

interface Told {
  stdout: Buffer;
  stderr: string;
  code: number | null;
  signal: string | null;
}

function talk(argv: string[], input: string, run: RunOptions): Promise<Told> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd: '/', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let refusal: AssayError | null = null;
  const stop = (why: AssayError) => { refusal ??= why; killGroup(child); };
  const onAbort = () => stop(aborted());
  run.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => stop(new AssayError('EXECUTOR_DEADLINE', `The job did not end within ${run.deadlineMs} ms.`, { remedy: 'Retry; if it repeats, raise the deadline or make the job smaller.' })), run.deadlineMs);
  const chunks: Buffer[] = [];
  let size = 0;
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > answerBytes) stop(invalid(`it is larger than ${answerBytes / MIB} MB`));
    else chunks.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => { stderr = (stderr + chunk).slice(-stderrTail); });
  child.stdin.on('error', (error) => { stderr += `\n${error.message}`; });
  child.stdin.end(input);
  return new Promise<Told>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => (refusal ? reject(refusal) : resolve({ stdout: Buffer.concat(chunks), stderr, code, signal })));
  }).finally(() => {
    clearTimeout(timer);
    run.signal?.removeEventListener('abort', onAbort);
  });
}

/** The worker leads its group; its sandboxes die with it. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function said(told: Told): unknown {
  if (told.code !== 0) throw crashed(told);
  try {
    return JSON.parse(told.stdout.toString('utf8'));
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function crashed({ stderr, code, signal }: Told): AssayError {
  const unreadable = /unshare failed|mount: .*(permission|denied|not permitted)/i.test(stderr);
  if (unreadable) return new AssayError('EXECUTOR_CLONE_UNREADABLE', `The clone is readable for root alone and could not be bound for the worker: ${stderr.trim()}`, { remedy: `Move the clone to a folder that others may read, e.g. /opt/assay (now: ${clone}).` });
  return new AssayError('EXECUTOR_CRASHED', `The worker ended with ${signal ?? `exit code ${code}`}: ${stderr.trim() || 'it said nothing'}`, { remedy: 'Retry; if it repeats, report it with this text.' });
}

function aborted(): AssayError {
  return new AssayError('EXECUTOR_ABORTED', 'The job was cancelled.', { remedy: 'Nothing to do; a newer event will start it again where it is still needed.' });
}
