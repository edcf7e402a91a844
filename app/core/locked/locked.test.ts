/** Each lock format is read into the same few facts, with the lines that say so; what cannot be read is an error, never an empty list. */
import { describe, expect, it } from 'vitest';
import { openRequirements } from './python.ts';
import { isLock, readLock } from './read.ts';

function short(path: string, text: string, read?: (path: string) => string | null): string[] {
  return readLock({ path, text }, read).map((each) => `${each.ecosystem}:${each.name}@${each.version} ${each.startLine}-${each.endLine}${each.direct ? ' direct' : ''}${each.source === 'elsewhere' ? ' elsewhere' : ''}`);
}

const npm3 = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { aa: '^1', alias: 'npm:real@2' } },
    'node_modules/aa': { version: '1.0.0', license: 'MIT', deprecated: 'use bb', integrity: 'sha512-x' },
    'node_modules/aa/node_modules/@s/deep': { version: '3.0.0-rc.1' },
    'node_modules/alias': { name: 'real', version: '2.0.0' },
    'node_modules/own': { resolved: 'packages/own', link: true },
    'packages/own': { version: '9.9.9', dependencies: { git: '*' } },
    'node_modules/git': { version: '1.1.1', resolved: 'git+ssh://git@host.invalid/o/r.git#abc' },
  },
}, null, 2);

describe('npm', () => {
  it('reads packages by their places, aliases by what they install', () => {
    expect(short('package-lock.json', npm3)).toEqual(['npm:aa@1.0.0 10-11 direct', 'npm:@s/deep@3.0.0-rc.1 16-17', 'npm:real@2.0.0 19-21 direct', 'npm:git@1.1.1 33-34 direct elsewhere']);
    expect(readLock({ path: 'package-lock.json', text: npm3 })[0]).toMatchObject({ licence: 'MIT', deprecated: 'use bb', integrity: 'sha512-x' });
  });

  it('notices an address that holds something else than the entry says', () => {
    const at = (name: string, entry: object) => readLock({ path: 'package-lock.json', text: JSON.stringify({ packages: { [`node_modules/${name}`]: entry } }) })[0]!.disagrees;
    const mirror = 'https://mirror.invalid/api/npm';
    expect(at('aa', { version: '2.0.0', resolved: `${mirror}/aa/-/aa-2.0.0.tgz` })).toBeNull();
    expect(at('@s/aa', { version: '2.0.0-rc.1', resolved: `${mirror}/@s/aa/-/aa-2.0.0-rc.1.tgz` })).toBeNull();
    expect(at('@s/aa', { version: '2.0.0', resolved: `${mirror}/%40s%2Faa/-/@s/aa-2.0.0.tgz` })).toBeNull();
    expect(at('alias', { name: 'aa', version: '2.0.0', resolved: `${mirror}/aa/-/aa-2.0.0.tgz` })).toBeNull();
    expect(at('aa', { version: '2.0.0', resolved: `${mirror}/aa/-/aa-1.0.0.tgz` })).toBe('aa aa-1.0.0');
    expect(at('aa', { version: '2.0.0', resolved: `${mirror}/bb/-/aa-2.0.0.tgz` })).toBe('bb aa-2.0.0');
    expect(at('aa', { version: '2.0.0', resolved: 'git+ssh://git@host.invalid/aa.git' })).toBeNull();
  });

  it('reads the tree of version 1', () => {
    const text = JSON.stringify({ lockfileVersion: 1, dependencies: { aa: { version: '1.0.0', dependencies: { bb: { version: '2.0.0' } } }, cc: { version: 'npm:dd@3.0.0' } } });
    expect(short('npm-shrinkwrap.json', text)).toEqual(['npm:aa@1.0.0 1-1', 'npm:bb@2.0.0 1-1', 'npm:dd@3.0.0 1-1']);
  });

  it.each(['', '{', '[]', '{"packages": {"node_modules/a": {}}}', '{"packages": {"node_modules/a": {"version": 1}}}'])('refuses %s', (text) => {
    expect(() => readLock({ path: 'package-lock.json', text })).toThrow();
  });
});

