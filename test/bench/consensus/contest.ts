/**
 * Contest-like tasks of our own (`test/corpora/contest/`): statements with right, wrong and slow programs. Three programs of three made-up
 * families a task, in several mixes of right, wrong and slow ones. Stated difficulty: medium.
 * Expected answers of the public examples are those of the first right program.
 */
import { runTrials } from '../../../app/consensus/execute.ts';
import type { Sandbox } from '../../../app/core/ports/sandbox.ts';
import type { Spec } from '../../../app/core/spec.ts';
import { textFile } from '../../../app/core/tree.ts';
import { contestTasks, type ContestPart, type ContestTask, type Program } from '../../corpora/contest/corpus.ts';
import type { Task } from './tasks.ts';

const families = ['red', 'green', 'blue'];

interface Mix {
  name: string;
  of(programs: { right: Program[]; wrong: Program[]; slow: Program[] }): (Program | undefined)[];
}

const mixes: Mix[] = [
  { name: 'two right, one wrong', of: ({ right, wrong }) => [right[0], right[1], wrong[0]] },
  { name: 'two right, one slow', of: ({ right, slow }) => [right[0], right[1], slow[0]] },
  { name: 'one right, one wrong, one slow', of: ({ right, wrong, slow }) => [right[0], wrong[1] ?? wrong[0], slow[1] ?? slow[0]] },
];

export async function contestJobs(part: ContestPart, sandbox: Sandbox): Promise<{ trio: string[]; tasks: Task[] }[]> {
  const jobs = mixes.map(({ name }) => ({ trio: [name], tasks: new Array<Task>() }));
  for (const task of contestTasks(part)) {
    const by = (verdict: Program['verdict']) => task.programs.filter((program) => program.verdict === verdict);
    const [first] = by('right');
    const spec = first && await specOf(task, first, sandbox);
    for (const [at, mix] of mixes.entries()) {
      const programs = mix.of({ right: by('right'), wrong: by('wrong'), slow: by('slow') }).filter((one) => one !== undefined);
      if (spec && programs.length === 3) jobs[at]?.tasks.push(taskOf(spec, programs));
    }
  }
  return jobs.filter(({ tasks }) => tasks.length > 0);
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
