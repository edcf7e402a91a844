/** The contest corpus: most statements give a grammar, and what is generated from it is valid by each task's own checker in Python. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { stdinInputs } from '../../../app/consensus/inputs/stdin-inputs.ts';
import { testWith } from '../../tools.ts';
import { checkerProgram, contestParts, contestTasks } from './corpus.ts';

const all = contestParts.flatMap(contestTasks);
const inputsOf = (task: (typeof all)[number]) => stdinInputs({ text: task.statement, examples: task.examples.map((stdin) => ({ stdin })), seed: 5, budget: { small: 24, tokens: 400 } });

it('holds at least 130 tasks, each with examples, a checker and programs of every verdict', () => {
  expect(all.length).toBeGreaterThanOrEqual(130);
  for (const task of all) {
    expect(task.examples.length, task.id).toBeGreaterThan(0);
    expect(task.check, task.id).not.toBe('');
    expect(new Set(task.programs.map((program) => program.verdict)), task.id).toEqual(new Set(['right', 'wrong', 'slow']));
  }
});

it('gives a grammar that reads all examples for nine statements of ten', () => {
  const read = all.filter((task) => inputsOf(task).source === 'grammar');
  expect(read.length / all.length).toBeGreaterThanOrEqual(0.9);
});

testWith(['python3'], 'validity of generated inputs')('generates inputs of which 99 of 100 pass the checker of the task', () => {
  const texts = all.flatMap((task, at) => { const made = inputsOf(task); return made.source === 'grammar' ? [...made.small, ...made.large].map((one): [number, string] => [at, one.stdin]) : []; });
  const checked = spawnSync('python3', ['-c', checkerProgram(all)], { input: texts.map((text) => `${JSON.stringify(text)}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = checked.stdout.split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(texts.length);
  const verdicts = lines.map((line, at) => `${all[texts[at]?.[0] ?? 0]?.id} ${line}`);
  const valid = verdicts.filter((verdict) => verdict.endsWith(' ok'));
  expect(verdicts.length).toBeGreaterThan(2000);
  expect(valid.length / verdicts.length, verdicts.filter((verdict) => !verdict.endsWith(' ok')).slice(0, 5).join('\n')).toBeGreaterThanOrEqual(0.99);
}, 120_000);
