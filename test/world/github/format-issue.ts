/** Issues, pull requests, comments, reviews and issue events as GitHub's REST API and webhooks write them. */
import type { Hub, Json } from './hub.ts';
import { appJson, labelJson, ownerJson, repoJson, userById } from './format.ts';
import { roleOf } from './permission.ts';
import { changeSize } from './changes.ts';
import { mergeability } from './mergeable.ts';
import type { CommentRow, IssueEventRow, IssueRow, PullRow, RepoRow, ReviewRow } from './rows.ts';

export function reactionsJson(hub: Hub, commentId: number | null, url: string): Json {
  const counts: Record<string, number> = { '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  for (const reaction of hub.reactions.filter((row) => row.comment_id === commentId)) counts[reaction.content] = (counts[reaction.content] ?? 0) + 1;
  return { url: `${url}/reactions`, total_count: Object.values(counts).reduce((sum, count) => sum + count, 0), ...counts };
}

export function association(hub: Hub, repo: RepoRow, userId: number): string {
  const user = hub.gh.users.get(userId);
  if (user === undefined) return 'NONE';
  if (repo.owner_type === 'User' && repo.owner_id === userId) return 'OWNER';
  const teams = hub.gh.teamMembers.findBy('user_id', userId).map((row) => hub.gh.teams.get(row.team_id));
  if (repo.owner_type === 'Organization' && teams.some((team) => team?.org_id === repo.owner_id)) return 'MEMBER';
  const collaborates = hub.gh.collaborators.findBy('repo_id', repo.id).some((row) => row.user_id === userId);
  return collaborates && roleOf(hub, repo, user) !== 'none' ? 'COLLABORATOR' : 'NONE';
}

export function issueJson(hub: Hub, issue: IssueRow): Json {
  const repo = repoRow(hub, issue.repo_id);
  const repoUrl = `${hub.baseUrl}/repos/${repo.full_name}`;
  const url = `${repoUrl}/issues/${issue.number}`;
  const people = issue.assignee_ids.map((id) => userById(hub, id)).filter((user) => user !== null);
  return {
    url, repository_url: repoUrl, labels_url: `${url}/labels{/name}`, comments_url: `${url}/comments`, events_url: `${url}/events`,
    html_url: `${hub.baseUrl}/${repo.full_name}/${issue.is_pull_request ? 'pull' : 'issues'}/${issue.number}`,
    id: issue.id, node_id: issue.node_id, number: issue.number, title: issue.title, user: userById(hub, issue.user_id), labels: labelsJson(hub, issue.label_ids),
    state: issue.state, locked: issue.locked, assignee: people[0] ?? null, assignees: people, milestone: null, comments: issue.comments,
    created_at: issue.created_at, updated_at: issue.updated_at, closed_at: issue.closed_at, author_association: association(hub, repo, issue.user_id),
    active_lock_reason: issue.active_lock_reason, body: issue.body, closed_by: userById(hub, issue.closed_by_id), reactions: reactionsJson(hub, -1, url),
    timeline_url: `${url}/timeline`, performed_via_github_app: null, state_reason: issue.state_reason, ...(issue.is_pull_request ? pullLinks(hub, repo, issue.number) : {}),
  };
}

function pullLinks(hub: Hub, repo: RepoRow, number: number): Json {
  const html = `${hub.baseUrl}/${repo.full_name}/pull/${number}`;
  const pull = hub.gh.pullRequests.findBy('repo_id', repo.id).find((row) => row.number === number);
  return {
    draft: pull?.draft ?? false,
    pull_request: {
      url: `${hub.baseUrl}/repos/${repo.full_name}/pulls/${number}`, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch`, merged_at: pull?.merged_at ?? null,
    },
  };
}

export function labelsJson(hub: Hub, ids: number[]): Json[] {
  return ids.map((id) => hub.gh.labels.get(id)).filter((label) => label !== undefined).map((label) => labelJson(hub, label));
}

/** What lists and nested places show of a pull request. */
export function simplePullJson(hub: Hub, pull: PullRow): Json {
  const repo = repoRow(hub, pull.repo_id);
  const repoUrl = `${hub.baseUrl}/repos/${repo.full_name}`;
  const url = `${repoUrl}/pulls/${pull.number}`;
  const html = `${hub.baseUrl}/${repo.full_name}/pull/${pull.number}`;
  const issueUrl = `${repoUrl}/issues/${pull.number}`;
  const statuses = `${repoUrl}/statuses/${pull.head_sha}`;
  const people = pull.assignee_ids.map((id) => userById(hub, id)).filter((user) => user !== null);
  return {
    url, id: pull.id, node_id: pull.node_id, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch`, issue_url: issueUrl,
    number: pull.number, state: pull.state, locked: pull.locked, title: pull.title, user: userById(hub, pull.user_id), body: pull.body,
    created_at: pull.created_at, updated_at: pull.updated_at, closed_at: pull.closed_at, merged_at: pull.merged_at, merge_commit_sha: pull.merge_commit_sha,
    assignee: people[0] ?? null, assignees: people, requested_reviewers: pull.requested_reviewer_ids.map((id) => userById(hub, id)), requested_teams: [],
    labels: labelsJson(hub, pull.label_ids), milestone: null, draft: pull.draft, commits_url: `${url}/commits`, review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl}/pulls/comments{/number}`, comments_url: `${issueUrl}/comments`, statuses_url: statuses,
    head: branchSide(hub, { repoId: pull.head_repo_id, ref: pull.head_ref, sha: pull.head_sha }), base: branchSide(hub, { repoId: pull.base_repo_id, ref: pull.base_ref, sha: pull.base_sha }),
    _links: {
      self: { href: url }, html: { href: html }, issue: { href: issueUrl }, comments: { href: `${issueUrl}/comments` }, review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repoUrl}/pulls/comments{/number}` }, commits: { href: `${url}/commits` }, statuses: { href: statuses },
    },
    author_association: association(hub, repo, pull.user_id), auto_merge: null, active_lock_reason: null,
  };
}

