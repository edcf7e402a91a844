import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson, utf8Text } from './strict-json.ts';

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

  it('refuses bytes that are not UTF-8 and keeps a byte order mark visible', () => {
    expect(() => utf8Text(Uint8Array.of(0x7b, 0xff, 0x7d))).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
    expect(utf8Text(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b))).toBe('\ufeff{');
  });
});
