/**
 * Watches branch tips. Whatever moved one (a ref update, a file written through the API, a merge) is told once: `push` (and `create` or `delete`),
 * the open pull requests whose head it is follow, each with `pull_request.synchronize` carrying before and after, and a move that is not
 * a fast-forward leaves a force-push event on the timeline.
 */
import { withNodeId } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { userJson } from './format.ts';
import { issueSide, pullJson } from './format-issue.ts';
import { baseTip } from './mergeable.ts';
import { leave } from './queue.ts';
import { commitOf, commitsBetween, flatten, isAncestor, shareObjects } from './git.ts';
import type { BranchRow, CommitRow, PullRow, RepoRow, UserRow } from './rows.ts';

const ZERO = '0'.repeat(40);

interface Move { repo: RepoRow; branch: string; before: string; after: string; actor: UserRow }

export function watchRefs(hub: Hub): { report(actor: UserRow): void; forgetAll(): void } {
  let known = tips(hub);
  return {
    forgetAll: () => { known = tips(hub); },
    report: (actor) => {
      const current = tips(hub);
      const before = known;
      known = current;
      for (const [key, row] of current) if (before.get(key)?.sha !== row.sha) moved(hub, move(hub, row, { before: before.get(key)?.sha ?? ZERO, after: row.sha, actor }));
      for (const [key, row] of before) if (!current.has(key)) moved(hub, move(hub, row, { before: row.sha, after: ZERO, actor }));
    },
  };
}

function tips(hub: Hub): Map<string, BranchRow> {
  return new Map(hub.gh.branches.all().map((row) => [`${row.repo_id}:${row.name}`, row]));
}

function move(hub: Hub, row: BranchRow, change: { before: string; after: string; actor: UserRow }): Move | undefined {
  const repo = hub.gh.repos.get(row.repo_id);
  return repo === undefined ? undefined : { repo, branch: row.name, ...change };
}

function moved(hub: Hub, change: Move | undefined): void {
  if (change === undefined) return;
  const { repo, branch } = change;
  hub.gh.repos.update(repo.id, { pushed_at: new Date().toISOString() });
  const refEvent: Json = { ref: branch, ref_type: 'branch', pusher_type: 'user', sender: userJson(hub, change.actor) };
  if (change.before === ZERO) hub.emit('create', undefined, { ...refEvent, master_branch: repo.default_branch, description: repo.description }, repo);
  if (change.after === ZERO) hub.emit('delete', undefined, refEvent, repo);
  hub.emit('push', undefined, pushPayload(hub, change), repo);
  if (change.after === ZERO) return;
  for (const pull of hub.gh.pullRequests.all()) if (isMergedBy(hub, pull, change)) landed(hub, pull, change);
  const followers = hub.gh.pullRequests.all().filter((pull) => pull.state === 'open' && pull.head_repo_id === repo.id && pull.head_ref === branch);
  for (const pull of followers) if (pull.head_sha !== change.after) follow(hub, pull, change);
}

/** Whoever pushes a base branch that holds the head has merged the pull request, as GitHub sees it. */
function isMergedBy(hub: Hub, pull: PullRow, { repo, branch, before, after }: Move): boolean {
  if (pull.state !== 'open' || pull.base_repo_id !== repo.id || pull.base_ref !== branch || before === ZERO) return false;
  return isAncestor(hub.gh, repo.id, pull.head_sha, after) && !isAncestor(hub.gh, repo.id, pull.head_sha, before);
}

function landed(hub: Hub, pull: PullRow, { repo, after, actor }: Move): void {
  let by = after;
  for (let next = commitOf(hub.gh, repo.id, by)?.parent_shas[0]; next !== undefined && isAncestor(hub.gh, repo.id, pull.head_sha, next) && by !== pull.head_sha; next = commitOf(hub.gh, repo.id, by)?.parent_shas[0]) by = next;
  const at = new Date().toISOString();
  const closed = hub.gh.pullRequests.update(pull.id, { merged: true, merged_at: at, merged_by_id: actor.id, merge_commit_sha: by, state: 'closed', closed_at: at });
  hub.gh.issues.update(issueSide(hub, pull)?.id ?? 0, { state: 'closed', closed_at: at, closed_by_id: actor.id });
  if (closed !== undefined) hub.emit('pull_request', 'closed', { pull_request: pullJson(hub, closed), sender: userJson(hub, actor) }, repo);
}

