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
