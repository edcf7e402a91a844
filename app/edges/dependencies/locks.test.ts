/** Locks of other clients than npm and pip: the same packages by the same hashes, where the project's imports find them; and R04 for each of them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fetched } from '../../core/ports/dependencies.ts';
import { textFile, type Tree } from '../../core/tree.ts';
import { integrity, npmPackage } from '../../../test/world/published.ts';
import { type Published, type RegistryWorld, startRegistry } from '../../../test/world/registry.ts';
import { describeWith } from '../../../test/tools.ts';
import { dependencies } from './fetch.ts';

let folder = '';
let registry: RegistryWorld;
let foreign: RegistryWorld;
const made: Record<string, Published> = {};

const tree = (files: Record<string, unknown>): Tree => Object.fromEntries(Object.entries(files).map(([path, content]) => [path, textFile(typeof content === 'string' ? content : JSON.stringify(content))]));
const hash = (key: string): string => integrity(made[key]!.bytes);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-locks-test-'));
  const scripts = { preinstall: `touch ${folder}/ran`, install: `touch ${folder}/ran`, postinstall: `touch ${folder}/ran`, prepare: `touch ${folder}/ran` };
  const says = (name: string, version: string) => ({ 'index.js': `module.exports = '${name} ${version}' + (module.parent ? '' : '');\n` });
  made['low 1'] = npmPackage({ name: 'low', version: '1.0.0', main: 'index.js', scripts }, says('low', '1'));
  made['low 2'] = npmPackage({ name: 'low', version: '2.0.0', main: 'index.js', scripts }, says('low', '2'));
  made.high = npmPackage({ name: 'high', version: '1.1.0', main: 'index.js', bin: { high: 'cli.js' }, dependencies: { low: '^2.0.0' }, scripts }, { 'index.js': "module.exports = 'high over ' + require('low');\n", 'cli.js': "#!/usr/bin/env node\nconsole.log(require('./index.js'));\n" });
  registry = await startRegistry({ npmFiles: Object.values(made) });
  foreign = await startRegistry();
});
afterAll(async () => {
  await Promise.all([registry.stop(), foreign.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const edge = () => dependencies({ home: join(folder, 'kept'), environment: { ...process.env, npm_config_registry: `${registry.npmUrl}/`, npm_config_cache: join(folder, 'cache'), npm_config_userconfig: '/dev/null' } });
const closed = dependencies({ home: '/nonexistent/never', client: () => Promise.reject(new Error('a client was started')) });

/** Lays the change out as the bench does, and asks Node from one of its folders. */
function asked(change: Tree, fetched: Fetched, from: string): string[] {
  const at = mkdtempSync(join(folder, 'laid-'));
  for (const [path, { content }] of Object.entries(change)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), content);
  }
  for (const { host, inside } of fetched.mounts) cpSync(host, join(at, inside), { recursive: true, verbatimSymlinks: true });
  return execFileSync(process.execPath, ['-p', "[require('low'), require('high')].join('\\n')"], { cwd: join(at, from), encoding: 'utf8' }).trim().split('\n').concat(execFileSync(join(at, 'node_modules/.bin/high'), { encoding: 'utf8', env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } }).trim());
}

const scripts = { preinstall: 'exit 1', prepare: 'exit 1' };
const wanted = { low: '^1.0.0', high: '^1.0.0' };
const hostile = () => ({ '.npmrc': `registry=${foreign.npmUrl}/\nignore-scripts=false\n`, '.pnpmfile.cjs': 'throw new Error("read");\n', '.yarnrc': `registry "${foreign.npmUrl}/"\n`, '.yarnrc.yml': 'yarnPath: ./evil.cjs\n' });

function pnpm(more: { resolution?: string; version?: string; extra?: string } = {}): string {
  const resolution = more.resolution ?? `{integrity: ${hash('low 1')}}`;
  return `lockfileVersion: '9.0'\n${more.extra ?? ''}importers:\n  .:\n    dependencies:\n      high: {specifier: ^1.0.0, version: 1.1.0(low@2.0.0)}\n      low: {specifier: ^1.0.0, version: ${more.version ?? '1.0.0'}}\npackages:\n  high@1.1.0:\n    resolution: {integrity: ${hash('high')}}\n    hasBin: true\n  low@1.0.0:\n    resolution: ${resolution}\n  low@2.0.0:\n    resolution: {integrity: ${hash('low 2')}}\nsnapshots:\n  high@1.1.0(low@2.0.0):\n    dependencies: {low: 2.0.0}\n  low@1.0.0: {}\n  low@2.0.0: {}\n`;
}