describe('yarn and pnpm', () => {
  it('reads both ages of yarn', () => {
    expect(short('yarn.lock', '# yarn lockfile v1\n\n\n"@s/a@^1.0.0", "@s/a@^1.1.0":\n  version "1.2.0"\n  resolved "x"\n  dependencies:\n    bb "^1"\n\nal@npm:real@^2:\n  version "2.0.0"\n')).toEqual(['npm:@s/a@1.2.0 4-5', 'npm:real@2.0.0 10-11']);
    expect(short('yarn.lock', '__metadata:\n  version: 8\n\n"aa@npm:^1.0.0":\n  version: 1.5.0\n  resolution: "aa@npm:1.5.0"\n\n"own@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "own@workspace:."\n')).toEqual(['npm:aa@1.5.0 4-5']);
    expect(() => readLock({ path: 'yarn.lock', text: 'garbage\n' })).toThrow();
    expect(() => readLock({ path: 'yarn.lock', text: 'aa@^1:\n  resolved "x"\n' })).toThrow();
  });

  it('reads three ages of pnpm', () => {
    const nine = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      aa:\n        specifier: ^1\n        version: 1.0.0\npackages:\n\n  aa@1.0.0:\n    resolution: {integrity: sha512-x}\n    deprecated: gone\n\n  '@s/b@2.0.0':\n    resolution: {integrity: sha512-y}\n\nsnapshots:\n\n  aa@1.0.0: {}\n";
    expect(short('pnpm-lock.yaml', nine)).toEqual(['npm:aa@1.0.0 10-10 direct', 'npm:@s/b@2.0.0 14-14']);
    expect(short('pnpm-lock.yaml', "lockfileVersion: '6.0'\npackages:\n  /aa@1.0.0(bb@2.0.0):\n    resolution: {integrity: sha512-x}\n")).toEqual(['npm:aa@1.0.0 3-3']);
    expect(short('pnpm-lock.yaml', 'lockfileVersion: 5.4\npackages:\n  /@s/b/2.0.0_aa@1.0.0:\n    resolution: {integrity: sha512-x}\n')).toEqual(['npm:@s/b@2.0.0 3-3']);
    expect(() => readLock({ path: 'pnpm-lock.yaml', text: 'packages: {}\n' })).toThrow();
  });
});

describe('Python', () => {
  it('reads the TOML locks; the own project is no dependency', () => {
    const uv = 'version = 1\n\n[[package]]\nname = "My.Lib"\nversion = "1.0"\nsource = { registry = "https://x.invalid/simple" }\n\n[[package]]\nname = "own"\nversion = "0.1"\nsource = { editable = "." }\n\n[[package]]\nname = "fork"\nversion = "2.0"\nsource = { git = "https://x.invalid/r" }\n';
    expect(short('uv.lock', uv)).toEqual(['pypi:my-lib@1.0 3-5', 'pypi:fork@2.0 13-15 elsewhere']);
    expect(short('poetry.lock', '[[package]]\nname = "aa"\nversion = "1.0"\n\n[package.dependencies]\nbb = "*"\n')).toEqual(['pypi:aa@1.0 1-3']);
    expect(() => readLock({ path: 'uv.lock', text: '[[package' })).toThrow();
  });

  it('reads pins of requirements files and of Pipfile.lock', () => {
    expect(short('requirements.txt', '-r base.txt\nAA[x]==1.0 ; python_version<"4" \\\n    --hash=sha256:00\nbb>=2\ncc==1.*\ndd===1.0+local # why\n')).toEqual(['pypi:aa@1.0 2-2 direct', 'pypi:dd@1.0+local 6-6 direct']);
    expect(short('Pipfile.lock', '{\n "default": {\n  "aa": {\n   "version": "==1.0"\n  }\n }\n}')).toEqual(['pypi:aa@1.0 3-4']);
    expect(() => readLock({ path: 'Pipfile.lock', text: '{' })).toThrow();
  });
});

