/**
 * Measures the generated inputs of stdin programs on the contest corpus: which statements give a grammar, whether the inputs are valid by
 * the task's own checker, which wrong programs the small inputs tell from right ones, and which slow ones the large inputs tell.
 *
 * `--small` leaves the large inputs out.
 *
 *   node test/corpora/contest/measure.ts [--part tasks|heldout|unseen|fresh|recent] [--only ID] [--limit MS] [--small] [--verbose]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stdinInputs, type StdinInputs } from '../../../app/consensus/inputs/stdin-inputs.ts';
import { checkerProgram, contestParts, contestTasks, type ContestTask, type Program } from './corpus.ts';

/** Compiles once and forks per input, so that a run costs milliseconds. */
const serverProgram = `
import sys, os, json, signal, resource
path, wall, stop, limit = sys.argv[1], float(sys.argv[2]) / 1000, sys.argv[3] == 'stop', float(sys.argv[4])
code = compile(open(path).read(), path, 'exec')
import math, heapq, bisect, collections
for n, line in enumerate(sys.stdin):
    open('in', 'w').write(json.loads(line))
    child = os.fork()
    if child == 0:
        os.dup2(os.open('in', os.O_RDONLY), 0); os.dup2(os.open('out', os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1); os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        sys.stdin = open(0); sys.stdout = open(1, 'w')
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); signal.setitimer(signal.ITIMER_PROF, wall); signal.signal(signal.SIGPROF, signal.SIG_DFL)
        status = 1
        try:
            exec(code, {'__name__': '__main__'}); sys.stdout.flush(); status = 0
        except SystemExit: sys.stdout.flush(); status = 0
        except BaseException: pass
        os._exit(status)
    _, status, used = os.wait4(child, 0)
    ms = (used.ru_utime + used.ru_stime) * 1000
    out = ' '.join(open('out', errors='replace').read().split()) if status == 0 else None
    print(json.dumps({'out': out, 'ms': ms}), flush=True)
    if stop and (out is None or ms > limit): break
`;

const { values } = parseArgs({ options: { part: { type: 'string', default: 'tasks' }, only: { type: 'string' }, limit: { type: 'string', default: '2000' }, small: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } } });
const limit = Number(values.limit);
const total = { tasks: 0, grammar: 0, inputs: 0, valid: 0, wrong: 0, caught: 0, slow: 0, outrun: 0, rightSlow: 0, right: 0 };

for (const task of contestTasks([...contestParts, 'fresh' as const].find((one) => one === values.part) ?? 'tasks').filter((one) => !values.only || one.id.startsWith(values.only))) measure(task);
process.stdout.write(`${values.part}: grammar ${total.grammar}/${total.tasks}, valid inputs ${total.valid}/${total.inputs}, wrong programs told apart by small inputs ${total.caught}/${total.wrong}, slow programs stopped by large inputs ${total.outrun}/${total.slow}, right programs stopped ${total.rightSlow}/${total.right}\n`);

function measure(task: ContestTask): void {
  const folder = mkdtempSync(join(tmpdir(), 'contest-'));
  try {
    const began = process.cpuUsage();
    const made = stdinInputs({ text: task.statement, examples: task.examples.map((stdin) => ({ stdin })), seed: 1 });
    const large = values.small ? [] : [...made.large];
    const ms = Math.round(process.cpuUsage(began).user / 1000);
    total.tasks++;
    if (made.source === 'grammar') total.grammar++;
    const invalid = invalidInputs(task, [...made.small, ...large].map((one) => one.stdin));
    total.inputs += made.small.length + large.length;
    total.valid += made.small.length + large.length - invalid.length;
    const [logic, speed] = [logicOf(task, made, folder), values.small ? [] : speedOf(task, large.map((one) => one.stdin), folder)];
    process.stdout.write(`${task.id}: ${made.source}, ${made.small.length} small, ${large.length} large in ${ms} ms, ${invalid.length} invalid${invalid[0] ? ` (${invalid[0]})` : ''}; ${[...logic, ...speed].join('; ')}\n`);
    if (values.verbose) process.stdout.write(`  ${made.doubt.join('\n  ')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function invalidInputs(task: ContestTask, texts: string[]): string[] {
  const answer = spawnSync('python3', ['-c', checkerProgram([task])], { input: `${texts.map((text) => JSON.stringify([0, text])).join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = answer.stdout.trim().split('\n');
  return texts.flatMap((text, at) => (lines[at] === 'ok' ? [] : [`${lines[at] ?? answer.stderr.slice(-200)}: ${JSON.stringify(text.slice(0, 60))}`]));
}

/** `ms`: CPU time. */
interface Ran { out: string | null; ms: number }

/** Answers of one program, in order; with `stopEarly` up to the first that fails or is over the limit. */
function runAll(program: Program, texts: string[], { folder, stopEarly }: { folder: string; stopEarly: boolean }): Ran[] {
  const path = join(folder, `${program.verdict}-${program.name}.py`);
  writeFileSync(path, program.code);
  const answer = spawnSync('python3', ['-c', serverProgram, path, String(limit * 2), stopEarly ? 'stop' : 'all', String(limit)], { input: `${texts.map((text) => JSON.stringify(text)).join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 29, cwd: folder });
  return answer.stdout.trim().split('\n').filter((line) => line !== '').map((line): Ran => JSON.parse(line));
}

function logicOf(task: ContestTask, made: StdinInputs, folder: string): string[] {
  const texts = [...made.small.map((one) => one.stdin), ...task.examples];
  const outs = new Map(task.programs.filter((program) => program.verdict !== 'slow').map((program) => [program, runAll(program, texts, { folder, stopEarly: false }).map((one) => one.out)]));
  const right = task.programs.find((program) => program.verdict === 'right');
  const expected = (right && outs.get(right)) ?? [];
  const lost = expected.slice(0, made.small.length).filter((out) => out === null).length;
  return [...(lost > 0 ? [`right program fails on ${lost}`] : []), ...[...outs].filter(([program]) => program !== right).map(([program, all]) => {
    const at = made.small.findIndex((_, index) => all[index] !== expected[index]);
    const failsExample = all.slice(made.small.length).some((out, index) => out !== expected[made.small.length + index]);
    if (program.verdict === 'wrong') { total.wrong++; if (at >= 0) total.caught++; }
    return `${program.verdict} ${program.name}${failsExample ? ' (fails an example)' : ''} ${at >= 0 ? `differs at ${at} (${made.small[at]?.kind ?? ''})` : 'never differs'}`;
  })];
}

function speedOf(task: ContestTask, large: string[], folder: string): string[] {
  return task.programs.filter((program) => program.verdict !== 'wrong').map((program) => {
    const slow = runAll(program, large, { folder, stopEarly: true }).findIndex(({ out, ms }) => out === null || ms > limit);
    if (program.verdict === 'slow') { total.slow++; if (slow >= 0) total.outrun++; }
    else { total.right++; if (slow >= 0) total.rightSlow++; }
    return `${program.verdict} ${program.name} ${slow >= 0 ? `stopped at ${slow}` : 'runs through'}`;
  });
}
