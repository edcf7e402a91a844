/**
 * A commit's files, by git's own objects and not by an archive: `.gitattributes` can leave files out of an archive. Every blob is checked
 * against its name. Objects never change, so they are kept; reading a big tree that the limit interrupts goes on where it stopped.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { AssayError } from '../../core/errors.ts';
import type { ChangedFile } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { Tree, TreeFile } from '../../core/tree.ts';
import type { Client } from './client.ts';
import { GitHubError } from './failures.ts';
import { caps } from './limits.ts';
import { place } from './read.ts';

type Blob = Pick<TreeFile, 'encoding' | 'content'>;
export type ObjectCache = LRUCache<string, Blob>;

/** Keyed by repository and object, so that no repository can name another's objects. */
export function createObjectCache(maxBytes = 128 * 1024 * 1024): ObjectCache {
  return new LRUCache({ maxSize: maxBytes, sizeCalculation: (blob) => blob.content.length + 100 });
}

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
  const read = await inLanes(files, async (file) => [file.path, { mode: modeOf(file), ...(await readBlob(client, objects, { ...at, sha: file.sha })) }] as const);
  return Object.fromEntries(read);
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

async function readBlob(client: Client, objects: ObjectCache, at: { repository: RepositoryRef; sha: string }): Promise<Blob> {
  const key = `${at.repository.id} ${at.sha}`;
  const known = objects.get(key);
  if (known) return known;
  const answer = await client.rest('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { ...place(at.repository), file_sha: at.sha });
  const bytes = Buffer.from(answer.content, answer.encoding === 'base64' ? 'base64' : 'utf8');
  if (blobSha(bytes) !== at.sha) throw new GitHubError('GITHUB_ANSWER_INVALID', `blob ${at.sha} came with other content`, { status: 200, notBefore: null });
  const blob = blobOf(bytes);
  objects.set(key, blob);
  return blob;
}

export function blobSha(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Text where it is UTF-8 to the last byte and has no NUL, otherwise base64. */
function blobOf(bytes: Buffer): Blob {
  const text = bytes.toString('utf8');
  const isText = !bytes.includes(0) && Buffer.from(text, 'utf8').equals(bytes);
  return isText ? { encoding: 'utf8', content: text } : { encoding: 'base64', content: bytes.toString('base64') };
}

/** Eight at a time, answers in order; the first failure stops every lane. */
export async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  let failed = false;
  async function lane(): Promise<void> {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        answers[index] = await work(items[index] as T);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(8, items.length) }, lane));
  return answers;
}

/** What differs between two commits, without guessing renames. */
export async function compareTrees(client: Client, repository: RepositoryRef, range: { base: string; head: string }): Promise<ChangedFile[]> {
  const [base, head] = await Promise.all([listTree(client, repository, range.base), listTree(client, repository, range.head)])
    .catch((thrown: unknown) => { throw thrown instanceof AssayError && thrown.code === 'TREE_TOO_LARGE' ? truncated(thrown) : thrown; });
  const before = new Map(base.map((entry) => [entry.path, `${entry.mode} ${entry.sha}`]));
  const after = new Set(head.map((entry) => entry.path));
  const changed = head.filter((entry) => before.get(entry.path) !== `${entry.mode} ${entry.sha}`)
    .map((entry): ChangedFile => ({ path: entry.path, previousPath: null, status: before.has(entry.path) ? 'modified' : 'added' }));
  const removed = base.filter((entry) => !after.has(entry.path)).map((entry): ChangedFile => ({ path: entry.path, previousPath: null, status: 'removed' }));
  return [...changed, ...removed];
}

function truncated(cause: unknown): AssayError {
  return new AssayError('FILE_LIST_TRUNCATED', 'GitHub does not give all files of this change', { remedy: 'Split the change, or the repository, into smaller ones.', cause });
}
