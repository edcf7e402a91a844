/**
 * Runs one program over many trials inside the sandbox and answers one observation per trial. What the sandbox prints is a bounded byte
 * stream of lines "<nonce> <json>"; the nonce is drawn anew for each run, anything else in the stream is ignored, and a trial without its
 * line is a crash. Nothing here looks at what the program is or who wrote it.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import { MIB, type Sandbox, type SandboxResult } from '../core/ports/sandbox.ts';
import type { Spec } from '../core/spec.ts';
import type { Tree, TreeFile } from '../core/tree.ts';
import type { Behaviour, Observed, Trial } from './behaviour.ts';
import { keptKey, type Kept } from './kept.ts';

export interface Run {
  spec: Spec;
  tree: Tree;
  trials: Trial[];
  /** Each variant overrides files of the tree; one run of all trials per variant. Default: the tree as it is. */
  variants?: Record<string, string>[];
  /** CPU limit per trial; from the spec where absent. */
  cpuMs?: number;
  /** Time-outs of one variant after which its remaining trials are not run. */
  strikes?: number;
  /** Another salt gives another hash seed and time zone: what depends on them shows. */
  salt?: number;
  /** An answer that took at least so much CPU time counts as a strike, like a time-out. */
  strikeMs?: number;
  /** Longer output is a flood. */
  outputBytes?: number;
  /** Observations of an earlier run that was cut off; what is found there is not run again. */
  kept?: Kept | undefined;
}

const Frame = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ done: z.literal(true) }),
  z.object({ v: z.number(), i: z.number(), ms: z.number().optional(), s: z.string(), value: z.unknown().optional(), class: z.string().optional(), deliberate: z.boolean().optional(), code: z.number().optional(), out: z.string().optional(), why: z.string().optional() }),
]);
type Frame = z.infer<typeof Frame>;

const runnerFolder = join(dirname(fileURLToPath(import.meta.url)), 'runner');
const zones = ['UTC', 'Asia/Kolkata'];

export function cpuLimitOf(spec: Spec): number {
  return spec.timeoutMs ?? 5000;
}

/** Observations by variant, then by trial. Throws CONSENSUS_RUNNER_FAILED where our own runner did not start. */
export async function runTrials(run: Run, sandbox: Sandbox): Promise<Observed[][]> {
  if (run.trials.length === 0) return (run.variants ?? [{}]).map(() => []);
  if (!run.kept) return runAll(run, sandbox);
  const { kept, spec, ...asked } = run;
  const key = keptKey({ ...asked, language: spec.language, surface: spec.surface, cpuMs: run.cpuMs ?? cpuLimitOf(spec) });
  const known = kept.get(key);
  if (known) return known;
  const rows = await runAll(run, sandbox);
  kept.put(key, rows);
  return rows;
}

