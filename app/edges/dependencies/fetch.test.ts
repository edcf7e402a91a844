import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tree } from '../../core/tree.ts';
import { textFile } from '../../core/tree.ts';
import { integrity, npmPackage } from '../../../test/world/published.ts';
import { type Published, type RegistryWorld, startRegistry } from '../../../test/world/registry.ts';
import { describeWith } from '../../../test/tools.ts';
import { dependencies } from './fetch.ts';

let folder = '';
let registry: RegistryWorld;
let foreign: RegistryWorld;
let tarball: Published;
let wheel: Published;

const tree = (files: Record<string, unknown>): Tree => Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textFile(typeof content === 'string' ? content : JSON.stringify(content))]));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-fetch-test-'));
  // A package whose lifecycle scripts leave a trace where they run.
  tarball = npmPackage({ name: 'tiny-sum', version: '1.2.3', main: 'index.js', scripts: { preinstall: `touch ${folder}/ran`, postinstall: `touch ${folder}/ran` } }, { 'index.js': 'exports.sum = (a, b) => a + b;\n' });
  wheel = build();
  registry = await startRegistry({ npmFiles: [tarball], pypiFiles: [wheel] });
  foreign = await startRegistry();
});
afterAll(async () => {
  await Promise.all([registry.stop(), foreign.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function build(): Published {
  const filename = 'tiny_sum-1.2.3-py3-none-any.whl';
  const info = 'tiny_sum-1.2.3.dist-info';
  const files = { 'tiny_sum.py': 'def total(a, b):\n    return a + b\n', [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: tiny-sum\nVersion: 1.2.3\n', [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n', [`${info}/RECORD`]: '' };
  execFileSync('python3', ['-c', 'import sys, json, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n    for name, text in json.loads(sys.argv[2]).items(): z.writestr(name, text)', join(folder, filename), JSON.stringify(files)]);
  return { name: 'tiny-sum', version: '1.2.3', filename, bytes: readFileSync(join(folder, filename)) };
}

function project(more: { lock?: Record<string, unknown>; dependencies?: Record<string, string>; files?: Record<string, unknown> } = {}): Tree {
  const wanted = more.dependencies ?? { 'tiny-sum': '1.2.3' };
  const entry = { version: '1.2.3', resolved: `${foreign.npmUrl}/tiny-sum/-/tiny-sum-1.2.3.tgz`, integrity: integrity(tarball.bytes), hasInstallScript: true, ...more.lock };
  return tree({
    'package.json': { name: 'change', version: '1.0.0', dependencies: wanted, scripts: { preinstall: `touch ${folder}/ran`, prepare: `touch ${folder}/ran` } },
    'package-lock.json': { name: 'change', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': { name: 'change', version: '1.0.0', dependencies: wanted }, 'node_modules/tiny-sum': entry } },
    ...more.files,
  });
}

function edge(home = 'kept') {
  const environment = { ...process.env, npm_config_registry: `${registry.npmUrl}/`, npm_config_cache: join(folder, 'npm-cache'), npm_config_userconfig: '/dev/null', PIP_INDEX_URL: `${registry.pypiUrl}/`, PIP_CONFIG_FILE: '/dev/null', PIP_NO_CACHE_DIR: '1' };
  return dependencies({ home: join(folder, home), environment });
}

describeWith(['npm'], 'npm', () => {
  test('R04: the change\'s .npmrc, the addresses in its lock and lifecycle scripts have no effect; the package arrives by its hash; the second run asks nobody', async () => {
    const change = project({ files: { '.npmrc': `registry=${foreign.npmUrl}/\nignore-scripts=false\n`, 'index.js': 'never seen by the client' } });
    const fetched = await edge().fetch({ ecosystem: 'npm', tree: change });
    expect(fetched.mounts).toMatchObject([{ inside: 'node_modules' }]);
    expect(readFileSync(join(fetched.mounts[0]!.host, 'tiny-sum/index.js'), 'utf8')).toContain('exports.sum');
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    expect(foreign.asked).toEqual([]);
    const asked = registry.asked.length;
    expect(asked).toBeGreaterThan(1);
    expect(await edge().fetch({ ecosystem: 'npm', tree: change })).toEqual(fetched);
    expect(registry.asked).toHaveLength(asked);
    expect(readdirSync(join(folder, 'kept'))).toHaveLength(1);
  });

  test('another file than the lock\'s hash says is an error and leaves nothing behind', async () => {
    const change = project({ lock: { integrity: integrity(Buffer.from('something else')) } });
    await expect(edge('wrong').fetch({ ecosystem: 'npm', tree: change })).rejects.toMatchObject({ code: 'DEPENDENCIES_FETCH_FAILED', message: expect.stringMatching(/integrity|sha512/i), remedy: expect.stringContaining('registry') });
    expect(readdirSync(join(folder, 'wrong'))).toEqual([]);
  });
});

describe('npm, before any client is started', () => {
  const refusal = (change: Tree) => dependencies({ home: join(folder, 'never'), client: () => Promise.reject(new Error('a client was started')) }).fetch({ ecosystem: 'npm', tree: change });

  test.each(['git+https://example.test/a.git', 'github:owner/name', 'owner/name', 'file:../up', 'https://example.test/a.tgz', 'link:./a'])('%s is no version of the registry', async (spec) => {
    await expect(refusal(project({ dependencies: { 'tiny-sum': spec } }))).rejects.toMatchObject({ code: 'DEPENDENCIES_SOURCE_REFUSED' });
  });

  test.each([
    ['a git address in the lock', { resolved: 'git+ssh://git@example.test/a.git#0123' }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['a file in the lock', { resolved: 'file:a.tgz' }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['a link out of the repository', { link: true, resolved: '../../etc' }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['no hash', { integrity: undefined }, 'DEPENDENCIES_HASH_MISSING'],
    ['a hash that anyone can collide', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, 'DEPENDENCIES_HASH_MISSING'],
  ])('%s', async (_, lock, code) => {
    await expect(refusal(project({ lock }))).rejects.toMatchObject({ code });
  });

  test('no lock, another client\'s lock, a lock that is none: each named with its remedy; no dependency: nothing to fetch', async () => {
    const { 'package-lock.json': _, ...bare } = project();
    await expect(refusal(bare)).rejects.toMatchObject({ code: 'DEPENDENCIES_NO_LOCK', remedy: expect.stringContaining('package-lock-only') });
    await expect(refusal({ ...bare, ...tree({ 'yarn.lock': '__metadata:\n  version: 8\n' }) })).rejects.toMatchObject({ code: 'DEPENDENCIES_LOCK_UNSUPPORTED', remedy: expect.stringContaining('package-lock') });
    await expect(refusal({ ...bare, ...tree({ 'bun.lock': '{}' }) })).rejects.toMatchObject({ code: 'DEPENDENCIES_LOCK_UNSUPPORTED' });
    await expect(refusal({ ...bare, ...tree({ 'package-lock.json': '{' }) })).rejects.toMatchObject({ code: 'DEPENDENCIES_LOCK_INVALID' });
    expect(await refusal(tree({ 'package.json': { name: 'alone' } }))).toEqual({ mounts: [], env: {} });
  });
});

describeWith(['python3'], 'pip', () => {
  const pinned = () => `# locked\ntiny-sum==1.2.3 \\\n    --hash=sha256:${createHash('sha256').update(wheel.bytes).digest('hex')}\n`;

  test('a wheel by its hash, into a folder of its own; the second run asks nobody', async () => {
    const fetched = await edge('pip').fetch({ ecosystem: 'pypi', tree: tree({ 'requirements.txt': pinned(), 'pip.conf': `[global]\nindex-url=${foreign.pypiUrl}` }) });
    expect(fetched).toMatchObject({ mounts: [{ inside: '/deps/python' }], env: { PYTHONPATH: '/deps/python' } });
    expect(existsSync(join(fetched.mounts[0]!.host, 'tiny_sum.py'))).toBe(true);
    const asked = registry.asked.length;
    await edge('pip').fetch({ ecosystem: 'pypi', tree: tree({ 'requirements.txt': pinned() }) });
    expect(registry.asked).toHaveLength(asked);
    expect(foreign.asked).toEqual([]);
  });

  test.each([
    ['an index of the change', () => `--index-url ${foreign.pypiUrl}\n${pinned()}`, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['an editable folder', () => `-e .\n${pinned()}`, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['an address', () => 'tiny-sum @ https://example.test/tiny.whl\n', 'DEPENDENCIES_SOURCE_REFUSED'],
    ['a version without a hash', () => 'tiny-sum==1.2.3\n', 'DEPENDENCIES_HASH_MISSING'],
    ['a range', () => 'tiny-sum>=1\n', 'DEPENDENCIES_HASH_MISSING'],
  ])('%s is refused', async (_, text, code) => {
    await expect(edge().fetch({ ecosystem: 'pypi', tree: tree({ 'requirements.txt': text() }) })).rejects.toMatchObject({ code });
  });

  test('a project that declares packages without a lock is an error; one without any needs nothing', async () => {
    await expect(edge().fetch({ ecosystem: 'pypi', tree: tree({ 'pyproject.toml': '[project]\nname = "a"\ndependencies = ["tiny-sum"]\n' }) })).rejects.toMatchObject({ code: 'DEPENDENCIES_NO_LOCK' });
    expect(await edge().fetch({ ecosystem: 'pypi', tree: tree({ 'pyproject.toml': '[project]\nname = "a"\n' }) })).toEqual({ mounts: [], env: {} });
  });
});

describe('go', () => {
  const manifest = 'module example.test/a\n\ngo 1.24\n\nrequire example.test/b v1.0.0\n';

  test('no go.sum, a local replacement, a module that go.sum does not list', async () => {
    const fetch = (files: Record<string, string>) => dependencies({ home: join(folder, 'go'), environment: {}, client: async (_, { cwd }) => writeFileSync(join(cwd, 'go.sum'), 'example.test/b v1.0.0 h1:added=\n') }).fetch({ ecosystem: 'go', tree: tree(files) });
    await expect(fetch({ 'go.mod': manifest })).rejects.toMatchObject({ code: 'DEPENDENCIES_NO_LOCK' });
    await expect(fetch({ 'go.mod': `${manifest}replace example.test/b => ../b\n`, 'go.sum': '' })).rejects.toMatchObject({ code: 'DEPENDENCIES_SOURCE_REFUSED' });
    await expect(fetch({ 'go.mod': manifest, 'go.sum': 'example.test/c v1.0.0 h1:other=\n' })).rejects.toMatchObject({ code: 'DEPENDENCIES_HASH_MISSING' });
    expect(await fetch({ 'go.mod': 'module example.test/a\n\ngo 1.24\n' })).toEqual({ mounts: [], env: {} });
    expect(await fetch({ 'go.mod': manifest, 'vendor/modules.txt': '# example.test/b v1.0.0\n' })).toEqual({ mounts: [], env: {} });
  });
});
