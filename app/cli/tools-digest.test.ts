import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { toolsDigest } from './tools-digest.ts';

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function place(files: Record<string, string>, root = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-digest-'));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return join(folder, root);
}
const clone = (lock: string, tools = '[]') => toolsDigest(place({ 'package.json': '{}', 'package-lock.json': lock, 'deps/tools.lock': tools }));
const installed = (record: string, tools = '[]') => {
  const root = 'node_modules/@assay-dev/assay';
  return toolsDigest(place({ [`${root}/package.json`]: '{}', [`${root}/deps/tools.lock`]: tools, 'node_modules/.package-lock.json': record }, root));
};

it('is the same for the same libraries and tools, wherever they are, and another for others', () => {
  for (const of of [clone, installed]) {
    expect(of('a')).toMatch(/^[0-9a-f]{64}$/);
    expect(of('a')).toBe(of('a'));
    expect(new Set([of('a'), of('b'), of('a', '["ruff"]')]).size).toBe(3);
  }
});

it('is that of this clone where nothing else is asked for', () => {
  expect(toolsDigest()).toMatch(/^[0-9a-f]{64}$/);
});

it('is none where nobody knows which libraries are there', () => {
  expect(() => toolsDigest(place({ 'package.json': '{}', 'deps/tools.lock': '[]' }))).toThrow(expect.objectContaining({ code: 'CONFIG_UNKNOWN_PACKAGES' }));
});
