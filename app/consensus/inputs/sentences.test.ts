/** Statements told in sentences, as contests with prose formats write them: every generated input is what the sentences say. */
import { describe, expect, it } from 'vitest';
import { stdinInputs } from './stdin-inputs.ts';

/** All generated inputs, as lines of words. */
function inputs(input: string, ...examples: string[]): string[][][] {
  const made = stdinInputs({ text: `Input\n\n${input}\n\nOutput\n\nPrint the answer.`, examples: examples.map((stdin) => ({ stdin })), seed: 5, budget: { tokens: 2000, large: 6 } });
  expect(made.source).toBe('grammar');
  expect(made.doubt).toEqual([]);
  expect(made.largeDoubt).toEqual([]);
  const all = [...made.small, ...made.large].map((one) => one.stdin.trimEnd().split('\n').map((line) => line.split(' ')));
  expect(all.length).toBeGreaterThan(40);
  return all;
}

const within = (word: string | undefined, low: number, high: number) => /^-?\d+$/.test(word ?? '') && Number(word) >= low && Number(word) <= high;
const rowsOf = (lines: string[][], size: number, low: number, high: number) => lines.every((line) => line.length === size && line.every((word) => within(word, low, high)));

describe('test cases in sentences', () => {
  it('name their lines one after the other, with lines that belong to each case', () => {
    const text = 'Each test contains multiple test cases. The first line contains the number of test cases $t$ ($1 \\le t \\le 1000$). Description of the test cases follows.\n\nThe first line of each test case contains two integers $n$ and $m$ ($2 \\le n \\le 2\\cdot 10^5$, $1 \\le m \\le 2\\cdot 10^5$).\n\nThe next line of each test case contains $n$ integers $a_1, a_2, \\ldots, a_n$ ($0 \\le a_i \\le 100$), where $a_i$ denotes the coins in the $i$-th room.\n\nEach of the following $m$ lines of each test case contains two integers $u$ and $v$ ($1 \\le u, v \\le n$, $u \\ne v$), denoting a corridor.\n\nThe sum of $n$ and the sum of $m$ over all test cases do not exceed $2\\cdot 10^5$.';
    for (const [head = [], ...lines] of inputs(text, '2\n2 1\n3 4\n1 2\n3 2\n1 1 1\n2 3\n3 1\n')) {
      for (let done = 0; done < Number(head[0]); done++) {
        const [n, m] = (lines.shift() ?? []).map(Number);
        expect(rowsOf(lines.splice(0, 1), n ?? 0, 0, 100)).toBe(true);
        const corridors = lines.splice(0, m);
        expect(rowsOf(corridors, 2, 1, n ?? 0) && corridors.every(([u, v]) => u !== v)).toBe(true);
      }
      expect(lines).toEqual([]);
    }
  });

  it('are described by two lines, the first of them and the second one; lengths add up', () => {
    const text = 'The first line contains one integer t (1 ≤ t ≤ 500), the number of test cases.\n\nEach test case consists of two lines. The first of them contains the integers n and k (1 ≤ n ≤ 10^5, 1 ≤ k ≤ n). The second one contains a binary string s of length exactly n.\n\nThe total length of all strings does not exceed 10^5.';
    const all = inputs(text, '2\n3 1\n010\n1 1\n1\n');
    for (const [, ...lines] of all) for (let at = 0; at < lines.length; at += 2) expect(/^[01]+$/.test(lines[at + 1]?.[0] ?? '') && lines[at + 1]?.[0]?.length === Number(lines[at]?.[0])).toBe(true);
    expect(Math.max(...all.flatMap(([, ...lines]) => lines.map((line) => line[0]?.length ?? 0)))).toBeGreaterThan(10);
  });

  it('begin with a line with a number, and then lines follow', () => {
    const text = 'The first line contains an integer t (1 ≤ t ≤ 10).\n\nEach test case begins with a line with an integer n (1 ≤ n ≤ 50). Then n lines follow; the i-th of them contains two integers x_i and y_i (-9 ≤ x_i, y_i ≤ 9).';
    for (const [head = [], ...lines] of inputs(text, '2\n2\n0 1\n-9 9\n1\n3 3\n')) {
      for (let done = 0; done < Number(head[0]); done++) expect(rowsOf(lines.splice(0, Number(lines.shift()?.[0])), 2, -9, 9)).toBe(true);
      expect(lines).toEqual([]);
    }
  });
});

