/** The history of a change from its commits' trees: what is gone again, a move, a merge, and what cannot be read. */
import { describe, expect, it } from 'vitest';
import { AssayError } from '../core/errors.ts';
import type { GitHub } from '../core/ports/github.ts';
import type { RepositoryRef } from '../core/ports/store.ts';
import { type Tree, textFile } from '../core/tree.ts';
import { readHistory } from './history.ts';

const repository = { id: 1, installationId: 1, owner: 'acme', name: 'shop' } as RepositoryRef;
const tree = (files: Record<string, string>): Tree => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));

/** A GitHub that knows these commits; the last one is head. */
function gitHub(commits: { sha: string; parents: string[] }[], trees: Record<string, Tree>): GitHub {
  const known: Pick<GitHub, 'commits' | 'tree'> = {
    commits: async () => commits,
    tree: async (_, sha) => trees[sha] ?? Promise.reject(new AssayError('GITHUB_GONE', `no ${sha}`, { remedy: 'None.' })),
  };
  return known as GitHub;
}

const read = (github: GitHub) => readHistory({ github, repository }, { base: 'base', head: 'head' });

describe('the history of a change', () => {
  it('holds what one commit added and the next took away, and no move', async () => {
    const github = gitHub([{ sha: 'one', parents: ['base'] }, { sha: 'head', parents: ['one'] }], {
      base: tree({ 'a.txt': 'one\ntwo\n', 'old.txt': 'the same\n' }), one: tree({ 'a.txt': 'one\nfor a day\ntwo\n', 'old.txt': 'the same\n' }), head: tree({ 'a.txt': 'one\ntwo\n', 'new.txt': 'the same\n' }),
    });
    const expected = [{ sha: 'one', path: 'a.txt', lines: [{ line: 2, text: 'for a day' }] }];
    expect(await read(github)).toEqual(expected);
    expect(await read(github)).toEqual(expected);
  });

  it('takes of a merge only what none of its parents has', async () => {
    const github = gitHub([{ sha: 'head', parents: ['base', 'side'] }], {
      base: tree({ 'a.txt': 'main\n' }), side: tree({ 'a.txt': 'side\n', 'b.txt': 'side\n' }), head: tree({ 'a.txt': 'main\nside\nsmuggled\n', 'b.txt': 'side\n' }),
    });
    expect(await read(github)).toEqual([{ sha: 'head', path: 'a.txt', lines: [{ line: 3, text: 'smuggled' }] }]);
  });

  it('names what is too large or too much, leaves binaries out, and does not swallow a GitHub that is away', async () => {
    const head: Tree = { 'large.txt': textFile('x'.repeat(6 * 1024 * 1024)), 'image.png': { mode: '100644', encoding: 'base64', content: Buffer.from([1, 0, 2]).toString('base64') } };
    expect(await read(gitHub([{ sha: 'head', parents: [] }], { head }))).toEqual([{ sha: 'head', path: 'large.txt', lines: [], unread: expect.stringContaining('larger') }]);
    const many = { ...gitHub([], {}), commits: () => Promise.reject(new AssayError('COMMITS_TOO_MANY', '300 commits', { remedy: 'Split it.' })) };
    expect(await read(many)).toEqual([{ sha: 'head', path: '.', lines: [], unread: '300 commits' }]);
    await expect(read(gitHub([{ sha: 'head', parents: ['base'] }], { head }))).rejects.toMatchObject({ code: 'GITHUB_GONE' });
  });
});
