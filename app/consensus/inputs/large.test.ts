/** Large inputs have the shapes on which slow programs show: corridors, long cycles, near-periodic texts, special numbers, sizes nobody bounds. */
import { describe, expect, it } from 'vitest';
import { mazeOf } from './mazes.ts';
import { stdinInputs, type StdinInputs } from './stdin-inputs.ts';

function made(constraints: string, format: string, example: string): StdinInputs {
  const text = `Constraints\n\n${constraints}\n\nInput\n\nInput is given from Standard Input in the following format:\n\n${format}\n\nOutput\n\nPrint the answer.`;
  const inputs = stdinInputs({ text, examples: [{ stdin: example }], seed: 4, budget: { tokens: 4000 } });
  expect(inputs.source).toBe('grammar');
  return inputs;
}

/** Cells reached from the first one, and how many steps away the farthest is. */
function walk(rows: string[]): { reached: number; far: number } {
  const far = new Map([['0 0', 0]]);
  for (const [at, steps] of far) {
    const [row = 0, column = 0] = at.split(' ').map(Number);
    for (const [down, right] of [[0, 1], [1, 0], [0, -1], [-1, 0]] as const) {
      const next = `${row + down} ${column + right}`;
      if (rows[row + down]?.[column + right] === '.' && !far.has(next)) far.set(next, steps + 1);
    }
  }
  return { reached: far.size, far: Math.max(...far.values()) };
}

describe('grids', () => {
  it.each(['snake', 'spiral', 'comb'] as const)('%s: every free cell is reached from the first one', (kind) => {
    for (const [height, width] of [[1, 1], [1, 7], [2, 2], [5, 1], [8, 13], [20, 20]] as const) {
      const rows = mazeOf(kind, height, width).map((row) => row.map((free) => (free ? '.' : '#')).join(''));
      expect([rows.length, rows[0]?.length]).toEqual([height, width]);
      expect(walk(rows).reached, rows.join('\n')).toBe(rows.join('').split('.').length - 1);
    }
  });

  it('of the statement get long corridors, and one is all free', () => {
    const inputs = made("- 1 \\leq H, W \\leq 60\n- S_{i,j} is '.' or '#'.", 'H W\nS_{1,1}S_{1,2}\\cdots S_{1,W}\n\\vdots\nS_{H,1}S_{H,2}\\cdots S_{H,W}', '2 3\n..#\n#..\n');
    const grids = [...inputs.large].map((one) => one.stdin.trim().split('\n').slice(1)).filter((rows) => rows[0]?.startsWith('.'));
    expect(grids.some((rows) => walk(rows).far > rows.length * (rows[0]?.length ?? 0) / 3)).toBe(true);
    expect(grids.some((rows) => rows.every((row) => !row.includes('#')))).toBe(true);
  });
});

describe('lists', () => {
  it('that map places to places hold one long cycle, and a tail into a cycle', () => {
    const inputs = made('- 2 \\leq N \\leq 1000\n- 1 \\leq A_i \\leq N', 'N\nA_1 \\ldots A_N', '3\n2 3 3\n');
    const steps = [...inputs.large].map((one) => {
      const [[n = 0] = [], next = []] = one.stdin.trim().split('\n').map((line) => line.split(' ').map(Number));
      const seen = new Map<number, number>();
      let at = 1;
      for (; !seen.has(at); at = next[at - 1] ?? 1) seen.set(at, seen.size);
      return { n, seen: seen.size, back: seen.get(at) ?? 0 };
    });
    expect(steps.some(({ n, seen, back }) => n === 1000 && seen === n && back === 0)).toBe(true);
    expect(steps.some(({ n, seen, back }) => n === 1000 && seen === n && back > n / 3)).toBe(true);
  });

  it('hold powers of two, rows of nines and values from both ends in turn', () => {
    const inputs = made('- 2 \\leq N \\leq 1000\n- 1 \\leq A_i \\leq 10^{12}', 'N\nA_1 \\ldots A_N', '3\n2 3 3\n');
    const lists = [...inputs.large].map((one) => (one.stdin.trim().split('\n')[1] ?? '').split(' ').map(Number));
    expect(lists.some((list) => list.includes(2 ** 39) && list.includes(999999999999))).toBe(true);
    expect(lists.some((list) => list.every((value, at) => (at % 2 === 0 ? value < 10 : value > 10 ** 12 - 10)))).toBe(true);
  });
});

