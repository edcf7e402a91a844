/** The corpus of function tasks: constraints are understood, and what is generated within them is valid by each task's own checker in Python. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { candidate } from '../../../app/consensus/test-kit.ts';
import { trialsOf, type LargeTrial, type Trials } from '../../../app/consensus/trials.ts';
import type { Trial } from '../../../app/consensus/behaviour.ts';
import { testWith } from '../../tools.ts';
import { checkerOf, functionTasks, type FunctionTask } from './corpus.ts';

const tasks = functionTasks();

const known = new Map<string, Trials>();

function made(task: FunctionTask): Trials {
  const trials = known.get(task.id) ?? trialsFor(task);
  known.set(task.id, trials);
  return trials;
}

function trialsFor(task: FunctionTask): Trials {
  const module = task.spec.language === 'python' ? 'solution.py' : 'solution.cjs';
  const candidates = task.programs.slice(0, 2).map((program, at) => candidate(program.name, program.code, { family: `family ${at}`, module }));
  return trialsOf({ spec: task.spec, base: {}, candidates, seed: 5, record: { version: 1, families: {} }, requiredConfidence: 0.85 });
}

function callOf(trial: Trial): unknown[][] {
  return 'args' in trial ? [trial.args] : [];
}

function firstOf(items: Iterable<LargeTrial>): LargeTrial[] {
  for (const item of items) return [item];
  return [];
}

it('holds two dozen tasks, each with examples, a checker and right programs', () => {
  expect(tasks.length).toBeGreaterThanOrEqual(24);
  for (const task of tasks) {
    expect(task.spec.criteria.flatMap(({ tests }) => tests).length, task.id).toBeGreaterThan(0);
    expect(task.check, task.id).toContain('def check(');
    expect(task.programs.filter(({ verdict }) => verdict === 'right').length, task.id).toBeGreaterThan(0);
  }
});

it('understands the constraints of nine tasks of ten, and sees where any of several answers is right', () => {
  const understood = tasks.filter((task) => made(task).doubt.length === 0);
  expect(understood.length / tasks.length).toBeGreaterThanOrEqual(0.9);
  expect(tasks.filter((task) => made(task).multiAnswer).map(({ id }) => id)).toEqual(tasks.filter(({ answers }) => answers === 'any-answer').map(({ id }) => id));
});

testWith(['python3'], 'validity of generated calls')('generates calls of which 99 of 100 pass the checker of the task, and a valid large one for every third task', () => {
  const seen = tasks.map((task, at) => {
    const trials = made(task);
    const small = trials.coordinates.slice(trials.testCount).flatMap(({ trial }) => callOf(trial));
    const large = (at % 3 === 0 ? firstOf(trials.large) : []).flatMap(({ trial }) => callOf(trial));
    const checked = spawnSync('python3', ['-c', checkerOf(task)], { input: [...small, ...large].map((args) => `${JSON.stringify(args)}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 28 });
    const lines = checked.stdout.split('\n').filter((line) => line !== '');
    expect(lines, task.id).toHaveLength(small.length + large.length);
    expect(small.length, task.id).toBeGreaterThanOrEqual(20);
    return { lines: lines.map((line) => `${task.id} ${line}`), large: large.length };
  });
  const verdicts = seen.flatMap(({ lines }) => lines);
  const valid = verdicts.filter((verdict) => verdict.endsWith(' ok'));
  expect(verdicts.length).toBeGreaterThan(2000);
  expect(valid.length / verdicts.length, verdicts.filter((verdict) => !verdict.endsWith(' ok')).slice(0, 5).join('\n')).toBeGreaterThanOrEqual(0.99);
  expect(seen.filter(({ large }) => large > 0).length).toBeGreaterThanOrEqual(Math.floor(tasks.length / 3));
}, 120_000);
