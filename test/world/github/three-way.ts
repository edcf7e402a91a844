/**
 * A three-way merge of two commits: whole files first, then line by line with node-diff3. Answers the merged tree or the paths in conflict.
 * Unlike git it does not follow renames: an edit on one side of a file the other side moved is a conflict here.
 */
import { diff3Merge } from 'node-diff3';
import { blobBytes, blobOf, commitOf, flatten, mergeBase, writeBlob, writeTree } from './git.ts';
import type { FlatFile } from './git.ts';
import type { GitHubStore } from './store.ts';

export type Merged = { tree: string; conflicts: [] } | { tree: null; conflicts: string[] };

interface Sides { base: FlatFile | undefined; ours: FlatFile | undefined; theirs: FlatFile | undefined }

/** Merges `head` into `base`, both commits of the repository; unrelated histories conflict as a whole. */
export function threeWay(gh: GitHubStore, repoId: number, at: { base: string; head: string }): Merged {
  const ancestor = mergeBase(gh, repoId, at.base, at.head);
  const trees = [ancestor, commitOf(gh, repoId, at.base), commitOf(gh, repoId, at.head)].map((commit) => commit?.tree_sha);
  const [from, ours, theirs] = trees.map((tree) => (tree === undefined ? undefined : flatten(gh, repoId, tree)));
  if (from === undefined || ours === undefined || theirs === undefined) return { tree: null, conflicts: ['(no common history)'] };
  const files = new Map<string, FlatFile>();
  const conflicts: string[] = [];
  for (const path of new Set([...ours.keys(), ...theirs.keys()])) {
    const file = mergeFile(gh, repoId, { base: from.get(path), ours: ours.get(path), theirs: theirs.get(path) });
    if (file === 'conflict') conflicts.push(path);
    else if (file !== 'absent') files.set(path, file);
  }
  conflicts.push(...[...files.keys()].filter((path) => blockedByFile(path, files)));
  if (conflicts.length > 0) return { tree: null, conflicts: conflicts.toSorted() };
  return { tree: writeTree(gh, repoId, files), conflicts: [] };
}

function mergeFile(gh: GitHubStore, repoId: number, sides: Sides): FlatFile | 'absent' | 'conflict' {
  const { base, ours, theirs } = sides;
  if (same(ours, theirs) || same(theirs, base)) return ours ?? 'absent';
  if (same(ours, base)) return theirs ?? 'absent';
  if (base === undefined || ours === undefined || theirs === undefined || ours.mode !== theirs.mode) return 'conflict';
  return mergeText(gh, repoId, { base, ours, theirs });
}

function mergeText(gh: GitHubStore, repoId: number, files: { base: FlatFile; ours: FlatFile; theirs: FlatFile }): FlatFile | 'conflict' {
  const [base, ours, theirs] = [files.base, files.ours, files.theirs].map((file) => linesOf(gh, repoId, file));
  if (base === undefined || ours === undefined || theirs === undefined) return 'conflict';
  const regions = diff3Merge(ours, base, theirs, { excludeFalseConflicts: true });
  if (regions.some((region) => region.conflict !== undefined)) return 'conflict';
  const text = regions.flatMap((region) => region.ok ?? []).join('');
  return { ...files.ours, sha: writeBlob(gh, repoId, Buffer.from(text, 'utf8')) };
}

/** Lines with their ends kept; undefined for what is not text. */
function linesOf(gh: GitHubStore, repoId: number, file: FlatFile): string[] | undefined {
  const blob = blobOf(gh, repoId, file.sha);
  if (blob === undefined || blob.encoding === 'base64' || file.type !== 'blob') return undefined;
  return blobBytes(blob).toString('utf8').split(/(?<=\n)/);
}

function same(left: FlatFile | undefined, right: FlatFile | undefined): boolean {
  return left?.sha === right?.sha && left?.mode === right?.mode;
}

/** One side made a file where the other made a folder of that name. */
function blockedByFile(path: string, files: Map<string, FlatFile>): boolean {
  const parts = path.split('/');
  return parts.slice(1).some((_, index) => files.has(parts.slice(0, index + 1).join('/')));
}
