import { expect, it } from 'vitest';
import { readAssert } from './asserts.ts';
import { pythonText, javascriptText } from './reproducer.ts';
import { functionSpec } from './test-kit.ts';

const read = (language: 'python' | 'javascript', assert: string) => readAssert({ assert }, functionSpec(language, []));

it.each([
  ['assert price((1, 2), {3}, {4: "x"}) == [1.0, -2, None]', { args: [{ $tuple: [1, 2] }, { $set: [3] }, { $dict: [[4, 'x']] }], expect: [{ $float: '1.0' }, -2, null] }],
  ["assert price('a\\n' r'\\d') is True", { args: ['a\n\\d'], expect: true }],
])('reads %s as a call and its expectation', (source, test) => {
  expect(read('python', source)).toEqual(test);
});

it.each(['assert price(1)', 'assert price(1) == other(2)', 'assert abs(price(1) - 2) < 1e-6', 'assert price(x) == 1', 'assert price(1) == 1 or True', 'assert price(n=1) == 1', 'assert price(1) != 1', 'assert price(1) is 1', 'x = 1'])('leaves %s as source', (source) => {
  expect(read('python', source)).toEqual({ assert: source });
});

it.each([
  ['assert.deepEqual(price([1, -2], { a: null }), ["x", undefined]);', { args: [[1, -2], { a: null }], expect: ['x', { $undefined: true }] }],
  ['console.assert(price(1) === 2)', { args: [1], expect: 2 }],
])('reads %s as a call and its expectation in JavaScript', (source, test) => {
  expect(read('javascript', source)).toEqual(test);
});

it.each(['console.assert(price(1) == 2)', 'assert(price(1))', 'assert.equal(price(x), 2)', 'assert.equal(price(1), 2); evil()', 'not javascript ('])('leaves %s as source in JavaScript', (source) => {
  expect(read('javascript', source)).toEqual({ assert: source });
});

it('writes values back as source of each language', () => {
  const value = [{ $tuple: [1] }, { $float: 'nan' }, { 'k"': null }, true, 'é😀\n'];
  expect(pythonText(value)).toBe('[(1,), float("nan"), {"k\\"": None}, True, "\\u00e9\\U0001f600\\n"]');
  expect(javascriptText([{ $float: '-inf' }, { $set: [1] }, { $undefined: true }])).toBe('[-Infinity, new Set([1]), undefined]');
});
