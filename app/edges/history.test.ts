/** History as git tells it: what is gone again, what was only moved, what a merge brought in, what nobody can read, and text that looks like a patch. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readHistory } from './history.ts';

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function git(folder: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@example.org', GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@example.org' };
  return execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

function empty(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-history-'));
  made.push(folder);
  return folder;
}

function commit(folder: string, files: Record<string, string | Buffer>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'a commit');
  return git(folder, 'rev-parse', 'HEAD');
}

function repository(): string {
  const folder = empty();
  git(folder, 'init', '-q', '-b', 'main');
  return folder;
}

describe('the history of a change', () => {
  it('holds what one commit added and the next took away, with line numbers of its time, oldest first', async () => {
    const folder = repository();
    const base = commit(folder, { 'a.txt': 'one\ntwo\n' });
    const first = commit(folder, { 'a.txt': 'one\nkept for a day\ntwo\n' });
    const second = commit(folder, { 'a.txt': 'one\ntwo\n', 'b.txt': 'new' });
    const expected = [{ sha: first, path: 'a.txt', lines: [{ line: 2, text: 'kept for a day' }] }, { sha: second, path: 'b.txt', lines: [{ line: 1, text: 'new' }] }];
    expect(await readHistory(folder, base)).toEqual(expected);
    expect(await readHistory(folder, base)).toEqual(expected);
  });

  it('takes no move for an addition, and cannot be told by attributes to look away', async () => {
    const folder = repository();
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');
    const base = commit(folder, { 'old name.txt': text });
    renameSync(join(folder, 'old name.txt'), join(folder, 'new "name".txt'));
    const sha = commit(folder, { '.gitattributes': '* -diff\n*.env binary\n', 'ä ö.env': 'hidden\n' });
    const found = await readHistory(folder, base);
    expect(found?.map((entry) => [entry.sha, entry.path])).toEqual([[sha, '.gitattributes'], [sha, 'ä ö.env']]);
  });

  it('shows a move with an edit under its new name', async () => {
    const folder = repository();
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');
    const base = commit(folder, { 'old.txt': text });
    renameSync(join(folder, 'old.txt'), join(folder, 'quo"te\t.txt'));
    const sha = commit(folder, { 'quo"te\t.txt': `${text}one more\n` });
    expect(await readHistory(folder, base)).toEqual([{ sha, path: 'quo"te\t.txt', lines: [{ line: 21, text: 'one more' }] }]);
  });

  it('reads what a merge adds that none of its parents has, and not what it only joins', async () => {
    const folder = repository();
    const base = commit(folder, { 'a.txt': 'one\n' });
    git(folder, 'checkout', '-q', '-b', 'side');
    commit(folder, { 'side.txt': 'from the side\n' });
    git(folder, 'checkout', '-q', 'main');
    commit(folder, { 'main.txt': 'from main\n' });
    git(folder, 'merge', '-q', '--no-commit', '--no-ff', 'side');
    const merge = commit(folder, { 'a.txt': 'one\nsmuggled in\n' });
    const found = await readHistory(folder, base);
    expect(found?.filter((entry) => entry.sha === merge)).toEqual([{ sha: merge, path: 'a.txt', lines: [{ line: 2, text: 'smuggled in' }] }]);
    expect(found).toHaveLength(3);
  });

  it('is not fooled by text that looks like a patch', async () => {
    const folder = repository();
    const base = commit(folder, {});
    const fake = 'first\n++ b/other.txt\n@@ -0,0 +1 @@\ndiff --git a/x b/x\nlast';
    const sha = commit(folder, { 'notes.txt': fake });
    expect(await readHistory(folder, base)).toEqual([{ sha, path: 'notes.txt', lines: fake.split('\n').map((text, index) => ({ line: index + 1, text })) }]);
  });

  it('leaves binary files out and names what is too large', async () => {
    const folder = repository();
    const base = commit(folder, {});
    const sha = commit(folder, { 'image.png': Buffer.from([1, 10, 0, 10, 65, 10]), 'large.txt': 'x'.repeat(3000), 'small.txt': 'fine\n' });
    expect(await readHistory(folder, base, { fileBytes: 1000 })).toEqual([
      { sha, path: 'large.txt', lines: [], unread: expect.stringContaining('more than') }, { sha, path: 'small.txt', lines: [{ line: 1, text: 'fine' }] },
    ]);
    const cut = await readHistory(folder, base, { totalBytes: 2 });
    expect(cut?.at(-1)).toMatchObject({ sha, path: '.', unread: expect.stringContaining('its commits add more') });
  });
});

describe('a whole history', () => {
  it('begins at the first commit and stays inside of the folder', async () => {
    const folder = repository();
    commit(folder, { 'outside.txt': 'no\n', 'part/inside.txt': 'yes\n' });
    expect((await readHistory(join(folder, 'part'), null))?.map((entry) => entry.path)).toEqual(['inside.txt']);
  });

  it('of a shallow clone says that it is not whole', async () => {
    const folder = repository();
    commit(folder, { 'a.txt': 'one\n' });
    commit(folder, { 'a.txt': 'two\n' });
    const clone = empty();
    git(clone, 'clone', '-q', '--depth', '1', `file://${folder}`, 'copy');
    expect((await readHistory(join(clone, 'copy'), null))?.at(-1)).toMatchObject({ path: '.', unread: expect.stringContaining('shallow') });
  });

  it('is empty where there are no commits, and unknown where git cannot tell', async () => {
    expect(await readHistory(empty(), null)).toEqual([]);
    expect(await readHistory(repository(), null)).toEqual([]);
    const folder = repository();
    commit(folder, { 'a.txt': 'one\n' });
    expect(await readHistory(folder, 'no-such-commit')).toBeNull();
  });
});