/** The whole pull request, with what GitHub computes. */
export function pullJson(hub: Hub, pull: PullRow): Json {
  const able = mergeability(hub, pull);
  return {
    ...simplePullJson(hub, pull), merged: pull.merged, mergeable: able === 'unknown' ? null : able === 'mergeable', rebaseable: able === 'mergeable',
    mergeable_state: able === 'conflicting' ? 'dirty' : able === 'mergeable' ? 'clean' : 'unknown', merged_by: userById(hub, pull.merged_by_id),
    comments: issueSide(hub, pull)?.comments ?? 0, review_comments: pull.review_comments, maintainer_can_modify: pull.head_repo_id !== pull.base_repo_id, ...changeSize(hub, pull),
  };
}

export function issueSide(hub: Hub, pull: PullRow): IssueRow | undefined {
  return hub.gh.issues.findBy('repo_id', pull.repo_id).find((row) => row.number === pull.number);
}

function branchSide(hub: Hub, side: { repoId: number; ref: string; sha: string }): Json {
  const repo = hub.gh.repos.get(side.repoId);
  const owner = repo === undefined ? null : ownerJson(hub, repo);
  const login = typeof owner?.['login'] === 'string' ? owner['login'] : 'unknown';
  return { label: `${login}:${side.ref}`, ref: side.ref, sha: side.sha, user: owner, repo: repo === undefined ? null : repoJson(hub, repo) };
}

export function commentJson(hub: Hub, comment: CommentRow): Json {
  const repo = repoRow(hub, comment.repo_id);
  const repoUrl = `${hub.baseUrl}/repos/${repo.full_name}`;
  const url = `${repoUrl}/issues/comments/${comment.id}`;
  const onPull = hub.gh.pullRequests.findBy('repo_id', repo.id).some((row) => row.number === comment.issue_number);
  return {
    url, html_url: `${hub.baseUrl}/${repo.full_name}/${onPull ? 'pull' : 'issues'}/${comment.issue_number ?? 0}#issuecomment-${comment.id}`,
    issue_url: `${repoUrl}/issues/${comment.issue_number ?? 0}`, id: comment.id, node_id: comment.node_id, user: userById(hub, comment.user_id),
    created_at: comment.created_at, updated_at: comment.updated_at, body: comment.body, author_association: association(hub, repo, comment.user_id),
    reactions: reactionsJson(hub, comment.id, url), performed_via_github_app: comment.via_app_id === undefined ? null : appJson(hub, comment.via_app_id),
  };
}

export function reviewJson(hub: Hub, review: ReviewRow): Json {
  const repo = repoRow(hub, review.repo_id);
  const pullUrl = `${hub.baseUrl}/repos/${repo.full_name}/pulls/${review.pull_number}`;
  const html = `${hub.baseUrl}/${repo.full_name}/pull/${review.pull_number}#pullrequestreview-${review.id}`;
  return {
    id: review.id, node_id: review.node_id, user: userById(hub, review.user_id), body: review.body ?? '', state: review.state, html_url: html, pull_request_url: pullUrl,
    author_association: association(hub, repo, review.user_id), _links: { html: { href: html }, pull_request: { href: pullUrl } },
    ...(review.submitted_at === null ? {} : { submitted_at: review.submitted_at }), commit_id: review.commit_id,
  };
}

export function issueEventJson(hub: Hub, event: IssueEventRow): Json {
  const repo = repoRow(hub, event.repo_id);
  const label = event.label_name === null ? undefined : hub.gh.labels.findBy('repo_id', repo.id).find((row) => row.name === event.label_name);
  return {
    id: event.id, node_id: event.node_id, url: `${hub.baseUrl}/repos/${repo.full_name}/issues/events/${event.id}`, actor: userById(hub, event.actor_id),
    event: event.event, commit_id: event.commit_id, commit_url: event.commit_url, created_at: event.created_at, performed_via_github_app: null,
    ...(event.label_name === null ? {} : { label: { name: event.label_name, color: label?.color ?? 'ededed' } }),
    ...(event.assignee_id === null ? {} : { assignee: userById(hub, event.assignee_id) }),
  };
}

function repoRow(hub: Hub, id: number): RepoRow {
  const repo = hub.gh.repos.get(id);
  if (repo === undefined) throw new Error(`no repository ${id}`);
  return repo;
}