describe('Go', () => {
  const mod = 'module example.com/own\n\ngo 1.21\n\nrequire github.com/a/b v1.0.0\n\nrequire (\n\tgolang.org/x/text v0.3.0 // indirect\n\tgithub.com/c/d v2.0.0+incompatible\n\tgithub.com/e/f v1.0.0\n)\n\nreplace github.com/c/d => ./d\n\nreplace github.com/e/f => github.com/g/h v1.2.0\n\nexclude github.com/x/y v1.0.0\n';

  it('reads go.mod with what replaces what', () => {
    expect(short('go.mod', mod)).toEqual(['go:github.com/a/b@1.0.0 5-5 direct', 'go:golang.org/x/text@0.3.0 8-8', 'go:github.com/g/h@1.2.0 10-10 direct']);
  });

  it('takes a module for a module whatever word its name begins with', () => {
    expect(short('go.mod', 'module go.example.com/a\n\ngo 1.24\n\nrequire (\n\tgo.uber.org/zap v1.27.0\n\tmodule.test/b v1.0.0 // indirect\n)\n')).toEqual(['go:go.uber.org/zap@1.27.0 6-6 direct', 'go:module.test/b@1.0.0 7-7']);
  });

  it('reads go.sum only where go.mod does not list all', () => {
    const sum = 'github.com/i/j v1.2.0 h1:x=\ngithub.com/i/j v1.10.0 h1:x=\ngithub.com/i/j v1.11.0/go.mod h1:x=\ngithub.com/a/b v1.0.0 h1:x=\n';
    expect(short('go.sum', sum, () => mod)).toEqual([]);
    expect(short('x/go.sum', sum, (path) => (path === 'x/go.mod' ? mod.replace('1.21', '1.16') : null))).toEqual(['go:github.com/i/j@1.10.0 2-2']);
    expect(short('go.sum', sum)).toHaveLength(2);
  });
});

it('knows lock files by their names, and leaves installed ones alone', () => {
  expect(['package-lock.json', 'a/uv.lock', 'requirements/dev.txt', 'go.sum'].every(isLock)).toBe(true);
  expect(['node_modules/x/package-lock.json', 'package.json', 'README.md', 'pyproject.toml', 'requirements.in'].some(isLock)).toBe(false);
});

