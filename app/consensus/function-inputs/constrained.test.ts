import { describe, expect, it } from 'vitest';
import { constrainedCalls, type Constrained } from './constrained.ts';
import { signatureOf } from './signature.ts';

interface Told { header: string; examples: unknown[][]; lines: string[]; prose?: string }

function stated({ header, examples, lines, prose = 'Answer what is asked.' }: Told, seed = 1): Constrained | null {
  const text = `${prose}\n\n**Example 1:**\n\nInput: …\nOutput: 1\n\n**Constraints:**\n\n${lines.map((line) => `- ${line}`).join('\n')}\n\nclass Solution:\n    def ask(self, ${header}) -> int:\n`;
  return constrainedCalls({ text, parameters: signatureOf('Solution.ask', [text]) ?? [], examples, expected: [], seed });
}

const callsOf = (made: Constrained | null): unknown[][] => (made?.small ?? []).flatMap(({ trial }) => ('args' in trial ? [trial.args] : []));
const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);
const firstLarge = (made: Constrained | null): unknown[] => { for (const { trial } of made?.large ?? []) if ('args' in trial) return trial.args; return []; };

describe('calls within stated constraints', () => {
  const pick: Told = { header: 'nums: List[int], k: int', examples: [[[1, 4, 2], 2]], lines: ['`1 <= k <= nums.length <= 10^5`', '`-10^9 <= nums[i] <= 10^9`', 'All the values of `nums` are **unique**.'] };

  it('keep bounds, what one says of the other, and distinct values; small and large', () => {
    const made = stated(pick);
    expect(made?.doubt).toEqual([]);
    expect(callsOf(made).length).toBeGreaterThan(40);
    for (const [nums, k] of [...callsOf(made), firstLarge(made)]) {
      const all = numbers(nums);
      expect(new Set(all).size).toBe(all.length);
      expect(Number(k)).toBeGreaterThanOrEqual(1);
      expect(Number(k)).toBeLessThanOrEqual(all.length);
    }
    expect(numbers(firstLarge(made)[0]).length).toBeGreaterThan(10_000);
  });

  it('are the same the second time, and others under another seed', () => {
    expect(callsOf(stated(pick))).toEqual(callsOf(stated(pick)));
    expect(callsOf(stated(pick, 2))).not.toEqual(callsOf(stated(pick)));
  });

  it('judge calls from elsewhere', () => {
    const made = stated(pick);
    expect(made?.judge([[3, 1], 2])).toBe('yes');
    for (const broken of [[[3, 3], 1], [[3, 1], 3], [[], 1], [[3, 10 ** 10], 1]]) expect(made?.judge(broken), JSON.stringify(broken)).toBe('no');
  });

  it('are trees where the text says so, counted from 0', () => {
    const made = stated({ header: 'n: int, edges: List[List[int]]', examples: [[3, [[0, 1], [0, 2]]], [1, []]], prose: 'There is an undirected tree of n nodes. edges[i] = [a_i, b_i] is an edge.', lines: ['1 <= n <= 10^4', 'edges.length == n - 1', '0 <= a_i, b_i < n', 'The input is generated such that edges represents a valid tree.'] });
    expect(made?.doubt).toEqual([]);
    expect(callsOf(made).some(([n]) => Number(n) > 3)).toBe(true);
    for (const [n, edges] of callsOf(made)) {
      const rows = Array.isArray(edges) ? edges.map(numbers) : [];
      expect(rows).toHaveLength(Number(n) - 1);
      expect(rows.flat().every((end) => end >= 0 && end < Number(n))).toBe(true);
    }
    expect(made?.judge([3, [[0, 1], [0, 1]]])).toBe('no');
  });

  it('are grids of the letters that are named, rows of one length', () => {
    const made = stated({ header: 'grid: List[List[str]]', examples: [[[['1', '0'], ['0', '1']]]], lines: ['m == grid.length', 'n == grid[i].length', '1 <= m, n <= 300', "`grid[i][j]` is `'0'` or `'1'`."] });
    expect(made?.doubt).toEqual([]);
    for (const [grid] of callsOf(made)) {
      const rows = Array.isArray(grid) ? grid : [];
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
      expect(rows.flat().every((cell) => cell === '0' || cell === '1')).toBe(true);
    }
    expect(made?.judge([[['1', '2']]])).toBe('no');
  });

  it.each<[string, Told, (args: unknown[]) => boolean]>([
    ['a value that is in the list', { header: 'nums: List[int], target: int', examples: [[[1, 2], 2]], lines: ['1 <= nums.length <= 100', '0 <= nums[i] <= 50', 'target is an element of nums.'] }, ([nums, target]) => numbers(nums).includes(Number(target))],
    ['brackets that match', { header: 's: str', examples: [['(())']], lines: ['2 <= s.length <= 100', "s[i] is '(' or ')'.", 's is a valid parentheses string.'] }, ([s]) => !String(s).replace(/[()]/g, '').length && String(s).split('(').length === String(s).split(')').length],
    ['words with single spaces', { header: 's: str', examples: [['a bc']], lines: ['1 <= s.length <= 100', 's consists of lowercase English letters and spaces.', 'There are no leading or trailing spaces in s.', 'All the words of s are separated by a single space.'] }, ([s]) => /^[a-z]+(?: [a-z]+)*$/.test(String(s))],
    ['parents that make a tree', { header: 'parent: List[int]', examples: [[[-1, 0, 0]]], lines: ['n == parent.length', '1 <= n <= 100', '0 <= parent[i] <= n - 1 for i >= 1', 'parent[0] == -1', 'parent represents a valid tree.'] }, ([parent]) => numbers(parent).every((_, start) => { let at = start; for (let step = 0; step <= numbers(parent).length && at > 0; step++) at = numbers(parent)[at] ?? -1; return at === 0; })],
    ['lists of several lengths with a sum', { header: 'rooms: List[List[int]]', examples: [[[[1], []]]], lines: ['n == rooms.length', '2 <= n <= 30', '0 <= rooms[i].length <= 30', '0 <= sum(rooms[i].length) <= 90', '0 <= rooms[i][j] < n'] }, ([rooms]) => Array.isArray(rooms) && rooms.flat().length <= 90 && rooms.flat().every((one) => one >= 0 && one < rooms.length)],
  ])('keep %s', (_, told, holds) => {
    const made = stated(told);
    expect(made?.doubt).toEqual([]);
    expect(callsOf(made).length).toBeGreaterThan(10);
    for (const args of callsOf(made)) expect(holds(args), JSON.stringify(args)).toBe(true);
  });
});

describe('what was not understood', () => {
  it('is a doubt, and no call is sure then', () => {
    const made = stated({ header: 'nums: List[int]', examples: [[[1, 4, 2]]], lines: ['1 <= nums.length <= 10^5', '1 <= nums[i] <= 9', 'The gcd of any two values of nums is 1.'] });
    expect(made?.doubt).toHaveLength(1);
    expect(made?.small.every(({ doubtful }) => doubtful)).toBe(true);
  });

  it('of a kind that no line shows makes nothing', () => {
    const made = stated({ header: 'x: float', examples: [[2.5]], lines: ['-100.0 < x < 100.0'] });
    expect([made?.isRead, made?.small, made?.judge([1])]).toEqual([false, [], 'doubtful']);
  });

  it('is no matter where nothing is constrained', () => {
    expect(constrainedCalls({ text: 'def ask(x): return the double', parameters: [{ name: 'x', type: null, optional: false }], examples: [[1]], expected: [2], seed: 1 })).toBeNull();
  });
});