describe('ranges in words', () => {
  it('stand beside what they are about, in several ways', () => {
    for (const [head = [], list = []] of inputs('The first line of input contains two integers: the number of jars n (between 1 and 100 000, inclusive) and the weight w in grams (between 5 and 1 000 000, inclusive). The second line contains n integers, the weights of the jars in grams. Each weight is at least 5 and at most w.', '2 10\n9 5\n', '1 5\n5\n')) expect(within(head[0], 1, 1e5) && within(head[1], 5, 1e6) && rowsOf([list], Number(head[0]), 5, Number(head[1]))).toBe(true);
    for (const [head = [], list = []] of inputs('The first line contains a positive integer n not greater than 50. The next line has n integers, each of them at least -5 and at most 7.', '3\n-5 7 0\n', '1\n3\n')) expect(within(head[0], 1, 50) && rowsOf([list], Number(head[0]), -5, 7)).toBe(true);
    for (const lines of inputs('The input contains three lines. The first line holds the width of the yard in metres, an integer between 1 and 100. The second line holds the length of the yard, an integer between 1 and 200. The third line holds the price, an integer from 0 to 10.', '5\n7\n0\n', '100\n200\n10\n')) expect(lines.length === 3 && within(lines[0]?.[0], 1, 100) && within(lines[1]?.[0], 1, 200) && within(lines[2]?.[0], 0, 10)).toBe(true);
  });

  it('bound ragged rows and values in orders', () => {
    for (const [head = [], ...lines] of inputs('The first line contains an integer n (1 ≤ n ≤ 100), the number of friends. The i-th of the next n lines begins with an integer k_i (1 ≤ k_i ≤ 10), followed by k_i integers, the gifts of the i-th friend (each between 1 and 1000).', '2\n1 30\n3 1 2 3\n')) expect(lines.length === Number(head[0]) && lines.every(([k, ...gifts]) => within(k, 1, 10) && rowsOf([gifts], Number(k), 1, 1000))).toBe(true);
    for (const [head = [], list = [], ...lines] of inputs('The input consists of:\n\n* One line with two integers N and Q, both at most 1000 and at least 1.\n* One line with N integers in non-decreasing order, none of which exceeds 10^6 in absolute value.\n* Q lines, each with two integers l and r (1 ≤ l ≤ r ≤ N).', '3 1\n-1000000 2 2\n1 3\n', '1 2\n3\n1 1\n1 1\n')) expect(rowsOf([list], Number(head[0]), -1e6, 1e6) && list.every((word, at) => at === 0 || Number(list[at - 1]) <= Number(word)) && rowsOf(lines, 2, 1, Number(head[0])) && lines.length === Number(head[1])).toBe(true);
  });
});

describe('words without a name', () => {
  it('are called by their noun, and have lengths', () => {
    for (const [head = [], ...lines] of inputs('The first line of input contains one integer n, 1 ≤ n ≤ 1000, the number of shouts. Each of the next n lines contains a nickname and a word, separated by a single space. Nicknames and words consist of between 1 and 10 lowercase letters a-z.', '2\nann apple\nbob pear\n')) expect(lines.length === Number(head[0]) && lines.every((line) => line.length === 2 && line.every((word) => /^[a-z]{1,10}$/.test(word)))).toBe(true);
    for (const [head = [], ...lines] of inputs('The input starts with an integer n (1 ≤ n ≤ 100) on a line by itself. Then follow n lines, each with the name of a player and an integer, the score of the player, separated by a single space. A name consists of at most 8 lowercase letters and a score is between 0 and 500.', '2\nann 30\nbert 500\n', '1\nx 0\n')) expect(lines.length === Number(head[0]) && lines.every(([name = '', score]) => /^[a-z]{1,8}$/.test(name) && within(score, 0, 500))).toBe(true);
    for (const lines of inputs('The input has one line with two words, separated by one space. Each word has at least 3 and at most 12 letters (a-z).', 'abc def\n', 'zzzzzzzzzzzz aaa\n')) expect(lines.length === 1 && lines[0]?.length === 2 && lines[0].every((word) => /^[a-z]{3,12}$/.test(word)), String(lines)).toBe(true);
  });
});
