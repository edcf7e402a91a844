import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('tests run on the pinned Node, whichever Node started npm', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { optionalDependencies: Record<string, string> };
  const pinned = new Set(Object.entries(optionalDependencies).filter(([name]) => name.startsWith('node-linux-')).map(([, version]) => version));
  expect([...pinned]).toEqual(['24.21.0']);
  expect(process.version).toBe('v24.21.0');
});