describe('texts', () => {
  it('repeat nearly, in every way that defeats a shortcut', () => {
    const inputs = made('- 1 \\leq |S| \\leq 2000\n- S consists of a and b.', 'S', 'ab\n');
    const texts = [...inputs.large].map((one) => one.stdin.trim());
    for (const shape of [/^(a+|b+)$/, /^(a+b|b+a)$/, /^(?:abaababa|babbabab)/, /^(?:abbabaab|baababba)/]) expect(texts.some((text) => text.length === 2000 && shape.test(text)), String(shape)).toBe(true);
  });
});

describe('a size that nobody bounds', () => {
  it('makes large inputs doubtful, and leaves small ones as good as any', () => {
    const inputs = made('- 1 \\leq A_i \\leq 100', 'N\nA_1 \\ldots A_N', '3\n2 3 3\n');
    expect(inputs.doubt).toEqual([]);
    expect(inputs.largeDoubt).toEqual(['no upper bound for N']);
    expect(inputs.small.some((one) => !one.doubtful)).toBe(true);
    const large = [...inputs.large];
    expect(large.length).toBeGreaterThan(3);
    expect(large.every((one) => one.doubtful)).toBe(true);
    expect(Math.max(...large.map((one) => one.size))).toBeGreaterThan(3000);
  });
});

describe('what hangs together', () => {
  it('a place in a list that no query has named yet is bounded by the length that is known here', () => {
    const inputs = made('- 1 \\leq N, Q \\leq 10^5\n- 1 \\leq l \\leq r \\leq N\n- 1 \\leq v \\leq 10^9', 'N Q\nquery_1\n\\vdots\nquery_Q\n\nEach query is given in one of the following formats:\n\n1 l r\n\n2 l v', '5 2\n1 2 4\n2 3 7\n');
    const large = [...inputs.large].filter(({ rung }) => rung === 1).map(({ stdin }) => stdin.trimEnd().split('\n').map((line) => line.split(' ').map(Number)));
    expect(large.length).toBeGreaterThanOrEqual(8);
    expect(large.some(([[n = 0] = []]) => n > 10_000)).toBe(true);
    expect(large.every(([[n = 0] = [], ...queries]) => queries.every(([kind, l = 0, r = 0]) => l >= 1 && l <= n && (kind === 2 || (l <= r && r <= n))))).toBe(true);
  });

  it('lengths whose sum is spelt out keep it', () => {
    const inputs = made('- 2 \\leq N \\leq 100\n- 1 \\leq K_i\n- K_1 + K_2 + \\dots + K_N \\leq 200\n- 1 \\leq A_{i,j} \\leq 9', 'N\nK_1 A_{1,1} \\ldots A_{1,K_1}\n\\vdots\nK_N A_{N,1} \\ldots A_{N,K_N}', '2\n2 1 3\n1 4\n');
    const sums = [...inputs.small, ...inputs.large].map(({ stdin }) => stdin.trimEnd().split('\n').slice(1).reduce((sum, line) => sum + Number(line.split(' ')[0]), 0));
    expect(Math.max(...sums)).toBeGreaterThan(100);
    expect(Math.max(...sums)).toBeLessThanOrEqual(200);
  });

  it('where looking at all points would take for ever, none are vouched for', () => {
    const inputs = made('- 3 \\leq N \\leq 2000\n- 0 \\leq x_i, y_i \\leq 10^9\n- No three points are on the same line.', 'N\nx_1 y_1\n\\vdots\nx_N y_N', '3\n0 0\n1 0\n0 1\n');
    expect([...inputs.small, ...inputs.large].every(({ stdin }) => Number(stdin.split('\n')[0]) <= 1500)).toBe(true);
  });
});

describe('orders in which operations come', () => {
  const tables = (inputs: ReturnType<typeof made>) => [...inputs.large].filter(({ rung }) => rung === 1).map(({ stdin }) => stdin.trimEnd().split('\n').map((line) => line.split(' ')));

  it('a stack is filled before it is asked, though nothing is promised of it', () => {
    const inputs = made('- 1 \\leq Q \\leq 400\n- Each command is PUSH x, POP, or MAX.\n- In PUSH, x is an integer and 0 \\leq x \\leq 9.', 'Q\ncommand_1\n\\vdots\ncommand_Q', '3\nPUSH 7\nMAX\nPOP\n');
    const share = (rows: string[][], word: string) => rows.filter(([first]) => first === word).length / rows.length;
    expect(tables(inputs).some((rows) => share(rows.slice(1, 190), 'PUSH') > 0.8 && share(rows.slice(-190), 'MAX') > 0.3)).toBe(true);
  });

  it('pairs join on to the pair before, in both directions', () => {
    const inputs = made('- 2 \\leq N \\leq 400\n- 1 \\leq Q \\leq 400\n- 1 \\leq u, v \\leq N', 'N Q\nquery_1\n\\vdots\nquery_Q\n\nEach query is in one of the following formats:\n\n1 u v\n\n2 u v', '3 2\n1 1 2\n2 1 3\n');
    const steps = tables(inputs).map((rows) => new Set(rows.slice(1, 180).map(([, u, v]) => Number(v) - Number(u))));
    expect(steps.some((one) => one.size === 1 && one.has(1))).toBe(true);
    expect(steps.some((one) => one.size === 1 && one.has(-1))).toBe(true);
  });
});

