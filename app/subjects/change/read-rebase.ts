/** Reads what lies between the approved head and the present one. A head whose objects GitHub no longer has, or a series too long to read, carries nothing over. */
import { patchOf } from '../../core/patch-id.ts';
import { AssayError } from '../../core/errors.ts';
import { isEqualSeries, rangeDiff, type Patch } from '../../core/range-diff.ts';
import type { ChangeSnapshot, GitHub } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import { pathsOf, unexpected, type BindingFacts } from './binding.ts';
import { ApprovedHead, RebaseNote } from './rebase.ts';

interface Source {
  github: GitHub;
  repository: RepositoryRef;
}

const maxCommits = 20;

/** `approved` and `known`: notes, of whatever they hold. */
export async function readRebase(source: Source, change: ChangeSnapshot, { approved, known, binding, terms }: { approved: unknown; known: unknown; binding: BindingFacts; terms: string }): Promise<RebaseNote | null> {
  const from = ApprovedHead.safeParse(approved).data;
  if (change.state !== 'open' || !from || from.terms !== terms || from.headSha === change.headSha || !binding.now?.mergeSha) return null;
  const before = RebaseNote.safeParse(known).data;
  if (before?.from.headSha === from.headSha && before.from.manifestDigest === from.manifestDigest && before.to === change.headSha && before.baseSha === change.baseSha) return before;
  try {
    return await compared(source, change, { from, mergeSha: binding.now.mergeSha });
  } catch (thrown) {
    if (thrown instanceof AssayError && ['GITHUB_GONE', 'COMMITS_TOO_MANY', 'TREE_TOO_LARGE', 'FILE_LIST_TRUNCATED'].includes(thrown.code)) return null;
    throw thrown;
  }
}

async function compared(source: Source, { headSha, baseSha }: ChangeSnapshot, { from, mergeSha }: { from: ApprovedHead; mergeSha: string }): Promise<RebaseNote | null> {
  const [before, after] = [await seriesOf(source, { base: baseSha, head: from.headSha }), await seriesOf(source, { base: baseSha, head: headSha })];
  if (before === null || after === null) return null;
  const seriesEqual = isEqualSeries(before, after);
  const mergeEqual = seriesEqual && await mergesEqual(source, { approved: from.headSha, baseSha, mergeSha });
  return { from, to: headSha, baseSha, rows: rangeDiff(before, after), seriesEqual, mergeEqual };
}

async function seriesOf({ github, repository }: Source, { base, head }: { base: string; head: string }): Promise<Patch[] | null> {
  const commits = await github.commits(repository, base, head);
  if (commits.length > maxCommits) return null;
  const series: Patch[] = [];
  for (const { sha, parents } of commits) {
    const [parent, ...more] = parents;
    const patch = parent === undefined || more.length > 0 ? null : patchOf(await github.tree(repository, parent), await github.tree(repository, sha));
    series.push({ sha, id: patch?.id ?? null, paths: patch?.paths ?? [] });
  }
  return series;
}

/** The merge holds the approved head in every file that it changes, and the base in every other; where the base moved into the change it cannot be the same. */
async function mergesEqual({ github, repository }: Source, { approved, baseSha, mergeSha }: { approved: string; baseSha: string; mergeSha: string }): Promise<boolean> {
  const { mergeBase, files } = await github.compare(repository, baseSha, approved);
  const own = pathsOf(files);
  const moved = mergeBase === baseSha ? [] : (await github.compare(repository, mergeBase, baseSha)).files;
  if ([...pathsOf(moved)].some((path) => own.has(path))) return false;
  const [base, bound, merged] = await Promise.all([baseSha, approved, mergeSha].map((sha) => github.listing(repository, sha)));
  return unexpected({ own, base: base!, bound: bound!, merged: merged! }).length === 0;
}
