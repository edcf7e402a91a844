import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay } from '../../test/cli.ts';
import { folder } from './checkout.fixture.ts';

const lock = '{"lockfileVersion": 3, "packages": {"node_modules/aa": {"version": "1.0.0", "license": "MIT"}}}\n';

describe('assay sbom', () => {
  it('writes one document over all lock files, the same the second time', async () => {
    const path = folder({ 'package.json': '{\n  "name": "shop",\n  "version": "1.2.3"\n}\n', 'package-lock.json': lock, 'tools/requirements.txt': 'bb==2.0\n' });
    const first = await assay('sbom', path);
    expect(first.code, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component: { name: 'shop', version: '1.2.3' } }, components: [{ purl: 'pkg:npm/aa@1.0.0' }, { purl: 'pkg:pypi/bb@2.0' }] });
    const out = join(path, 'out/sbom.json');
    expect((await assay('sbom', path, '--out', out)).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(first.stdout);
  });

  it('makes no bill of what it cannot read, and none of nothing', async () => {
    expect(await assay('sbom', folder({ 'package-lock.json': '{' }))).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('SBOM_LOCK_UNREADABLE') });
    expect(await assay('sbom', folder({ 'a.txt': '' }))).toMatchObject({ code: 3, stderr: expect.stringContaining('SBOM_NO_LOCK') });
    expect(await assay('sbom', '/nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_SBOM') });
  });
});

describe('assay sbom check, diff and other formats', () => {
  const bill = (more: object = {}) => JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, components: [{ type: 'library', name: 'aa', version: '1.0.0', purl: 'pkg:npm/aa@1.0.0' }], ...more });

  it('accepts a valid document of its own version and writes it again, refuses the others', async () => {
    const path = folder({ 'good.json': bill(), 'type.json': bill({ components: [{ type: 'nonsense', name: 'aa' }] }), 'field.json': bill({ extra: 1 }), 'twice.json': bill().replace('"version"', '"version":1,"version"'), 'old.json': bill({ specVersion: '1.2', services: [{ name: 's', extra: 1 }] }) });
    const good = await assay('sbom', 'check', join(path, 'good.json'), '--out', join(path, 'again.json'));
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('valid CycloneDX 1.5: 1 components') });
    expect(JSON.parse(readFileSync(join(path, 'again.json'), 'utf8'))).toEqual(JSON.parse(bill()));
    expect(await assay('sbom', 'check', join(path, 'again.json'))).toMatchObject({ code: 0 });
    for (const [file, why] of [['type.json', '/components/0/type'], ['field.json', 'extra'], ['twice.json', 'JSON_DUPLICATE_KEY'], ['old.json', 'extra']]) {
      expect(await assay('sbom', 'check', join(path, file!)), file).toMatchObject({ code: 1, stdout: expect.stringMatching(new RegExp(`^SBOM_INVALID[^]*${why}`)) });
    }
    expect(await assay('sbom', 'check', join(path, 'absent.json'))).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_SBOM') });
    expect(await assay('sbom', 'check')).toMatchObject({ code: 2 });
    expect(JSON.parse((await assay('sbom', 'check', join(path, 'type.json'), '--format', 'json')).stdout)).toMatchObject({ valid: false, code: 'SBOM_INVALID', specVersion: '1.5' });
  });

  it('compares folders and files', async () => {
    const base = folder({ 'package-lock.json': lock });
    const head = folder({ 'package-lock.json': lock.replace('"MIT"', '"ISC"').replace('}}}', '}, "node_modules/bb": {"version": "2.0.0"}}}') });
    const text = await assay('sbom', 'diff', base, head, '--name', 'shop');
    expect(text).toMatchObject({ code: 1, stdout: expect.stringMatching(/1 new[^]*\+ pkg:npm\/bb@2\.0\.0[^]*! pkg:npm\/aa MIT -> ISC/) });
    expect(await assay('sbom', 'diff', base, base)).toMatchObject({ code: 0 });
    await assay('sbom', base, '--out', join(base, 'sbom.json'));
    expect(JSON.parse((await assay('sbom', 'diff', join(base, 'sbom.json'), head, '--format', 'json')).stdout)).toMatchObject({ base: 1, head: 2, newLicences: ['ISC'] });
    expect(await assay('sbom', 'diff', base)).toMatchObject({ code: 2 });
  });

  it('speaks SPDX and CycloneDX 1.7, and knows no other', async () => {
    const path = folder({ 'package-lock.json': lock });
    expect(JSON.parse((await assay('sbom', path, '--format', 'spdx')).stdout)).toMatchObject({ spdxVersion: 'SPDX-2.3', packages: [{}, { name: 'aa', versionInfo: '1.0.0', licenseDeclared: 'MIT' }] });
    expect(JSON.parse((await assay('sbom', path, '--spec', '1.7')).stdout)).toMatchObject({ specVersion: '1.7' });
    expect(await assay('sbom', path, '--spec', '1.4')).toMatchObject({ code: 2 });
    expect(await assay('sbom', path, '--format', 'swid')).toMatchObject({ code: 2 });
  });
});
