/**
 * E33: image references that seem to be pinned and are not, or are pinned to something else than they seem: refused by code when the lock is written, when a lock is read, and, where
 * only the registry can tell (an index or the manifest of one platform), when it is asked. The registry is a real one, started on the loopback.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folder } from '../../app/cli/checkout.fixture.ts';
import { parseContainersLock } from '../../app/core/images/lock.ts';
import { assay } from '../cli.ts';
import { describeWith, need } from '../tools.ts';

const hex = 'a'.repeat(64);
const digest = `sha256:${hex}`;

async function locked(files: Record<string, string>): Promise<{ code: number; said: string; images: string[] }> {
  const path = folder(files);
  const { code, stdout, stderr } = await assay('lock', 'containers', path);
  const images = parseContainersLock(readFileSync(join(path, 'deps/containers.lock'), 'utf8')).images.map((each) => `${each.image}@${each.digest}`);
  return { code, said: `${stdout}${stderr}`, images };
}

describe('E33 references that name no image for good', () => {
  it.each([
    ['a tag alone', `FROM debian:13\n`, 'IMAGE_TAG_ONLY'],
    ['no tag at all', `FROM debian\n`, 'IMAGE_TAG_ONLY'],
    ['an argument without a default', `ARG BASE\nFROM $BASE\n`, 'IMAGE_INTERPOLATED'],
    ['an argument whose default is pinned', `ARG BASE=debian:13@${digest}\nFROM \${BASE}\n`, 'IMAGE_INTERPOLATED'],
    ['a digest in an argument', `ARG DIGEST=${digest}\nFROM debian:13@\${DIGEST}\n`, 'IMAGE_INTERPOLATED'],
    ['a digest in capitals', `FROM debian:13@sha256:${hex.toUpperCase()}\n`, 'IMAGE_DIGEST_CASE'],
    ['a short digest', `FROM debian:13@sha256:${hex.slice(1)}\n`, 'IMAGE_DIGEST_INVALID'],
    ['another algorithm', `FROM debian:13@md5:${'a'.repeat(32)}\n`, 'IMAGE_DIGEST_INVALID'],
    ['two digests', `FROM debian@${digest}@${digest}\n`, 'IMAGE_DIGEST_INVALID'],
    ['two tags', `FROM debian:13:14@${digest}\n`, 'IMAGE_REFERENCE_INVALID'],
    ['a copy from a tag', `FROM debian:13@${digest}\nCOPY --from=busybox:1 /bin/sh /sh\n`, 'IMAGE_TAG_ONLY'],
  ])('%s is refused with its code and not locked', async (_, Dockerfile, code) => {
    const told = await locked({ Dockerfile });
    expect(told).toMatchObject({ code: 1, said: expect.stringContaining(`(${code})`) });
    expect(told.images.length).toBe(Dockerfile.includes('COPY') ? 1 : 0);
  });

  it('in compose files and workflows', async () => {
    expect(await locked({ 'compose.yml': `services: {db: {image: "\${DB:-postgres:18@${digest}}"}}\n` })).toMatchObject({ code: 1, said: expect.stringContaining('(IMAGE_INTERPOLATED)'), images: [] });
    expect(await locked({ '.github/workflows/ci.yml': `on: push\njobs: {test: {runs-on: ubuntu-latest, container: "\${{ inputs.image }}", steps: []}}\n` })).toMatchObject({ code: 1, said: expect.stringContaining('(IMAGE_INTERPOLATED)') });
    expect(await locked({ Dockerfile: `FROM debian:13@${digest}\n` })).toMatchObject({ code: 0, images: [`debian:13@${digest}`] });
  });

  it('in the lock itself', () => {
    const entry = (change: object) => JSON.stringify({ version: 1, images: [{ image: 'debian:13', digest, usedBy: [], ...change }] });
    expect(parseContainersLock(entry({})).images).toHaveLength(1);
    for (const change of [{ digest: digest.toUpperCase() }, { digest: `sha256:${hex.toUpperCase()}` }, { digest: '' }, { image: `debian@${digest}` }, { image: '${BASE}' }, { image: 'debian:13:14' }, { lockedAt: 'today' }]) {
      expect(() => parseContainersLock(entry(change)), JSON.stringify(change)).toThrow(expect.objectContaining({ code: 'CONFIG_CONTAINERS_LOCK' }));
    }
  });
});

describeWith(['registry'], 'E33 against a registry that runs', () => {
  let registry: ChildProcess;
  let host: string;
  const digests: Record<string, string> = {};
  const index = (...platforms: string[]) => JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: platforms.map((architecture) => ({ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digests[architecture], size: 2, platform: { os: 'linux', architecture } })) });

  async function put(kind: 'index' | 'manifest', reference: string, body: string): Promise<string> {
    const response = await fetch(`http://${host}/v2/team/app/manifests/${reference}`, { method: 'PUT', body, headers: { 'content-type': `application/vnd.oci.image.${kind}.v1+json` } });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return `sha256:${createHash('sha256').update(body).digest('hex')}`;
  }

  async function blob(bytes: string): Promise<{ digest: string; size: number }> {
    const named = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const { headers } = await fetch(`http://${host}/v2/team/app/blobs/uploads/`, { method: 'POST' });
    const where = new URL(headers.get('location') ?? '', `http://${host}`);
    where.searchParams.set('digest', named);
    const response = await fetch(where, { method: 'PUT', body: bytes, headers: { 'content-type': 'application/octet-stream' } });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return { digest: named, size: bytes.length };
  }

  async function image(architecture: string, mark: string): Promise<void> {
    const config = await blob(JSON.stringify({ os: 'linux', architecture, mark, rootfs: { type: 'layers', diff_ids: [] } }));
    const body = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config }, layers: [] });
    digests[architecture] = await put('manifest', `sha256:${createHash('sha256').update(body).digest('hex')}`, body);
  }

  beforeAll(async () => {
    registry = spawn(need('registry').path!, ['-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    host = await new Promise<string>((resolve, reject) => {
      registry.once('exit', () => reject(new Error('the registry ended')));
      createInterface({ input: registry.stderr! }).on('line', (line) => { const port = /serving on port (\d+)/.exec(line)?.[1]; if (port) resolve(`localhost:${port}`); });
    });
    for (const architecture of ['amd64', 'arm64']) await image(architecture, 'first');
    digests.index = await put('index', '1.0', index('amd64', 'arm64'));
  });
  afterAll(() => { registry.kill('SIGKILL'); });

  const lock = (change: object) => folder({ 'deps/containers.lock': `${JSON.stringify({ version: 1, images: [{ image: `${host}/team/app:1.0`, digest: digests.index, usedBy: [], lockedAt: new Date().toISOString().slice(0, 10), ...change }] })}\n` });
  const report = async (change: object, ...args: string[]) => {
    const { code, stdout } = await assay('lock', 'containers', lock(change), '--report', '--format', 'json', ...args);
    const [row] = (JSON.parse(stdout) as { images: { code: string; newest: string | null; ageDays: number | null }[] }).images;
    return { code, said: row!.code, newest: row!.newest, ageDays: row!.ageDays };
  };
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

  it('a digest of one platform where the tag has an index is refused, unless the lock says that platform', async () => {
    expect(await report({})).toMatchObject({ code: 0, said: 'IMAGE_CURRENT' });
    expect(await report({ digest: digests.arm64 })).toMatchObject({ code: 1, said: 'IMAGE_PLATFORM_MANIFEST' });
    expect(await report({ digest: digests.arm64, name: 'guard', platform: 'linux/amd64' })).toMatchObject({ code: 1, said: 'IMAGE_PLATFORM_MANIFEST' });
    expect(await report({ digest: digests.arm64, name: 'guard', platform: 'linux/arm64' })).toMatchObject({ code: 0, said: 'IMAGE_CURRENT' });
    expect(await report({ digest })).toMatchObject({ code: 1, said: 'IMAGE_DIGEST_GONE' });
    expect(await report({ image: `${host}/team/app:9.9` })).toMatchObject({ code: 0, said: 'IMAGE_TAG_GONE' });
  });

  it('resolves a wanted image to its index, and reports a newer one by its age', async () => {
    const path = folder({ 'deps/containers.lock': JSON.stringify({ version: 1, images: [], wanted: [{ name: 'guard', image: `${host}/team/app:1.0`, platform: 'linux/arm64' }] }) });
    expect((await assay('lock', 'containers', path, '--resolve')).code).toBe(0);
    expect(parseContainersLock(readFileSync(join(path, 'deps/containers.lock'), 'utf8')).images).toMatchObject([{ digest: digests.index, platform: 'linux/arm64', lockedAt: daysAgo(0) }]);
    const before = digests.index;
    await image('amd64', 'second');
    const newest = await put('index', '1.0', index('amd64', 'arm64'));
    expect(newest).not.toBe(before);
    expect(await report({ digest: before, lockedAt: daysAgo(3) })).toEqual({ code: 0, said: 'IMAGE_NEWER', newest, ageDays: 3 });
    expect(await report({ digest: before, lockedAt: daysAgo(3) }, '--max-age', '2')).toMatchObject({ code: 1, said: 'IMAGE_TOO_OLD' });
    expect(await report({ digest: before, lockedAt: undefined })).toMatchObject({ code: 1, said: 'IMAGE_TOO_OLD', ageDays: null });
    expect(await report({ digest: newest, lockedAt: daysAgo(400) })).toMatchObject({ code: 0, said: 'IMAGE_CURRENT' });
    const text = await assay('lock', 'containers', lock({ digest: before, lockedAt: daysAgo(400) }), '--report');
    expect(text).toMatchObject({ code: 1, stdout: expect.stringMatching(/^DUE {2}IMAGE_TOO_OLD [\s\S]*newest sha256:[0-9a-f]{64}\n1 images, 1 due\n$/) });
  });

  it('is not asked otherwise', async () => {
    for (const args of [['--report', '--check'], ['--max-age', '3'], ['--report', '--max-age', 'x'], ['--report', '--format', 'xml']]) expect((await assay('lock', 'containers', lock({}), ...args)).code, args.join(' ')).toBe(2);
  });
});
