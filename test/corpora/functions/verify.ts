/**
 * Holds the corpus against itself: drawn arguments are valid by the checker, right programs agree on them, wrong ones meet the examples
 * and differ somewhere, slow ones are right and take longer than `--limit` at the largest input while right ones take less than half of it.
 *
 *   node test/corpora/functions/verify.ts [--only ID] [--limit MS]
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { checkerOf, functionTasks, type FunctionProgram, type FunctionTask } from './corpus.ts';
import { comparable, runCalls } from './run.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, limit: { type: 'string', default: '8000' } } });
const drawCount = 400;
const slowDrawCount = 60;
const drawer = `
import random, json
print(json.dumps(most()))
r = random.Random(7)
for _ in range(${drawCount}): print(json.dumps(draw(r)))
`;

const faults = functionTasks().filter((task) => !values.only || task.id.startsWith(values.only)).flatMap((task) => {
  const found = faultsOf(task);
  process.stdout.write(`${task.id}: ${found.length === 0 ? 'sound' : found.join('; ')}\n`);
  return found;
});
process.exitCode = faults.length === 0 ? 0 : 1;

function faultsOf(task: FunctionTask): string[] {
  const drawn = spawnSync('python3', ['-c', `${task.draw}\n${drawer}`], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (drawn.status !== 0) return [`no draw: ${drawn.stderr.slice(-200)}`];
  const [most, ...small] = drawn.stdout.trim().split('\n').map((line): unknown[] => JSON.parse(line));
  const tests = testsOf(task);
  const checked = spawnSync('python3', ['-c', checkerOf(task)], { input: [most, ...small, ...tests.map((test) => test.args)].map((call) => `${JSON.stringify(call)}\n`).join(''), encoding: 'utf8' }).stdout.trim().split('\n');
  const invalid = checked.findIndex((line) => line !== 'ok');
  const right = task.programs.find((program) => program.verdict === 'right');
  if (!right || !most) return ['no right program'];
  const given = { small, tests, most, expected: answers(task, right, small) };
  return [...(invalid >= 0 ? [`arguments ${invalid} ${checked[invalid]}`] : []), ...task.programs.flatMap((program) => faultsOfProgram(task, program, given))];
}

interface Given { small: unknown[][]; tests: { args: unknown[]; expect: unknown }[]; most: unknown[]; expected: (string | null)[] }

function faultsOfProgram(task: FunctionTask, program: FunctionProgram, { small, tests, most, expected }: Given): string[] {
  const say = (what: string) => [`${program.verdict} ${program.name} ${what}`];
  const shown = answers(task, program, tests.map((test) => test.args));
  const asked = tests.map((test) => comparable(task, JSON.stringify(test.expect)));
  const same = shown.every((out, at) => out !== null && out === asked[at]) ? [] : say(`fails an example: ${shown.join(' ')}`);
  const calls = program.verdict === 'slow' ? small.slice(0, slowDrawCount) : small;
  const differs = answers(task, program, calls).findIndex((out, at) => out === null || out !== expected[at]);
  if (program.verdict === 'wrong') return [...same, ...(differs >= 0 ? [] : say('never differs'))];
  const limitMs = Number(values.limit);
  const [last] = runCalls(task, program, { calls: [most], limitMs, stopEarly: false });
  const tooSlow = last?.out === null;
  const speed = program.verdict === 'slow' ? (tooSlow ? [] : say(`takes ${last?.ms} ms`)) : tooSlow || (last?.ms ?? 0) > limitMs / 2 ? say(`is slow: ${last?.ms} ms`) : [];
  return [...same, ...(differs >= 0 ? say(`differs on ${JSON.stringify(calls[differs])}`) : []), ...speed];
}

function answers(task: FunctionTask, program: FunctionProgram, calls: unknown[][]): (string | null)[] {
  return runCalls(task, program, { calls, limitMs: 4000, stopEarly: false }).map(({ out }) => comparable(task, out));
}

function testsOf(task: FunctionTask): { args: unknown[]; expect: unknown }[] {
  return task.spec.criteria.flatMap((criterion) => criterion.tests.flatMap((test) => ('args' in test ? [test] : [])));
}
