/** A CycloneDX document of any version is read strictly and written again with the same meaning; what is no such document is refused with a reason. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bomLimits, contentsOf, readDocument, sameMeaning, specVersions, writeDocument } from './document.ts';

const read = (text: string) => readDocument(Buffer.from(text));
const bom = (more: string, version = '1.6') => `{"bomFormat": "CycloneDX", "specVersion": "${version}"${more}}`;

describe('reading', () => {
  it.each(specVersions)('takes version %s', (version) => {
    expect(read(bom('', version)).specVersion).toBe(version);
    expect(read(`\uFEFF${bom('', version)}`).specVersion).toBe(version);
  });

  it.each([
    ['', /JSON_INVALID/], ['{', /JSON_INVALID/], ['[]', /no JSON object/], ['null', /no JSON object/], ['{"specVersion": "1.6"}', /bomFormat/], [bom('').replace('CycloneDX', 'cyclonedx'), /bomFormat/],
    [bom('', '1.1'), /specVersion/], [bom('', '2.0'), /specVersion/], ['{"bomFormat": "CycloneDX", "specVersion": 1.6}', /specVersion/], [bom(', "version": 1, "version": 2'), /JSON_DUPLICATE_KEY/],
    [bom(', "components": [{"type": "library", "name": "a", "\\u006eame": "b"}]'), /JSON_DUPLICATE_KEY/], [bom(`, "components": ${'['.repeat(bomLimits.depth + 1)}${']'.repeat(bomLimits.depth + 1)}`), /nested deeper/],
    [bom(`, "components": [${'0,'.repeat(bomLimits.listed)}0]`), /more than 200000 members/],
    [bom(`, "metadata": {"tools": [${'{},'.repeat(bomLimits.inner)}{}]}`), /more than 5000 objects/],
  ])('refuses %.40s', (text, why) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'SBOM_INVALID', message: expect.stringMatching(why) }));
  });

  it('refuses bytes that are no UTF-8, and more bytes than it reads', () => {
    expect(() => readDocument(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow(/UTF-8/);
    expect(() => readDocument(new Uint8Array(bomLimits.bytes + 1))).toThrow(/bytes/);
  });
});

describe('writing', () => {
  it('keeps the order of keys, odd keys, and numbers that JavaScript spells otherwise or cannot hold', () => {
    const text = bom(', "z": 1, "a": 2, "__proto__": {"x": 1}, "odd": [1.0, 1e400, 12345678901234567890, -0, 0.1, 1E2]');
    const written = writeDocument(read(text));
    expect(written.indexOf('"z"')).toBeLessThan(written.indexOf('"a"'));
    for (const spelled of ['1.0', '1e400', '12345678901234567890', '-0', '0.1', '1E2', '__proto__']) expect(written).toContain(spelled);
    expect(sameMeaning(text, written)).toBe(true);
    expect(writeDocument(read(written))).toBe(written);
  });

  it('means the same for whatever stands in it, and a difference is noticed', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = bom(`, "x": ${JSON.stringify(value)}`);
      expect(sameMeaning(text, writeDocument(read(text)))).toBe(true);
      expect(sameMeaning(text, bom(`, "x": ${JSON.stringify([value])}`))).toBe(false);
    }), { numRuns: 200 });
    expect(sameMeaning('{"a": 1, "b": "1"}', '{"b": "1", "a": 1}')).toBe(true);
    expect(sameMeaning('{"a": 1}', '{"a": "1"}')).toBe(false);
    expect(sameMeaning('{"a": [1, 2]}', '{"a": [2, 1]}')).toBe(false);
  });
});

it('counts what is in it at any depth, and tells doubtful references', () => {
  const nested = read(bom(', "components": [{"bom-ref": "a", "components": [{"bom-ref": "a"}]}], "services": [{}], "dependencies": [{"ref": "a", "dependsOn": ["b"]}]'));
  expect(contentsOf(nested)).toEqual({ components: 2, services: 1, vulnerabilities: 0, doubtful: ['more than one element has the reference "a"', 'nothing has the reference "b"'] });
});
