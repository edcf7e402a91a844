/** Which runs a mutant costs: the tests that import its file first, the whole suite only about what they do not notice. */
import { describe, expect, it } from 'vitest';
import { textFile } from '../../core/tree.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import type { Bench, SuiteOptions } from './bench.ts';
import { runAll } from './mutant-runs.ts';
import type { Mutant } from './mutants-of.ts';
import { projectOf } from './project.ts';

const head = { 'src/fee.ts': textFile('a') };
const request: ToolRequest = { guardrail: 'G04', changed: [], head, base: {}, settings: undefined, now: 0, limitMs: 1000 };
const mutant = (text: string): Mutant => ({ path: 'src/fee.ts', line: 1, kind: 'edit', was: 'a', became: text, text });
const vitest = projectOf({ head: {}, base: {}, testCommand: ['vitest', 'run', '--config', 'fast.ts'] });

/** Answers by the mutated text and by whether the whole suite was asked. */
function benchOf(passes: (text: string, whole: boolean) => boolean, project = vitest) {
  const asked: string[] = [];
  const run = async (tree: typeof head, { line }: SuiteOptions) => {
    const text = tree['src/fee.ts'].content;
    asked.push(`${text} ${line ?? 'all'}`);
    return { outcome: passes(text, line === undefined) ? 'passed' as const : 'failed' as const, exit: 0, ms: 1, words: '', reports: {} };
  };
  const bench: Bench = { project, run: async (tree, options) => await run({ 'src/fee.ts': tree['src/fee.ts']! }, options) };
  return { asked, context: { request, head: { bench, run: { outcome: 'passed' as const, exit: 0, ms: 1, words: '', reports: {} }, covered: null }, cache: undefined, wallMs: 1000, deadline: performance.now() + 60_000 } };
}

const narrow = 'vitest related --run --config fast.ts --passWithNoTests --bail=1 src/fee.ts';

describe('runs of mutants', () => {
  it('ask the tests that import the file, and the whole suite about what those do not notice', async () => {
    const { asked, context } = benchOf((text, whole) => text === 'a' || text === 'c' || (text === 'b' && !whole));
    expect(await runAll([mutant('b'), mutant('c'), mutant('d')], context)).toEqual(['killed', 'survived', 'killed']);
    expect(asked.toSorted()).toEqual([`a ${narrow}`, `b ${narrow}`, 'b all', `c ${narrow}`, 'c all', `d ${narrow}`].toSorted());
  });

  it('ask the whole suite alone where those tests do not pass over head by themselves, or nobody can tell which they are', async () => {
    const failing = benchOf((text, whole) => whole && text === 'c');
    expect(await runAll([mutant('c'), mutant('d')], failing.context)).toEqual(['survived', 'killed']);
    expect(failing.asked.toSorted()).toEqual([`a ${narrow}`, 'c all', 'd all']);
    const node = benchOf((text) => text === 'c', projectOf({ head: {}, base: {}, testCommand: ['node', '--test'] }));
    expect(await runAll([mutant('c'), mutant('d')], node.context)).toEqual(['survived', 'killed']);
    expect(node.asked.toSorted()).toEqual(['c all', 'd all']);
  });

  it('start nothing for which no time is left', async () => {
    const late = benchOf(() => true);
    expect(await runAll([mutant('b')], { ...late.context, deadline: performance.now() - 1 })).toEqual([null]);
    expect(late.asked).toEqual([]);
  });
});

describe('the tests that import a file', () => {
  const line = (testCommand: string[]) => projectOf({ head: {}, base: {}, testCommand }).concerning("src/a b'.ts");

  it('are found by vitest and jest, by no other runner, and never through a shell', () => {
    expect(line(['vitest'])).toBe("vitest related --run --passWithNoTests --bail=1 'src/a b'\\''.ts'");
    expect(line(['jest', '--ci'])).toBe("jest --ci --passWithNoTests --bail --findRelatedTests 'src/a b'\\''.ts'");
    expect([line(['node', '--test']), line(['python3', '-m', 'pytest'])]).toEqual([null, null]);
  });
});
