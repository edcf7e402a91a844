/** Whether a pull request can be merged into its base as both stand now; the answer is kept per pair of commits. */
import type { Hub } from './hub.ts';
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

export function mergeability(hub: Hub, pull: PullRow): 'mergeable' | 'conflicting' | 'unknown' {
  if (pull.state === 'closed') return 'unknown';
  const merged = trialMerge(hub, pull);
  if (merged === undefined) return 'unknown';
  return merged.tree === null ? 'conflicting' : 'mergeable';
}
