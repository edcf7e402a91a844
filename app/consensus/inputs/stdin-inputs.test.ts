/** Inputs for stdin programs, told through what a caller gets: valid ones where the statement can be read, doubtful ones where it cannot. */
import { describe, expect, it } from 'vitest';
import { contestParts, contestTasks } from '../../../test/corpora/contest/corpus.ts';
import { analyse } from './analyse.ts';
import { violated } from './check.ts';
import { readInput } from './read.ts';
import { stdinInputs } from './stdin-inputs.ts';

const days = `A shop wants to know its best days.

Input

The first line contains a single integer $t$ ($1 \\le t \\le 100$) — the number of test cases.

The first line of each test case contains two integers $n$ and $k$ ($1 \\le k \\le n \\le 2\\cdot 10^5$).

The second line of each test case contains $n$ integers $a_1, a_2, \\ldots, a_n$ ($1 \\le a_i \\le 10^9$).

It is guaranteed that the sum of $n$ over all test cases does not exceed $2 \\cdot 10^5$.

Output

For each test case print one number.`;
const daysExample = { stdin: '2\n3 2\n5 1 4\n1 1\n7\n', expect: '9\n7\n' };

const numbersOf = (stdin: string) => stdin.trim().split(/\s+/).map(Number);

describe('a statement in sentences', () => {
  const made = stdinInputs({ text: days, examples: [daysExample], seed: 7 });

  it('gives small inputs of every kind that keep the format and the bounds', () => {
    expect(made.source).toBe('grammar');
    expect(made.doubt).toEqual([]);
    expect(new Set(made.small.map((one) => one.kind))).toEqual(new Set(['tiny', 'boundary', 'structured', 'random']));
    expect(made.small.length).toBeGreaterThan(40);
    for (const { stdin } of made.small) {
      const lines = stdin.trimEnd().split('\n').map(numbersOf);
      expect(lines).toHaveLength(1 + 2 * (lines[0]?.[0] ?? 0));
      for (let at = 1; at < lines.length; at += 2) {
        const [n = 0, k = 0] = lines[at] ?? [];
        expect(k >= 1 && k <= n && lines[at + 1]?.length === n).toBe(true);
      }
    }
  });

  it('goes to the limits, with plain values at the top, in the middle and at the bottom, and keeps the sum over the cases', () => {
    const large = [...made.large];
    const [first] = large;
    expect(first?.size).toBeGreaterThan(200_000);
    const ks = new Set(large.filter((one) => one.rung === 1).map((one) => Number(one.stdin.slice(0, 40).split(/\s+/)[2])));
    expect(ks.has(1) && ks.has(100_000) && ks.has(200_000)).toBe(true);
    for (const { stdin } of large) {
      const heads = stdin.trimEnd().split('\n').slice(1).filter((_, at) => at % 2 === 0);
      expect(heads.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0)).toBeLessThanOrEqual(200_000);
    }
    expect(large.some((one) => one.rung === 40 && one.size < 10_000)).toBe(true);
  });

  it('gives the same inputs again, and others for another seed', () => {
    const again = stdinInputs({ text: days, examples: [daysExample], seed: 7, budget: { tokens: 500 } });
    const other = stdinInputs({ text: days, examples: [daysExample], seed: 8, budget: { tokens: 500 } });
    expect(again.small).toEqual(made.small);
    expect([...again.large]).toEqual([...again.large]);
    expect(other.small).not.toEqual(made.small);
  });
});

