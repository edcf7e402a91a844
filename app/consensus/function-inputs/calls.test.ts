import { describe, expect, it } from 'vitest';
import type { CriterionTest, Spec } from '../../core/spec.ts';
import { textFile, type Tree } from '../../core/tree.ts';
import { generateInputs, keyOf, type Input } from '../inputs.ts';
import { candidate, functionSpec } from '../test-kit.ts';
import { largeCalls } from './large.ts';
import { separatingInputs } from './separate.ts';

const none = { integers: [], texts: [] };

interface Story {
  text?: string;
  language?: Spec['language'];
  base?: Tree;
  count?: number;
}

function inputsOf(examples: CriterionTest[], { text = '', language = 'python', base, count = 120 }: Story = {}): Input[] {
  const spec = functionSpec(language, examples, { text });
  return generateInputs({ spec, examples, literals: none, seed: 1, count, ...(base ? { base } : {}) });
}

const argsOf = (inputs: Input[]): unknown[][] => inputs.flatMap(({ trial }) => ('args' in trial ? [trial.args] : []));
const called = (...args: unknown[]): CriterionTest => ({ args, expect: 0 });

describe('what the text says of an argument', () => {
  it('bounds it: stated ranges are kept, and vouched for', () => {
    const found = inputsOf([called([5, 7, 9], 4)], { text: 'def price(xs, k):\n  Constraints: 1 <= len(xs) <= 8, 2 <= xs[i] < 12 and 3 ≤ k ≤ 10^1.' });
    expect(found.length).toBeGreaterThan(40);
    for (const [xs, k] of argsOf(found)) {
      expect(Array.isArray(xs) && xs.length >= 1 && xs.length <= 8 && xs.every((x) => x >= 2 && x <= 11), JSON.stringify(xs)).toBe(true);
      expect(Number(k) >= 3 && Number(k) <= 10, String(k)).toBe(true);
    }
    expect(found.filter(({ doubtful }) => !doubtful).length).toBeGreaterThan(20);
    expect(inputsOf([called([5, 7, 9], 4)]).filter(({ doubtful }) => !doubtful).length).toBeLessThan(found.filter(({ doubtful }) => !doubtful).length);
  });

  it.each([
    ['numbers is a list of distinct integers.', (xs: number[]) => new Set(xs).size === xs.length],
    ['numbers is sorted.', (xs: number[]) => xs.every((x, at) => at === 0 || Number(xs[at - 1]) <= x)],
    ['numbers is a non-empty list of non-negative integers.', (xs: number[]) => xs.length > 0 && xs.every((x) => x >= 0)],
    ['numbers has at least two elements.', (xs: number[]) => xs.length >= 2],
  ])('%s', (text, holds) => {
    const found = argsOf(inputsOf([called([1, 3, 5])], { text: `def price(numbers): ${text}` }));
    expect(found.length).toBeGreaterThan(20);
    for (const [xs] of found) expect(Array.isArray(xs) && holds(xs), JSON.stringify(xs)).toBe(true);
  });

  it('lets numbers be negative where it says so, and never where nothing does', () => {
    const signed = argsOf(inputsOf([called(4)], { text: 'def price(n): n is an integer that may be negative or positive.' }));
    expect(signed.some(([n]) => Number(n) < 0)).toBe(true);
    expect(argsOf(inputsOf([called(4)])).every(([n]) => Number(n) > 0)).toBe(true);
  });

  it('is not believed where the examples contradict it', () => {
    expect(argsOf(inputsOf([called([3, 1, 3, 2])], { text: 'def price(numbers): numbers is sorted. All elements are unique.' })).some(([xs]) => Array.isArray(xs) && new Set(xs).size < xs.length)).toBe(true);
  });
});

describe('what annotations say', () => {
  it('in Python fills in what examples leave open', () => {
    const found = argsOf(inputsOf([called([], null)], { text: 'def price(words: List[str], limit: Optional[int] = None) -> int: ...' }));
    expect(found.some(([words]) => Array.isArray(words) && words.some((word) => typeof word === 'string'))).toBe(true);
    expect(found.every(([words]) => Array.isArray(words) && words.every((word) => typeof word === 'string'))).toBe(true);
    expect(found.some(([, limit]) => typeof limit === 'number')).toBe(true);
  });

  it('in TypeScript, of a module of the base, makes calls without any example', () => {
    const base = { 'solution.ts': textFile("export function price(items: ReadonlyArray<[string, number]>, mode: 'net' | 'gross', more?: { by: number }): number { return 0; }\n") };
    const found = argsOf(inputsOf([{ assert: 'assert.ok(true)' }], { language: 'typescript', base }));
    expect(found.length).toBeGreaterThan(20);
    for (const [items, mode] of found) {
      expect(['net', 'gross']).toContain(mode);
      expect(Array.isArray(items) && items.every((item) => Array.isArray(item) && typeof item[0] === 'string' && typeof item[1] === 'number'), JSON.stringify(items)).toBe(true);
    }
  });

  it('in JSDoc too; without any word, type or example nothing is called', () => {
    const base = { 'solution.js': textFile('/**\n * @param {Record<string, number>} stock\n * @param {boolean} all\n */\nexports.price = function price(stock, all) {};\n') };
    const text = '/**\n * @param {Record<string, number>} stock\n * @param {boolean} all\n */\nfunction price(stock, all) {';
    expect(argsOf(inputsOf([{ assert: 'x' }], { language: 'javascript', text })).every(([stock, all]) => typeof stock === 'object' && typeof all === 'boolean')).toBe(true);
    expect(argsOf(inputsOf([{ assert: 'x' }], { language: 'javascript', base: { 'solution.js': textFile('exports.price = (a, b) => a;') } }))).toEqual([]);
    expect(base['solution.js']).toBeDefined();
  });
});

