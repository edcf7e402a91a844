/** Git objects in emulate's store: real object ids (the SHA-1 git would give), reading a tree flat, writing a commit, finding ancestors. */
import { createHash } from 'node:crypto';
import { nodeId } from './store.ts';
import type { GitHubStore } from './store.ts';
import type { BlobRow, CommitRow, RepoRow, TreeEntry, UserRow } from './rows.ts';

export interface FlatFile { mode: string; type: 'blob' | 'commit'; sha: string }

export function commitOf(gh: GitHubStore, repoId: number, sha: string): CommitRow | undefined {
  return gh.commits.findBy('sha', sha).find((row) => row.repo_id === repoId);
}

export function blobOf(gh: GitHubStore, repoId: number, sha: string): BlobRow | undefined {
  return gh.blobs.findBy('sha', sha).find((row) => row.repo_id === repoId);
}

export function blobBytes(blob: BlobRow): Buffer {
  return Buffer.from(blob.content, blob.encoding === 'base64' ? 'base64' : 'utf8');
}

/** All files of a tree by their full path. */
export function flatten(gh: GitHubStore, repoId: number, treeSha: string, prefix = ''): Map<string, FlatFile> {
  const files = new Map<string, FlatFile>();
  const tree = gh.trees.findBy('sha', treeSha).find((row) => row.repo_id === repoId);
  for (const entry of tree?.tree ?? []) {
    if (entry.type !== 'tree') files.set(prefix + entry.path, { mode: entry.mode, type: entry.type, sha: entry.sha });
    else for (const [path, file] of flatten(gh, repoId, entry.sha, `${prefix}${entry.path}/`)) files.set(path, file);
  }
  return files;
}

export function writeBlob(gh: GitHubStore, repoId: number, bytes: Buffer): string {
  const sha = objectSha('blob', bytes);
  if (blobOf(gh, repoId, sha) !== undefined) return sha;
  const text = bytes.toString('utf8');
  const isText = !text.includes('\0') && Buffer.from(text, 'utf8').equals(bytes);
  gh.blobs.insert({
    repo_id: repoId, sha, node_id: nodeId('Blob', sha), size: bytes.byteLength, encoding: isText ? 'utf-8' : 'base64', content: isText ? text : bytes.toString('base64'),
  });
  return sha;
}

/** Writes the nested trees of a flat listing and gives back the root's id. */
export function writeTree(gh: GitHubStore, repoId: number, files: Map<string, FlatFile>): string {
  const entries: TreeEntry[] = [];
  const folders = new Map<string, Map<string, FlatFile>>();
  for (const [path, file] of files) {
    const slash = path.indexOf('/');
    if (slash < 0) {
      entries.push({ path, mode: file.mode, type: file.type, sha: file.sha });
      continue;
    }
    const folder = path.slice(0, slash);
    const inside = folders.get(folder) ?? new Map<string, FlatFile>();
    folders.set(folder, inside.set(path.slice(slash + 1), file));
  }
  for (const [path, inside] of folders) entries.push({ path, mode: '040000', type: 'tree', sha: writeTree(gh, repoId, inside) });
  return insertTree(gh, repoId, entries);
}

function insertTree(gh: GitHubStore, repoId: number, entries: TreeEntry[]): string {
  const named = (entry: TreeEntry): Buffer => Buffer.from(entry.type === 'tree' ? `${entry.path}/` : entry.path, 'utf8');
  const ordered = entries.toSorted((left, right) => Buffer.compare(named(left), named(right)));
  const content = ordered.flatMap((entry) => [Buffer.from(`${entry.mode.replace(/^0+/, '')} ${entry.path}\0`, 'utf8'), Buffer.from(entry.sha, 'hex')]);
  const sha = objectSha('tree', Buffer.concat(content));
  const known = gh.trees.findBy('sha', sha).some((row) => row.repo_id === repoId);
  if (!known) gh.trees.insert({ repo_id: repoId, sha, node_id: nodeId('Tree', sha), tree: ordered });
  return sha;
}

