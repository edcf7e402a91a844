/** Whether a pull request can be merged into its base as both stand now; the answer is kept per pair of commits. */
import type { Hub } from './hub.ts';
import { writeCommit } from './git.ts';
import type { PullRow } from './rows.ts';
import { threeWay } from './three-way.ts';
import type { Merged } from './three-way.ts';

export function baseTip(hub: Hub, pull: PullRow): string | undefined {
  return hub.gh.branches.findBy('repo_id', pull.base_repo_id).find((row) => row.name === pull.base_ref)?.sha;
}

/** The merge of head into the base branch's tip; undefined where the base branch is gone. */
export function trialMerge(hub: Hub, pull: PullRow): Merged | undefined {
  const base = baseTip(hub, pull);
  if (base === undefined) return undefined;
  const key = `${pull.base_repo_id}:${base}:${pull.head_sha}`;
  const known = hub.trialMerges.get(key);
  if (known !== undefined) return known;
  const merged = threeWay(hub.gh, pull.base_repo_id, { base, head: pull.head_sha });
  hub.trialMerges.set(key, merged);
  return merged;
}

/**
 * The commit by which GitHub tries whether the pull request merges, made once per pair of commits; undefined where it is closed or does not merge. While tries
 * are held back (`hub.heldMerges`), that of the last pair that was tried.
 */
export function testMerge(hub: Hub, pull: PullRow): string | undefined {
  if (pull.state === 'closed') return undefined;
  const held = hub.heldMerges;
  if (held !== null) return held.get(pull.id);
  const [base, tree, repo, author] = [baseTip(hub, pull), trialMerge(hub, pull)?.tree, hub.gh.repos.get(pull.base_repo_id), hub.gh.users.get(pull.user_id)];
  if (base === undefined || !tree || repo === undefined || author === undefined) return undefined;
  const key = `${repo.id}:${base}:${pull.head_sha}`;
  const known = hub.testMerges.get(key);
  if (known !== undefined) return known;
  const { sha } = writeCommit(hub.gh, repo, { tree, parents: [base, pull.head_sha], message: `Merge ${pull.head_sha} into ${base}`, author });
  hub.testMerges.set(key, sha);
  return sha;
}

/** From now on no merge is tried: what is asked meanwhile is told the last one, as GitHub does until it has come to it. */
export function holdMerges(hub: Hub, held: boolean): void {
  const last = new Map(hub.gh.pullRequests.all().flatMap((pull) => { const sha = testMerge(hub, pull); return sha === undefined ? [] : [[pull.id, sha] as const]; }));
  hub.heldMerges = held ? last : null;
}

export function mergeability(hub: Hub, pull: PullRow): 'mergeable' | 'conflicting' | 'unknown' {
  if (pull.state === 'closed' || hub.heldMerges !== null) return 'unknown';
  const merged = trialMerge(hub, pull);
  if (merged === undefined) return 'unknown';
  return merged.tree === null ? 'conflicting' : 'mergeable';
}
