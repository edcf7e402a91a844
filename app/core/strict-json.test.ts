import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseVariant, parseStrictJson, utf8Text } from './strict-json.ts';

describe('strict JSON', () => {
  it('reads what JSON.parse reads, where no key occurs twice', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    }));
    expect(parseStrictJson('[{"a":1},{"a":{"a":"a\\": {"}}]')).toEqual([{ a: 1 }, { a: { a: 'a": {' } }]);
  });

  it.each(['{"a":1,"a":2}', '{"a":1,"b":{"c":[{}, {"d":1, "d" :1}]}}', '{"a":1,"\\u0061":2}', '{"x":{"y":1},"z":"}","x":2}'])('refuses the second key in %s', (text) => {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ code: 'JSON_DUPLICATE_KEY' }));
  });

  it.each(['', '{', '{"a":1,}', 'NaN', '\ufeff{}', '{"a":1} {"b":2}'])('refuses %j', (text) => {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
  });

  it.each(['"\\ud800"', '{"\\udfff":1}', '[["a\\uD83Db"]]'])('refuses half a character in %j', (text) => {
    expect(() => parseStrictJson(text)).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
    expect(parseStrictJson('"\\ud83d\\ude00"')).toBe('😀');
  });

  it('refuses what is nested deeper than anybody writes', () => {
    expect(parseStrictJson(`${'['.repeat(256)}${']'.repeat(256)}`)).toBeInstanceOf(Array);
    expect(() => parseStrictJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toThrow(expect.objectContaining({ code: 'JSON_TOO_DEEP' }));
  });

  it('finds a key that differs from another of its object in case alone, as Unicode folds it', () => {
    expect(caseVariant({ a: [{ subject: 1, Subject: 2 }] })).toBe('Subject');
    expect(caseVariant({ 'details': 1, 'detail\u017f': 2 })).toBe('detail\u017f');
    expect(caseVariant({ a: { A: 1 }, b: [{ B: 1 }, { b: 1 }] })).toBeNull();
  });

  it('refuses bytes that are not UTF-8 and keeps a byte order mark visible', () => {
    expect(() => utf8Text(Uint8Array.of(0x7b, 0xff, 0x7d))).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
    expect(utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b))).toBe('\ufeff{');
  });
});
