/** The bill of an image, made by the real Syft of an image that is put together here: the packages in it, the same bytes the second time, and what is no image refused. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import { bomOfImage } from './image.ts';

const made = mkdtempSync(join(tmpdir(), 'assay-image-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));

/** An OCI layout of one layer with these files. */
function image(files: Record<string, string>): string {
  const layout = join(made, 'layout');
  const blobs = join(layout, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(made, 'root', path, '..'), { recursive: true });
    writeFileSync(join(made, 'root', path), text);
  }
  execFileSync('tar', ['-C', join(made, 'root'), '--sort=name', '--mtime=@0', '-cf', join(made, 'layer.tar'), '.']);
  const put = (bytes: Buffer, mediaType: string) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const layer = put(readFileSync(join(made, 'layer.tar')), 'application/vnd.oci.image.layer.v1.tar');
  const config = put(Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [layer.digest] }, config: {} })), 'application/vnd.oci.image.config.v1+json');
  const manifest = put(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers: [layer] })), 'application/vnd.oci.image.manifest.v1+json');
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion": "1.0.0"}');
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return `oci-dir:${layout}`;
}

describeWith(['syft'], 'the bill of an image', () => {
  it('has what is installed in it, twice the same', async () => {
    const at = image({ 'app/node_modules/aa/package.json': '{"name": "aa", "version": "1.2.3", "license": "MIT"}\n' });
    const text = await bomOfImage(at, '1.6');
    const bill = JSON.parse(text) as { specVersion: string; serialNumber: string; metadata: { timestamp?: string }; components: { purl?: string }[] };
    expect(bill).toMatchObject({ specVersion: '1.6', serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5/) });
    expect(bill.metadata.timestamp).toBeUndefined();
    expect(bill.components.map(({ purl }) => purl)).toContain('pkg:npm/aa@1.2.3');
    expect(await bomOfImage(at, '1.6')).toBe(text);
  }, 120_000);

  it('refuses what is no image', async () => {
    await expect(bomOfImage(`oci-dir:${made}/nowhere`, '1.6')).rejects.toMatchObject({ code: 'SBOM_IMAGE' });
  }, 60_000);
});
