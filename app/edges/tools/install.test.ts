/** The installers against registries that are folders: the real pip and the real go, no network. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeWith, locked } from '../../../test/tools.ts';
import { installTool } from './install.ts';
import { pathOf, readLock, toolPath, type Tool } from './lock.ts';
import { makeWheel, zip } from './wheels.fixture.ts';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'assay-tools-test-')); });
afterEach(() => {
  vi.unstubAllEnvs();
  execFileSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const base = { licence: 'MIT', neededBy: 'this test', required: false, version: '1.0.0' };

function wheel(): Tool {
  const registry = join(folder, 'wheels');
  const digest = makeWheel(registry, { name: 'hello', source: 'def main():\n  print("hello from the wheel")\n' });
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', registry);
  return { ...base, name: 'hello', source: 'pypi', package: 'hello', programs: ['hello'], digests: [digest] };
}

/** One that needs another, on every Python, and a third on none that exists. */
function wheelWithClosure(): Tool & { requires: NonNullable<Tool['requires']> } {
  const registry = join(folder, 'wheels');
  const other = makeWheel(registry, { name: 'other', source: 'words = "hello from the closure"\ndef main(): pass\n' });
  const digest = makeWheel(registry, { name: 'greet', source: 'import other\ndef main():\n  print(other.words)\n', requires: ['other', 'never; python_version < "3"'] });
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', registry);
  const requires = [{ package: 'other', version: '1.0.0', digests: [other] }, { package: 'never', version: '1.0.0', marker: "python_version < '3'", digests: [other] }];
  return { ...base, name: 'greet', source: 'pypi', package: 'greet', programs: ['greet'], digests: [digest], requires };
}

test('the lock is well-formed, and a name that it does not have is refused', () => {
  // The suites name their tools by these; both lists are the same.
  expect(readLock().map((tool) => tool.name).sort()).toEqual([...locked]);
  expect(() => toolPath('nonesuch')).toThrow(expect.objectContaining({ code: 'USAGE_TOOL_UNKNOWN' }));
  writeFileSync(join(folder, 'lock'), JSON.stringify({ version: 1, tools: [{ ...base, name: 'x', source: 'pypi', package: 'x', programs: ['x'], digests: [] }] }));
  expect(() => readLock(join(folder, 'lock'))).toThrow(expect.objectContaining({ code: 'CONFIG_TOOLS_LOCK' }));
});

test('what is not installed has no path', () => {
  vi.stubEnv('ASSAY_TOOLS', folder);
  expect(toolPath('opa')).toBeNull();
});

