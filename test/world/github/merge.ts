/**
 * Merging a pull request: refused with 405 where the gate or a conflict stands in the way and with 409 where `sha` is no longer the head; otherwise
 * a real three-way merge commit (or a squash), the base branch moves, `pull_request.closed` and `push` are sent, and issues that the
 * body promises to close are closed.
 */
import { actorOf, issueOf, needGrant, now, numberParam, pullOf, repoOf, withNodeId } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { refusal } from './gate.ts';
import { writeCommit } from './git.ts';
import { baseTip, trialMerge } from './mergeable.ts';
import { issueJson, pullJson } from './format-issue.ts';
import { userJson } from './format.ts';
import { bodyOf, Refusal } from './router.ts';
import type { Context } from './router.ts';
import type { IssueRow, PullRow, RepoRow, UserRow } from './rows.ts';

interface Asked { method: 'merge' | 'squash'; title: string | undefined; message: string | undefined }
interface At { repo: RepoRow; pull: PullRow; actor: UserRow }

export function addMergeRoutes(hub: Hub): void {
  hub.app.put('/repos/:owner/:repo/pulls/:number/merge', async (c) => c.json(await merge(hub, c)));
  hub.app.get('/repos/:owner/:repo/pulls/:number/merge', (c) => {
    const pull = pullOf(hub, repoOf(hub, c), numberParam(c, 'number'));
    return pull.merged ? c.body(null, 204) : c.json({ message: 'Not Found' }, 404);
  });
}

async function merge(hub: Hub, c: Context): Promise<Json> {
  const repo = repoOf(hub, c);
  needGrant(c, 'contents', 'write');
  const actor = actorOf(hub, c);
  const body = await bodyOf(c);
  const at: At = { repo, pull: pullOf(hub, repo, numberParam(c, 'number')), actor };
  refuseUnfit(hub, at, body['sha']);
  if (hub.queues.some((queue) => queue.repoId === repo.id && queue.branch === at.pull.base_ref)) throw new Refusal(405, 'Changes must be made through the merge queue');
  const asked = askedFor(repo, body);
  const tree = trialMerge(hub, at.pull)?.tree;
  const base = baseTip(hub, at.pull);
  if (tree === undefined || tree === null || base === undefined) throw new Refusal(405, 'Pull Request is not mergeable');
  const blocked = refusal(hub, at);
  if (blocked !== undefined) throw new Refusal(405, blocked);
  const parents = asked.method === 'squash' ? [base] : [base, at.pull.head_sha];
  const commit = writeCommit(hub.gh, repo, { tree, parents, message: messageFor(hub, at, asked), author: actor });
  land(hub, at, { sha: commit.sha, base });
  return { sha: commit.sha, merged: true, message: 'Pull Request successfully merged' };
}