describe('who needs whom', () => {
  const needs = (path: string, text: string, read?: (path: string) => string | null): Record<string, string> =>
    Object.fromEntries(readLock({ path, text }, read).map((each) => [`${each.name}@${each.version}`, `${(each.requires ?? ['unknown']).join(' ')}${each.direct ? ' direct' : ''}${each.dev ? ' dev' : ''}${each.optional ? ' optional' : ''}`.trim()]));

  it('npm, in its first form', () => {
    const text = JSON.stringify({ lockfileVersion: 1, dependencies: { aa: { version: '1.0.0', requires: { bb: '2', cc: '1' }, dependencies: { bb: { version: '2.0.0', requires: { cc: '1' } } } }, bb: { version: '1.0.0', dev: true }, cc: { version: 'npm:dd@3.0.0', optional: true } } });
    expect(needs('package-lock.json', text)).toEqual({ 'aa@1.0.0': 'bb@2.0.0 dd@3.0.0', 'bb@2.0.0': 'dd@3.0.0', 'bb@1.0.0': 'dev', 'dd@3.0.0': 'optional' });
  });

  it('yarn, with the manifest beside it', () => {
    const classic = 'aa@^1.0.0:\n  version "1.2.0"\n  dependencies:\n    "@s/bb" "^2"\n\n"@s/bb@^2", "@s/bb@^2.1":\n  version "2.1.0"\n\ntt@1:\n  version "1.0.0"\n  optionalDependencies:\n    aa "^1.0.0"\n';
    const manifest = '{"dependencies": {"aa": "^1.0.0"}, "devDependencies": {"tt": "1"}}';
    expect(needs('x/yarn.lock', classic, (path) => (path === 'x/package.json' ? manifest : null))).toEqual({ 'aa@1.2.0': '@s/bb@2.1.0 direct', '@s/bb@2.1.0': '', 'tt@1.0.0': 'aa@1.2.0 direct dev' });
    const berry = '__metadata:\n  version: 8\n\n"aa@npm:^1.0.0":\n  version: 1.5.0\n  resolution: "aa@npm:1.5.0"\n  dependencies:\n    bb: "npm:^2"\n\n"bb@npm:^2":\n  version: 2.0.0\n  resolution: "bb@npm:2.0.0"\n';
    expect(needs('yarn.lock', berry)).toEqual({ 'aa@1.5.0': 'bb@2.0.0', 'bb@2.0.0': '' });
  });

  it('pnpm, by snapshots and by packages', () => {
    const nine = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      aa: {specifier: ^1, version: 1.0.0(bb@2.0.0)}\n    devDependencies:\n      tt: {specifier: ^1, version: 1.0.0}\npackages:\n  aa@1.0.0:\n    resolution: {integrity: sha512-x}\n  bb@2.0.0:\n    resolution: {integrity: sha512-x}\n  tt@1.0.0:\n    resolution: {integrity: sha512-x}\nsnapshots:\n  aa@1.0.0(bb@2.0.0):\n    dependencies:\n      bb: 2.0.0\n  bb@2.0.0:\n    optional: true\n  tt@1.0.0: {}\n";
    expect(needs('pnpm-lock.yaml', nine)).toEqual({ 'aa@1.0.0': 'bb@2.0.0 direct', 'bb@2.0.0': 'optional', 'tt@1.0.0': 'direct dev' });
    const five = 'lockfileVersion: 5.4\npackages:\n  /@s/a/2.0.0_b@1.0.0:\n    resolution: {integrity: sha512-x}\n    dependencies:\n      b: 1.0.0\n      alias: /c/3.0.0_b@1.0.0\n    dev: true\n';
    expect(needs('pnpm-lock.yaml', five)).toEqual({ '@s/a@2.0.0': 'b@1.0.0 c@3.0.0 dev' });
  });

  it('Python locks, each in its own spelling', () => {
    const poetry = '[[package]]\nname = "aa"\nversion = "1.0"\ngroups = ["main"]\n\n[package.dependencies]\nB_b = {version = ">=1", optional = true}\nabsent = "*"\n\n[[package]]\nname = "b-b"\nversion = "2.0"\ngroups = ["dev"]\noptional = true\n';
    expect(needs('poetry.lock', poetry)).toEqual({ 'aa@1.0': 'b-b@2.0', 'b-b@2.0': 'dev optional' });
    const uv = '[[package]]\nname = "own"\nversion = "0.1"\nsource = { virtual = "." }\ndependencies = [{ name = "aa" }]\n[package.dev-dependencies]\ndev = [{ name = "tt" }]\n\n[[package]]\nname = "aa"\nversion = "1.0"\ndependencies = [{ name = "bb", version = "2.0" }]\n\n[[package]]\nname = "bb"\nversion = "1.0"\n\n[[package]]\nname = "bb"\nversion = "2.0"\n\n[[package]]\nname = "tt"\nversion = "3.0"\n';
    expect(needs('uv.lock', uv)).toEqual({ 'aa@1.0': 'bb@2.0 direct', 'bb@1.0': '', 'bb@2.0': '', 'tt@3.0': 'direct dev' });
    expect(needs('pdm.lock', '[[package]]\nname = "aa"\nversion = "1.0"\ngroups = ["default"]\ndependencies = ["bb[x]>=1; python_version > \'3\'"]\n\n[[package]]\nname = "bb"\nversion = "1.0"\n')).toEqual({ 'aa@1.0': 'bb@1.0', 'bb@1.0': '' });
    expect(needs('requirements.txt', 'aa==1.0\n')).toEqual({ 'aa@1.0': 'unknown direct' });
  });

  it('keeps the sums of the files that a registry may give', () => {
    const sum = 'a'.repeat(64);
    expect(readLock({ path: 'requirements.txt', text: `aa==1.0 \\\n    --hash=sha256:${sum} \\\n    --hash=sha256:${'b'.repeat(64)}\nbb==1.0\n` }).map((each) => each.files.length)).toEqual([2, 0]);
    expect(readLock({ path: 'pylock.toml', text: `[[packages]]\nname = "aa"\nversion = "1.0"\nwheels = [{name = "aa-1.0.whl", hashes = {sha256 = "${sum}"}}]\n` })[0]!.files).toEqual([{ name: 'aa-1.0.whl', hash: `sha256:${sum}` }]);
  });

  it('lines without one exact version are open', () => {
    expect(openRequirements('aa==1.0\nbb>=2 # why\n-r other.txt\n--index-url x\n# cc\ndd==1.*\nee[x]==1.0 ; python_version > "3"\n./local\n')).toEqual(['bb>=2', '-r other.txt', 'dd==1.*']);
  });
});