function follow(hub: Hub, pull: PullRow, change: Move): void {
  const repo = hub.gh.repos.get(pull.base_repo_id);
  if (repo === undefined) return;
  shareObjects(hub.gh, pull.head_repo_id, pull.base_repo_id, change.after);
  if (!isAncestor(hub.gh, change.repo.id, pull.head_sha, change.after)) recordForcePush(hub, pull, change);
  const updated = hub.gh.pullRequests.update(pull.id, { head_sha: change.after, base_sha: baseTip(hub, pull) ?? pull.base_sha });
  if (updated === undefined) return;
  // Another head was never let into the queue.
  const waiting = hub.queues.flatMap((queue) => queue.entries.filter((entry) => entry.pullId === pull.id).map((entry) => ({ queue, entry })))[0];
  if (waiting !== undefined) leave(hub, waiting.queue, { entry: waiting.entry, reason: 'dequeued' });
  const payload = { pull_request: pullJson(hub, updated), before: pull.head_sha, after: change.after, sender: userJson(hub, change.actor) };
  hub.emit('pull_request', 'synchronize', payload, repo);
}

function recordForcePush(hub: Hub, pull: PullRow, change: Move): void {
  const row = hub.gh.issueEvents.insert({
    node_id: '', repo_id: pull.base_repo_id, issue_number: pull.number, event: 'head_ref_force_pushed', actor_id: change.actor.id, commit_id: change.after, commit_url: null,
    label_name: null, assignee_id: null, milestone_title: null, rename: null, before_sha: pull.head_sha, after_sha: change.after,
  });
  withNodeId(hub.gh.issueEvents, 'IssueEvent', row);
}

function pushPayload(hub: Hub, { repo, branch, before, after, actor }: Move): Json {
  const created = before === ZERO;
  const deleted = after === ZERO;
  const base = created ? defaultTip(hub, repo, branch) : before;
  const commits = deleted || base === undefined ? [] : commitsBetween(hub.gh, repo.id, base, after).map((row) => pushedCommit(hub, repo, row));
  const head = deleted ? undefined : commitOf(hub.gh, repo.id, after);
  const html = `${hub.baseUrl}/${repo.full_name}`;
  return {
    ref: `refs/heads/${branch}`, before, after, base_ref: null, created, deleted, forced: !created && !deleted && !isAncestor(hub.gh, repo.id, before, after),
    compare: `${html}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`, commits: commits.slice(-20), head_commit: head === undefined ? null : pushedCommit(hub, repo, head),
    pusher: { name: actor.login, email: actor.email ?? `${actor.id}+${actor.login}@users.noreply.github.com` }, sender: userJson(hub, actor),
  };
}

function defaultTip(hub: Hub, repo: RepoRow, branch: string): string | undefined {
  if (branch === repo.default_branch) return undefined;
  return hub.gh.branches.findBy('repo_id', repo.id).find((row) => row.name === repo.default_branch)?.sha;
}

function pushedCommit(hub: Hub, repo: RepoRow, commit: CommitRow): Json {
  const parent = commit.parent_shas[0] === undefined ? undefined : commitOf(hub.gh, repo.id, commit.parent_shas[0]);
  const before = parent === undefined ? new Map() : flatten(hub.gh, repo.id, parent.tree_sha);
  const after = flatten(hub.gh, repo.id, commit.tree_sha);
  const login = hub.gh.users.get(commit.user_id ?? 0)?.login;
  const person = (name: string, email: string): Json => ({ name, email, ...(login === undefined ? {} : { username: login }) });
  return {
    id: commit.sha, tree_id: commit.tree_sha, distinct: true, message: commit.message, timestamp: commit.committer_date,
    url: `${hub.baseUrl}/${repo.full_name}/commit/${commit.sha}`, author: person(commit.author_name, commit.author_email), committer: person(commit.committer_name, commit.committer_email),
    added: [...after.keys()].filter((path) => !before.has(path)), removed: [...before.keys()].filter((path) => !after.has(path)),
    modified: [...after.keys()].filter((path) => before.has(path) && before.get(path)?.sha !== after.get(path)?.sha),
  };
}