function refuseUnfit(hub: Hub, { pull }: At, sha: unknown): void {
  if (pull.state === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (typeof sha === 'string' && sha !== pull.head_sha) throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (baseTip(hub, pull) === undefined) throw new Refusal(405, 'Base branch does not exist');
}

function askedFor(repo: RepoRow, body: Json): Asked {
  const method = body['merge_method'] ?? 'merge';
  if (method === 'merge' && !repo.allow_merge_commit) throw new Refusal(405, 'Merge commits are not allowed on this repository.');
  if (method === 'squash' && !repo.allow_squash_merge) throw new Refusal(405, 'Squash merges are not allowed on this repository.');
  if (method === 'rebase') throw new Refusal(405, 'Rebase merges are not allowed on this repository.');
  if (method !== 'merge' && method !== 'squash') throw new Refusal(422, 'Invalid request.\n\nmerge_method is not one of merge, squash, rebase.');
  const text = (key: string): string | undefined => (typeof body[key] === 'string' && body[key] !== '' ? body[key] : undefined);
  return { method, title: text('commit_title'), message: text('commit_message') };
}

function messageFor(hub: Hub, { pull }: At, asked: Asked): string {
  const head = hub.gh.repos.get(pull.head_repo_id)?.full_name.split('/')[0] ?? 'unknown';
  const title = asked.title ?? (asked.method === 'squash' ? `${pull.title} (#${pull.number})` : `Merge pull request #${pull.number} from ${head}/${pull.head_ref}`);
  const message = asked.message ?? (asked.method === 'merge' ? pull.title : '');
  return message === '' ? title : `${title}\n\n${message}`;
}

/** What the queue merges: its commit is there, and the branch moves onto it. */
export function landQueued(hub: Hub, at: At, merged: { sha: string; base: string }): void {
  land(hub, at, merged);
}

export function branchOf(hub: Hub, repo: RepoRow, name: string): string | undefined {
  return hub.gh.branches.findBy('repo_id', repo.id).find((row) => row.name === name)?.sha;
}

function land(hub: Hub, { repo, pull, actor }: At, merged: { sha: string; base: string }): void {
  const at = now();
  setBranch(hub, repo, { name: pull.base_ref, sha: merged.sha });
  const closed = hub.gh.pullRequests.update(pull.id, {
    merged: true, merged_at: at, merged_by_id: actor.id, merge_commit_sha: merged.sha, state: 'closed', closed_at: at, base_sha: merged.base,
  });
  const side = issueOf(hub, repo, pull.number);
  hub.gh.issues.update(side.id, { state: 'closed', closed_at: at, closed_by_id: actor.id });
  countOpen(hub, repo, -1);
  for (const event of ['merged', 'closed']) recordEvent(hub, side, { event, actor, commit: merged.sha });
  if (closed !== undefined) hub.emit('pull_request', 'closed', { pull_request: pullJson(hub, closed), sender: userJson(hub, actor) }, repo);
  hub.refsMoved(actor);
  if (pull.base_ref === repo.default_branch) closePromised(hub, { repo, pull, actor }, merged.sha);
}

function setBranch(hub: Hub, repo: RepoRow, branch: { name: string; sha: string }): void {
  const row = hub.gh.branches.findBy('repo_id', repo.id).find((candidate) => candidate.name === branch.name);
  const ref = hub.gh.refs.findBy('repo_id', repo.id).find((candidate) => candidate.ref === `refs/heads/${branch.name}`);
  if (row !== undefined) hub.gh.branches.update(row.id, { sha: branch.sha });
  if (ref !== undefined) hub.gh.refs.update(ref.id, { sha: branch.sha });
}

const PROMISE = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi;

/** GitHub closes what the description names with a closing word, once the change reaches the default branch. */
function closePromised(hub: Hub, { repo, pull, actor }: At, sha: string): void {
  const numbers = new Set([...(pull.body ?? '').matchAll(PROMISE)].map((match) => Number(match[1])));
  for (const issue of hub.gh.issues.findBy('repo_id', repo.id)) {
    if (!numbers.has(issue.number) || issue.is_pull_request || issue.state === 'closed') continue;
    const closed = hub.gh.issues.update(issue.id, { state: 'closed', state_reason: 'completed', closed_at: now(), closed_by_id: actor.id });
    countOpen(hub, repo, -1);
    recordEvent(hub, issue, { event: 'closed', actor, commit: sha });
    if (closed !== undefined) hub.emit('issues', 'closed', { issue: issueJson(hub, closed), sender: userJson(hub, actor) }, repo);
  }
}

function countOpen(hub: Hub, repo: RepoRow, by: number): void {
  const count = hub.gh.repos.get(repo.id)?.open_issues_count ?? 0;
  hub.gh.repos.update(repo.id, { open_issues_count: Math.max(0, count + by) });
}

function recordEvent(hub: Hub, issue: IssueRow, what: { event: string; actor: UserRow; commit: string }): void {
  const row = hub.gh.issueEvents.insert({
    node_id: '', repo_id: issue.repo_id, issue_number: issue.number, event: what.event, actor_id: what.actor.id, commit_id: what.commit, commit_url: null,
    label_name: null, assignee_id: null, milestone_title: null, rename: null,
  });
  withNodeId(hub.gh.issueEvents, 'IssueEvent', row);
}
