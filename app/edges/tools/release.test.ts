/** Release files from an HTTPS server on loopback, whose certificate is made here: what is taken, and everything that is refused. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import { installTool } from './install.ts';
import { pathOf, readLock, type Tool } from './lock.ts';
import { makeWheel, zip } from './wheels.fixture.ts';

const platform = `${process.platform}-${process.arch}`;
const program = '#!/bin/sh\necho hello from the release\n';

describeWith(['openssl', 'python3'], 'release files', () => {
  const authorities = getCACertificates();
  const served = new Map<string, Buffer | { location: string }>();
  let [folder, home, origin] = ['', '', ''];
  let server: Server;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-release-test-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert, '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' });
    setDefaultCACertificates([...authorities, readFileSync(cert, 'utf8')]);
    server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      const answer = served.get(request.url ?? '');
      if (!answer) response.writeHead(404).end();
      else if (Buffer.isBuffer(answer)) response.end(answer);
      else response.writeHead(302, answer).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    setDefaultCACertificates(authorities);
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => { home = mkdtempSync(join(folder, 'home-')); });

  /** A tool of PyPI that has a release file too, as the lock would name it. */
  function toolAt(path: string, bytes: Buffer, inside: string): Tool {
    served.set(path, bytes);
    const registry = mkdtempSync(join(folder, 'wheels-'));
    const digest = makeWheel(registry, { name: 'hello', source: 'def main():\n  print("hello from the registry")\n' });
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', registry);
    const release = { [platform]: { url: `${origin}${path}`, sha256: createHash('sha256').update(bytes).digest('hex'), program: inside } };
    const entry: Tool = { name: 'hello', version: '1.0.0', source: 'pypi', package: 'hello', programs: ['hello'], digests: [digest], release, licence: 'MIT', neededBy: 'this test', required: false };
    const lock = join(registry, 'tools.lock');
    writeFileSync(lock, JSON.stringify({ version: 1, tools: [entry] }));
    return readLock(lock)[0] ?? entry;
  }

  const said = (tool: Tool) => execFileSync(pathOf(tool, home) ?? '', { encoding: 'utf8' });

  function tarball(): Buffer {
    const inside = mkdtempSync(join(folder, 'tar-'));
    mkdirSync(join(inside, 'hello-1.0.0'));
    writeFileSync(join(inside, 'hello-1.0.0', 'hello'), program);
    writeFileSync(join(inside, 'else'), 'not wanted');
    execFileSync('tar', ['-czf', join(inside, 'a.tgz'), '-C', inside, 'hello-1.0.0', 'else']);
    return readFileSync(join(inside, 'a.tgz'));
  }

  function zipped(): Buffer {
    const file = join(mkdtempSync(join(folder, 'zip-')), 'a.zip');
    zip(file, { 'hello-1.0.0/hello': program, '../outside': 'not wanted' });
    return readFileSync(file);
  }

  test.each([['/1.0.0/hello.tar.gz', tarball, 'hello-1.0.0/hello'], ['/1.0.0/hello.zip', zipped, 'hello-1.0.0/hello'], ['/1.0.0/hello', () => Buffer.from(program), 'hello']] as const)('%s is taken in place of a build, its program alone, and a second run changes nothing', async (path, bytes, inside) => {
    const tool = toolAt(path, bytes(), inside);
    expect(await installTool(tool, home)).toBe('installed');
    expect(said(tool)).toBe('hello from the release\n');
    expect(await installTool(tool, home)).toBe('unchanged');
    expect([readdirSync(home), readdirSync(join(home, 'hello-1.0.0'))]).toEqual([['hello-1.0.0'], ['.locked', 'bin']]);
  });

  test('a redirect is followed over https', async () => {
    const direct = toolAt('/1.0.0/elsewhere', Buffer.from(program), 'hello');
    served.set('/1.0.0/moved', { location: '/1.0.0/elsewhere' });
    const sha256 = createHash('sha256').update(program).digest('hex');
    const tool = { ...direct, release: { [platform]: { url: `${origin}/1.0.0/moved`, sha256, program: 'hello' } } };
    expect(await installTool(tool, home)).toBe('installed');
    expect(said(tool)).toBe('hello from the release\n');
  });

  test('other bytes end it: neither are they unpacked nor is anything else tried', async () => {
    const tool = toolAt('/1.0.0/changed.tar.gz', tarball(), 'hello-1.0.0/hello');
    served.set('/1.0.0/changed.tar.gz', zipped());
    await expect(installTool(tool, home)).rejects.toMatchObject({ code: 'TOOL_DIGEST_MISMATCH' });
    expect(readdirSync(home)).toEqual([]);
  });

  test.each([['a missing file', undefined], ['a redirect away from https', { location: 'http://127.0.0.1:9/hello' }], ['a circle', { location: '/1.0.0/gone' }]])('%s leaves the registry, verified as ever', async (_, answer) => {
    const tool = toolAt('/1.0.0/gone', Buffer.from(program), 'hello');
    served.delete('/1.0.0/gone');
    if (answer) served.set('/1.0.0/gone', answer);
    expect(await installTool(tool, home)).toBe('installed');
    expect(said(tool)).toBe('hello from the registry\n');
  });

  test('a release without the program is TOOL_INSTALL_FAILED', async () => {
    await expect(installTool(toolAt('/1.0.0/empty.tar.gz', tarball(), 'hello-1.0.0/none'), home)).rejects.toMatchObject({ code: 'TOOL_INSTALL_FAILED' });
    expect(existsSync(join(home, 'hello-1.0.0'))).toBe(false);
  });

  test.each([['http://127.0.0.1/1.0.0/x', 'hello'], ['https://127.0.0.1/latest/x', 'hello'], ['https://127.0.0.1/1.0.0/x', '../hello'], ['https://127.0.0.1/1.0.0/x', '/bin/sh']])('the lock refuses %s with program %s', (url, inside) => {
    const lock = join(home, 'lock');
    const tool = { name: 'x', version: '1.0.0', source: 'npm', package: 'x', programs: ['x'], digests: ['sha512-AA=='], licence: 'MIT', neededBy: 'x', required: false, release: { [platform]: { url, sha256: 'a'.repeat(64), program: inside } } };
    writeFileSync(lock, JSON.stringify({ version: 1, tools: [tool] }));
    expect(() => readLock(lock)).toThrow(expect.objectContaining({ code: 'CONFIG_TOOLS_LOCK' }));
  });
});