describe('what a sum leaves', () => {
  const inputs = made('- 1 \\leq N \\leq 500\n- Each S_i is a string of lowercase English letters with length at least 1.\n- The sum of the lengths of S_i is at most 2000.', 'N\nS_1\n\\vdots\nS_N', '2\nab\ncd\n');

  it('is kept by texts whose lengths are summed in words', () => {
    const sums = [...inputs.small, ...inputs.large].map(({ stdin }) => stdin.trimEnd().split('\n').slice(1).join('').length);
    expect(Math.max(...sums)).toBeLessThanOrEqual(2000);
    expect(inputs.doubt).toEqual([]);
  });

  it('is once given to one text', () => {
    expect([...inputs.large].some(({ stdin }) => stdin.split('\n').some((line) => line.length > 1000))).toBe(true);
  });
});

describe('columns beside each other', () => {
  it('lie close to the number of rows once, and in one line where points must differ', () => {
    const inputs = made('- 1 \\leq N \\leq 500\n- 1 \\leq x_i, y_i \\leq 10^9\n- (x_i, y_i) \\neq (x_j, y_j) (i \\neq j)', 'N\nx_1 y_1\n\\vdots\nx_N y_N', '2\n1 2\n3 4\n');
    const columns = [...inputs.large].filter(({ rung }) => rung === 1).map(({ stdin }) => stdin.trimEnd().split('\n').slice(1).map((line) => line.split(' ').map(Number)));
    expect(columns.some((rows) => rows.length === 500 && rows.filter(([x = 0, y = 0]) => x <= 501 && y <= 501).length > 450)).toBe(true);
    expect(columns.some((rows) => rows.length === 500 && new Set(rows.map(([x]) => x)).size === 1)).toBe(true);
    expect(columns.some((rows) => rows.length === 500 && new Set(rows.map(([, y]) => y)).size === 1)).toBe(true);
  });
});

describe('rows of lists under a sum sign', () => {
  const inputs = made('- 1 \\leq N, M \\leq 200\n- 1 \\leq K_i \\leq M\n- \\sum_{i=1}^{N} K_i \\leq 400\n- 1 \\leq A_{i,1} < A_{i,2} < \\dots < A_{i,K_i} \\leq M', 'N M\nK_1 A_{1,1} \\ldots A_{1,K_1}\n\\vdots\nK_N A_{N,1} \\ldots A_{N,K_N}', '2 3\n2 1 3\n1 2\n');
  const rows = [...inputs.large].filter(({ rung }) => rung === 1).map(({ stdin }) => stdin.trimEnd().split('\n').slice(1).map((line) => line.split(' ').slice(1).map(Number)));

  it('keep the sum', () => {
    const sums = [...inputs.small, ...inputs.large].map(({ stdin }) => stdin.trimEnd().split('\n').slice(1).reduce((sum, line) => sum + Number(line.split(' ')[0]), 0));
    expect(Math.max(...sums)).toBeGreaterThan(200);
    expect(Math.max(...sums)).toBeLessThanOrEqual(400);
  });

  it('are once one long list and many short ones, and once a chain of pairs', () => {
    expect(rows.some((lists) => (lists[0]?.length ?? 0) > 150 && lists.slice(1).every((list) => list.length <= 2))).toBe(true);
    expect(rows.some((lists) => lists.length > 100 && lists.slice(0, 99).every(([a = 0, b = 0], at) => b === a + 1 && a === at + 1))).toBe(true);
  });
});

describe('brackets and letters in two cases', () => {
  it('are nested as deeply as the length allows', () => {
    const texts = (letters: string, example: string) => [...made(`- S consists of ${letters}.\n- 1 \\leq |S| \\leq 1000`, 'S', example).large].map(({ stdin }) => stdin.trim());
    expect(texts('`(` and `)`', '()\n')).toContain('('.repeat(500) + ')'.repeat(500));
    expect(texts('lowercase and uppercase English letters', 'aB\n')).toContain('a'.repeat(500) + 'A'.repeat(500));
  });
});