describeWith(['python3'], 'from PyPI', () => {
  test('a wheel with the locked hash is installed, works after its move, and the second run changes nothing', async () => {
    const tool = wheel();
    const home = join(folder, 'home');
    expect(await installTool(tool, home)).toBe('installed');
    expect(execFileSync(pathOf(tool, home) ?? '', { encoding: 'utf8' })).toBe('hello from the wheel\n');
    expect(await installTool(tool, home)).toBe('unchanged');
    expect(readdirSync(home)).toEqual(['hello-1.0.0']);
  });

  test('what it requires comes with it by its own hash; a closure with a gap or another hash is refused', async () => {
    const tool = wheelWithClosure();
    const home = join(folder, 'home');
    await expect(installTool({ ...tool, requires: [] }, home)).rejects.toMatchObject({ code: 'TOOL_INSTALL_FAILED' });
    await expect(installTool({ ...tool, requires: tool.requires.map((each) => ({ ...each, digests: [`sha256:${'0'.repeat(64)}`] })) }, home)).rejects.toMatchObject({ code: 'TOOL_DIGEST_MISMATCH' });
    expect(readdirSync(home)).toEqual([]);
    expect(await installTool(tool, home)).toBe('installed');
    expect(execFileSync(pathOf(tool, home) ?? '', { encoding: 'utf8' })).toBe('hello from the closure\n');
    // The same version with another closure is another installation.
    expect(pathOf({ ...tool, requires: tool.requires.slice(0, 1) }, home)).toBeNull();
  });

  test('a Python that the lock does not cover is told as that, not as tampering', async () => {
    const tool = wheel();
    writeFileSync(join(folder, 'python3'), '#!/bin/sh\necho 3.9.18\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    await expect(installTool(tool, join(folder, 'home'))).rejects.toMatchObject({ code: 'TOOL_PLATFORM', message: expect.stringContaining('Python 3.9.18') });
  });

  test('another hash is TOOL_DIGEST_MISMATCH and leaves nothing', async () => {
    const tool = { ...wheel(), digests: [`sha256:${'0'.repeat(64)}`] };
    const home = join(folder, 'home');
    await expect(installTool(tool, home)).rejects.toMatchObject({ code: 'TOOL_DIGEST_MISMATCH' });
    expect(readdirSync(home)).toEqual([]);
  });
});

describeWith(['python3', 'go'], 'from a Go module proxy', () => {
  function goModule(): Tool {
    const versions = join(folder, 'proxy', 'example.test', 'hello', '@v');
    mkdirSync(versions, { recursive: true });
    const mod = 'module example.test/hello\n\ngo 1.20\n';
    writeFileSync(join(versions, 'v1.0.0.info'), '{"Version":"v1.0.0","Time":"2026-01-01T00:00:00Z"}');
    // No `list`: some mirrors refuse it, and only `go install` asks for it.
    writeFileSync(join(versions, 'v1.0.0.mod'), mod);
    zip(join(versions, 'v1.0.0.zip'), { 'example.test/hello@v1.0.0/go.mod': mod, 'example.test/hello@v1.0.0/cmd/deep/main.go': 'package main\n\nfunc main() { println("deep") }\n', 'example.test/hello@v1.0.0/main.go': 'package main\n\nfunc main() { println("hello") }\n' });
    for (const [name, value] of [['GOPROXY', `file://${join(folder, 'proxy')}`], ['GONOSUMDB', '*'], ['GOFLAGS', '-modcacherw'], ['GOMODCACHE', join(folder, 'mod')], ['GOTOOLCHAIN', 'local']] as const) vi.stubEnv(name, value);
    const told = JSON.parse(execFileSync('go', ['mod', 'download', '-json', 'example.test/hello@v1.0.0'], { cwd: folder, encoding: 'utf8' })) as { Sum: string };
    return { ...base, version: 'v1.0.0', name: 'hello', source: 'go', package: 'example.test/hello', programs: ['hello'], digests: [told.Sum] };
  }

  test('the module with the locked sum is built; another sum is refused before anything is compiled', async () => {
    const tool = goModule();
    const home = join(folder, 'home');
    await expect(installTool({ ...tool, digests: ['h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='] }, home)).rejects.toMatchObject({ code: 'TOOL_DIGEST_MISMATCH' });
    expect(readdirSync(home)).toEqual([]);
    expect(await installTool(tool, home)).toBe('installed');
    expect(existsSync(join(home, 'hello-v1.0.0', 'bin', 'hello'))).toBe(true);
    const deep: Tool = { ...tool, name: 'deep', programs: ['deep'], package: 'example.test/hello/cmd/deep', module: 'example.test/hello' };
    expect(await installTool(deep, home)).toBe('installed');
    expect(existsSync(join(home, 'deep-v1.0.0', 'bin', 'deep'))).toBe(true);
  });
});

describeWith(['npm'], 'from npm', () => {
  test('a self-contained package is installed by its integrity; one that needs others is refused', async () => {
    const source = join(folder, 'hello-npm');
    mkdirSync(source);
    const pack = (manifest: object): string => {
      writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'hello', version: '1.0.0', bin: 'hello.js', ...manifest }));
      writeFileSync(join(source, 'hello.js'), '#!/usr/bin/env node\nconsole.log("hello from npm");\n');
      const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: source, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as { integrity: string }[];
      return packed?.integrity ?? '';
    };
    const home = join(folder, 'home');
    const tool = (digest: string): Tool => ({ ...base, name: 'hello', source: 'npm', package: 'hello', programs: ['hello'], digests: [digest] });
    const registry = await serve(folder);
    vi.stubEnv('npm_config_registry', registry.url);
    vi.stubEnv('npm_config_cache', join(folder, 'npm-cache'));
    const integrity = pack({});
    await expect(installTool(tool(`sha512-${'A'.repeat(86)}==`), home)).rejects.toMatchObject({ code: 'TOOL_DIGEST_MISMATCH' });
    expect(await installTool(tool(integrity), home)).toBe('installed');
    expect(execFileSync(join(home, 'hello-1.0.0', 'bin', 'hello'), { encoding: 'utf8' })).toBe('hello from npm\n');
    rmSync(home, { recursive: true });
    rmSync(join(folder, 'npm-cache'), { recursive: true });
    await expect(installTool(tool(pack({ dependencies: { other: '1.0.0' } })), home)).rejects.toMatchObject({ code: 'TOOL_NOT_SELF_CONTAINED' });
    registry.close();
  });
});

/** A registry of one package, on loopback. */
async function serve(tarballs: string): Promise<{ url: string; close(): void }> {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) response.end(readFileSync(join(tarballs, 'hello-1.0.0.tgz')));
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ name: 'hello', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': { name: 'hello', version: '1.0.0', dist: { tarball: `http://${request.headers.host}/hello-1.0.0.tgz` } } } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`, close: () => server.close() };
}
