/** Inputs are as unlike each other as the statement allows: small values meet, sequences grow, and no plan is lost to a size that cannot be. */
import { describe, expect, it } from 'vitest';
import { stdinInputs } from './stdin-inputs.ts';

function made(constraints: string, format: string, example: string, prose = ''): { small: number[][][]; large: number[][][]; doubt: string[] } {
  const text = `${prose}\n\nConstraints\n\n${constraints}\n\nInput\n\nInput is given from Standard Input in the following format:\n\n${format}\n\nOutput\n\nPrint the answer.`;
  const inputs = stdinInputs({ text, examples: [{ stdin: example }], seed: 6, budget: { tokens: 4000 } });
  const rows = ({ stdin }: { stdin: string }) => stdin.trimEnd().split('\n').map((line) => line.split(' ').map(Number));
  return { small: inputs.small.map(rows), large: [...inputs.large].map(rows), doubt: inputs.doubt };
}

const table = (names: string) => `N\n${names.replaceAll('#', '1')}\n\\vdots\n${names.replaceAll('#', 'N')}`;

describe('small inputs', () => {
  it('keep a number small that bounds the elements, as often as not', () => {
    const { small } = made('- 1 \\leq X_i \\leq L \\leq 10^5\n- 1 \\leq N \\leq 100', 'N L\nX_1 X_2 \\ldots X_N', '3 9\n2 7 9\n');
    expect(small.filter((rows) => (rows[0]?.[1] ?? 0) <= 60).length / small.length).toBeGreaterThan(0.8);
  });

  it('hold long sequences of queries', () => {
    const { small } = made('- 1 \\leq Q \\leq 1000\n- 1 \\leq x \\leq 9', 'Q\nquery_1\n\\vdots\nquery_Q\n\nEach query is in one of the following formats:\n\n1 x\n\n2', '2\n1 5\n2\n');
    expect(small.filter((rows) => rows.length > 30).length).toBeGreaterThan(12);
  });

  it('let two columns meet that happen to differ in a few rows', () => {
    const { small } = made('- 1 \\leq N \\leq 100\n- 1 \\leq A_i, B_i \\leq 6', table('A_# B_#'), '7\n1 2\n2 5\n6 3\n3 1\n4 6\n5 4\n2 6\n');
    expect(small.some(([, ...rows]) => rows.some(([a, b]) => a === b))).toBe(true);
  });
});

describe('large inputs', () => {
  it('have no more different pairs than there are', () => {
    const { large } = made('- 2 \\leq N \\leq 6\n- 1 \\leq M \\leq 200\n- 1 \\leq u_i < v_i \\leq N\n- (u_i, v_i) \\neq (u_j, v_j) if i \\neq j', 'N M\nu_1 v_1\n\\vdots\nu_M v_M', '3 2\n1 2\n1 3\n');
    expect(large.some((rows) => rows[0]?.[0] === 6 && rows[0]?.[1] === 15)).toBe(true);
  });

  it('go round a value that is left out', () => {
    const { large } = made('- 1 \\leq N \\leq 300\n- -5 \\leq P_i \\leq 5\n- P_i \\neq 0', 'N\nP_1 \\ldots P_N', '3\n1 -2 5\n');
    expect(large.length).toBeGreaterThan(8);
    expect(large.every(([, list = []]) => !list.includes(0))).toBe(true);
  });

  it('hold intervals that touch, one after the other', () => {
    const { large } = made('- 1 \\leq N \\leq 300\n- 0 \\leq L_i < R_i \\leq 10^9', table('L_# R_#'), '2\n1 5\n0 9\n');
    expect(large.some(([, ...rows]) => rows.length === 300 && rows.every(([l = 0, r = 0], at) => r === l + 1 && l === (rows[0]?.[0] ?? 0) + at))).toBe(true);
  });
});
