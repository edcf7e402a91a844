/** Which boundaries a spec's sentences state, and which sentences state none. */
import { expect, it } from 'vitest';
import type { CriterionTest } from '../../core/spec.ts';
import { textFile } from '../../core/tree.ts';
import { statedAnswers } from './stated.ts';
import { requestOf } from './test-kit.ts';

const list: CriterionTest[] = [{ args: [[3, 1, 2], 2], expect: 6 }, { args: [[5, 5], 1], expect: 10 }];

function stated(text: string, tests = list): [unknown[], unknown][] {
  const { spec } = requestOf({ tests, spec: { text } });
  return statedAnswers(spec!, { 'solution.py': textFile('def price(numbers, size):\n    return 0\n') }).map(({ test }) => [test.args, test.expect]);
}

it.each<[string, [unknown[], unknown][]]>([
  ['An empty list is refused with ValueError.', [[[[], 2], { $raises: 'ValueError' }]]],
  ['Sums up. If the list is empty, return 0.', [[[[], 2], 0]]],
  ['It returns None if numbers is empty.', [[[[], 2], null]]],
  ['Returns an empty list for an empty list.', [[[[], 2], []]]],
  ['A size below 1 is refused with a RangeError.', [[[[3, 1, 2], 0], { $raises: 'RangeError' }], [[[3, 1, 2], -5], { $raises: 'RangeError' }]]],
  ['When size is greater than 10, return -1.', [[[[3, 1, 2], 11], -1], [[[3, 1, 2], 16], -1]]],
  ['If size is zero or missing, it answers "none".', [[[[3, 1, 2], 0], 'none']]],
  ['If size is at least 7, return True.', [[[[3, 1, 2], 7], true], [[[3, 1, 2], 8], true]]],
])('%s', (text, calls) => {
  expect(stated(text)).toEqual(calls);
  expect(stated(text)).toEqual(stated(text));
});

it.each([
  'If the list is empty and size is 3, return 0.', 'If the list contains only zeros, return 0.', 'Return the empty lists.', 'If the sum is negative, return 0.', 'If the word is empty, return 0.',
  'If the list is not empty, return 1.', 'If there is no number, return -1.', 'If the list is empty, return the size.', '>>> price([], 1) returns 0 if size is 0', 'size 3 is nice',
])('states nothing that is certain: %s', (text) => {
  expect(stated(text)).toEqual([]);
});

it('is dropped where a frozen test, or another sentence, says otherwise', () => {
  expect(stated('If the list is empty, return 0.', [...list, { args: [[], 2], expect: 1 }])).toEqual([]);
  expect(stated('If the list is empty, return 0. An empty list is refused with ValueError.')).toEqual([]);
  expect(stated('If the list is empty, return 0.', [])).toEqual([]);
});

it('carries over what counts as a bound, from the example that shows which number is meant', () => {
  const pages: CriterionTest[] = [{ args: [[1, 2, 3], 0, 2], expect: [1, 2] }, { args: [[1, 2, 3], 2, 2], expect: [3] }];
  const asked = (text: string, tests = pages) => stated(text, tests);
  expect(asked('A page beyond the end is empty, a page below 1 counts as 1.')).toEqual([[[[1, 2, 3], -5, 2], [1, 2]]]);
  expect(asked('A page below 1 counts as 2.')).toEqual([]);
  expect(asked('A page below 1 counts as 1.', [pages[1]!, { args: [[1, 2, 3], 0, 0], expect: [] }])).toEqual([]);
});

it('refuses a text that is none where everything else is refused', () => {
  const times: CriterionTest[] = [{ args: ['1h'], expect: 3600 }, { args: ['2m'], expect: 120 }];
  expect(stated('Anything else is refused with a RangeError.', times).map(([args]) => args[0])).toEqual(['', '1h?!', '?!1h', '2m?!', '?!2m']);
  expect(stated('Anything else is refused with a RangeError.', [times[0]!, { args: ['what?'], expect: 1 }])).toEqual([]);
  expect(stated('Anything else is refused politely.', times)).toEqual([]);
});

it('refuses numbers outside of the one range that is stated', () => {
  const roman: CriterionTest[] = [{ args: [3], expect: 'III' }, { args: [0], expect: { $raises: 'ValueError' } }];
  const asked = (text: string, tests = roman) => stated(text, [{ args: [8], expect: 'VIII' }, ...tests]).map(([args]) => args[0]);
  expect(asked('A number from 1 to 3999. Other numbers are refused with ValueError.')).toEqual([-5, 4000, 5000]);
  expect(asked('A number from 1 to 3999, or from 5000 to 6000. Other numbers are refused with ValueError.')).toEqual([]);
  expect(asked('A number from 1 to 3999. Other numbers are refused with ValueError.', [{ args: [1, 2], expect: 'x' }])).toEqual([]);
});
