/** The software bill of materials: valid by CycloneDX's own schema, complete, and the same bytes for the same packages. */
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { describe, expect, it } from 'vitest';
import { locked } from '../locked/package.ts';
import { buildSbom } from './build.ts';
import { lackingIn, readSbom, statedLicence } from './read.ts';

const tool = { name: 'assay', version: '0.1.0' };
const at = { path: 'package-lock.json', startLine: 1 };
const packages = [
  locked({ ecosystem: 'npm', name: '@scope/aa', version: '1.0.0-rc.1+build', licence: 'MIT', integrity: `sha512-${Buffer.from('x'.repeat(64)).toString('base64')}`, direct: true, dev: false, ...at }),
  locked({ ecosystem: 'npm', name: 'bb', version: '2.0.0', licence: '(MIT OR Apache-2.0)', dev: true, direct: false, ...at }),
  locked({ ecosystem: 'npm', name: 'bb', version: '2.0.0', licence: '(MIT OR Apache-2.0)', dev: true, path: 'b/package-lock.json', startLine: 9 }),
  locked({ ecosystem: 'npm', name: 'cc', version: '3.0.0', licence: 'SEE LICENSE IN LICENSE', ...at }),
  locked({ ecosystem: 'pypi', name: 'my-lib', version: '1!2.0.post1', path: 'uv.lock', startLine: 1 }),
  locked({ ecosystem: 'go', name: 'github.com/A/b/v2', version: '2.0.0+incompatible', path: 'go.mod', startLine: 1 }),
];
const text = buildSbom({ name: 'shop', version: '1.2.3', packages, tool });

describe('the document', () => {
  it('is valid CycloneDX 1.6', async () => {
    expect(await new JsonStrictValidator(Version.v1dot6).validate(text)).toBeNull();
    expect(await new JsonStrictValidator(Version.v1dot6).validate(text.replace('"library"', '"nonsense"'))).not.toBeNull();
    expect(await new JsonStrictValidator(Version.v1dot6).validate(buildSbom({ name: 'empty', version: null, packages: [], tool }))).toBeNull();
  });

  it('has every package once, with what is known of it', () => {
    const bom = readSbom(text);
    if ('why' in bom) throw new Error(bom.why);
    expect(bom.components.map((each) => [each.purl, statedLicence(each), each.scope])).toEqual([
      ['pkg:golang/github.com/A/b/v2@v2.0.0+incompatible', null, 'required'], ['pkg:npm/%40scope/aa@1.0.0-rc.1+build', 'MIT', 'required'], ['pkg:npm/bb@2.0.0', '(MIT OR Apache-2.0)', 'excluded'],
      ['pkg:npm/cc@3.0.0', 'SEE LICENSE IN LICENSE', 'required'], ['pkg:pypi/my-lib@1!2.0.post1', null, 'required'],
    ].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)));
    expect(lackingIn(bom, packages)).toEqual([]);
    expect(lackingIn(bom, [...packages, locked({ ecosystem: 'npm', name: 'dd', version: '1.0.0', ...at })])).toEqual(['pkg:npm/dd@1.0.0']);
    const { components } = JSON.parse(text) as { components: { purl: string; hashes?: unknown; properties: { value: string }[] }[] };
    expect(components.find((each) => each.purl === 'pkg:npm/bb@2.0.0')!.properties.map((each) => each.value)).toEqual(['b/package-lock.json', 'package-lock.json']);
    expect(components.find((each) => each.purl.includes('scope'))!.hashes).toEqual([{ alg: 'SHA-512', content: '78'.repeat(64) }]);
  });

  it('is the same whatever the order, and another one for other packages', () => {
    expect(buildSbom({ name: 'shop', version: '1.2.3', packages: packages.toReversed(), tool })).toBe(text);
    const serial = (document: string) => (JSON.parse(document) as { serialNumber: string }).serialNumber;
    expect(serial(buildSbom({ name: 'shop', version: '1.2.3', packages: packages.slice(1), tool }))).not.toBe(serial(text));
  });
});

it.each(['', '[]', '{"bomFormat": "SPDX", "specVersion": "1.6"}', '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [1]}'])('refuses to read %s', (broken) => {
  expect(readSbom(broken)).toHaveProperty('why');
});
