/** The closure of a PyPI tool, resolved by the real uv against a registry on loopback that serves wheels made here. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import { closureOf, lockText } from './lock-closure.ts';
import { readLock, lockFile, type Tool } from './lock.ts';
import { makeWheel } from './wheels.fixture.ts';

test('the lock is as the script writes it, so that carrying it on changes nothing else', () => {
  expect(lockText(readLock())).toBe(readFileSync(lockFile, 'utf8'));
});

describeWith(['python3', 'uv'], 'a closure', () => {
  let folder = '';
  let server: Server;
  const digests: Record<string, string> = {};
  const tool: Tool = { name: 'greet', version: '1.0.0', source: 'pypi', package: 'greet', programs: ['greet'], digests: [`sha256:${'0'.repeat(64)}`], licence: 'MIT', neededBy: 'this test', required: false };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-closure-test-'));
    const source = 'def main(): pass\n';
    digests.greet = makeWheel(folder, { name: 'greet', source, requires: ['always', 'elder; python_version < "3.12"', 'window; sys_platform == "win32"'] });
    for (const name of ['always', 'elder', 'window']) digests[name] = makeWheel(folder, { name, source });
    server = createServer((request, response) => {
      const path = request.url ?? '';
      if (path.endsWith('.whl')) return response.end(readFileSync(join(folder, path.split('/').at(-1) ?? '')));
      const files = readdirSync(folder).filter((file) => file.startsWith(`${path.split('/').at(-2)}-`));
      const links = files.map((file) => `<a href="/files/${file}#sha256=${createHash('sha256').update(readFileSync(join(folder, file))).digest('hex')}">${file}</a>`);
      return response.writeHead(files.length > 0 ? 200 : 404, { 'content-type': 'text/html' }).end(`<!DOCTYPE html><html><body>${links.join('')}</body></html>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('UV_DEFAULT_INDEX', `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`);
    vi.stubEnv('UV_NO_CACHE', '1');
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.close();
    rmSync(folder, { recursive: true });
  });

  test('has every package of a Linux machine with its hashes, those of some Pythons with their marker, none of another system', async () => {
    expect(await closureOf(tool)).toEqual({
      digests: [digests.greet],
      requires: [
        { package: 'always', version: '1.0.0', digests: [digests.always] },
        { package: 'elder', version: '1.0.0', marker: "python_full_version < '3.12'", digests: [digests.elder] },
      ],
    });
  });

  test('a constraint that nothing meets is refused: it is obeyed', async () => {
    await expect(closureOf({ ...tool, constraints: ['always<1.0'] })).rejects.toMatchObject({ code: 'TOOL_INSTALL_FAILED' });
  });

  test('a package that the registry does not have is refused', async () => {
    await expect(closureOf({ ...tool, package: 'nonesuch' })).rejects.toMatchObject({ code: 'TOOL_INSTALL_FAILED' });
  });
});