function yarn(more: { resolved?: string; integrity?: string } = {}): string {
  const entry = (key: string, fields: string) => `${key}:\n${fields}\n`;
  const at = (name: string, version: string) => `  version "${version}"\n  resolved "${foreign.npmUrl}/${name}/-/${name}-${version}.tgz#0123456789012345678901234567890123456789"`;
  return `# yarn lockfile v1\n\n\n${entry('high@^1.0.0', `${at('high', '1.1.0')}\n  integrity ${hash('high')}\n  dependencies:\n    low "^2.0.0"`)}\n${entry('low@^1.0.0', `  version "1.0.0"\n  resolved "${more.resolved ?? `${foreign.npmUrl}/low/-/low-1.0.0.tgz`}"\n${more.integrity === '' ? '' : `  integrity ${more.integrity ?? hash('low 1')}`}`)}\n${entry('low@^2.0.0', `${at('low', '2.0.0')}\n  integrity ${hash('low 2')}`)}`;
}

describeWith(['npm'], 'fetched by npm from the lock of another client', () => {
  test.each([['pnpm-lock.yaml', () => pnpm()], ['yarn.lock', () => yarn()]])('R04 %s: every import finds the version that the lock chose, programs are there, and neither the change\'s configuration nor a script has an effect', async (file, lock) => {
    const change = tree({ 'package.json': { name: 'change', scripts, dependencies: wanted }, [file]: lock(), ...hostile() });
    const fetched = await edge().fetch({ ecosystem: 'npm', tree: change });
    expect(asked(change, fetched, '.')).toEqual(['low 1', 'high over low 2', 'high over low 2']);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    expect(foreign.asked).toEqual([]);
    const before = registry.asked.length;
    expect(await edge().fetch({ ecosystem: 'npm', tree: change })).toEqual(fetched);
    expect(registry.asked).toHaveLength(before);
  });

  test('R04 another file than the hash in pnpm-lock.yaml or yarn.lock says is an error', async () => {
    for (const files of [{ 'pnpm-lock.yaml': pnpm({ resolution: `{integrity: ${hash('high')}}` }) }, { 'yarn.lock': yarn({ integrity: hash('high') }) }]) {
      await expect(edge().fetch({ ecosystem: 'npm', tree: tree({ 'package.json': { dependencies: wanted }, ...files }) })).rejects.toMatchObject({ code: 'DEPENDENCIES_FETCH_FAILED', message: expect.stringMatching(/integrity|sha512/i) });
    }
  });

  test('a package of a workspace takes the lock above it, with its own versions and its neighbours', async () => {
    const workspace = { 'package.json': { name: 'root', private: true, workspaces: ['packages/*'], dependencies: { low: '^2.0.0' } }, 'packages/shop/package.json': { name: 'shop', version: '1.0.0', dependencies: { ...wanted, money: '*' } }, 'packages/money/package.json': { name: 'money', version: '1.0.0', main: 'index.js' }, 'packages/money/index.js': "module.exports = 'money';\n" };
    const own = (name: string) => `packages/${name}:\n    dependencies:\n      high: {specifier: ^1.0.0, version: 1.1.0(low@2.0.0)}\n      low: {specifier: ^1.0.0, version: 1.0.0}\n      money: {specifier: 'workspace:*', version: link:../money}\n  packages/money: {}\n`;
    const locks = { 'yarn.lock': yarn(), 'pnpm-lock.yaml': pnpm().replace(/ {2}\.:\n[\s\S]*?packages:\n/, `  .:\n    dependencies:\n      low: {specifier: ^2.0.0, version: 2.0.0}\n  ${own('shop')}packages:\n`) };
    for (const [file, lock] of Object.entries(locks)) {
      const change = tree({ ...workspace, [file]: lock, ...(file === 'pnpm-lock.yaml' ? { 'pnpm-workspace.yaml': 'packages: [packages/*]\n' } : {}) });
      const fetched = await edge().fetch({ ecosystem: 'npm', tree: change, folder: 'packages/shop' });
      expect(fetched.mounts.map(({ inside }) => inside), file).toEqual(['node_modules', 'packages/shop/node_modules']);
      expect(asked(change, fetched, 'packages/shop').slice(0, 2), file).toEqual(['low 1', 'high over low 2']);
      expect(readFileSync(join(fetched.mounts[0]!.host, 'low/package.json'), 'utf8')).toContain('2.0.0');
      expect(execFileSync('readlink', [join(fetched.mounts[0]!.host, 'money')], { encoding: 'utf8' }).trim()).toBe('../packages/money');
    }
  });
});

