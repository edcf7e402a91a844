/**
 * Measures the generated inputs of stdin programs on the contest corpus: which statements give a grammar, whether the inputs are valid by
 * the task's own checker, which wrong programs the small inputs tell from right ones, and which slow ones the large inputs tell.
 *
 *   node test/corpora/contest/measure.ts [--part tasks|heldout] [--only ID] [--limit MS] [--verbose]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stdinInputs, type StdinInputs } from '../../../app/consensus/inputs/stdin-inputs.ts';
import { checkerProgram, contestTasks, type ContestTask, type Program } from './corpus.ts';

const { values } = parseArgs({ options: { part: { type: 'string', default: 'tasks' }, only: { type: 'string' }, limit: { type: 'string', default: '2000' }, verbose: { type: 'boolean', default: false } } });
const limit = Number(values.limit);
const total = { tasks: 0, grammar: 0, inputs: 0, valid: 0, wrong: 0, caught: 0, slow: 0, outrun: 0, rightSlow: 0, right: 0 };

for (const task of contestTasks(values.part === 'heldout' ? 'heldout' : 'tasks').filter((one) => !values.only || one.id === values.only)) measure(task);
process.stdout.write(`${values.part}: grammar ${total.grammar}/${total.tasks}, valid inputs ${total.valid}/${total.inputs}, wrong programs told apart by small inputs ${total.caught}/${total.wrong}, slow programs stopped by large inputs ${total.outrun}/${total.slow}, right programs stopped ${total.rightSlow}/${total.right}\n`);

function measure(task: ContestTask): void {
  const folder = mkdtempSync(join(tmpdir(), 'contest-'));
  try {
    const began = Date.now();
    const made = stdinInputs({ text: task.statement, examples: task.examples.map((stdin) => ({ stdin })), seed: 1, timeoutMs: limit });
    const large = [...made.large];
    const ms = Date.now() - began;
    total.tasks++;
    if (made.source === 'grammar') total.grammar++;
    const invalid = invalidInputs(task, [...made.small, ...large].map((one) => one.stdin));
    total.inputs += made.small.length + large.length;
    total.valid += made.small.length + large.length - invalid.length;
    const [logic, speed] = [logicOf(task, made, folder), speedOf(task, large.map((one) => one.stdin), folder)];
    process.stdout.write(`${task.id}: ${made.source}, ${made.small.length} small, ${large.length} large in ${ms} ms, ${invalid.length} invalid${invalid[0] ? ` (${invalid[0]})` : ''}; ${[...logic, ...speed].join('; ')}\n`);
    if (values.verbose) process.stdout.write(`  ${made.doubt.join('\n  ')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function invalidInputs(task: ContestTask, texts: string[]): string[] {
  const answer = spawnSync('python3', ['-c', checkerProgram(task)], { input: `${texts.map((text) => JSON.stringify(text)).join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = answer.stdout.trim().split('\n');
  return texts.flatMap((text, at) => (lines[at] === 'ok' ? [] : [`${lines[at] ?? answer.stderr.slice(-200)}: ${JSON.stringify(text.slice(0, 60))}`]));
}

function run(program: Program, stdin: string, folder: string): { out: string | null; ms: number } {
  const path = join(folder, `${program.verdict}-${program.name}.py`);
  writeFileSync(path, program.code);
  const began = Date.now();
  const answer = spawnSync('python3', ['-I', path], { input: stdin, encoding: 'utf8', timeout: limit * 2, maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'ignore'] });
  return { out: answer.status === 0 ? answer.stdout.split(/\s+/).join(' ').trim() : null, ms: Date.now() - began };
}

function logicOf(task: ContestTask, made: StdinInputs, folder: string): string[] {
  const right = task.programs.find((program) => program.verdict === 'right');
  if (!right) return [];
  const expected = made.small.map((one) => run(right, one.stdin, folder).out);
  const lost = expected.filter((out) => out === null).length;
  return [...(lost > 0 ? [`right program fails on ${lost}`] : []), ...task.programs.filter((program) => program !== right && program.verdict !== 'slow').map((program) => {
    const at = made.small.findIndex((one, index) => run(program, one.stdin, folder).out !== expected[index]);
    const publicPass = task.examples.every((stdin) => run(program, stdin, folder).out === run(right, stdin, folder).out);
    if (program.verdict === 'wrong') { total.wrong++; if (at >= 0) total.caught++; }
    return `${program.verdict} ${program.name}${publicPass ? '' : ' (fails an example)'} ${at >= 0 ? `differs at ${at} (${made.small[at]?.kind ?? ''})` : 'never differs'}`;
  })];
}

function speedOf(task: ContestTask, large: string[], folder: string): string[] {
  return task.programs.filter((program) => program.verdict !== 'wrong').map((program) => {
    const slow = large.findIndex((stdin) => { const { out, ms } = run(program, stdin, folder); return out === null || ms > limit; });
    if (program.verdict === 'slow') { total.slow++; if (slow >= 0) total.outrun++; }
    else { total.right++; if (slow >= 0) total.rightSlow++; }
    return `${program.verdict} ${program.name} ${slow >= 0 ? `stopped at ${slow}` : 'runs through'}`;
  });
}
