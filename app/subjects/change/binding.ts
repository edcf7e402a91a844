/**
 * To what a change's evidence is bound: head, base branch and its tip, and the tree that merging the two gives. A base that moves is compared with what was bound:
 * whether it touches the change, file by file, says whether the merge is still the one that was judged. Pure; what the movement is worth is policy's to say.
 */
import { z } from 'zod';
import type { ChangedFile, ChangeSnapshot, CommitShape } from '../../core/ports/github.ts';
import type { FilesNote } from './facts.ts';

/** Two commits as they would be merged. `mergeTree`: null where they conflict. */
const Merge = z.object({ baseSha: z.string(), mergeSha: z.string().nullable(), mergeTree: z.string().nullable() });
export type Merge = z.infer<typeof Merge>;

export const movements = ['none', 'elsewhere', 'touching', 'rewritten', 'retargeted'] as const;
/** `elsewhere`: no file of the change, and the merge is the bound one in every file of it. `rewritten`: the base lost commits. */
export type Movement = (typeof movements)[number];

/** `since` and `cause`: when and why it took the place of an earlier one for the same head; null: it is the first. `seen`: a later tip that was found to touch nothing. */
export const BindingNote = Merge.extend({
  headSha: z.string(), headTree: z.string(), baseRef: z.string(), mergeBase: z.string(),
  since: z.number().nullable(), cause: z.enum(movements).nullable(), moved: z.array(z.string()), seen: Merge.nullable(),
});
export type BindingNote = z.infer<typeof BindingNote>;

/** `now`: null while GitHub has not tried the merge of these very commits. `moved`: files by which the base's movement touches the change. */
export interface BindingFacts {
  bound: BindingNote | null;
  now: BindingNote | null;
  movement: Movement;
  moved: string[];
}

const maxMoved = 20;

/** The binding as GitHub gives it now, or null where its trial merge is of other commits, or is none of exactly these two. */
export function bindingNow(change: ChangeSnapshot, files: FilesNote): BindingNote | null {
  const { headSha, headTree, baseRef, baseSha, mergeable, testMerge } = change;
  if (headTree === null || mergeable === 'unknown') return null;
  const merge = mergeable === 'conflicting' ? { baseSha, mergeSha: null, mergeTree: null } : mergeOf(testMerge, { baseSha, headSha });
  return merge && { ...merge, headSha, headTree, baseRef, mergeBase: files.mergeBase, since: null, cause: null, moved: [], seen: null };
}

/** Null unless the commit's parents are exactly this base and this head. */
export function mergeOf(commit: CommitShape | null, { baseSha, headSha }: { baseSha: string; headSha: string }): Merge | null {
  if (commit === null || commit.parents.length !== 2 || commit.parents[0] !== baseSha || commit.parents[1] !== headSha) return null;
  return { baseSha, mergeSha: commit.sha, mergeTree: commit.tree };
}

/** What there is to judge and to approve: the bound one while it is of this head, else the present one. */
export function boundTo({ bound, now }: BindingFacts): BindingNote | null {
  return bound ?? now;
}

/** The merge in which the change is judged since its base moved into it; null: it is judged by itself. */
export function reboundMerge(facts: BindingFacts): { baseSha: string; mergeSha: string; mergeTree: string } | null {
  const bound = boundTo(facts);
  if (!bound?.cause || bound.mergeSha === null || bound.mergeTree === null) return null;
  return { baseSha: bound.baseSha, mergeSha: bound.mergeSha, mergeTree: bound.mergeTree };
}

/** Paths that a change has to do with, under old names too. */
export function pathsOf(files: readonly ChangedFile[]): Set<string> {
  return new Set(files.flatMap(({ path, previousPath }) => (previousPath === null ? [path] : [path, previousPath])));
}

/** Listings of commits: path → mode and object. */
type Listing = Readonly<Record<string, string>>;

/** Files in which a merge is not what it must be: the change's own as in the bound merge, every other as in the base that it is of. */
export function unexpected({ own, base, bound, merged }: { own: ReadonlySet<string>; base: Listing; bound: Listing; merged: Listing }): string[] {
  const paths = new Set([...Object.keys(base), ...Object.keys(bound), ...Object.keys(merged)]);
  return [...paths].filter((path) => merged[path] !== (own.has(path) ? bound : base)[path]).sort();
}

/** The first few, for a note and a comment. */
export function few(paths: readonly string[]): string[] {
  return paths.slice(0, maxMoved);
}
