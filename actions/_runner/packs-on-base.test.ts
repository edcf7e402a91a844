import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { chosenNeeds } from './needs.ts';
import { packsOnBase } from './packs-on-base.ts';

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A checkout whose base says the one and whose head says the other. */
function checkout(base: string | null, head: string): { GITHUB_WORKSPACE: string; ASSAY_BASE: string } {
  const folder = mkdtempSync(join(tmpdir(), 'assay-packs-'));
  made.push(folder);
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { stdio: 'ignore' });
  mkdirSync(join(folder, '.github'));
  git('init', '-q', '-b', 'main');
  if (base !== null) writeFileSync(join(folder, '.github', 'assay.yml'), base);
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'base');
  git('switch', '-q', '-c', 'change');
  writeFileSync(join(folder, '.github', 'assay.yml'), head);
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'head');
  return { GITHUB_WORKSPACE: folder, ASSAY_BASE: 'main' };
}
const strict = 'version: 1\npack: strict\n';

it('are those that the configuration on base names, never those of the change', async () => {
  expect(await packsOnBase(checkout(strict, 'version: 1\npack: baseline\n'))).toEqual(['strict']);
  expect(await packsOnBase(checkout(null, strict))).toEqual(['baseline']);
  expect(await packsOnBase(checkout(`${strict}packages:\n  - {path: web, pack: agent-authored}\n  - {path: api, pack: strict}\n`, strict))).toEqual(['strict', 'agent-authored']);
});

it('are not said where nothing is checked out, there is no base, or it is broken', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'assay-packs-'));
  made.push(empty);
  expect(await packsOnBase({ GITHUB_WORKSPACE: empty })).toBeNull();
  expect(await packsOnBase({ ...checkout(strict, strict), ASSAY_BASE: 'nowhere' })).toBeNull();
  expect(await packsOnBase(checkout('version: 1\npakc: strict\n', strict))).toBeNull();
});

it('decide what is prepared, and every guardrail is where they are not known', () => {
  const known = { libraries: { G01: ['engine'], G12: ['compiler'] }, tools: ['zizmor'] };
  expect(chosenNeeds({}, { ...known, packs: ['baseline'] }).libraries).toEqual(['engine']);
  expect(chosenNeeds({}, { ...known, packs: ['baseline', 'strict'] }).libraries).toEqual(['compiler', 'engine']);
  for (const packs of [null, ['unheard-of']]) expect(chosenNeeds({}, { ...known, packs }).libraries).toEqual(['compiler', 'engine']);
  expect(chosenNeeds({ ASSAY_ONLY: 'G12' }, { ...known, packs: ['baseline'] }).libraries).toEqual(['compiler']);
});
