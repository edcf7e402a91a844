import { expect, test } from 'vitest';
import { decoded, foldersOf, pathBelow } from './links.ts';

test.each([
  ['b.md', 'docs/a.md', 'docs/b.md'],
  ['../b.md#part?x', 'docs/a.md', 'b.md'],
  ['./x%20y/', 'docs/a.md', 'docs/x y'],
  ['/b.md', 'docs/deep/a.md', 'b.md'],
  ['..', 'docs/a.md', ''],
  ['../..', 'docs/a.md', null],
  ['../../docs/b.md', 'docs/a.md', null],
  ['100%', 'a.md', '100%'],
])('%s in %s leads to %s', (target, from, path) => {
  expect(pathBelow(target, from)).toBe(path);
});

test('a broken escape stays as it was written', () => {
  expect(decoded('a%2')).toBe('a%2');
});

test('folders are named at every depth, the root is not', () => {
  expect([...foldersOf(['a/b/c.md', 'a/d.md', 'e.md', '/odd'])].sort()).toEqual(['a', 'a/b']);
});
