/** Preconditions of many kinds, each in the words of a statement: every input that is made keeps them, small or large, and nothing is left in doubt. */
import { describe, expect, it } from 'vitest';
import { isPrime } from './primes.ts';
import { stdinInputs } from './stdin-inputs.ts';

function made(constraints: string, format: string, examples: string[], prose = ''): number[][][] {
  const text = `${prose}\n\nConstraints\n\n${constraints}\n\nInput\n\nInput is given from Standard Input in the following format:\n\n${format}\n\nOutput\n\nPrint the answer.`;
  const inputs = stdinInputs({ text, examples: examples.map((stdin) => ({ stdin })), seed: 6, budget: { small: 40, tokens: 2000 } });
  expect(inputs.doubt).toEqual([]);
  const large = [...inputs.large];
  expect(large.length).toBeGreaterThan(3);
  expect(inputs.small.length).toBeGreaterThan(20);
  return [...inputs.small, ...large].map(({ stdin }) => stdin.trimEnd().split('\n').map((line) => line.split(' ').map(Number)));
}

const edges = 'N M\nu_1 v_1\n\\vdots\nu_M v_M';
const sizes = '- 2 \\leq N \\leq 100\n- 1 \\leq M \\leq 200\n- 1 \\leq u_i, v_i \\leq N';

/** The root that each vertex hangs on, by union. */
function roots(n: number, pairs: number[][]): number[] {
  const parent = Array.from({ length: n + 1 }, (_, at) => at);
  const root = (at: number): number => (parent[at] === at ? at : root(parent[at] ?? at));
  for (const [u = 0, v = 0] of pairs) parent[root(u)] = root(v);
  return parent.map((_, at) => root(at)).slice(1);
}

describe('graphs', () => {
  it('have no directed cycle', () => {
    for (const [, ...pairs] of made(`${sizes}\n- The graph does not contain a directed cycle.`, edges, ['3 2\n1 2\n3 2\n'])) {
      let left = pairs;
      for (let before = -1; before !== left.length;) { before = left.length; left = left.filter(([, v]) => left.some(([u]) => u === v)); }
      expect(left).toEqual([]);
    }
  });

  it('are a forest', () => {
    for (const [[n = 0] = [], ...pairs] of made('- 2 \\leq N \\leq 100\n- 1 \\leq M \\leq N - 1\n- 1 \\leq u_i, v_i \\leq N\n- The given graph is a forest.', edges, ['4 2\n1 2\n3 2\n'])) expect(new Set(roots(n, pairs)).size).toBe(n - pairs.length);
  });

  it('are simple, connected and bipartite at once', () => {
    for (const [[n = 0] = [], ...pairs] of made('- 2 \\leq N \\leq 100\n- N-1 \\leq M \\leq 200\n- 1 \\leq u_i < v_i \\leq N\n- The given graph is simple, connected, and bipartite.', edges, ['4 4\n1 2\n2 3\n3 4\n1 4\n'])) {
      expect(new Set(roots(n, pairs)).size).toBe(1);
      expect(new Set(pairs.map(String)).size).toBe(pairs.length);
      // Each vertex twice, once a side: with an edge inside a side the two hang together.
      const doubled = roots(2 * n, pairs.flatMap(([u = 0, v = 0]) => [[u, v + n], [u + n, v]]));
      expect(doubled.slice(0, n).every((root, at) => root !== doubled[at + n])).toBe(true);
    }
  });

  it('whose edges all differ get no more edges than there are, told in several sentences', () => {
    const graphs = made('- 2 \\leq N \\leq 100\n- N-1 \\leq M \\leq 200\n- 1 \\leq u_i < v_i \\leq N\n- (u_i, v_i) \\neq (u_j, v_j) if i \\neq j\n- It is possible to travel between any two vertices by some edges.', edges, ['3 3\n1 2\n1 3\n2 3\n']);
    expect(graphs.every(([, ...pairs]) => new Set(pairs.map(String)).size === pairs.length && pairs.every(([u = 0, v = 0]) => u < v))).toBe(true);
    expect(graphs.every(([[n = 0] = [], ...pairs]) => new Set(roots(n, pairs)).size === 1)).toBe(true);
  });
});

describe('lists', () => {
  it('hold each number twice, side by side or not', () => {
    for (const apart of ['', '\n- A_i \\neq A_{i+1}']) {
      const all = made(`- 2 \\leq N \\leq 50\n- Each of 1, 2, \\ldots, N appears in A exactly twice.${apart}`, 'N\nA_1 A_2 \\ldots A_{2N}', ['3\n1 3 2 1 3 2\n', '2\n1 2 1 2\n']);
      for (const [[n = 0] = [], list = []] of all) expect([...list].sort((a, b) => a - b)).toEqual(Array.from({ length: 2 * n }, (_, at) => (at >> 1) + 1));
      if (apart !== '') expect(all.every(([, list = []]) => list.every((value, at) => value !== list[at + 1]))).toBe(true);
    }
  });

  it('are permutations without a number at its own place', () => {
    for (const [, list = []] of made('- 2 \\leq N \\leq 50\n- P is a permutation of (1, 2, \\ldots, N).\n- P_i \\neq i', 'N\nP_1 \\ldots P_N', ['3\n2 3 1\n'])) expect(list.some((value, at) => value === at + 1)).toBe(false);
  });
});

