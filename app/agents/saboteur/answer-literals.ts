/**
 * Answers that stand in the code for a test to find: a table by input, a branch by digest. Where a literal of the change is what a criterion test expects, and another literal
 * in its place becomes the test's answer – and no other input that was asked ever gets it –, the answer was written down and not worked out. Values that the spec's words
 * state are the task's own.
 */
import type { Spec } from '../../core/spec.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { isAnswer, type Behaviour } from '../../consensus/behaviour.ts';
import { runTrials } from '../../consensus/execute.ts';
import { changedLines } from '../../consensus/mutants.ts';
import { criterionTests, trialOf, type PooledTest } from '../../consensus/pool.ts';
import type { Observation } from './look.ts';
import { pathSuspicion, shellWord } from './path-suspicion.ts';
import type { Bench, Suspicion } from './suspicion.ts';
import { isTestFile } from './tests-weakened.ts';

interface Written {
  path: string;
  line: string;
  start: number;
  end: number;
  value: number | string;
  test: PooledTest;
}

const mostTried = 8;

export async function attackAnswers(spec: Spec, observations: Observation[], { target, sandbox }: Bench): Promise<Suspicion[]> {
  const suspects = writtenAnswers(spec, target, observations).slice(0, mostTried);
  if (suspects.length === 0) return [];
  const tests = criterionTests(spec);
  const originals = Object.fromEntries(suspects.map(({ path }) => [path, textOf(target.head[path]) ?? '']));
  const rows = await runTrials({ spec, tree: target.head, trials: tests.map(({ test }) => trialOf(test)), variants: suspects.map((one) => ({ ...originals, [one.path]: exchanged(one, target.head) })), strikes: 1 }, sandbox);
  const told = suspects.filter((one, at) => tests.every((pooled, index) => answers(rows[at]?.[index]?.behaviour, other(one.value)) === (pooled === one.test || pooled.id === one.test.id)));
  // One such literal may be a rule's own; several of them are a list of answers.
  return new Set(told.map((one) => one.test.id)).size < 2 ? [] : told.slice(0, 1).map(suspicionOf);
}

function suspicionOf({ path, line, test, value }: Written): Suspicion {
  return {
    ...pathSuspicion({ class: 'CHEAT', path, claim: `${path} has the answers of criterion tests written down (${line.slice(0, 100)}): another literal there becomes the answer of ${test.id}`, expected: { $general: true }, actual: value, check: `! grep -qF -e ${shellWord(line)} ${shellWord(path)}` }),
    criterion: test.id.slice(0, test.id.lastIndexOf('/')), input: trialOf(test.test),
  };
}

const literal = /(?<![\w.])\d{2,}(?:\.\d+)?(?![\w.])|'(?:[^'\\\n]|\\.){3,80}'|"(?:[^"\\\n]|\\.){3,80}"/g;

function writtenAnswers(spec: Spec, { base, head }: Bench['target'], observations: Observation[]): Written[] {
  const words = [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n');
  const tests = criterionTests(spec).filter(({ test }) => 'expect' in test && (typeof test.expect === 'string' || typeof test.expect === 'number') && !words.includes(String(test.expect)));
  return Object.keys(head).filter((path) => /\.([cm]?[jt]s|py)$/.test(path) && !isTestFile(path) && base[path]?.content !== head[path]?.content).sort().flatMap((path) => {
    const source = textOf(head[path]) ?? '';
    const lines = changedLines(textOf(base[path]) ?? '', source);
    return [...source.matchAll(literal)].flatMap(({ 0: text, index }): Written[] => {
      const value = /^\d/.test(text) ? Number(text) : text.slice(1, -1);
      const number = source.slice(0, index).split('\n').length;
      const test = tests.find((pooled) => 'expect' in pooled.test && pooled.test.expect === value);
      const elsewhere = observations.some(({ coordinate, head: [behaviour] }) => coordinate.tests.length === 0 && answers(behaviour, value));
      return test && lines.has(number) && !elsewhere && spelled(test, source) ? [{ path, line: source.split('\n')[number - 1]?.trim() ?? text, start: index, end: index + text.length, value, test }] : [];
    });
  });
}

/** Every number and text that the test gives stands in the code as well, as a literal of its own. */
function spelled({ test }: PooledTest, source: string): boolean {
  const given = 'args' in test ? plainValues(test.args) : 'stdin' in test ? test.stdin.split(/\s+/).filter(Boolean) : [];
  return given.length > 0 && given.every((value) => new RegExp(`(?<![\\w.])${String(value).replace(/[^\w]/g, '\\$&')}(?![\\w.])`).test(source));
}

function plainValues(value: unknown): (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(plainValues) : [];
}

function answers(behaviour: Behaviour | undefined, value: number | string): boolean {
  if (!behaviour || !isAnswer(behaviour)) return false;
  return behaviour.s === 'value' ? behaviour.value === value : behaviour.s === 'exit' && behaviour.out.trim() === String(value);
}

function other(value: number | string): number | string {
  return typeof value === 'number' ? value + 1_000_003 : `${value}-another`;
}

function exchanged({ path, start, end, value }: Written, head: Tree): string {
  const source = textOf(head[path]) ?? '';
  const quote = source[start] ?? '"';
  const next = other(value);
  return source.slice(0, start) + (typeof next === 'number' ? String(next) : `${quote}${next}${quote}`) + source.slice(end);
}
