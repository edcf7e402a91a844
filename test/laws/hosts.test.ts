/** Registries are the clients' own configuration: no file names the host of a package registry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clone, trackedFiles } from './sources.ts';

// Put together here, so that this file does not name one either.
const hosts = [['registry', 'npmjs', 'org'], ['registry', 'yarnpkg', 'com'], ['files', 'pythonhosted', 'org'], ['pypi', 'org'], ['proxy', 'golang', 'org'], ['sum', 'golang', 'org'], ['crates', 'io'], ['rubygems', 'org'], ['npm', 'pkg', 'github', 'com']].map((parts) => parts.join('.'));

test('no tracked file names a package registry', () => {
  const naming = trackedFiles().flatMap((path) => {
    const text = readFileSync(join(clone, path), 'utf8');
    return hosts.filter((host) => new RegExp(`(^|[^a-z0-9-])${host.replaceAll('.', '\\.')}`, 'i').test(text)).map((host) => `${path}: ${host}`);
  });
  expect(naming).toEqual([]);
});
