/** Each lock format is read into the same few facts, with the lines that say so; what cannot be read is an error, never an empty list. */
import { describe, expect, it } from 'vitest';
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
