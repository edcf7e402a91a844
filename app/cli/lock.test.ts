/** The lock of containers from the command line: written, unchanged, out of date, unpinned, used wrongly; and G19 judging by it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { folder, found, guard, write } from './checkout.fixture.ts';

const bin = fileURLToPath(new URL('../bin.js', import.meta.url));
const lock = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'lock', ...args], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  return { code: status, said: `${stdout}${stderr}`.trim() };
};
const today = new Date().toISOString().slice(0, 10);
const pinned = (name: string, char: string) => `${name}@sha256:${char.repeat(64)}`;

it('holds what files name by digest, and a second run changes nothing', () => {
  const path = folder({ Dockerfile: `FROM ${pinned('debian:13', 'a')}\nUSER app\n`, 'compose.yml': `services: {db: {image: "${pinned('postgres:18', 'b')}"}, other: {image: "${pinned('debian:13', 'a')}"}}\n` });
  expect(lock('containers', path)).toEqual({ code: 0, said: 'deps/containers.lock: 2 images, written' });
  expect(JSON.parse(readFileSync(join(path, 'deps/containers.lock'), 'utf8'))).toEqual({ version: 1, images: [
    { image: 'debian:13', digest: `sha256:${'a'.repeat(64)}`, usedBy: ['Dockerfile', 'compose.yml'], lockedAt: today }, { image: 'postgres:18', digest: `sha256:${'b'.repeat(64)}`, usedBy: ['compose.yml'], lockedAt: today },
  ] });
  expect(lock('containers', path)).toEqual({ code: 0, said: 'deps/containers.lock: 2 images, up to date' });
  expect(guard(path, '--all', '--only', 'G19').code).toBe(0);
  write(path, { Dockerfile: `FROM ${pinned('debian:13', 'c')}\nUSER app\n` });
  expect(lock('containers', path, '--check')).toEqual({ code: 1, said: 'deps/containers.lock: 3 images, not up to date' });
  expect(found(guard(path, '--all', '--only', 'G19', '--format', 'json').stdout)).toContain('Dockerfile DIGEST_NOT_LOCKED');
  rmSync(path, { recursive: true });
}, 60_000);

it('names what is not pinned, and refuses to be used otherwise', () => {
  const path = folder({ Dockerfile: 'FROM debian:13\nUSER app\n' });
  expect(lock('containers', path)).toEqual({ code: 1, said: 'deps/containers.lock: 0 images, written\nDockerfile:1 debian:13 is not pinned by digest (IMAGE_TAG_ONLY)' });
  expect(lock('packages').code).toBe(2);
  expect(lock('containers', join(path, 'none')).code).toBe(2);
}, 60_000);
