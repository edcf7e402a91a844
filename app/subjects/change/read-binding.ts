/** Reads how the base has moved since the evidence was bound, and by which commit a change was merged. What was found out about a tip is remembered and not asked again. */
import type { ChangeSnapshot, CommitShape, GitHub } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import { BindingNote, bindingNow, few, pathsOf, unexpected, type BindingFacts, type Merge, type Movement } from './binding.ts';
import type { FilesNote } from './facts.ts';

interface Source {
  github: GitHub;
  repository: RepositoryRef;
}

interface Moved {
  movement: Movement;
  moved: string[];
}

const unmoved: Moved = { movement: 'none', moved: [] };

export async function readBinding(source: Source, change: ChangeSnapshot, { files, note }: { files: FilesNote; note: unknown }): Promise<BindingFacts> {
  const known = BindingNote.safeParse(note).data ?? null;
  const bound = known?.headSha === change.headSha ? known : null;
  if (change.state !== 'open') return { bound, now: null, ...await mergedInto(source, change, { bound, files }) };
  const now = bindingNow(change, files);
  if (bound === null || now === null) return { bound, now, ...unmoved };
  if (bound.baseRef !== now.baseRef) return { bound, now, movement: 'retargeted', moved: [] };
  return { bound, now, ...await movementOf(source, bound, { to: now, files }) };
}

/** How the base moved from the bound tip to another one, with which the change merges as given. */
export async function movementOf({ github, repository }: Source, bound: BindingNote, { to, files }: { to: Merge; files: FilesNote }): Promise<Moved> {
  if (to.baseSha === bound.baseSha) return to.mergeTree === bound.mergeTree ? unmoved : { movement: 'touching', moved: [] };
  if (bound.seen?.baseSha === to.baseSha && bound.seen.mergeTree === to.mergeTree) return { movement: 'elsewhere', moved: [] };
  const between = await github.compare(repository, bound.baseSha, to.baseSha);
  if (between.mergeBase !== bound.baseSha) return { movement: 'rewritten', moved: [] };
  const own = pathsOf(files.files);
  const moved = [...pathsOf(between.files)].filter((path) => own.has(path)).sort();
  if (moved.length > 0 || to.mergeSha === null || bound.mergeSha === null) return { movement: 'touching', moved: few(moved) };
  const [base, before, merged] = await Promise.all([to.baseSha, bound.mergeSha, to.mergeSha].map((sha) => github.listing(repository, sha)));
  const other = unexpected({ own, base: base!, bound: before!, merged: merged! });
  return other.length > 0 ? { movement: 'touching', moved: few(other) } : { movement: 'elsewhere', moved: [] };
}

/** Of a change that was merged: from the bound tip to the one that it was merged into. */
async function mergedInto(source: Source, { state, merged }: ChangeSnapshot, { bound, files }: { bound: BindingNote | null; files: FilesNote }): Promise<Moved> {
  const onto = baseOf(merged);
  if (state !== 'merged' || merged === null || bound === null || onto === null) return unmoved;
  return movementOf(source, bound, { to: { baseSha: onto, mergeSha: merged.sha, mergeTree: merged.tree }, files });
}

/** The tip that a merge or a squash went onto. */
function baseOf(commit: CommitShape | null): string | null {
  return commit?.parents[0] ?? null;
}
