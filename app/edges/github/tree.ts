/**
 * A commit's files, by git's own objects and not by an archive: `.gitattributes` can leave files out of an archive.
 */
import { AssayError } from '../../core/errors.ts';
import type { ChangedFile } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { Tree, TreeFile } from '../../core/tree.ts';
import type { Client } from './client.ts';
import { readBlobs, type ObjectCache } from './blobs.ts';
import { caps } from './limits.ts';
import { place } from './read.ts';

interface Entry {
  path: string;
  mode: string;
  sha: string;
  size: number;
}

export async function readTree(client: Client, objects: ObjectCache, at: { repository: RepositoryRef; sha: string }): Promise<Tree> {
  const entries = await listTree(client, at.repository, at.sha);
  const links = entries.filter((entry) => entry.mode === '160000');
  if (links.length > 0) client.log.warn({ repository: at.repository.id, sha: at.sha, paths: links.map((link) => link.path) }, 'submodules are not read');
  const files = entries.filter((entry) => entry.mode !== '160000');
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > caps.treeBytes) throw tooLarge(at.sha, `${bytes} bytes`);
  const blobs = await readBlobs(client, objects, { repository: at.repository, wanted: files });
  return Object.fromEntries(files.map((file) => [file.path, { mode: modeOf(file), ...blobs.get(file.sha)! }]));
}

function modeOf({ mode, path }: Entry): TreeFile['mode'] {
  if (mode === '100644' || mode === '100755' || mode === '120000') return mode;
  if (mode === '100664') return '100644';
  throw new AssayError('TREE_MODE_UNKNOWN', `${path} has the mode ${mode}`, { remedy: 'Commit the file again with an ordinary mode.' });
}

function tooLarge(sha: string, why: string): AssayError {
  return new AssayError('TREE_TOO_LARGE', `the tree of ${sha} is too large to read whole (${why})`, { remedy: `Keep the repository under ${caps.treeBytes / 1024 / 1024} MB and 100,000 files, e.g. with Git LFS for large files.` });
}

async function listTree(client: Client, repository: RepositoryRef, sha: string): Promise<Entry[]> {
  const answer = await client.rest('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { ...place(repository), tree_sha: sha, recursive: '1' });
  if (answer.truncated) throw tooLarge(sha, 'GitHub cut its listing');
  const entries = answer.tree.filter((entry) => entry.type !== 'tree');
  // A record drops this one name on assignment: refused, before a file can hide behind it.
  if (entries.some((entry) => entry.path === '__proto__')) throw new AssayError('TREE_PATH_REFUSED', 'a file is named __proto__', { remedy: 'Rename the file.' });
  return entries.map((entry) => ({ path: entry.path ?? '', mode: entry.mode ?? '', sha: entry.sha ?? '', size: entry.size ?? 0 }));
}

export async function readListing(client: Client, repository: RepositoryRef, sha: string): Promise<Record<string, string>> {
  return Object.fromEntries((await listTree(client, repository, sha)).map((entry) => [entry.path, named(entry)]));
}

/** What differs between two commits, without guessing renames. */
export async function compareTrees(client: Client, repository: RepositoryRef, range: { base: string; head: string }): Promise<ChangedFile[]> {
  const [base, head] = await Promise.all([listTree(client, repository, range.base), listTree(client, repository, range.head)])
    .catch((thrown: unknown) => { throw thrown instanceof AssayError && thrown.code === 'TREE_TOO_LARGE' ? truncated(thrown) : thrown; });
  const before = new Map(base.map((entry) => [entry.path, named(entry)]));
  const after = new Set(head.map((entry) => entry.path));
  const changed = head.filter((entry) => before.get(entry.path) !== named(entry))
    .map((entry): ChangedFile => ({ path: entry.path, previousPath: null, status: before.has(entry.path) ? 'modified' : 'added' }));
  const removed = base.filter((entry) => !after.has(entry.path)).map((entry): ChangedFile => ({ path: entry.path, previousPath: null, status: 'removed' }));
  return [...changed, ...removed];
}

function named({ mode, sha }: Entry): string {
  return `${mode} ${sha}`;
}

function truncated(cause: unknown): AssayError {
  return new AssayError('FILE_LIST_TRUNCATED', 'GitHub does not give all files of this change', { remedy: 'Split the change, or the repository, into smaller ones.', cause });
}