describe('a statement with a format block', () => {
  it('reads trees, texts tied to a number, and kinds of queries', () => {
    const text = 'Constraints\n\n- 2 \\leq N \\leq 1000\n- S consists of lowercase English letters.\n- |S| = N\n- The given graph is a tree.\n- 1 \\leq u_i, v_i, x, y \\leq N\n- 1 \\leq Q \\leq 50\n\nInput\n\nThe input is given from Standard Input in the following format:\n\nN Q\nS\nu_1 v_1\n\\vdots\nu_{N-1} v_{N-1}\n\\mathrm{query}_1\n\\vdots\n\\mathrm{query}_Q\n\nEach query is in one of the formats:\n\n1 x\n\n2 x y\n\nOutput\n\nPrint it.';
    const made = stdinInputs({ text, examples: [{ stdin: '3 2\nabc\n1 2\n2 3\n1 2\n2 1 3\n' }], seed: 1 });
    expect(made.source).toBe('grammar');
    const queries = made.small.flatMap(({ stdin }) => { const lines = stdin.trim().split('\n'); const [n = 0] = numbersOf(lines[0] ?? ''); expect(lines[1]).toHaveLength(n); return lines.slice(1 + n); });
    expect(new Set(queries.map((line) => line.split(' ').length))).toEqual(new Set([2, 3]));
  });

  it('leaves out a rule that an example breaks, and says so', () => {
    const text = 'Constraints\n\n- 1 \\leq N \\leq 5\n- 1 \\leq A_i \\leq 9\n\nInput\n\nInput is given from Standard Input in the following format:\n\nN\nA_1 \\ldots A_N\n\nOutput\n\nx';
    const made = stdinInputs({ text, examples: [{ stdin: '2\n3 40\n' }], seed: 1 });
    expect(made.source).toBe('grammar');
    expect(made.doubt).toContainEqual(expect.stringMatching(/an example breaks "1 <= A_i <= 9"/));
  });
});

describe('a statement that does not say what the input is', () => {
  it('mutates the examples, marks every input as doubtful and offers no large ones', () => {
    const made = stdinInputs({ text: 'Do what the picture shows.', examples: [{ stdin: '3 4 alpha\n5\n' }], seed: 1 });
    expect(made.source).toBe('mutation');
    expect(made.small.length).toBeGreaterThan(3);
    expect(made.small.every((one) => one.doubtful && one.kind === 'mutation')).toBe(true);
    expect([...made.large]).toEqual([]);
  });

  it('survives an empty statement, no examples and noise', () => {
    for (const text of ['', 'Input\n\nOutput', '$$$ \\frac{ ((( |', 'Input\n\nN\nA_1 … A_N\n\nOutput']) {
      expect(stdinInputs({ text, examples: [], seed: 1 }).small.every((one) => typeof one.stdin === 'string')).toBe(true);
    }
  });
});

describe('the answer of a task', () => {
  it('is known to be one of several, or a number within a tolerance', () => {
    const of = (text: string, expect = '1') => { const { multiAnswer, floats } = stdinInputs({ text, examples: [{ stdin: '1\n', expect }], seed: 1 }); return { multiAnswer, floats }; };
    expect(of('If there are several answers, print any of them.')).toEqual({ multiAnswer: true, floats: false });
    expect(of('The absolute or relative error must not exceed 10^{-6}.')).toEqual({ multiAnswer: false, floats: true });
    expect(of('Print the area.', '2.50')).toEqual({ multiAnswer: false, floats: true });
    expect(of('Print how many there are.')).toEqual({ multiAnswer: false, floats: false });
  });
});

describe.each(contestParts.flatMap(contestTasks).map((task) => [task.id, task] as const))('generator and checker on %s', (_, task) => {
  it('never disagree', () => {
    const model = analyse(task.statement, task.examples);
    const made = stdinInputs({ text: task.statement, examples: task.examples.map((stdin) => ({ stdin })), seed: 3, budget: { small: 30, tokens: 300 } });
    const stated = model?.rules.filter((rule) => !rule.guessed) ?? [];
    for (const { stdin } of made.source === 'grammar' ? [...made.small, ...made.large] : []) {
      const scope = model && readInput(stdin, model.nodes, model.kinds);
      expect(scope && violated(scope, stated, model.firsts), stdin.slice(0, 200)).toBeNull();
    }
  });
});
