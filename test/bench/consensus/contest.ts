/**
 * Contest-like tasks of our own (`test/corpora/contest/`): statements with right, wrong and slow programs. Three programs of three made-up
 * families a task, in two mixes: two right ones with one that is not, and one right one with two that are not. Stated difficulty: medium.
 * Expected answers of the public examples are those of the first right program.
 */
import { runTrials } from '../../../app/consensus/execute.ts';
import type { Sandbox } from '../../../app/core/ports/sandbox.ts';
import type { Spec } from '../../../app/core/spec.ts';
import { textFile } from '../../../app/core/tree.ts';
import { contestTasks, type ContestTask, type Program } from '../../corpora/contest/corpus.ts';
import type { Task } from './tasks.ts';

const families = ['red', 'green', 'blue'];

export async function contestJobs(sandbox: Sandbox): Promise<{ trio: string[]; tasks: Task[] }[]> {
  const strong: Task[] = [];
  const weak: Task[] = [];
  for (const task of contestTasks('tasks')) {
    const right = task.programs.filter(({ verdict }) => verdict === 'right');
    const others = task.programs.filter(({ verdict }) => verdict !== 'right');
    const [first, second, bad, worse] = [right[0], right[1], others[0], others[1]];
    if (!first) continue;
    const spec = await specOf(task, first, sandbox);
    if (second && bad) strong.push(taskOf(spec, [first, second, bad]));
    if (bad && worse) weak.push(taskOf(spec, [first, bad, worse]));
  }
  return [{ trio: ['two right, one not'], tasks: strong }, { trio: ['one right, two not'], tasks: weak }];
}

async function specOf({ id, statement, examples }: ContestTask, right: Program, sandbox: Sandbox): Promise<Spec> {
  const bare: Spec = { version: 1, id, title: id, language: 'python', difficulty: 'medium', surface: { kind: 'cli', command: ['python3', 'solution.py'] }, criteria: [], timeoutMs: 4000 };
  const [row = []] = await runTrials({ spec: bare, tree: { 'solution.py': textFile(right.code) }, trials: examples.map((stdin) => ({ stdin })) }, sandbox);
  const tests = examples.map((stdin, at) => { const behaviour = row[at]?.behaviour; return { stdin, expect: behaviour?.s === 'exit' ? behaviour.out : '' }; });
  return { ...bare, criteria: [{ id: 'AC1', text: statement, tests }] };
}

function taskOf(spec: Spec, programs: Program[]): Task {
  const candidates = programs.map(({ verdict, name, code }, at) => ({ id: `${verdict}-${name}`, family: families[at] ?? 'grey', model: 'corpus', patch: { 'solution.py': textFile(code) }, tests: [] }));
  return { id: spec.id, spec, candidates, labels: Object.fromEntries(programs.map(({ verdict, name }) => [`${verdict}-${name}`, verdict === 'right'])), line: '' };
}
