/**
 * The merge gate: our own model of what GitHub documents about protected branches. A required check counts only from the App it is pinned to, by its
 * latest run on the head commit, with success, neutral or skipped. An administrator passes unless the protection includes administrators.
 */
import type { Hub } from './hub.ts';
import { baseTip } from './mergeable.ts';
import { isAncestor } from './git.ts';
import { latestByName } from './checks.ts';
import { atLeast, roleOf } from './permission.ts';
import { protectionOf } from './protection.ts';
import type { ProtectionRow, PullRow, RepoRow, UserRow } from './rows.ts';

const PASSES = new Set(['success', 'neutral', 'skipped']);

type Standing = 'passing' | 'failing' | 'pending' | 'expected';

/** Why the merge is refused, in GitHub's words; undefined lets it through. */
export function refusal(hub: Hub, at: { repo: RepoRow; pull: PullRow; actor: UserRow }): string | undefined {
  const { repo, pull, actor } = at;
  const rules = protectionOf(hub, repo, pull.base_ref);
  if (rules === undefined) return undefined;
  if (!rules.enforce_admins && actor.type === 'User' && roleOf(hub, repo, actor) === 'admin') return undefined;
  return missingReview(hub, repo, { pull, rules }) ?? missingCheck(hub, { pull, rules }) ?? behind(hub, { pull, rules });
}

function missingCheck(hub: Hub, at: { pull: PullRow; rules: ProtectionRow }): string | undefined {
  const required = at.rules.required_status_checks?.checks ?? [];
  const open = required
    .map((check) => ({ ...check, standing: standing(hub, { repoId: at.pull.base_repo_id, sha: at.pull.head_sha }, check) }))
    .filter((check) => check.standing !== 'passing');
  const [only] = open;
  if (only === undefined) return undefined;
  if (open.length === 1) return `Required status check "${only.context}" is ${only.standing}.`;
  return `${open.length} of ${required.length} required status checks have not succeeded: ${summary(open)}.`;
}

function summary(open: { standing: Standing }[]): string {
  const count = (standing: Standing): number => open.filter((check) => check.standing === standing).length;
  return (['expected', 'pending', 'failing'] as const).filter((standing) => count(standing) > 0).map((standing) => `${count(standing)} ${standing}`).join(', ');
}

/** How each required check of a branch stands on a commit. */
export function standings(hub: Hub, { repo, branch, sha }: { repo: RepoRow; branch: string; sha: string }): Standing[] {
  const required = protectionOf(hub, repo, branch)?.required_status_checks?.checks ?? [];
  return required.map((check) => standing(hub, { repoId: repo.id, sha }, check));
}

/** Runs and statuses of that name on the head commit, from the pinned App or, unpinned, from anybody: all of them must pass. */
function standing(hub: Hub, at: { repoId: number; sha: string }, check: { context: string; app_id: number | null }): Standing {
  const wanted = (appId: number | null): boolean => check.app_id === null || check.app_id === appId;
  const runs = latestByName(hub.gh.checkRuns.findBy('repo_id', at.repoId).filter((run) => run.head_sha === at.sha && run.name === check.context && wanted(run.app_id)));
  const status = hub.statuses.filter((row) => row.repo_id === at.repoId && row.sha === at.sha && row.context === check.context && wanted(row.app_id)).at(-1);
  const found: Standing[] = runs.map((run) => (run.status !== 'completed' ? 'pending' : PASSES.has(run.conclusion ?? '') ? 'passing' : 'failing'));
  if (status !== undefined) found.push(status.state === 'success' ? 'passing' : status.state === 'pending' ? 'pending' : 'failing');
  return (['failing', 'pending', 'passing'] as const).find((one) => found.includes(one)) ?? 'expected';
}

function missingReview(hub: Hub, repo: RepoRow, at: { pull: PullRow; rules: ProtectionRow }): string | undefined {
  const needed = at.rules.required_pull_request_reviews?.required_approving_review_count;
  if (needed === undefined) return undefined;
  const latest = new Map<number, string>();
  for (const review of hub.gh.reviews.findBy('repo_id', repo.id)) {
    if (review.pull_number !== at.pull.number || review.state === 'COMMENTED' || review.state === 'PENDING') continue;
    const reviewer = hub.gh.users.get(review.user_id);
    const stale = at.rules.required_pull_request_reviews?.dismiss_stale_reviews === true && review.state === 'APPROVED' && review.commit_id !== at.pull.head_sha;
    if (reviewer !== undefined && atLeast(roleOf(hub, repo, reviewer), 'write')) latest.set(reviewer.id, stale ? 'DISMISSED' : review.state);
  }
  const states = [...latest.values()];
  if (states.includes('CHANGES_REQUESTED')) return 'Changes requested by reviewers with write access.';
  if (states.filter((state) => state === 'APPROVED').length >= needed) return undefined;
  return `At least ${needed} approving review${needed === 1 ? ' is' : 's are'} required by reviewers with write access.`;
}

function behind(hub: Hub, at: { pull: PullRow; rules: ProtectionRow }): string | undefined {
  const base = baseTip(hub, at.pull);
  if (at.rules.required_status_checks?.strict !== true || base === undefined) return undefined;
  return isAncestor(hub.gh, at.pull.base_repo_id, base, at.pull.head_sha) ? undefined : 'The head branch is not up to date with the base branch.';
}
