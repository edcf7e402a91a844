/**
 * One commit on a new or moved branch, out of git objects. Run twice with the same patch it finds its own commit and changes nothing:
 * blobs and trees are named by content, and a branch that already has this tree on this parent is reused.
 */
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { Patch } from '../../core/tree.ts';
import type { Client } from './client.ts';
import { hasStatus } from './failures.ts';
import { place } from './read.ts';
import { inLanes } from './blobs.ts';

export interface CommitOptions {
  branch: string;
  parent: string;
  patch: Patch;
  message: string;
}

type TreeEntry = { path: string; mode: '100644' | '100755' | '120000'; type: 'blob'; sha: string | null };

export async function writeCommit(client: Client, repository: RepositoryRef, options: CommitOptions): Promise<{ sha: string }> {
  const at = place(repository);
  const entries = await inLanes(Object.entries(options.patch), ([path, file]) => entryOf(client, at, { path, file }));
  const parent = await client.rest('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...at, commit_sha: options.parent });
  const tree = entries.length === 0 ? parent.tree : await client.rest('POST /repos/{owner}/{repo}/git/trees', { ...at, base_tree: parent.tree.sha, tree: entries });
  const tip = await readBranch(client, repository, options.branch);
  if (tip && (await isOurs(client, at, { tip, tree: tree.sha, parent: options.parent }))) return { sha: tip };
  const commit = await client.rest('POST /repos/{owner}/{repo}/git/commits', { ...at, message: options.message, tree: tree.sha, parents: [options.parent] });
  await moveBranch(client, repository, { branch: options.branch, exists: tip !== null, sha: commit.sha });
  return { sha: commit.sha };
}

async function entryOf(client: Client, at: { owner: string; repo: string }, { path, file }: { path: string; file: Patch[string] | undefined }): Promise<TreeEntry> {
  if (!file) return { path, mode: '100644', type: 'blob', sha: null };
  const encoding = file.encoding === 'utf8' ? 'utf-8' : 'base64';
  const blob = await client.rest('POST /repos/{owner}/{repo}/git/blobs', { ...at, content: file.content, encoding });
  return { path, mode: file.mode, type: 'blob', sha: blob.sha };
}

async function isOurs(client: Client, at: { owner: string; repo: string }, wanted: { tip: string; tree: string; parent: string }): Promise<boolean> {
  const commit = await client.rest('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...at, commit_sha: wanted.tip });
  return commit.tree.sha === wanted.tree && commit.parents.length === 1 && commit.parents[0]?.sha === wanted.parent;
}

async function moveBranch(client: Client, repository: RepositoryRef, to: { branch: string; exists: boolean; sha: string }): Promise<void> {
  const at = place(repository);
  if (to.exists) {
    await client.rest('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...at, ref: `heads/${to.branch}`, sha: to.sha, force: true });
    return;
  }
  await client.rest('POST /repos/{owner}/{repo}/git/refs', { ...at, ref: `refs/heads/${to.branch}`, sha: to.sha });
}

export async function readBranch(client: Client, repository: RepositoryRef, branch: string): Promise<string | null> {
  try {
    return (await client.rest('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...place(repository), ref: `heads/${branch}` })).object.sha;
  } catch (thrown) {
    if (hasStatus(thrown, 404)) return null;
    throw thrown;
  }
}