async function runAll(run: Run, sandbox: Sandbox): Promise<Observed[][]> {
  const variants = run.variants ?? [{}];
  const folder = mkdtempSync(join(tmpdir(), 'assay-run-'));
  try {
    chmodSync(folder, 0o755);
    const work = join(folder, 'work');
    const tools = join(folder, 'runner');
    writeTree(work, run.tree);
    cpSync(runnerFolder, tools, { recursive: true });
    const nonce = randomBytes(16).toString('hex');
    const result = await sandbox.run(requestOf(run, { work, tools, nonce }));
    return observations(run, variants.length, framesOf(result, nonce));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Servers and written files are judged from outside the program, in whatever language it is. */
function runnerOf({ surface, language }: Spec): string[] {
  if (surface?.kind === 'http' || surface?.kind === 'files') return ['node', '--no-warnings', '/assay/surfaces.mjs'];
  return language === 'python' ? ['python3', '-I', '/assay/python.py'] : ['node', '--no-warnings', '/assay/javascript.mjs'];
}

function requestOf(run: Run, at: { work: string; tools: string; nonce: string }) {
  const cpuMs = run.cpuMs ?? cpuLimitOf(run.spec);
  const salt = run.salt ?? 0;
  const job = { nonce: at.nonce, surface: run.spec.surface, variants: run.variants ?? [{}], cases: run.trials, cpuMs, strikes: run.strikes ?? 2, strikeMs: run.strikeMs ?? null, outputBytes: run.outputBytes ?? MIB };
  return {
    argv: runnerOf(run.spec),
    workdir: at.work,
    readOnly: [{ host: at.tools, inside: '/assay' }],
    env: { PYTHONHASHSEED: String(salt), PYTHONDONTWRITEBYTECODE: '1', TZ: zones[salt % zones.length] ?? 'UTC', LANG: 'C.UTF-8' },
    stdin: JSON.stringify(job),
    limits: { wallMs: 600_000, cpuMs: 600_000, memoryBytes: 1024 * MIB, processes: 64, fileBytes: 32 * MIB, outputBytes: 64 * MIB },
  };
}

/** Writes a tree so that the sandbox's user can read and change it; a path that leaves the folder is refused. */
export function writeTree(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  for (const [path, file] of Object.entries(tree)) {
    if (isAbsolute(path) || normalize(path).startsWith('..') || path.includes('\0')) throw new AssayError('CANDIDATE_INVALID', `A file's path leaves its folder: ${JSON.stringify(path)}.`, { remedy: 'Use paths relative to the repository, without "..".' });
    const parts = dirname(path).split('/').filter((part) => part !== '.');
    parts.reduce((parent, part) => { const next = join(parent, part); mkdirSync(next, { recursive: true }); chmodSync(next, 0o755); return next; }, folder);
    writeFileOf(join(folder, path), file);
  }
}

function writeFileOf(path: string, file: TreeFile): void {
  // A link is written as a link: inside the sandbox it can only point at what is mounted there.
  if (file.mode === '120000') return symlinkSync(Buffer.from(file.content, file.encoding).toString('utf8'), path);
  writeFileSync(path, Buffer.from(file.content, file.encoding), { flag: 'wx' });
  chmodSync(path, file.mode === '100755' ? 0o755 : 0o644);
}

function framesOf(result: SandboxResult, nonce: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of result.stdout.toString('utf8').split('\n')) {
    if (!line.startsWith(`${nonce} `)) continue;
    const frame = Frame.safeParse(parsed(line.slice(nonce.length + 1)));
    if (frame.success) frames.push(frame.data);
  }
  const first = frames[0];
  if (first && 'ready' in first) return frames;
  const said = result.stderr.toString('utf8').trim().split('\n').slice(-2).join(' ').slice(0, 300);
  throw new AssayError('CONSENSUS_RUNNER_FAILED', `The runner did not start in the sandbox (exit ${result.exit ?? result.signal}): ${said || 'it said nothing'}.`, { remedy: 'Run "assay doctor"; python3 and Node 24 must be reachable from the sandbox.' });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The first line for a trial counts: later ones for the same trial cannot come from our runner. */
function observations(run: Run, variants: number, frames: Frame[]): Observed[][] {
  const limit = run.cpuMs ?? cpuLimitOf(run.spec);
  const table: (Observed | undefined)[][] = Array.from({ length: variants }, () => new Array<undefined>(run.trials.length).fill(undefined));
  for (const frame of frames) {
    if (!('i' in frame)) continue;
    const row = table[frame.v];
    if (row && frame.i in row && row[frame.i] === undefined) row[frame.i] = observed(frame, limit);
  }
  return table.map((row) => row.map((one) => one ?? { behaviour: { s: 'crash', why: 'it ended the run' }, ms: 0 }));
}

function observed(frame: Extract<Frame, { i: number }>, limit: number): Observed {
  const ms = frame.ms ?? 0;
  const behaviour = behaviourOf(frame);
  if (behaviour.s === 'timeout' || ms > limit * 2) return { behaviour: { s: 'timeout' }, ms };
  return ms >= limit / 2 && behaviour.s !== 'crash' ? { behaviour: { s: 'unclear' }, ms } : { behaviour, ms };
}

function behaviourOf(frame: Extract<Frame, { i: number }>): Behaviour {
  if (frame.s === 'value') return { s: 'value', value: frame.value ?? null };
  if (frame.s === 'exit') return { s: 'exit', code: frame.code ?? 0, out: frame.out ?? '' };
  if (frame.s === 'timeout') return { s: 'timeout' };
  if (frame.s !== 'raise') return { s: 'crash', why: frame.why ?? 'unknown' };
  const name = frame.class ?? 'unknown';
  return frame.deliberate ? { s: 'raise', class: name } : { s: 'crash', why: name };
}