test('a package that is no member of the workspace above it has no lock, and one that wants nothing needs none', async () => {
  const lock = { lockfileVersion: 3, packages: { '': { workspaces: ['packages/*'] }, 'packages/shop': {} } };
  const change = tree({ 'package.json': { workspaces: ['packages/*'] }, 'package-lock.json': lock, 'packages/shop/package.json': {}, 'tools/other/package.json': { dependencies: wanted } });
  await expect(closed.fetch({ ecosystem: 'npm', tree: change, folder: 'tools/other' })).rejects.toMatchObject({ code: 'DEPENDENCIES_NO_LOCK', message: expect.stringContaining('tools/other/package.json'), remedy: expect.stringContaining('workspace') });
  expect(await closed.fetch({ ecosystem: 'npm', tree: tree({ 'tools/other/package.json': { name: 'other' } }), folder: 'tools/other' })).toEqual({ mounts: [], env: {} });
});

describe('refused before any client is started', () => {
  const fetch = (files: Record<string, unknown>, dependencies: Record<string, string> = wanted) => closed.fetch({ ecosystem: 'npm', tree: tree({ 'package.json': { name: 'change', dependencies }, ...files }) });

  test.each([
    ['pnpm: an address', () => ({ 'pnpm-lock.yaml': pnpm({ resolution: '{tarball: https://example.test/low.tgz, integrity: sha512-00}' }) }), 'DEPENDENCIES_SOURCE_REFUSED'],
    ['pnpm: a repository', () => ({ 'pnpm-lock.yaml': pnpm({ resolution: '{type: git, repo: https://example.test/low.git, commit: 0123}' }) }), 'DEPENDENCIES_SOURCE_REFUSED'],
    ['pnpm: a folder', () => ({ 'pnpm-lock.yaml': pnpm({ version: 'file:../low' }) }), 'DEPENDENCIES_SOURCE_REFUSED'],
    ['pnpm: a link out of the repository', () => ({ 'pnpm-lock.yaml': pnpm({ version: 'link:../../etc' }) }), 'DEPENDENCIES_SOURCE_REFUSED'],
    ['pnpm: no hash', () => ({ 'pnpm-lock.yaml': pnpm({ resolution: '{}' }) }), 'DEPENDENCIES_HASH_MISSING'],
    ['pnpm: a weak hash', () => ({ 'pnpm-lock.yaml': pnpm({ resolution: '{integrity: sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=}' }) }), 'DEPENDENCIES_HASH_MISSING'],
    ['pnpm: a patch', () => ({ 'pnpm-lock.yaml': pnpm({ extra: 'patchedDependencies: {low: {hash: abc, path: low.patch}}\n' }) }), 'DEPENDENCIES_LOCK_UNSUPPORTED'],
    ['pnpm: an old version', () => ({ 'pnpm-lock.yaml': 'lockfileVersion: 5.4\n' }), 'DEPENDENCIES_LOCK_UNSUPPORTED'],
    ['pnpm: a lock that does not know a dependency', () => ({ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\nimporters: {.: {}}\n" }), 'DEPENDENCIES_LOCK_INVALID'],
    ['pnpm: no YAML', () => ({ 'pnpm-lock.yaml': '{' }), 'DEPENDENCIES_LOCK_INVALID'],
    ['yarn: an address', () => ({ 'yarn.lock': yarn({ resolved: 'https://example.test/low.tgz' }) }), 'DEPENDENCIES_SOURCE_REFUSED'],
    ['yarn: a repository', () => ({ 'yarn.lock': yarn({ resolved: 'git+ssh://git@example.test/low.git#0123' }) }), 'DEPENDENCIES_SOURCE_REFUSED'],
    ['yarn: no hash', () => ({ 'yarn.lock': yarn({ integrity: '' }) }), 'DEPENDENCIES_HASH_MISSING'],
    ['yarn: a lock that does not know a dependency', () => ({ 'yarn.lock': '# yarn lockfile v1\n' }), 'DEPENDENCIES_LOCK_INVALID'],
    ['yarn: a row that is none', () => ({ 'yarn.lock': 'low@^1.0.0:\n        version\n' }), 'DEPENDENCIES_LOCK_INVALID'],
  ])('R04 %s', async (_, files, code) => {
    await expect(fetch(files())).rejects.toMatchObject({ code });
  });

  test.each(['git+https://example.test/a.git', 'owner/name', 'file:../up', 'https://example.test/a.tgz', 'link:./a', 'portal:../a', 'patch:low@1.0.0#a.patch'])('R04 the manifest beside pnpm-lock.yaml or yarn.lock wants %s', async (spec) => {
    for (const files of [{ 'pnpm-lock.yaml': pnpm() }, { 'yarn.lock': yarn() }]) await expect(fetch(files, { low: spec })).rejects.toMatchObject({ code: 'DEPENDENCIES_SOURCE_REFUSED' });
  });
});

describe('locks of Python', () => {
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const seen: string[] = [];
  const edgeOfPython = () => dependencies({ home: mkdtempSync(join(folder, 'python-')), environment: {}, client: async (_, { cwd }) => { seen.push(readFileSync(join(cwd, 'requirements.txt'), 'utf8')); } });
  async function lines(files: Record<string, unknown>): Promise<string[]> {
    await edgeOfPython().fetch({ ecosystem: 'pypi', tree: tree(files) });
    return seen.pop()!.trim().split('\n').map((line) => line.replace(/--hash=sha256:([0-9a-f]{4})[0-9a-f]+/g, '#$1'));
  }
  const wheel = (name: string) => `wheels = [{ url = "https://example.test/${name}.whl", hash = "sha256:${sha(name)}" }]`;
  const short = (name: string): string => `#${sha(name).slice(0, 4)}`;
  const pyproject = '[project]\nname = "shop"\ndependencies = ["app"]\n';

  test('uv.lock: what the project wants with its groups and extras, each under the conditions of its way', async () => {
    const lock = `version = 1\n[[package]]\nname = "shop"\nversion = "0.1.0"\nsource = { virtual = "." }\ndependencies = [{ name = "app", extra = ["fast"] }]\n[package.dev-dependencies]\ndev = [{ name = "check" }]\n\n[[package]]\nname = "app"\nversion = "1.0"\nsource = { registry = "https://example.test/simple" }\ndependencies = [{ name = "colour", marker = "sys_platform == 'win32'" }, { name = "app" }]\n${wheel('app')}\n[package.optional-dependencies]\nfast = [{ name = "quick" }]\n\n`
      + ['colour', 'quick', 'check', 'unwanted'].map((name) => `[[package]]\nname = "${name}"\nversion = "2.0"\nsource = { registry = "https://example.test/simple" }\n${wheel(name)}\n`).join('\n');
    expect(await lines({ 'pyproject.toml': pyproject, 'uv.lock': lock })).toEqual([`app==1.0 ${short('app')}`, `check==2.0 ${short('check')}`, `colour==2.0 ; ((sys_platform == 'win32')) ${short('colour')}`, `quick==2.0 ${short('quick')}`]);
  });

  test('poetry.lock before and since 2.1, Pipfile.lock, pylock.toml', async () => {
    const files = (name: string) => `files = [{file = "${name}.whl", hash = "sha256:${sha(name)}"}]`;
    const manifest = '[tool.poetry.dependencies]\npython = "^3.11"\napp = "^1.0"\n';
    const old = `[[package]]\nname = "app"\nversion = "1.0"\n${files('app')}\n[package.dependencies]\ncolour = {version = "*", markers = "sys_platform == 'win32'"}\n\n[[package]]\nname = "colour"\nversion = "2.0"\n${files('colour')}\n`;
    expect(await lines({ 'pyproject.toml': manifest, 'poetry.lock': old })).toEqual([`app==1.0 ${short('app')}`, `colour==2.0 ; ((sys_platform == 'win32')) ${short('colour')}`]);
    const now = `[[package]]\nname = "app"\nversion = "1.0"\n${files('app')}\n\n[[package]]\nname = "colour"\nversion = "2.0"\nmarkers = "sys_platform == \\"win32\\""\n${files('colour')}\n`;
    expect(await lines({ 'pyproject.toml': manifest, 'poetry.lock': now })).toEqual([`app==1.0 ${short('app')}`, `colour==2.0 ; sys_platform == "win32" ${short('colour')}`]);
    expect(await lines({ 'Pipfile.lock': { default: { app: { version: '==1.0', hashes: [`sha256:${sha('app')}`], markers: "python_version >= '3.8'" } }, develop: {} } })).toEqual([`app==1.0 ; python_version >= '3.8' ${short('app')}`]);
    expect(await lines({ 'pylock.toml': `lock-version = "1.0"\n[[packages]]\nname = "app"\nversion = "1.0"\nwheels = [{name = "app.whl", hashes = {sha256 = "${sha('app')}"}}]\n` })).toEqual([`app==1.0 ${short('app')}`]);
  });

  const entry = (source: string, rest = wheel('app')) => `[[package]]\nname = "shop"\nversion = "0"\nsource = { virtual = "." }\ndependencies = [{ name = "app" }]\n[[package]]\nname = "app"\nversion = "1.0"\nsource = ${source}\n${rest}\n`;
  test.each([
    ['uv: git', { 'uv.lock': entry('{ git = "https://example.test/app.git" }') }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['uv: an address', { 'uv.lock': entry('{ url = "https://example.test/app.whl" }') }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['uv: a file', { 'uv.lock': entry('{ path = "../app.whl" }') }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['uv: a folder out of the repository', { 'uv.lock': entry('{ editable = "../app" }') }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['uv: no hash', { 'uv.lock': entry('{ registry = "https://example.test/simple" }', '') }, 'DEPENDENCIES_HASH_MISSING'],
    ['uv: an option for pip in a marker', { 'uv.lock': entry('{ registry = "https://example.test" }').replace('{ name = "app" }', '{ name = "app", marker = "x\\n--index-url https://example.test" }') }, 'DEPENDENCIES_LOCK_INVALID'],
    ['poetry: git', { 'poetry.lock': '[[package]]\nname = "app"\nversion = "1.0"\nmarkers = "x"\nfiles = []\n[package.source]\ntype = "git"\nurl = "https://example.test/a.git"\n' }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['poetry: a folder out of the repository', { 'poetry.lock': '[[package]]\nname = "app"\nversion = "1.0"\nmarkers = "x"\nfiles = []\n[package.source]\ntype = "directory"\nurl = "../app"\n' }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['pipenv: git', { 'Pipfile.lock': '{"default": {"app": {"git": "https://example.test/a.git", "ref": "0"}}}' }, 'DEPENDENCIES_SOURCE_REFUSED'],
    ['pipenv: no hash', { 'Pipfile.lock': '{"default": {"app": {"version": "==1.0"}}}' }, 'DEPENDENCIES_HASH_MISSING'],
    ['pipenv: a weak hash', { 'Pipfile.lock': '{"default": {"app": {"version": "==1.0", "hashes": ["md5:00"]}}}' }, 'DEPENDENCIES_HASH_MISSING'],
    ['pipenv: no JSON', { 'Pipfile.lock': '{' }, 'DEPENDENCIES_LOCK_INVALID'],
  ])('R04 %s', async (_, files, code) => {
    await expect(closed.fetch({ ecosystem: 'pypi', tree: tree({ 'pyproject.toml': pyproject, ...files }) })).rejects.toMatchObject({ code });
  });
});
