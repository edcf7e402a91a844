import { describe, expect, it } from 'vitest';
import type { CriterionTest, Spec } from '../core/spec.ts';
import { functionSpec } from './test-kit.ts';
import { compareOf, sameValue } from './values.ts';

const asserted = (...sources: string[]): CriterionTest[] => sources.map((assert) => ({ assert }));
const spec = (text: string, tests: CriterionTest[] = [], more: Partial<Spec> = {}): Spec => functionSpec('python', tests, { text, ...more });
const same = (a: unknown, b: unknown, of: Spec): boolean => sameValue(a, b, compareOf(of));

describe('an order that the spec leaves open', () => {
  it.each(['The pairs may come in any order.', 'Return them; the order does not matter.'])('%s', (text) => {
    expect(same([1, 2, 2], [2, 1, 2], spec(text))).toBe(true);
    expect(same([1, 2, 2], [2, 1, 1], spec(text))).toBe(false);
    expect(same([[1, 2]], [[2, 1]], spec(text))).toBe(false);
  });

  it('is kept where nothing leaves it open', () => {
    expect(same([1, 2], [2, 1], spec('Return the numbers in ascending order.'))).toBe(false);
  });

  it('is open where every assertion sorts, and counts do not matter where every one makes a set', () => {
    expect(same([1, 2], [2, 1], spec('', asserted('assert sorted(price(1)) == [1, 2]', 'assert sorted(price(2)) == []')))).toBe(true);
    expect(same({ $tuple: [1, 2, 2] }, { $tuple: [2, 1] }, spec('', asserted('assert set(price(1)) == {1, 2}')))).toBe(true);
    expect(same([1, 2], [2, 1], spec('', asserted('assert sorted(price(1)) == [1, 2]', 'assert price(2) == []')))).toBe(false);
    expect(same([1, 2], [2, 1], spec('', [...asserted('assert sorted(price(1)) == [1, 2]'), { args: [2], expect: [] }]))).toBe(false);
  });
});

describe('an amount by which numbers may differ', () => {
  it.each([
    ['an absolute or relative error of at most 10^-4 is accepted', [], 0.00005, 0.001],
    ['', asserted('assert abs(price(2) - 1.5) < 1e-3'), 0.0005, 0.01],
    ['', asserted('assert round(price(2), 2) == 1.5'), 0.005, 0.05],
    ['', asserted('assert math.isclose(price(2), 1.5, rel_tol=1e-5)'), 0.000005, 0.001],
  ])('%s %j', (text, tests, near, far) => {
    expect(same(1.5, 1.5 + near, spec(text, tests))).toBe(true);
    expect(same([1.5], [1.5 + near], spec(text, tests))).toBe(true);
    expect(same(15_000.5, 15_080.5, spec(text, tests))).toBe(false);
    expect(same(1.5, 1.5 + far, spec(text, tests))).toBe(false);
  });

  it('is a rounding error where nobody says more, whole numbers are whole', () => {
    expect(same(0.1 + 0.2, 0.3, spec(''))).toBe(true);
    expect(same(1.5, 1.5001, spec(''))).toBe(false);
    expect(same(1, 2, spec('an error of at most 10^-4'))).toBe(false);
    expect(same({ $float: '-0.0' }, 0, spec(''))).toBe(true);
    expect(same({ $float: 'nan' }, { $float: 'nan' }, spec(''))).toBe(true);
    expect(same({ $bigint: '1' }, 1, spec(''))).toBe(false);
  });
});