it('a number that is a prime is one, up to the top of its range', () => {
  const found = made('- 2 \\leq P \\leq 10^{18}\n- P is a prime.\n- 1 \\leq N \\leq 10^9', 'P N', ['7 3\n']).map(([[p = 0] = []]) => p);
  expect(Math.max(...found)).toBeGreaterThan(1e17);
  expect(found.filter((p) => p < 1e15).every(isPrime)).toBe(true);
});

it('words of a line have one length where they must', () => {
  const text = 'Constraints\n\n- 1 \\leq N \\leq 50\n- S_i and T_i consist of lowercase English letters.\n- 1 \\leq |S_i| = |T_i| \\leq 9\n\nInput\n\nN\nS_1 T_1\n\\vdots\nS_N T_N\n\nOutput\n\nPrint it.';
  const inputs = stdinInputs({ text, examples: [{ stdin: '2\nab cd\nx y\n' }], seed: 6, budget: { tokens: 2000 } });
  const rows = [...inputs.small, ...inputs.large].flatMap(({ stdin }) => stdin.trimEnd().split('\n').slice(1).map((line) => line.split(' ')));
  expect(rows.length).toBeGreaterThan(500);
  expect(rows.every(([s = '', t = '']) => s.length === t.length)).toBe(true);
});

it('a grid has walls all round, and its signs inside', () => {
  const text = 'Constraints\n\n- 3 \\leq H, W \\leq 20\n- Each S_i is a string of length W consisting of `.`, `#`, `S`, and `G`.\n- Each of `S` and `G` appears exactly once.\n- All cells on the border of the grid are `#`.\n\nInput\n\nH W\nS_1\n\\vdots\nS_H\n\nOutput\n\nPrint it.';
  const inputs = stdinInputs({ text, examples: [{ stdin: '3 4\n####\n#SG#\n####\n' }], seed: 6, budget: { tokens: 2000 } });
  const grids = [...inputs.small, ...inputs.large].map(({ stdin }) => stdin.trimEnd().split('\n').slice(1));
  expect(grids.length).toBeGreaterThan(20);
  for (const rows of grids) {
    expect(`${rows[0]}${rows.at(-1)}`).toMatch(/^#+$/);
    expect(rows.every((row) => row.startsWith('#') && row.endsWith('#'))).toBe(true);
    expect(rows.join('').replace(/[^SG]/g, '').split('').sort().join('')).toBe('GS');
  }
});

describe('queries', () => {
  it('keep the bounds that only the sentence on them tells, in every test case', () => {
    const text = 'You are given an array a. Process q queries of two types:\n\n1. "1 l r" (1 \\le l < r \\le n): tell whether the elements are all equal;\n2. "2 i x" (1 \\le i \\le n, -5 \\le x \\le 5): assign a_i := x.\n\nInput\n\nThe first line contains an integer t (1 \\le t \\le 100) — the number of test cases.\n\nThe first line of each test case contains two integers n and q (2 \\le n \\le 50, 1 \\le q \\le 50).\n\nThe second line of each test case contains n integers a_1, \\dots, a_n (|a_i| \\le 5).\n\nThen q lines follow, each of them contains a query in the format given above. There is at least one query of the first type in each test case.\n\nOutput\n\nPrint it.';
    const inputs = stdinInputs({ text, examples: [{ stdin: '1\n3 2\n1 1 2\n1 1 2\n2 3 1\n' }], seed: 6, budget: { tokens: 2000 } });
    expect(inputs.doubt).toEqual([]);
    for (const { stdin } of [...inputs.small, ...inputs.large]) {
      const lines = stdin.trimEnd().split('\n').slice(1).map((line) => line.split(' ').map(Number));
      while (lines.length > 0) {
        const [n = 0, q = 0] = lines.splice(0, 2)[0] ?? [];
        const queries = lines.splice(0, q);
        expect(queries.some(([kind]) => kind === 1)).toBe(true);
        expect(queries.every(([kind, a = 0, b = 0]) => (kind === 1 ? a >= 1 && a < b && b <= n : a >= 1 && a <= n && Math.abs(b) <= 5))).toBe(true);
      }
    }
  });

  it('take no more of a number than the bag holds', () => {
    const bags = made('- 1 \\leq Q \\leq 100\n- 0 \\leq x \\leq 5\n- 1 \\leq c \\leq 9\n- In a query of type 2, the bag contains at least c tokens with x written on them.', 'Q\nquery_1\n\\vdots\nquery_Q\n\nEach query is in one of the following formats:\n\n1 x c\n\n2 x c\n\n3', ['3\n1 2 4\n2 2 3\n3\n'], 'There is a bag, empty at first.\n\n- 1 x c: Put c tokens with x written on them into the bag.\n- 2 x c: Take c tokens with x written on them out of the bag.\n- 3: Print the number of tokens in the bag.');
    for (const [, ...queries] of bags) {
      const held = new Map<number, number>();
      for (const [kind, x = 0, c = 0] of queries) if (kind !== 3) held.set(x, (held.get(x) ?? 0) + (kind === 1 ? c : -c));
      expect([...held.values()].every((count) => count >= 0)).toBe(true);
    }
    expect(bags.some(([, ...queries]) => queries.filter(([kind]) => kind === 2).length > 3)).toBe(true);
  });
});
