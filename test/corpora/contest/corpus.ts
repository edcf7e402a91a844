/**
 * Contest-like tasks of our own: a statement, public examples, a checker of format and constraints, and programs that are right, wrong or
 * too slow. One text file per task, cut by lines that begin with `@`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Program {
  verdict: 'right' | 'wrong' | 'slow';
  name: string;
  code: string;
}

export interface ContestTask {
  id: string;
  statement: string;
  examples: string[];
  /** Body of a Python function of `lines`; it raises where the input is not valid. */
  check: string;
  programs: Program[];
}

const folder = import.meta.dirname;

/** `tasks` were written beside the parser; `heldout`, `unseen` and, last, `recent` by authors who did not know it. */
export const contestParts = ['tasks', 'heldout', 'unseen', 'recent'] as const;
/** `fresh` holds statements with one right program each, which no floor was set on: what is read of them is read at first sight. */
export type ContestPart = (typeof contestParts)[number] | 'fresh';

export function contestTasks(part: ContestPart): ContestTask[] {
  const files = readdirSync(join(folder, part)).filter((name) => name.endsWith('.task')).sort();
  return files.map((name) => readTask(name.replace(/\.task$/, ''), readFileSync(join(folder, part, name), 'utf8')));
}

function readTask(id: string, text: string): ContestTask {
  const sections = text.split(/^@(?=(?:statement|example|check|right|wrong|slow)\b)/m).slice(1).map((section) => {
    const end = section.indexOf('\n');
    const [kind = '', name = ''] = section.slice(0, end).split(' ');
    return { kind, name, body: section.slice(end + 1) };
  });
  const bodies = (kind: string) => sections.filter((one) => one.kind === kind).map((one) => one.body);
  const programs = sections.flatMap((one): Program[] => (one.kind === 'right' || one.kind === 'wrong' || one.kind === 'slow' ? [{ verdict: one.kind, name: one.name, code: one.body }] : []));
  return { id, statement: bodies('statement')[0] ?? '', examples: bodies('example'), check: bodies('check')[0] ?? '', programs };
}

/** A Python program that reads JSON pairs of a task's place and a text, one per line, and prints `ok` or why not for each. */
export function checkerProgram(tasks: ContestTask[]): string {
  const checks = tasks.map((task) => task.check.split('\n').filter((line) => line !== '').map((line) => `    ${line}`).join('\n'));
  return `${prelude}\n${checks.map((body, at) => `def check_${at}(lines):\n${body}\n`).join('')}\nchecks = [${checks.map((_, at) => `check_${at}`).join(', ')}]\n${main}`;
}

const prelude = `
import sys, json
def ints(line): return [int(x) for x in line.split()]
def tree(n, edges):
    p = list(range(n + 1)); left = n
    def find(x):
        while p[x] != x:
            p[x] = p[p[x]]; x = p[x]
        return x
    for u, v in edges:
        if not (1 <= u <= n and 1 <= v <= n): return False
        a, b = find(u), find(v)
        if a == b: return False
        p[a] = b; left -= 1
    return left == 1
`;

const main = `
for line in sys.stdin:
    task, text = json.loads(line)
    try:
        checks[task](text.rstrip('\\n').split('\\n'))
        print('ok')
    except Exception as why:
        print('invalid', type(why).__name__, str(why)[:80].replace('\\n', ' '))
`;
