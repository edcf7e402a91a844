/** The hook of .pre-commit-hooks.yaml, as pre-commit itself runs it on `git commit` in a clone: offline, with the `assay` that is on the PATH. */
import { spawnSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { need, testWith } from '../../test/tools.ts';
import { commit, folder, git, repository, write } from './checkout.fixture.ts';

const own = fileURLToPath(new URL('../../', import.meta.url));
const stub = 'def total(items):\n    pass\n';
const whole = 'def total(items):\n    return sum(items)\n';

/** A clone of a repository that asks for the hook, and how to commit in it. */
function cloned(id: string, more: Record<string, string> = {}): { path: string; commits(message: string): { code: number | null; words: string } } {
  const hooks = repository({});
  cpSync(join(own, '.pre-commit-hooks.yaml'), join(hooks, '.pre-commit-hooks.yaml'));
  commit(hooks, 'hooks');
  const config = JSON.stringify({ repos: [{ repo: hooks, rev: git(hooks, 'rev-parse', 'HEAD'), hooks: [{ id }] }] });
  const path = join(folder(), 'clone');
  git(hooks, 'clone', '-q', repository({ 'a.txt': 'a\n', '.pre-commit-config.yaml': config, ...more }), path);
  const bin = folder();
  symlinkSync(join(own, 'app/bin.js'), join(bin, 'assay'));
  const env = { ...process.env, PATH: [bin, dirname(process.execPath), dirname(need('pre-commit').path!), process.env.PATH].join(delimiter), PRE_COMMIT_HOME: folder(), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', NO_COLOR: '1' };
  const run = (program: string, ...args: string[]) => spawnSync(program, args, { cwd: path, env, encoding: 'utf8' });
  expect(run('pre-commit', 'install').stdout).toContain('installed');
  return {
    path,
    commits: (message) => {
      git(path, 'add', '-A');
      const { status, stdout, stderr } = run('git', '-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '-m', message);
      return { code: status, words: stdout + stderr };
    },
  };
}

testWith(['pre-commit', 'git'], 'the pre-commit hook')('a commit with a finding is refused with its words, and goes through once it is mended', () => {
  const { path, commits } = cloned('assay-guard-system');
  write(path, { 'total.py': stub });
  const refused = commits('a stub');
  expect(refused.code, refused.words).toBe(1);
  expect(refused.words).toMatch(/assay guard \(installed\)\.+Failed[\s\S]*total\.py/);
  expect(git(path, 'log', '--format=%s')).toBe('base');
  write(path, { 'total.py': whole });
  const mended = commits('a total');
  expect(mended.code, mended.words).toBe(0);
  expect(mended.words).toContain('Passed');
  expect(git(path, 'log', '--format=%s').split('\n')).toEqual(['a total', 'base']);
});

testWith(['pre-commit', 'git'], 'the pre-commit hook')('where the rules of base cannot be read nothing is committed, and it says which key is none', () => {
  const { path, commits } = cloned('assay-guard-system', { '.github/assay.yml': 'version: 1\npak: strict\n' });
  write(path, { 'total.py': whole });
  const refused = commits('a total');
  expect(refused.code).toBe(1);
  expect(refused.words).toMatch(/Failed[\s\S]*exit code: 2[\s\S]*"pak" is no key/);
  expect(git(path, 'log', '--format=%s')).toBe('base');
});