describe('what examples show', () => {
  it('also where they stand inside of other assertions', () => {
    expect(argsOf(inputsOf([{ assert: 'assert abs(price(3, [1.5, 2.0]) - 4) < 1e-6' }])).every(([n, xs]) => typeof n === 'number' && Array.isArray(xs))).toBe(true);
  });

  it('rows of one length stay so, pairs of two types keep their places, one number stays below the other', () => {
    const tables = argsOf(inputsOf([called([[1, 2, 3], [4, 5, 6]]), called([[7, 8], [9, 1], [2, 2]])]));
    expect(tables.every(([rows]) => Array.isArray(rows) && new Set(rows.map((row) => row.length)).size <= 1)).toBe(true);
    const pairs = argsOf(inputsOf([called([{ $tuple: ['a', 1] }, { $tuple: ['b', 2] }])]));
    expect(pairs.length).toBeGreaterThan(10);
    expect(pairs.every(([list]) => Array.isArray(list) && list.every((pair) => typeof pair.$tuple[0] === 'string' && typeof pair.$tuple[1] === 'number'))).toBe(true);
    const ranges = argsOf(inputsOf([called(1, 5), called(2, 2), called(4, 9)]));
    expect(ranges.length).toBeGreaterThan(20);
    expect(ranges.every(([low, high]) => Number(low) <= Number(high)), JSON.stringify(ranges.filter(([low, high]) => Number(low) > Number(high)))).toBe(true);
  });
});

describe('large calls', () => {
  const request = (text: string) => { const examples = [called([3, 1, 2], 2)]; return { spec: functionSpec('python', examples, { text: `def price(xs, k): ${text}` }), examples, literals: none, seed: 1, count: 0 }; };

  it('are made at stated limits, of several kinds, the same twice', () => {
    const made = () => [...largeCalls(request('1 <= len(xs) <= 2 * 10^4, 0 <= xs[i] <= 1e9, 1 <= k <= 5'))];
    expect(made().map(({ kind }) => kind)).toContain('stated limits; ascending');
    for (const { trial, doubtful } of made()) {
      const [xs, k] = 'args' in trial ? trial.args : [];
      expect(doubtful).toBe(false);
      expect(Array.isArray(xs) && xs.length === 20_000 && xs.every((x) => x >= 0 && x <= 1e9)).toBe(true);
      expect(Number(k) <= 5).toBe(true);
    }
    expect(made()).toEqual(made());
  });

  it('are not made where nothing says how large an argument may be', () => {
    expect([...largeCalls(request('Sum the k largest of xs.'))]).toEqual([]);
  });
});

describe('inputs that may separate two candidates', () => {
  it('stand where the one has a number or a word that the other has not; the same for the pair in either order', () => {
    const examples: CriterionTest[] = [called([1, 2], 'abc')];
    const spec = functionSpec('python', examples);
    const [a, b] = ['def price(xs, s):\n    return 1 if len(xs) > 17 else 0\n', 'def price(xs, s):\n    return 1 if s.startswith("zz") else 0\n'].map((code) => candidate('a', code).patch);
    const asked = new Set(examples.map(keyOf));
    const of = (pair: [typeof a, typeof a]) => separatingInputs({ spec, examples, literals: none, seed: 1, count: 60, asked, pair: [pair[0] ?? {}, pair[1] ?? {}] });
    const found = argsOf(of([a, b]));
    expect(found.length).toBe(60);
    expect(found.some(([xs]) => Array.isArray(xs) && xs.length > 17)).toBe(true);
    expect(found.some(([, s]) => String(s).startsWith('zz'))).toBe(true);
    expect(of([b, a])).toEqual(of([a, b]));
    expect(of([a, b]).some(({ trial }) => asked.has(keyOf(trial)))).toBe(false);
  });
});
