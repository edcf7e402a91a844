/**
 * Tasks of our own in the manner of sites that ask for one function: a text with examples and constraints, often a header with types, a
 * checker of valid arguments, and programs that are right, wrong or too slow. One text file per task, cut by lines that begin with `@`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec } from '../../../app/core/spec.ts';

export interface FunctionProgram {
  verdict: 'right' | 'wrong' | 'slow';
  name: string;
  code: string;
}

export interface FunctionTask {
  id: string;
  spec: Spec;
  /** Python: `check(*args)` raises where the arguments are not valid. */
  check: string;
  /** Python: `draw(random)` gives small valid arguments, `most()` a large list of them. */
  draw: string;
  /** How two right answers may differ. */
  answers: 'exact' | 'any-order' | 'any-answer' | 'tolerance';
  programs: FunctionProgram[];
}

const folder = join(import.meta.dirname, 'unseen');
const marks = /^@(?=(?:export|language|text|starter|test|check|draw|right|wrong|slow|any-order|any-answer|tolerance)\b)/m;
const kinds = ['any-order', 'any-answer', 'tolerance'] as const;
const verdicts = ['right', 'wrong', 'slow'] as const;

interface Section { kind: string; name: string; body: string }

export function functionTasks(): FunctionTask[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.task')).sort();
  return files.map((name) => readTask(name.replace(/\.task$/, ''), readFileSync(join(folder, name), 'utf8')));
}

function readTask(id: string, text: string): FunctionTask {
  const sections = text.split(marks).slice(1).map(readSection);
  const body = (kind: string) => sections.find((one) => one.kind === kind)?.body ?? '';
  const programs = sections.flatMap((one): FunctionProgram[] => verdicts.filter((verdict) => verdict === one.kind).map((verdict) => ({ verdict, name: one.name, code: one.body })));
  const answers = kinds.find((kind) => sections.some((one) => one.kind === kind)) ?? 'exact';
  return { id, spec: specOf(id, sections), check: body('check'), draw: body('draw'), answers, programs };
}

function readSection(section: string): Section {
  const end = section.indexOf('\n');
  const [, kind = '', name = ''] = /^(\S+) ?(.*)$/.exec(section.slice(0, end)) ?? [];
  return { kind, name, body: section.slice(end + 1) };
}

/** As a stranger would write it down: text and header are the one criterion, the examples its tests. */
function specOf(id: string, sections: Section[]): Spec {
  const first = (kind: string) => sections.find((one) => one.kind === kind);
  const language = first('language')?.name === 'javascript' ? 'javascript' : 'python';
  const tests = sections.filter((one) => one.kind === 'test').map(({ name }) => { const [args, expect]: unknown[] = JSON.parse(name); return { args, expect }; });
  const text = [first('text')?.body, first('starter')?.body].filter((part) => part !== undefined).join('\n');
  const surface = { kind: 'function', module: language === 'python' ? 'solution.py' : 'solution.cjs', export: first('export')?.name };
  return Spec.parse({ version: 1, id: `functions/${id}`, title: id, language, surface, criteria: [{ id: 'AC1', text, tests }] });
}

/** A Python program that reads argument lists as JSON, one per line, and prints `ok` or why not for each. */
export function checkerOf(task: FunctionTask): string {
  return `${prelude}\n${task.check}\n${main}`;
}

const prelude = `
import sys, json
def whole(x, low, high): return type(x) is int and low <= x <= high
def over(s, letters): return type(s) is str and set(s) <= set(letters)
def parts(n, edges):
    p = list(range(n)); left = n
    for u, v in edges:
        assert whole(u, 0, n - 1) and whole(v, 0, n - 1)
        while p[u] != u: p[u] = p[p[u]]; u = p[u]
        while p[v] != v: p[v] = p[p[v]]; v = p[v]
        if u != v: p[u] = v; left -= 1
    return left
def connected(n, edges): return parts(n, edges) == 1
def tree(n, edges): return len(edges) == n - 1 and connected(n, edges)
`;

const main = `
for line in sys.stdin:
    try:
        check(*json.loads(line))
        print('ok')
    except Exception as why:
        print('invalid', type(why).__name__, str(why)[:80].replace('\\n', ' '))
`;
