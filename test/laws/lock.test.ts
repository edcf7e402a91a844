/** `npm ci` refuses a lock in which a package wants another that the lock does not hold, optional or not, so that nothing could be installed at all. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }
const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as { packages: Record<string, Locked> };

/** Where Node would look for a package that `from` wants: beside it, then further and further out. */
function places(from: string, name: string): string[] {
  const own = [...from.matchAll(/(^|\/)node_modules\//g)].map(({ index }) => from.slice(0, index));
  return [...new Set(['', ...own, from])].map((folder) => (folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`));
}

test('package-lock.json holds everything that it wants', () => {
  const wanted = Object.entries(packages).flatMap(([from, each]) => Object.keys({ ...each.dependencies, ...each.optionalDependencies }).map((name) => ({ from, name })));
  expect(wanted.length).toBeGreaterThan(500);
  expect(wanted.filter(({ from, name }) => !places(from, name).some((place) => place in packages)).map(({ from, name }) => `${from} wants ${name}`)).toEqual([]);
});
