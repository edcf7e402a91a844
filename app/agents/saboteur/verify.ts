/**
 * The verifier: no model, no memory of who attacked. Every suspicion's program runs five times on head and five times on base, and where
 * there is a trial the guarded runner asks the same five times. Both must say the same: a program that the change talks out of failing is no
 * proof, and neither is a trial that no program shows.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MIB } from '../../core/ports/sandbox.ts';
import type { Tree } from '../../core/tree.ts';
import type { Behaviour, Observed } from '../../consensus/behaviour.ts';
import { cpuLimitOf, runTrials, writeTree } from '../../consensus/execute.ts';
import { inPairs, type Bench, type Program, type Suspicion } from './suspicion.ts';

export const runs = 5;

/** How often the claim held, of five. `agreed` is false where program and runner contradict each other. */
export interface Proof {
  onHead: number;
  onBase: number;
  agreed: boolean;
}

export type Verify = (suspicions: Suspicion[], bench: Bench) => Promise<Proof[]>;

export async function verify(suspicions: Suspicion[], bench: Bench): Promise<Proof[]> {
  if (suspicions.length === 0) return [];
  const [head = [], base = []] = await inPairs([bench.target.head, bench.target.base], (tree) => violations(suspicions, tree, bench));
  return suspicions.map((suspicion, at) => {
    const here = head[at] ?? { runner: null, program: 0 };
    // A base without the surface cannot show what is wrong with it.
    const blank = suspicion.onSurface && !bench.target.surface.base;
    const there = blank ? { runner: 0, program: 0 } : base[at] ?? { runner: null, program: 0 };
    const [onHead, onBase] = [here.runner ?? here.program, there.runner ?? there.program];
    return { onHead, onBase, agreed: onHead === here.program && (onBase === there.program || onBase === runs) };
  });
}

interface Count {
  /** Null where the suspicion has no trial. */
  runner: number | null;
  program: number;
}

async function violations(suspicions: Suspicion[], tree: Tree, bench: Bench): Promise<Count[]> {
  const [seen, exits] = await Promise.all([behaviours(suspicions, tree, bench), runPrograms(suspicions, tree, { ...bench, times: runs })]);
  return suspicions.map((suspicion, at) => ({ runner: suspicion.trial ? suspicion.trial.violations(seen[at] ?? []) : null, program: exits[at] ?? 0 }));
}

/** Five behaviours for each suspicion: three starts under one hash seed and time zone, two under another. */
async function behaviours(suspicions: Suspicion[], tree: Tree, { target, sandbox }: Bench): Promise<Behaviour[][]> {
  const { spec } = target;
  const trials = suspicions.flatMap((suspicion) => suspicion.trial?.trial ?? []);
  if (!spec || trials.length === 0) return suspicions.map(() => []);
  const rows: Observed[][] = (await Promise.all([{ salt: 0, count: 3 }, { salt: 1, count: 2 }].map(({ salt, count }) => runTrials({ spec, tree, trials, variants: Array.from({ length: count }, () => ({})), salt, strikes: trials.length }, sandbox)))).flat();
  let column = 0;
  return suspicions.map((suspicion) => {
    if (!suspicion.trial) return [];
    const at = column++;
    return rows.map((row): Behaviour => row[at]?.behaviour ?? { s: 'crash', why: 'not run' });
  });
}

type Runnable = Pick<Suspicion, 'program' | 'oracle' | 'onSurface'>;

/** How many of so many runs of each program failed. A run that ends without the token of its own end has failed: an early exit proves nothing. */
export async function runPrograms(suspicions: Runnable[], tree: Tree, { target, sandbox, times }: Bench & { times: number }): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-sabotage-'));
  try {
    chmodSync(folder, 0o755);
    const [work, own, token] = [join(folder, 'work'), `assay-reproducer-${randomBytes(6).toString('hex')}`, randomBytes(12).toString('hex')];
    // The program's user may write beside the tree too: that is where a fresh copy of it goes.
    writeTree(work, {});
    writeTree(join(work, 'tree'), tree);
    suspicions.forEach(({ program }, at) => writeFileSync(join(work, 'tree', `${own}-${at}.${program.kind}`), withEnd(program, `${token}-${at}`), { mode: 0o644 }));
    const result = await sandbox.run({
      argv: ['/bin/sh', '-c', script(suspicions, { own, times, seconds: secondsFor(target), together: tree === target.head })], workdir: work,
      env: { PYTHONPATH: pythonPath(target), PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0' },
      limits: { wallMs: 600_000, cpuMs: 600_000, memoryBytes: 1024 * MIB, processes: 128, fileBytes: 32 * MIB, outputBytes: 4 * MIB },
    });
    const lines = result.stdout.toString('utf8').split('\n');
    return suspicions.map((_, at) => times - Math.min(times, lines.filter((line) => line === `${own}-${at} ${token}-${at}`).length));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Wall time for one run of a program: twice the CPU limit, and what an interpreter needs to start on a busy machine. */
function secondsFor({ spec }: Bench['target']): number {
  return Math.max(3, Math.ceil(((spec ? cpuLimitOf(spec) : 5000) * 2) / 1000));
}

const starts: Record<Program['kind'], string> = { sh: '/bin/sh', mjs: 'node --no-warnings', py: 'python3' };

/** The last line that a program prints is its token; what the change prints before it does not matter. */
function withEnd({ kind, text }: Program, token: string): string {
  const ends: Record<Program['kind'], string> = { sh: `code=$?\nif [ "$code" -eq 0 ]; then echo; echo ${token}; fi\nexit "$code"\n`, mjs: `process.stdout.write('\\n${token}\\n');\n`, py: `print("\\n${token}")\n` };
  return `${text.replace(/\n*$/, '\n')}${ends[kind]}`;
}

/**
 * Every run is a process of its own; one that watches files also gets a copy of the tree of its own. On head, endless loops are waited for
 * together: one after the other they would take five times as long. On base the same programs should end at once, each with a core to itself.
 */
function script(suspicions: Runnable[], { own, times, seconds, together }: { own: string; times: number; seconds: number; together: boolean }): string {
  const one = suspicions.map(({ program: { kind }, oracle, onSurface }, at) => {
    const place = onSurface && (oracle === 'O3' || oracle === 'O4' || oracle === 'O7') ? 'rm -rf /work/run; cp -a /work/tree /work/run; cd /work/run' : 'cd /work/tree';
    // Only where time is the question is it measured closely: a busy machine must not look like a finding.
    const allowed = oracle === 'O5' ? seconds : seconds + 15;
    return `${place}; last=$(timeout -s KILL ${allowed} ${starts[kind]} ${own}-${at}.${kind} 2>/dev/null </dev/null | tail -n 1 | head -c 200); echo "${own}-${at} $last"`;
  });
  const rounds = Array.from({ length: times }, (_, n) => n);
  const quick = rounds.flatMap(() => one.filter((_, at) => suspicions[at]?.oracle !== 'O5'));
  const slow = rounds.flatMap(() => one.filter((_, at) => suspicions[at]?.oracle === 'O5').map((line) => (together ? `( ${line} ) &` : line)));
  return `${[...quick, ...slow].join('\n')}\nwait\n`;
}

function pythonPath({ spec }: Bench['target']): string {
  const module = spec?.surface?.kind === 'function' ? dirname(spec.surface.module) : '.';
  return module === '.' ? '.' : `.:${module}`;
}
