/** Runs one program of the corpus over many argument lists, each with a limit of CPU time. Trusted programs only: there is no sandbox. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionProgram, FunctionTask } from './corpus.ts';

/** `out`: the answer as JSON, null where there is none. `ms`: CPU time. */
export interface Ran { out: string | null; ms: number }

/** Answers in order; with `stopEarly` up to the first that is missing or took longer than half the limit. */
export function runCalls(task: FunctionTask, program: FunctionProgram, { calls, limitMs, stopEarly }: { calls: unknown[][]; limitMs: number; stopEarly: boolean }): Ran[] {
  const folder = mkdtempSync(join(tmpdir(), 'functions-'));
  try {
    const python = task.spec.language === 'python';
    const path = join(folder, python ? 'program.py' : 'program.cjs');
    writeFileSync(path, program.code);
    const name = task.spec.surface?.kind === 'function' ? task.spec.surface.export : '';
    const args = [path, name, String(limitMs), stopEarly ? 'stop' : 'all'];
    const answer = spawnSync(python ? 'python3' : 'node', [...(python ? ['-c', pythonServer] : ['-e', javascriptServer, '--']), ...args], { input: calls.map((call) => `${JSON.stringify(call)}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 29, cwd: folder });
    return answer.stdout.split('\n').filter((line) => line !== '').map((line): Ran => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two right answers may differ in order, or by little: the odd offset keeps values off the border of two roundings. */
export function comparable(task: FunctionTask, out: string | null): string | null {
  if (out === null) return out;
  const value: unknown = JSON.parse(out);
  if (task.answers === 'exact') return JSON.stringify(value);
  if (task.answers === 'tolerance' && typeof value === 'number') return String(Math.round(value * 1000 + 0.3137));
  if (task.answers === 'any-order' && Array.isArray(value)) return JSON.stringify(value.map((one) => JSON.stringify(one)).sort());
  return Array.isArray(value) ? String(value.length) : out;
}

const pythonServer = `
import sys, os, json, signal, resource
path, name, wall, stop = sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1000, sys.argv[4] == 'stop'
space = {'__name__': 'program'}
exec('from typing import *', space)
exec(compile(open(path).read(), path, 'exec'), space)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            args = json.loads(line)
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); signal.signal(signal.SIGPROF, signal.SIG_DFL); signal.setitimer(signal.ITIMER_PROF, wall)
            first, *rest = name.split('.')
            target = space[first]
            for part in rest: target = getattr(target(), part)
            open('out', 'w').write(json.dumps(target(*args))); status = 0
        except BaseException: pass
        os._exit(status)
    _, status, used = os.wait4(child, 0)
    ms = (used.ru_utime + used.ru_stime) * 1000
    out = open('out').read() if status == 0 else None
    print(json.dumps({'out': out, 'ms': ms}), flush=True)
    if stop and (out is None or ms > wall * 500): break
`;

const javascriptServer = `
const vm = require('node:vm'), fs = require('node:fs');
const [path, name, wall, stop] = process.argv.slice(1);
const code = fs.readFileSync(path, 'utf8');
for (const line of fs.readFileSync(0, 'utf8').split('\\n')) {
  if (line === '') continue;
  const context = vm.createContext({ module: { exports: {} }, line });
  vm.runInContext(code + '\\n;args = JSON.parse(line);', context);
  const began = process.cpuUsage();
  let out = null;
  try { out = vm.runInContext('JSON.stringify(module.exports[' + JSON.stringify(name) + '](...args))', context, { timeout: Number(wall) }) ?? 'null'; } catch {}
  const ms = process.cpuUsage(began).user / 1000;
  process.stdout.write(JSON.stringify({ out, ms }) + '\\n');
  if (stop === 'stop' && (out === null || ms > wall / 2)) break;
}
`;
