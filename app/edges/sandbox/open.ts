/**
 * The sandbox edge. `openSandbox` finds the strongest containment that this machine gives, proves it by running a hostile program in it,
 * and answers a Sandbox of that grade. Without any, the grade is `none` and `run` throws: untrusted code does not run.
 */
import { accessSync, chmodSync, constants, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AssayError } from '../../core/errors.ts';
import type { Sandbox, SandboxGrade, SandboxRequest, SandboxResult } from '../../core/ports/sandbox.ts';
import { reachable } from '../reach.ts';
import { findCgroupHome } from './cgroup.ts';
import { gradeOf, remedyFor } from './grades.ts';
import { makeScratch, prepareLaunch, type Variant } from './launcher.ts';
import { probe } from './probe.ts';
import { supervise, type Running } from './supervise.ts';
import { findToolchain } from './toolchain.ts';

/** A program that answers line by line, for runners that serve many inputs from one start. */
export interface SandboxSession {
  write(line: string): void;
  /** Ends its input; a well-behaved runner then exits. */
  end(): void;
  lines: AsyncIterable<string>;
  kill(): void;
  done: Promise<SandboxResult>;
}

export interface OpenSandbox extends Sandbox {
  session(request: SandboxRequest): SandboxSession;
}

/** `force` takes this grade or throws SANDBOX_GRADE_UNAVAILABLE; `scratch` is where the mount points are made. */
export async function openSandbox(options: { force?: SandboxGrade['name']; scratch?: string } = {}): Promise<OpenSandbox> {
  const refusals: string[] = [];
  for (const variant of options.force === 'none' ? [] : await variants(options)) {
    const refusal = await probe(variant, (each, request) => run(each, request));
    if (refusal === null) return sandboxOf(variant);
    refusals.push(`${variant.grade}: ${refusal}`);
  }
  if (options.force && options.force !== 'none') throw new AssayError('SANDBOX_GRADE_UNAVAILABLE', `This machine does not give ${options.force}. ${refusals.join(' · ')}`, { remedy: remedyFor(refusals) });
  return closedSandbox(refusals);
}

/** From the strongest to the weakest. Root always becomes another uid first: a program that is root outside may write /proc/sys, namespaces or not. */
async function variants(options: { force?: SandboxGrade['name']; scratch?: string }): Promise<Variant[]> {
  const root = process.getuid?.() === 0;
  const shared = { toolchain: await findToolchain(), scratch: makeScratch(options.scratch && (!root || reachable(join(options.scratch, 'x'))) ? options.scratch : tmpdir()) };
  const home = findCgroupHome();
  const weak = { drop: root, cgroup: null, ...shared };
  const all: Variant[] = [];
  if (installed('bwrap') && home) {
    all.push({ grade: home.version === 2 ? 'bubblewrap+cgroup2' : 'bubblewrap+cgroup1', cgroup: home, drop: root, ...shared });
  }
  if (installed('bwrap')) all.push({ grade: 'bubblewrap', ...weak });
  all.push({ grade: 'unshare+prlimit', ...weak });
  return all.filter((variant) => options.force === undefined || variant.grade === options.force);
}

function sandboxOf(variant: Variant): OpenSandbox {
  return { grade: gradeOf(variant), run: (request) => run(variant, request), session: (request) => session(variant, request) };
}

async function run(variant: Variant, request: SandboxRequest): Promise<SandboxResult> {
  const running = supervise(prepareLaunch(variant, request), request.limits, true);
  running.child.stdin?.end(request.stdin ?? '');
  request.signal?.addEventListener('abort', running.kill, { once: true });
  if (request.signal?.aborted) running.kill();
  const result = await running.done.finally(() => request.signal?.removeEventListener('abort', running.kill));
  if (!variant.drop) unlock(request.workdir);
  return result;
}

function session(variant: Variant, request: SandboxRequest): SandboxSession {
  const { child, kill, done }: Running = supervise(prepareLaunch(variant, request), request.limits, false);
  if (!child.stdout || !child.stdin) throw new AssayError('SANDBOX_LAUNCH_FAILED', 'The sandbox has no pipes.', { remedy: 'Report this with the log.' });
  const { stdin, stdout } = child;
  if (request.stdin !== undefined) stdin.write(request.stdin);
  return { write: (line) => { stdin.write(`${line}\n`); }, end: () => { stdin.end(); }, lines: createInterface({ input: stdout })[Symbol.asyncIterator](), kill, done };
}

function closedSandbox(refusals: string[]): OpenSandbox {
  const remedy = remedyFor(refusals);
  const refuse = () => new AssayError('SANDBOX_UNAVAILABLE', `This machine cannot contain untrusted code, so it does not run. ${refusals.join(' · ')}`.trim(), { remedy });
  return {
    grade: { name: 'none', words: 'Nothing contains untrusted code here, so it does not run.', remedy },
    run: () => Promise.reject(refuse()),
    session: () => { throw refuse(); },
  };
}

/** A program may leave folders that their owner cannot enter; we are that owner. Links are not followed. */
function unlock(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) unlock(join(folder, entry.name));
}

function installed(program: string): boolean {
  try {
    accessSync(`/usr/bin/${program}`, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
