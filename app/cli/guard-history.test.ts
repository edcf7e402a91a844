/** G13 from the command line: what the tip no longer shows, the whole history with --all, and a clone that does not have it. */
import { expect, it } from 'vitest';
import { commit, folder, found, git, guard, repository, write } from './checkout.fixture.ts';

// Made here, so that no file of ours holds a token's shape.
const leaky = `token = "gh${'p_'}${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}"\n`;

it('a secret that the next commit took away is found, twice alike, and only where the commits are', () => {
  const path = repository({ 'service.conf': '\n' });
  git(path, 'checkout', '-q', '-b', 'change');
  write(path, { 'service.conf': leaky });
  commit(path, 'add');
  write(path, { 'service.conf': 'token = ${TOKEN}\n' });
  commit(path, 'remove');
  const first = guard(path, '--base', 'main', '--only', 'G13', '--format', 'json');
  expect([first.code, found(first.stdout)]).toEqual([1, ['service.conf SECRET_IN_HISTORY']]);
  const again = guard(path, '--base', 'main', '--only', 'G13', '--format', 'json');
  expect(JSON.parse(again.stdout).guardrails[0].findings).toEqual(JSON.parse(first.stdout).guardrails[0].findings);
  // The tip alone is clean, and so is the change that starts after the leak.
  expect(guard(path, '--base', 'main', '--only', 'G02').code).toBe(0);
  write(path, { 'other.txt': 'text\n' });
  commit(path, 'later');
  expect(guard(path, '--base', 'HEAD~1', '--only', 'G13').code).toBe(0);
  expect(guard(path, '--all', '--only', 'G13').code).toBe(1);
}, 60_000);

it('a clone without its history is an error, a folder without git has none', () => {
  const path = repository({ 'a.txt': 'one\n' });
  commit(path, 'two');
  const clone = folder();
  git(clone, 'clone', '-q', '--depth', '1', `file://${path}`, 'copy');
  const shallow = guard(`${clone}/copy`, '--all', '--only', 'G13', '--format', 'json');
  expect([shallow.code, found(shallow.stdout)]).toEqual([3, ['. HISTORY_INCOMPLETE']]);
  expect(guard(folder({ 'a.txt': 'one\n' }), '--all', '--only', 'G13').code).toBe(0);
}, 60_000);
