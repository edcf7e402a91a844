/** Formats of input that need more than rows and columns, told through statements: triangles, ends that are marked, phrases, times. */
import { describe, expect, it } from 'vitest';
import { stdinInputs, type StdinInputs } from './stdin-inputs.ts';

function made(text: string, ...examples: string[]): StdinInputs {
  return stdinInputs({ text, examples: examples.map((stdin) => ({ stdin })), seed: 3, budget: { tokens: 2000 } });
}

const block = (constraints: string, format: string) => `Constraints\n\n${constraints}\n\nInput\n\nInput is given from Standard Input in the following format:\n\n${format}\n\nOutput\n\nPrint the answer.`;
const all = ({ small, large }: StdinInputs) => [...small, ...large].map((one) => one.stdin.trimEnd().split('\n'));

describe('a triangle of numbers', () => {
  const bounds = '- 2 \\leq N \\leq 16\n- 1 \\leq D_{i,j} \\leq 100';

  it('is read from the first pair to the last', () => {
    const inputs = made(block(bounds, 'N\nD_{1,2} D_{1,3} \\ldots D_{1,N}\nD_{2,3} \\ldots D_{2,N}\n\\vdots\nD_{N-1,N}'), '4\n1 5 4\n7 8\n6\n');
    expect(inputs.source).toBe('grammar');
    expect(inputs.doubt).toEqual([]);
    for (const [head, ...rows] of all(inputs)) expect(rows.map((row) => row.split(' ').length)).toEqual(Array.from({ length: Number(head) - 1 }, (_, at) => Number(head) - 1 - at));
    expect(Math.max(...[...inputs.large].map((one) => Number(one.stdin.split('\n')[0])))).toBe(16);
  });

  it('is read with its widest row last, and with its diagonal', () => {
    const lower = made(block('- 2 \\leq N \\leq 16\n- 1 \\leq A_{i,j} \\leq N', 'N\nA_{1,1}\nA_{2,1} A_{2,2}\n\\vdots\nA_{N,1} A_{N,2} \\ldots A_{N,N}'), '3\n1\n2 3\n1 1 2\n');
    expect(lower.source).toBe('grammar');
    for (const [head, ...rows] of all(lower)) expect(rows.map((row) => row.split(' ').length)).toEqual(Array.from({ length: Number(head) }, (_, at) => at + 1));
    const upper = made(block('- 2 \\leq N \\leq 16\n- 1 \\leq C_{i,j} \\leq 9', 'N\nC_{1,1} C_{1,2} \\cdots C_{1,N}\nC_{2,2} \\cdots C_{2,N}\n\\vdots\nC_{N,N}'), '2\n1 9\n4\n');
    for (const [head, ...rows] of all(upper)) expect(rows.map((row) => row.split(' ').length)).toEqual(Array.from({ length: Number(head) }, (_, at) => Number(head) - at));
  });
});

describe('data sets that nobody counts', () => {
  it('go on to a line of zeros', () => {
    const text = 'Input\n\nThe input consists of multiple datasets. Each dataset is given in the following format.\n\nn m\na_1 a_2 … a_n\n\n1 ≤ n ≤ 50, 1 ≤ m ≤ 1000 and 0 ≤ a_i ≤ 100. The number of datasets does not exceed 20. The end of the input is indicated by a line containing two zeros.\n\nOutput\n\nPrint it.';
    const inputs = made(text, '3 4\n1 2 3\n1 9\n0\n0 0\n', '1 1\n7\n0 0\n');
    expect(inputs.source).toBe('grammar');
    for (const lines of all(inputs)) {
      expect(lines.at(-1)).toBe('0 0');
      expect(lines.length % 2).toBe(1);
      expect(lines.length).toBeLessThanOrEqual(41);
      for (let at = 0; at < lines.length - 1; at += 2) expect(lines[at + 1]?.split(' ')).toHaveLength(Number(lines[at]?.split(' ')[0]));
    }
    expect(new Set(all(inputs).map((lines) => lines.length)).size).toBeGreaterThan(2);
    expect([...inputs.large].some((one) => one.stdin.split('\n').length > 40)).toBe(true);
  });

  it('go on to the end of the text', () => {
    const text = 'Input\n\nEach line contains two integers a and b (0 <= a, b <= 1000). The input is terminated by EOF.\n\nOutput\n\nPrint the sum of each line.';
    const inputs = made(text, '1 2\n3 4\n1000 0\n');
    expect(inputs.source).toBe('grammar');
    expect(all(inputs).every((lines) => lines.every((line) => /^\d+ \d+$/.test(line)))).toBe(true);
    expect(all(inputs).some((lines) => lines.length > 1)).toBe(true);
  });
});

describe('lines of words', () => {
  it('keep their spaces, and stay one line', () => {
    const inputs = made('Input\n\nThe first line contains an integer n (1 <= n <= 5). Each of the next n lines contains a string s (1 <= |s| <= 30) that consists of lowercase English letters and spaces.\n\nOutput\n\nPrint them.', '2\nto be or not\nyes\n', '1\na b\n');
    expect(inputs.source).toBe('grammar');
    for (const [head, ...lines] of all(inputs)) {
      expect(lines).toHaveLength(Number(head));
      expect(lines.every((line) => /^[a-z]+(?: [a-z]+)*$/.test(line) && line.length <= 30), lines.join('|')).toBe(true);
    }
    expect(all(inputs).flat().some((line) => line.includes(' '))).toBe(true);
  });

  it('stand beside numbers, and may be times of day', () => {
    const scores = made('Input\n\nThe first line contains an integer n (1 <= n <= 50). Each of the next n lines contains a string s and an integer p (1 <= p <= 100), the name and the score. Names consist of lowercase English letters, and their length is at most 10.\n\nOutput\n\nPrint the best.', '2\nann 30\nbert 7\n');
    expect(scores.source).toBe('grammar');
    expect(all(scores).every(([, ...lines]) => lines.every((line) => /^[a-z]{1,10} \d+$/.test(line)))).toBe(true);
    const times = made(block('- 1 \\leq N \\leq 20', 'N\nS_1 T_1\n\\vdots\nS_N T_N'), '2\n09:30 10:15\n23:00 23:59\n');
    expect(times.source).toBe('grammar');
    expect(all(times).every(([, ...lines]) => lines.every((line) => /^([01]\d|2[0-3]):[0-5]\d ([01]\d|2[0-3]):[0-5]\d$/.test(line)))).toBe(true);
  });
});
