/** The software bill of materials: valid by CycloneDX's own schema, complete, and the same bytes for the same packages. */
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { describe, expect, it } from 'vitest';
import { locked } from '../locked/package.ts';
import { textFile } from '../tree.ts';
import { buildSbom } from './build.ts';
import { sbomOfTree } from './of-tree.ts';
import { lackingIn, readSbom, statedLicence } from './read.ts';
import { spdxOf } from './spdx.ts';

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

describe('the tree of dependencies', () => {
  const lock = JSON.stringify({ packages: {
    '': { dependencies: { aa: '1' }, devDependencies: { tt: '1' }, optionalDependencies: { oo: '1' } },
    'node_modules/aa': { version: '1.0.0', dependencies: { bb: '1', gone: '1' }, peerDependencies: { peer: '1' } }, 'node_modules/aa/node_modules/bb': { version: '1.5.0' }, 'node_modules/bb': { version: '2.0.0' },
    'node_modules/tt': { version: '1.0.0', dev: true, dependencies: { bb: '2' } }, 'node_modules/oo': { version: '1.0.0', optional: true },
  } });
  const files = (more: Record<string, string>) => Object.fromEntries(Object.entries({ 'package.json': '{"name": "shop"}', ...more }).map(([path, content]) => [path, textFile(content)]));
  const built = (more: Record<string, string>, spec?: '1.6' | '1.7') => sbomOfTree(files(more), { fallback: 'x', tool, ...(spec ? { spec } : {}) });
  const parts = (document: string) => JSON.parse(document) as { components: { purl: string; scope: string }[]; dependencies: { ref: string; dependsOn?: string[] }[]; compositions: unknown[]; metadata: { properties?: { value: string }[] } };

  it('follows each need to the version that the package finds', () => {
    const { components, dependencies } = parts(built({ 'package-lock.json': lock }));
    expect(Object.fromEntries(dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]))).toEqual({
      root: ['pkg:npm/aa@1.0.0', 'pkg:npm/oo@1.0.0', 'pkg:npm/tt@1.0.0'], 'pkg:npm/aa@1.0.0': ['pkg:npm/bb@1.5.0'], 'pkg:npm/tt@1.0.0': ['pkg:npm/bb@2.0.0'], 'pkg:npm/bb@1.5.0': [], 'pkg:npm/bb@2.0.0': [], 'pkg:npm/oo@1.0.0': [],
    });
    expect(Object.fromEntries(components.map(({ purl, scope }) => [purl, scope]))).toMatchObject({ 'pkg:npm/tt@1.0.0': 'excluded', 'pkg:npm/oo@1.0.0': 'optional', 'pkg:npm/aa@1.0.0': 'required' });
  });

  it('says what is not known, and why', () => {
    const { compositions, metadata } = parts(built({ 'package-lock.json': lock, 'requirements.txt': 'pp==1.0\nqq>=2\n', 'web/package.json': '{"dependencies": {"x": "1"}}', 'Cargo.lock': '' }));
    expect(metadata.properties?.map(({ value }) => value)).toEqual([
      'Cargo.lock: lock files of this kind are not read', 'package-lock.json: gone needed by aa and not fixed', 'requirements.txt: 1 lines name no exact version, "qq>=2" first', 'requirements.txt: this format does not say what needs what',
    ]);
    expect(compositions).toContainEqual({ aggregate: 'incomplete', assemblies: ['root'] });
    expect(compositions).toContainEqual({ aggregate: 'incomplete', dependencies: ['root', 'pkg:npm/aa@1.0.0', 'pkg:pypi/pp@1.0'] });
    const whole = parts(built({ 'package-lock.json': lock.replace(',"gone":"1"', '') }));
    expect(whole.compositions).toEqual([{ aggregate: 'complete', assemblies: ['root'] }, { aggregate: 'complete', dependencies: ['root', ...whole.components.map(({ purl }) => purl)] }]);
    expect(whole.metadata.properties).toBeUndefined();
  });

  it('is valid by 1.6 and by 1.7, and says a manifest that nothing locks', async () => {
    const tree = { 'web/package-lock.json': lock, 'api/package.json': '{"dependencies": {"x": "1"}}', 'uv.lock': '[[package]]\nname = "zz"\nversion = "1.0"\nwheels = [{url = "https://x.invalid/zz-1.0.whl", hash = "sha256:' + 'a'.repeat(64) + '"}]\n' };
    for (const spec of ['1.6', '1.7'] as const) expect(await new JsonStrictValidator(spec === '1.6' ? Version.v1dot6 : Version.v1dot7).validate(built(tree, spec))).toBeNull();
    expect(built(tree)).toContain('api/package.json: it names dependencies and nothing locks them');
    expect(built(tree)).toContain('zz-1.0.whl');
    expect(built(tree, '1.7')).not.toBe(built(tree));
  });

  it('is the same bytes whatever language the machine speaks', () => {
    const names = ['aa', 'Zz', 'zz', 'ääk', 'b_b', 'b-b', 'ch', 'cz'];
    const many = built({ 'package-lock.json': JSON.stringify({ packages: Object.fromEntries(names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }])) }) });
    const purls = parts(many).components.map(({ purl }) => purl);
    expect(purls).toEqual([...purls].sort());
  });

  it('becomes an SPDX document with the same packages and needs', () => {
    const spdx = JSON.parse(spdxOf(built({ 'package-lock.json': lock.replace('"version":"2.0.0"', '"version":"2.0.0","license":"SEE LICENSE IN X"') }), tool)) as { packages: { SPDXID: string; name: string; versionInfo?: string; licenseDeclared: string }[]; relationships: { spdxElementId: string; relatedSpdxElement: string; relationshipType: string }[]; hasExtractedLicensingInfos: { licenseId: string }[]; creationInfo: { comment: string } };
    expect(spdx.packages.map(({ name, versionInfo }) => `${name}@${versionInfo}`)).toEqual(['shop@undefined', 'aa@1.0.0', 'bb@1.5.0', 'bb@2.0.0', 'oo@1.0.0', 'tt@1.0.0']);
    expect(spdx.packages[3]!.licenseDeclared).toBe(spdx.hasExtractedLicensingInfos[0]!.licenseId);
    const ids = new Set(['SPDXRef-DOCUMENT', ...spdx.packages.map(({ SPDXID }) => SPDXID)]);
    expect(spdx.relationships.every((each) => ids.has(each.spdxElementId) && ids.has(each.relatedSpdxElement))).toBe(true);
    expect(spdx.relationships.filter(({ relationshipType }) => relationshipType === 'DEPENDS_ON')).toHaveLength(5);
    expect(spdx.creationInfo.comment).toContain('gone needed by aa');
  });
});

it.each(['', '[]', '{"bomFormat": "SPDX", "specVersion": "1.6"}', '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [1]}'])('refuses to read %s', (broken) => {
  expect(readSbom(broken)).toHaveProperty('why');
});
