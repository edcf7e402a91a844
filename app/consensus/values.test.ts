import { describe, expect, it } from 'vitest';
import { sameBehaviour } from './behaviour.ts';
import { inLanguage, sameValue } from './values.ts';

describe('values', () => {
  it.each([
    [1, { $float: '1.0' }, true], [0.1 + 0.2, 0.3, true], [1, true, false], [0, false, false], ['1', 1, false], [null, { $undefined: true }, false],
    [[1, 2], { $tuple: [1, 2] }, false], [{ $set: [1, 2] }, { $set: [2, 1] }, true], [{ $set: [1] }, [1], false], [{ $float: 'nan' }, { $float: 'nan' }, true],
    [{ $dict: [[1, 'a'], [2, 'b']] }, { $dict: [[2, 'b'], [1, 'a']] }, true], [{ a: 1, b: 2 }, { b: 2, a: 1 }, true], [{ a: 1 }, { a: 1, b: 2 }, false],
    [1_000_000_001, 1_000_000_002, false], [{ $int: '9007199254740993' }, { $int: '9007199254740992' }, false], ['a  b', 'a b', false],
  ])('exact: %j and %j are the same: %s', (a, b, same) => {
    expect(sameValue(a, b, 'exact')).toBe(same);
    expect(sameValue(b, a, 'exact')).toBe(same);
  });

  it.each([['1.0000001 x\n', ' 1.0  x', true], ['10 20', '10 21', false], ['1000000000', '1000000001', false], ['yes', 'Yes', false], ['1 2', '1', false]])('tokens: %j and %j are the same: %s', (a, b, same) => {
    expect(sameValue(a, b, 'tokens')).toBe(same);
  });

  it('a crash, a time-out and an unclear timing equal nothing, not even themselves', () => {
    for (const behaviour of [{ s: 'crash', why: 'x' }, { s: 'timeout' }, { s: 'unclear' }, { s: 'unstable' }] as const) expect(sameBehaviour(behaviour, behaviour, 'exact')).toBe(false);
    expect(sameBehaviour({ s: 'raise', class: 'ValueError' }, { s: 'raise', class: 'ValueError' }, 'exact')).toBe(true);
    expect(sameBehaviour({ s: 'raise', class: 'ValueError' }, { s: 'raise', class: 'KeyError' }, 'exact')).toBe(false);
  });

  it('a tuple is an array where the language has no tuples', () => {
    expect(inLanguage({ a: { $tuple: [1, { $tuple: [2] }] } }, 'typescript')).toEqual({ a: [1, [2]] });
    expect(inLanguage({ $tuple: [1] }, 'python')).toEqual({ $tuple: [1] });
  });
});
