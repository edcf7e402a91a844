/** `assay lock containers --resolve` against a registry on the loopback: lock and compose file written, the second run the same, a moved tag followed, a refusal leaves everything. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { composeBreaches, Compose } from '../core/images/compose.ts';
import { folder } from './checkout.fixture.ts';
import { verb } from './lock.ts';

let server: Server;
let host = '';
let manifest = '{"schemaVersion":2}';
const digest = (): string => `sha256:${createHash('sha256').update(manifest).digest('hex')}`;

beforeEach(async () => {
  manifest = '{"schemaVersion":2}';
  server = createServer((request, response) => (request.url?.includes('/gone/') ? response.writeHead(404).end() : response.writeHead(200, { 'docker-content-digest': digest() }).end(manifest)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  host = `127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => { server.close(); server.closeAllConnections(); vi.restoreAllMocks(); });

const wanting = (image: string) => ({ 'deps/containers.lock': `${JSON.stringify({ version: 1, note: 'no registry could be asked', images: [], wanted: [{ name: 'guard', image, platform: 'linux/amd64' }] }, null, 2)}\n` });

it('fills lock and compose file; a second run changes nothing; a moved tag moves both', async () => {
  const path = folder(wanting(`${host}/library/node:24`));
  const text = (file: string) => readFileSync(join(path, file), 'utf8');
  expect(await verb.run(['containers', path])).toBe(1);
  expect(JSON.parse(text('deps/containers.lock'))).toMatchObject({ note: expect.any(String), images: [], wanted: [{ name: 'guard' }] });
  expect(await verb.run(['containers', path, '--resolve'])).toBe(0);
  const locked = JSON.parse(text('deps/containers.lock'));
  expect(locked).toEqual({ version: 1, images: [{ name: 'guard', image: `${host}/library/node:24`, digest: digest(), platform: 'linux/amd64', usedBy: ['deps/compose.yaml'], lockedAt: new Date().toISOString().slice(0, 10) }] });
  const compose = Compose.parse(parse(text('deps/compose.yaml')));
  expect(composeBreaches(compose)).toEqual([]);
  expect(compose.services.guard?.image).toBe(`${host}/library/node:24@${digest()}`);
  expect(await verb.run(['containers', path, '--check'])).toBe(0);
  expect(await verb.run(['containers', path, '--resolve'])).toBe(0);
  expect(JSON.parse(text('deps/containers.lock'))).toEqual(locked);
  manifest = '{"schemaVersion":2,"moved":true}';
  expect(await verb.run(['containers', path, '--resolve'])).toBe(0);
  expect(JSON.parse(text('deps/containers.lock')).images).toMatchObject([{ digest: digest() }]);
  expect(text('deps/compose.yaml')).toContain(digest());
  rmSync(path, { recursive: true });
});

it('a refusal, a broken lock and two options at odds leave every file as it was', async () => {
  const path = folder(wanting(`${host}/gone/app:1`));
  const file = join(path, 'deps/containers.lock');
  const before = readFileSync(file, 'utf8');
  await expect(verb.run(['containers', path, '--resolve'])).rejects.toMatchObject({ code: 'IMAGE_REGISTRY_REFUSED' });
  expect(readFileSync(file, 'utf8')).toBe(before);
  await expect(verb.run(['containers', path, '--resolve', '--check'])).rejects.toMatchObject({ code: 'USAGE_LOCK' });
  writeFileSync(file, '{"version":1,"images":"all"}');
  await expect(verb.run(['containers', path])).rejects.toMatchObject({ code: 'CONFIG_CONTAINERS_LOCK' });
  expect(readFileSync(file, 'utf8')).toBe('{"version":1,"images":"all"}');
  rmSync(path, { recursive: true });
});
