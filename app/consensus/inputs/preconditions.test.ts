/** What statements demand beyond ranges holds on every input that is made; what is not understood is said. */
import { describe, expect, it } from 'vitest';
import { stdinInputs } from './stdin-inputs.ts';

function inputsOf(constraints: string, format: string, example: string): { lines: string[][]; doubt: string[] } {
  const text = `Constraints\n\n${constraints}\n\nInput\n\nInput is given from Standard Input in the following format:\n\n${format}\n\nOutput\n\nPrint the answer.`;
  const made = stdinInputs({ text, examples: [{ stdin: example }], seed: 2, budget: { tokens: 2000 } });
  expect(made.source).toBe('grammar');
  expect(made.small.length).toBeGreaterThan(15);
  const large = [...made.large];
  expect(large.length).toBeGreaterThan(2);
  return { doubt: made.doubt, lines: [...made.small, ...large].map((one) => one.stdin.trimEnd().split('\n')) };
}

const numbers = (line = '') => line.split(' ').map(Number);

describe('preconditions', () => {
  it('keep a number a multiple of another, whichever comes first', () => {
    for (const format of ['N M', 'M N']) {
      const { lines, doubt } = inputsOf('- 1 \\leq M \\leq 1000\n- 1 \\leq N \\leq 10^5\n- N is a multiple of M.', format, '6 6\n');
      expect(doubt).toEqual([]);
      const pairs = lines.map(([line]) => (format === 'N M' ? numbers(line) : numbers(line).reverse()));
      expect(pairs.every(([n = 0, m = 1]) => n % m === 0)).toBe(true);
      expect(new Set(pairs.map(([, m]) => m)).size).toBeGreaterThan(3);
    }
  });

  it('keep neighbours different, told as a formula or in words', () => {
    for (const rule of ['- A_i \\neq A_{i+1}', '- No two adjacent elements of A are equal.']) {
      const { lines, doubt } = inputsOf(`- 2 \\leq N \\leq 1000\n- 1 \\leq A_i \\leq 3\n${rule}`, 'N\nA_1 \\ldots A_N', '4\n1 2 1 3\n');
      expect(doubt).toEqual([]);
      expect(lines.every(([, line]) => numbers(line).every((one, at, all) => one !== all[at - 1]))).toBe(true);
      expect(lines.some(([, line]) => new Set(numbers(line)).size < numbers(line).length)).toBe(true);
    }
  });

  it('put a start and a goal into a grid once', () => {
    const { lines, doubt } = inputsOf("- 2 \\leq H, W \\leq 30\n- c_{i,j} is one of '.', '#', 'S' and 'G'.\n- 'S' and 'G' appear exactly once.", 'H W\nc_{1,1}c_{1,2}\\ldots c_{1,W}\n\\vdots\nc_{H,1}c_{H,2}\\ldots c_{H,W}', '2 3\nS.#\n..G\n');
    expect(doubt).toEqual([]);
    for (const [head, ...rows] of lines) {
      const [h, w] = numbers(head);
      expect([rows.length, rows[0]?.length]).toEqual([h, w]);
      for (const sign of 'SG') expect(rows.join('').split(sign)).toHaveLength(2);
    }
  });

  it('leave the corners of a grid free', () => {
    const { lines } = inputsOf("- 2 \\leq H, W \\leq 30\n- c_{i,j} is '.' or '#'.\n- The top-left and the bottom-right cell are free.", 'H W\nc_{1,1}c_{1,2}\\ldots c_{1,W}\n\\vdots\nc_{H,1}c_{H,2}\\ldots c_{H,W}', '2 3\n..#\n...\n');
    expect(lines.every(([, ...rows]) => rows[0]?.[0] === '.' && rows.at(-1)?.at(-1) === '.')).toBe(true);
    expect(lines.some(([, ...rows]) => rows.join('').includes('#'))).toBe(true);
  });

  it('keep two words of a line different', () => {
    const { lines, doubt } = inputsOf('- 1 \\leq N \\leq 100\n- S_i and T_i are strings of length between 1 and 2, inclusive, consisting of `a` and `b`.\n- S_i \\neq T_i', 'N\nS_1 T_1\n\\vdots\nS_N T_N', '2\na b\nb a\n');
    expect(doubt).toEqual([]);
    expect(lines.every(([, ...rows]) => rows.every((row) => { const [a, b] = row.split(' '); return a !== b; }))).toBe(true);
  });

  it('tell a row its own number, and letters without quotes', () => {
    const ragged = inputsOf('- 2 \\leq N \\leq 20\n- 0 \\leq K_i < N\n- 1 \\leq A_{i,j} \\leq N\n- A_{i,j} \\neq i\n- A_{i,1}, A_{i,2}, \\dots, A_{i,K_i} are distinct.', 'N\nK_1 A_{1,1} \\ldots A_{1,K_1}\n\\vdots\nK_N A_{N,1} \\ldots A_{N,K_N}', '3\n1 2\n2 1 3\n0\n');
    expect(ragged.doubt).toEqual([]);
    expect(ragged.lines.every(([, ...rows]) => rows.every((row, at) => !numbers(row).slice(1).includes(at + 1)))).toBe(true);
    const grid = inputsOf('- 2 \\leq H, W \\leq 30\n- Each S_i is a string of length W consisting of ., #, S, and G.\n- Each of S and G appears exactly once in the grid.', 'H W\nS_1\n\\vdots\nS_H', '2 3\n..S\n.G#\n');
    expect(grid.doubt).toEqual([]);
    expect(grid.lines.every(([, ...rows]) => /^[^S]*S[^S]*$/.test(rows.join('')) && /^[^G]*G[^G]*$/.test(rows.join('')) && /^[.#SG]*$/.test(rows.join('')))).toBe(true);
  });

  it('are read beside the kind of a query that they speak of', () => {
    const { lines, doubt } = inputsOf('- 1 \\leq N, Q \\leq 100\n- In a query of type 1, 1 \\leq i \\leq N, and c is one of A, B, and C.\n- There is at least one query of type 2.', 'N Q\nquery_1\n\\vdots\nquery_Q\n\nEach query is in one of the following formats:\n\n1 i c\n\n2', '2 2\n1 2 B\n2\n');
    expect(doubt).toEqual([]);
    expect(lines.every(([first, ...rows]) => rows.includes('2') && rows.every((row) => { const [kind, i, c = ''] = row.split(' '); return kind === '2' || (Number(i) >= 1 && Number(i) <= Number(first?.split(' ')[0]) && 'ABC'.includes(c)); }))).toBe(true);
  });

  it('are a doubt where they are not understood', () => {
    const { doubt } = inputsOf('- 1 \\leq N \\leq 100\n- 1 \\leq A_i \\leq 100\n- It is guaranteed that no three of the points lie on a line.', 'N\nA_1 \\ldots A_N', '2\n1 2\n');
    expect(doubt).toContainEqual(expect.stringMatching(/not understood: .*no three of the points/));
  });
});
