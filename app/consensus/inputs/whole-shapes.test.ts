import { describe, expect, it } from 'vitest';
import { stdinInputs } from './stdin-inputs.ts';

function made(text: string, examples: string[]) {
  const found = stdinInputs({ text, examples: examples.map((stdin) => ({ stdin })), seed: 3 });
  return { ...found, lines: found.small.map(({ stdin }) => stdin.trimEnd().split('\n')), largest: [...found.large].map(({ stdin }) => stdin.trimEnd().split('\n')) };
}

const numbers = (line: string | undefined) => (line ?? '').split(' ').map(Number);

describe('what is said of a number', () => {
  it('bars around numbers are a distance from zero, and no length', () => {
    const { lines, doubt } = made('Constraints\n\n- 1 \\leq N \\leq 100\n- |A_i| \\leq 10^9\n\nInput\n\nN\nA_1 A_2 \\ldots A_N\n', ['3\n-1 20 3\n', '2\n7 8\n']);
    expect(doubt).toEqual([]);
    const values = lines.flatMap((one) => numbers(one[1]));
    expect(values.every((value) => Number.isInteger(value) && Math.abs(value) <= 1e9)).toBe(true);
    expect(values.some((value) => value < 0)).toBe(true);
  });

  it('bars around texts stay a length', () => {
    const { lines } = made('Constraints\n\n- 1 \\leq |S| \\leq 12\n- S consists of digits.\n\nInput\n\nS\n', ['0123\n', '77\n']);
    expect(lines.every(([text = '']) => /^\d{1,12}$/.test(text))).toBe(true);
    expect(lines.some(([text = '']) => text.startsWith('0'))).toBe(true);
  });

  it('a number of very many digits is made digit by digit, without a leading zero, also where another one counts its digits', () => {
    const { lines, largest, source } = made('Constraints\n\n- 1 \\leq X < 10^{5000}\n- 0 \\leq K\n- K is less than the number of digits of X.\n\nInput\n\nX\nK\n', ['31415\n2\n', '700\n0\n']);
    expect(source).toBe('grammar');
    expect([...lines, ...largest].every(([x = '', k = '']) => /^[1-9]\d{0,4999}$/.test(x) && Number(k) < x.length)).toBe(true);
    expect(Math.max(...largest.map(([x = '']) => x.length))).toBe(5000);
  });
});

describe('what is said of a list or a table as a whole', () => {
  it('a text is as long as another number says', () => {
    const { lines } = made('You are given a string T of length M and strings S_1, …, S_N, each of length M.\n\nConstraints\n\n- 1 \\leq N, M \\leq 20\n- T and S_i consist of lowercase English letters.\n\nInput\n\nN M\nT\nS_1\n\\vdots\nS_N\n', ['2 3\nabc\nabd\nxyz\n', '1 1\na\nb\n']);
    expect(lines.every(([first, ...texts]) => texts.length === (numbers(first)[0] ?? 0) + 1 && texts.every((text) => text.length === numbers(first)[1]))).toBe(true);
  });

  it('a sum is a multiple of the count', () => {
    const { lines, largest } = made('Constraints\n\n- 1 \\leq N \\leq 50\n- 0 \\leq A_i \\leq 1000\n- The sum of A_i is a multiple of N.\n\nInput\n\nN\nA_1 A_2 \\ldots A_N\n', ['3\n1 2 6\n', '1\n5\n']);
    expect([...lines, ...largest].every(([n, list]) => numbers(list).reduce((sum, value) => sum + value, 0) % Number(n) === 0)).toBe(true);
  });

  it('a table has zeros on its diagonal and equals its mirror', () => {
    const { lines } = made('Constraints\n\n- 1 \\leq N \\leq 10\n- 0 \\leq A_{i,j} \\leq 9\n- A_{i,i} = 0\n- A_{i,j} = A_{j,i}\n\nInput\n\nN\nA_{1,1} \\ldots A_{1,N}\n\\vdots\nA_{N,1} \\ldots A_{N,N}\n', ['2\n0 3\n3 0\n', '3\n0 1 2\n1 0 4\n2 4 0\n']);
    const tables = lines.map((one) => one.slice(1).map(numbers));
    expect(tables.every((rows) => rows.every((row, at) => row[at] === 0 && row.every((value, column) => rows[column]?.[at] === value)))).toBe(true);
    expect(tables.some((rows) => rows.flat().some((value) => value > 0))).toBe(true);
  });

  it('all the pairs that there are can be wanted', () => {
    const { lines, largest } = made('Constraints\n\n- 1 \\leq N \\leq 18\n- 0 \\leq M \\leq \\frac{N(N-1)}{2}\n- 1 \\leq a_i < b_i \\leq N\n- All pairs (a_i, b_i) are distinct.\n\nInput\n\nN M\na_1 b_1\n\\vdots\na_M b_M\n', ['3 1\n1 2\n', '4 2\n1 4\n2 3\n']);
    expect(largest.map((one) => one[0])).toContain('18 153');
    expect([...lines, ...largest].every(([first, ...pairs]) => new Set(pairs).size === numbers(first)[1] && pairs.map(numbers).every(([a = 0, b = 0]) => a < b))).toBe(true);
  });

  it('no three points lie on one line', () => {
    const { lines, doubt } = made('Constraints\n\n- 3 \\leq N \\leq 30\n- 0 \\leq x_i, y_i \\leq 1000\n- No three points are on the same line.\n\nInput\n\nN\nx_1 y_1\n\\vdots\nx_N y_N\n', ['3\n0 0\n1 0\n0 1\n', '4\n0 0\n3 1\n4 5\n1 4\n']);
    expect(doubt).toEqual([]);
    const straight = lines.filter((one) => { const points = one.slice(1).map(numbers); return points.some((p, i) => points.some((q, j) => points.some((r, k) => i < j && j < k && (q[0]! - p[0]!) * (r[1]! - p[1]!) === (q[1]! - p[1]!) * (r[0]! - p[0]!)))); });
    expect([lines.length > 20, straight]).toEqual([true, []]);
  });
});
