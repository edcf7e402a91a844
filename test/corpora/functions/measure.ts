/**
 * Measures the generated calls on the corpus of function tasks: whether arguments are valid by the task's own checker, which wrong programs
 * the small ones tell from right ones, and which slow ones the large ones stop.
 *
 *   node test/corpora/functions/measure.ts [--only ID] [--limit MS] [--small] [--verbose]
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { trialsOf, type LargeTrial, type Trials } from '../../../app/consensus/trials.ts';
import type { Trial } from '../../../app/consensus/behaviour.ts';
import { candidate } from '../../../app/consensus/test-kit.ts';
import { checkerOf, functionTasks, type FunctionTask } from './corpus.ts';
import { comparable, runCalls } from './run.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, limit: { type: 'string', default: '3000' }, small: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } } });
const limitMs = Number(values.limit);
const largeCount = 10;
const total = { tasks: 0, vouched: 0, small: 0, valid: 0, firm: 0, firmValid: 0, wrong: 0, caught: 0, firmly: 0, withLarge: 0, large: 0, largeValid: 0, slow: 0, stopped: 0, right: 0, rightStopped: 0 };

for (const task of functionTasks().filter((one) => !values.only || one.id.startsWith(values.only))) measure(task);
process.stdout.write(`${total.tasks} tasks, ${total.vouched} without a doubt: small valid ${total.valid}/${total.small} (of those not doubtful ${total.firmValid}/${total.firm}), wrong programs told apart ${total.caught}/${total.wrong} (by inputs that are not doubtful ${total.firmly}); large inputs for ${total.withLarge} tasks, valid ${total.largeValid}/${total.large}, slow programs stopped ${total.stopped}/${total.slow}, right programs stopped ${total.rightStopped}/${total.right}\n`);

function measure(task: FunctionTask): void {
  const began = process.cpuUsage();
  const made = trialsOf({ spec: task.spec, base: {}, candidates: candidatesOf(task), seed: 1, record: { version: 1, families: {} }, requiredConfidence: 0.85 });
  const small = made.coordinates.slice(made.testCount).flatMap(({ trial, doubtful }) => callOf(trial).map((args) => ({ args, doubtful })));
  const large = values.small ? [] : firstOf(made.large, largeCount).flatMap(({ trial, kind }) => callOf(trial).map((args) => ({ args, kind })));
  const ms = Math.round(process.cpuUsage(began).user / 1000);
  const verdicts = checked(task, [...small, ...large].map(({ args }) => args));
  const bad = small.flatMap(({ args, doubtful }, at) => (verdicts[at] === 'ok' ? [] : [{ args, doubtful, why: verdicts[at] }]));
  total.tasks++;
  if (made.doubt.length === 0) total.vouched++;
  total.small += small.length;
  total.valid += small.length - bad.length;
  total.firm += small.filter(({ doubtful }) => !doubtful).length;
  total.firmValid += small.filter(({ doubtful }, at) => !doubtful && verdicts[at] === 'ok').length;
  total.large += large.length;
  if (large.length > 0) total.withLarge++;
  const largeBad = large.filter((_, at) => verdicts[small.length + at] !== 'ok');
  total.largeValid += large.length - largeBad.length;
  const said = [...logicOf(task, small), ...(values.small ? [] : speedOf(task, large.map(({ args }) => args)))];
  process.stdout.write(`${task.id}: ${made.source}, ${small.length} small, ${bad.length} invalid, ${large.length} large, ${largeBad.length} invalid, ${ms} ms, ${answerSays(made)}; ${said.join('; ')}\n`);
  if (values.verbose) process.stdout.write(`  ${[...made.doubt, ...bad.slice(0, 4).map((one) => `${one.doubtful ? 'doubtful' : 'FIRM'} ${one.why}: ${JSON.stringify(one.args).slice(0, 150)}`), ...largeBad.slice(0, 2).map((one) => `large ${one.kind} ${JSON.stringify(one.args).slice(0, 150)}`)].join('\n  ')}\n`);
}

function callOf(trial: Trial): unknown[][] {
  return 'args' in trial ? [trial.args] : [];
}

function answerSays({ multiAnswer, floats }: Trials): string {
  return [multiAnswer ? 'several answers' : '', floats ? 'fractions' : ''].filter(Boolean).join(', ') || 'one answer';
}

/** Two right programs, or a right and another one, as two families: what their code says may teach the generator. */
function candidatesOf(task: FunctionTask) {
  return task.programs.slice(0, 2).map((program, at) => candidate(program.name, program.code, { family: `family ${at}`, module: task.spec.language === 'python' ? 'solution.py' : 'solution.cjs' }));
}

function firstOf(items: Iterable<LargeTrial>, count: number): LargeTrial[] {
  const taken: LargeTrial[] = [];
  for (const item of items) if (taken.push(item) === count) break;
  return taken;
}

function checked(task: FunctionTask, calls: unknown[][]): string[] {
  const answer = spawnSync('python3', ['-c', checkerOf(task)], { input: calls.map((call) => `${JSON.stringify(call)}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 28 });
  return answer.stdout.split('\n');
}

function logicOf(task: FunctionTask, small: { args: unknown[]; doubtful: boolean }[]): string[] {
  const outs = new Map(task.programs.filter(({ verdict }) => verdict !== 'slow').map((program) => [program, runCalls(task, program, { calls: small.map(({ args }) => args), limitMs, stopEarly: false }).map(({ out }) => comparable(task, out))]));
  const right = task.programs.find(({ verdict }) => verdict === 'right');
  const expected = (right && outs.get(right)) ?? [];
  return [...outs].filter(([program]) => program !== right).map(([program, all]) => {
    const differing = small.flatMap((one, at) => (all[at] !== expected[at] ? [one] : []));
    const firm = differing.some(({ doubtful }) => !doubtful);
    if (program.verdict === 'wrong') { total.wrong++; if (differing.length > 0) total.caught++; if (firm) total.firmly++; }
    return `${program.verdict} ${program.name} ${differing.length === 0 ? 'never differs' : `differs on ${differing.length}${firm ? '' : ', all doubtful'}`}`;
  });
}

function speedOf(task: FunctionTask, large: unknown[][]): string[] {
  return task.programs.filter(({ verdict }) => verdict !== 'wrong').map((program) => {
    const at = runCalls(task, program, { calls: large, limitMs, stopEarly: true }).findIndex(({ out, ms }) => out === null || ms > limitMs / 2);
    if (program.verdict === 'slow') { total.slow++; if (at >= 0) total.stopped++; }
    else { total.right++; if (at >= 0) total.rightStopped++; }
    return `${program.verdict} ${program.name} ${at >= 0 ? `stopped at ${at}` : 'runs through'}`;
  });
}