export interface NewCommit { tree: string; parents: string[]; message: string; author: UserRow; date?: string }

/** Writes a commit by a person or bot; the author's address is GitHub's no-reply form, by which GitHub ties it to the account. */
export function writeCommit(gh: GitHubStore, repo: RepoRow, commit: NewCommit): CommitRow {
  const email = commit.author.email ?? `${commit.author.id}+${commit.author.login}@users.noreply.github.com`;
  const name = commit.author.name ?? commit.author.login;
  const date = (commit.date ?? new Date().toISOString()).replace(/\.\d+Z$/, 'Z');
  const identity = `${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
  const message = commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`;
  const text = [`tree ${commit.tree}`, ...commit.parents.map((sha) => `parent ${sha}`), `author ${identity}`, `committer ${identity}`].join('\n');
  const sha = objectSha('commit', Buffer.from(`${text}\n\n${message}`, 'utf8'));
  const known = commitOf(gh, repo.id, sha);
  if (known !== undefined) return known;
  return gh.commits.insert({
    repo_id: repo.id, sha, node_id: nodeId('Commit', sha), message: commit.message, author_name: name, author_email: email, author_date: date,
    committer_name: name, committer_email: email, committer_date: date, tree_sha: commit.tree, parent_shas: commit.parents, user_id: commit.author.id,
  });
}

export function objectSha(type: 'blob' | 'tree' | 'commit', content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.byteLength}\0`).update(content).digest('hex');
}

/** The commit and everything before it, newest first by distance. */
export function ancestry(gh: GitHubStore, repoId: number, sha: string): CommitRow[] {
  const found = new Map<string, CommitRow>();
  const queue = [sha];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const commit = found.has(next) ? undefined : commitOf(gh, repoId, next);
    if (commit === undefined) continue;
    found.set(next, commit);
    queue.push(...commit.parent_shas);
  }
  return [...found.values()];
}

/** Commits on head that base lacks, oldest first, as a pull request lists them. */
export function commitsBetween(gh: GitHubStore, repoId: number, base: string, head: string): CommitRow[] {
  const known = new Set(ancestry(gh, repoId, base).map((row) => row.sha));
  return ancestry(gh, repoId, head).filter((row) => !known.has(row.sha)).toReversed();
}

export function isAncestor(gh: GitHubStore, repoId: number, older: string, newer: string): boolean {
  return ancestry(gh, repoId, newer).some((row) => row.sha === older);
}

/** The common ancestor nearest to head; undefined for unrelated histories. */
export function mergeBase(gh: GitHubStore, repoId: number, base: string, head: string): CommitRow | undefined {
  const reachable = new Set(ancestry(gh, repoId, base).map((row) => row.sha));
  return ancestry(gh, repoId, head).find((row) => reachable.has(row.sha));
}

/** Makes a fork's objects reachable in the base repository, as GitHub's shared object store does for a pull request. */
export function shareObjects(gh: GitHubStore, from: number, to: number, head: string): void {
  if (from === to) return;
  for (const commit of ancestry(gh, from, head)) {
    if (commitOf(gh, to, commit.sha) !== undefined) continue;
    shareTree(gh, { from, to }, commit.tree_sha);
    const { id: _id, ...row } = commit;
    gh.commits.insert({ ...row, repo_id: to });
  }
}

function shareTree(gh: GitHubStore, repos: { from: number; to: number }, sha: string): void {
  if (gh.trees.findBy('sha', sha).some((row) => row.repo_id === repos.to)) return;
  const tree = gh.trees.findBy('sha', sha).find((row) => row.repo_id === repos.from);
  if (tree === undefined) return;
  for (const entry of tree.tree) {
    if (entry.type === 'tree') shareTree(gh, repos, entry.sha);
    const blob = entry.type === 'blob' ? blobOf(gh, repos.from, entry.sha) : undefined;
    if (blob !== undefined) writeBlob(gh, repos.to, blobBytes(blob));
  }
  const { id: _id, ...row } = tree;
  gh.trees.insert({ ...row, repo_id: repos.to });
}
