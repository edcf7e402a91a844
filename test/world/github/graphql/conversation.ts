/** Issues, pull requests, comments, reviews and timelines as GraphQL sees them. */
import type { Hub } from '../hub.ts';
import { association, issueSide } from '../format-issue.ts';
import { changedFiles } from '../changes.ts';
import { commitsBetween } from '../git.ts';
import { mergeability, testMerge } from '../mergeable.ts';
import type { CommentRow, IssueEventRow, IssueRow, PullRow, RepoRow, ReviewRow, UserRow } from '../rows.ts';
import { entryFields, entryOf, queueOf } from '../queue.ts';
import type { QueueEntry } from '../queue.ts';
import { commit, commitAt, ref } from './code.ts';
import { page } from './connection.ts';
import type { Window } from './connection.ts';
import { actor, didAuthor, label, labels } from './people.ts';
import { repository } from './repository.ts';

type Fields = Record<string, unknown>;

/** Who asks; undefined for nobody. */
export interface Viewer { user: UserRow | undefined; grants: Record<string, string> | undefined }

export function issue(hub: Hub, viewer: Viewer, row: IssueRow): Fields {
  const repo = repoRow(hub, row.repo_id);
  return {
    __typename: 'Issue', ...shared(hub, viewer, { repo, row, authorId: row.user_id }), id: row.node_id, databaseId: row.id, fullDatabaseId: String(row.id), state: row.state.toUpperCase(),
    stateReason: row.state_reason?.toUpperCase() ?? null, url: `${hub.baseUrl}/${repo.full_name}/issues/${row.number}`,
    labels: labels(hub, row.label_ids), comments: comments(hub, viewer, { repo, number: row.number }), timelineItems: timeline(hub, viewer, { repo, number: row.number }),
    assignees: (window: Window) => page(row.assignee_ids.map((id) => actor(hub, id)), window, 'assignees'),
  };
}

interface Shown { repo: RepoRow; row: IssueRow | PullRow; authorId: number }

function shared(hub: Hub, viewer: Viewer, { repo, row, authorId }: Shown): Fields {
  return {
    number: row.number, title: row.title, body: row.body ?? '', bodyText: row.body ?? '', author: actor(hub, authorId), authorAssociation: association(hub, repo, authorId),
    createdAt: row.created_at, updatedAt: row.updated_at, lastEditedAt: row.last_edited_at ?? null, closed: row.state === 'closed', closedAt: row.closed_at, locked: row.locked,
    viewerDidAuthor: didAuthor(viewer.user, authorId), repository: () => repository(hub, viewer, repo), includesCreatedEdit: row.last_edited_at !== undefined,
  };
}

export function pullRequest(hub: Hub, viewer: Viewer, pull: PullRow): Fields {
  const repo = repoRow(hub, pull.repo_id);
  const head = hub.gh.repos.get(pull.head_repo_id);
  const commits = commitsBetween(hub.gh, pull.repo_id, pull.base_sha, pull.head_sha);
  return {
    __typename: 'PullRequest', ...shared(hub, viewer, { repo, row: pull, authorId: pull.user_id }), id: pull.node_id, databaseId: pull.id, fullDatabaseId: String(pull.id),
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(), isDraft: pull.draft, merged: pull.merged, mergedAt: pull.merged_at, mergedBy: actor(hub, pull.merged_by_id),
    mergeable: () => mergeability(hub, pull).toUpperCase(), headRefName: pull.head_ref, headRefOid: pull.head_sha, headRepository: () => (head === undefined ? null : repository(hub, viewer, head)),
    headRef: () => (head === undefined ? null : ref(hub, viewer, { repo: head, name: pull.head_ref })), isCrossRepository: pull.head_repo_id !== pull.base_repo_id,
    baseRefName: pull.base_ref, baseRefOid: pull.base_sha, baseRef: () => ref(hub, viewer, { repo, name: pull.base_ref }), baseRepository: () => repository(hub, viewer, repo),
    mergeCommit: () => (pull.merge_commit_sha === null ? null : commitAt(hub, viewer, { repo, sha: pull.merge_commit_sha })), url: `${hub.baseUrl}/${repo.full_name}/pull/${pull.number}`,
    potentialMergeCommit: () => { const sha = testMerge(hub, pull); return sha === undefined ? null : commitAt(hub, viewer, { repo, sha }); }, isMergeQueueEnabled: queueOf(hub, repo, pull.base_ref) !== undefined, isInMergeQueue: entryOf(hub, pull) !== undefined,
    mergeQueueEntry: () => queueEntry(hub, viewer, entryOf(hub, pull)),
    labels: labels(hub, pull.label_ids), comments: comments(hub, viewer, { repo, number: pull.number }), timelineItems: timeline(hub, viewer, { repo, number: pull.number }),
    commits: (window: Window) => page(commits.map((row) => ({ __typename: 'PullRequestCommit', id: `${pull.node_id}:${row.sha}`, commit: commit(hub, viewer, { repo, row }) })), window, 'commits'),
    reviews: (window: Window & { states?: string[] | null }) => page(reviews(hub, viewer, { repo, pull, states: window.states ?? undefined }), window, 'reviews'),
    files: (window: Window) => page(files(hub, pull), window, 'files'), changedFiles: () => files(hub, pull).length,
    viewerCanUpdate: true, totalCommentsCount: issueSide(hub, pull)?.comments ?? 0,
  };
}

/** Null for a pull request that is in no queue. */
export function queueEntry(hub: Hub, viewer: Viewer, entry: QueueEntry | undefined): Fields | null {
  const pull = hub.gh.pullRequests.get(entry?.pullId ?? 0);
  const repo = hub.gh.repos.get(pull?.base_repo_id ?? 0);
  if (entry === undefined || pull === undefined || repo === undefined) return null;
  const at = (sha: string | null) => (): Fields | null => (sha === null ? null : commitAt(hub, viewer, { repo, sha }));
  return { ...entryFields(hub, entry), headCommit: at(entry.head), baseCommit: at(entry.base), enqueuer: actor(hub, entry.enqueuer.id), pullRequest: () => pullRequest(hub, viewer, pull) };
}

const CHANGE = { added: 'ADDED', removed: 'DELETED', modified: 'MODIFIED' };

function files(hub: Hub, pull: PullRow): Fields[] {
  return changedFiles(hub, pull).map((file) => ({ path: file.path, changeType: CHANGE[file.status], additions: file.additions, deletions: file.deletions }));
}

function reviews(hub: Hub, viewer: Viewer, at: { repo: RepoRow; pull: PullRow; states: string[] | undefined }): Fields[] {
  return hub.gh.reviews.findBy('repo_id', at.repo.id)
    .filter((row) => row.pull_number === at.pull.number && (at.states === undefined || at.states.includes(row.state)))
    .map((row) => review(hub, viewer, { repo: at.repo, row }));
}

function review(hub: Hub, viewer: Viewer, { repo, row }: { repo: RepoRow; row: ReviewRow }): Fields {
  return {
    __typename: 'PullRequestReview', id: row.node_id, databaseId: row.id, fullDatabaseId: String(row.id), state: row.state, body: row.body ?? '', author: actor(hub, row.user_id),
    authorAssociation: association(hub, repo, row.user_id), submittedAt: row.submitted_at, createdAt: row.created_at, updatedAt: row.updated_at, lastEditedAt: null,
    commit: () => commitAt(hub, viewer, { repo, sha: row.commit_id }), viewerDidAuthor: didAuthor(viewer.user, row.user_id),
  };
}

function comments(hub: Hub, viewer: Viewer, { repo, number }: { repo: RepoRow; number: number }): (window: Window) => unknown {
  return (window) => {
    const rows = hub.gh.comments.findBy('repo_id', repo.id).filter((row) => row.comment_type === 'issue' && row.issue_number === number);
    return page(rows.map((row) => comment(hub, viewer, { repo, row })), window, 'comments');
  };
}

export function comment(hub: Hub, viewer: Viewer, { repo, row }: { repo: RepoRow; row: CommentRow }): Fields {
  return {
    __typename: 'IssueComment', id: row.node_id, databaseId: row.id, fullDatabaseId: String(row.id), body: row.body, bodyText: row.body, author: actor(hub, row.user_id),
    authorAssociation: association(hub, repo, row.user_id), createdAt: row.created_at, updatedAt: row.updated_at, lastEditedAt: row.last_edited_at ?? null, isMinimized: false,
    includesCreatedEdit: row.last_edited_at !== undefined, viewerDidAuthor: didAuthor(viewer.user, row.user_id), url: `${hub.baseUrl}/${repo.full_name}/issues/${row.issue_number ?? 0}#issuecomment-${row.id}`,
  };
}

const KINDS: Record<string, string> = {
  labeled: 'LabeledEvent', unlabeled: 'UnlabeledEvent', closed: 'ClosedEvent', reopened: 'ReopenedEvent', merged: 'MergedEvent', head_ref_force_pushed: 'HeadRefForcePushedEvent',
};

function timeline(hub: Hub, viewer: Viewer, { repo, number }: { repo: RepoRow; number: number }): (window: Window & { itemTypes?: string[] | null }) => unknown {
  return (window) => {
    const wanted = window.itemTypes ?? undefined;
    const events = hub.gh.issueEvents.findBy('repo_id', repo.id)
      .filter((row) => row.issue_number === number && KINDS[row.event] !== undefined)
      .filter((row) => wanted === undefined || wanted.includes(`${row.event.toUpperCase()}_EVENT`));
    return page(events.map((row) => timelineItem(hub, viewer, { repo, row })), window, 'timelineItems');
  };
}

function timelineItem(hub: Hub, viewer: Viewer, { repo, row }: { repo: RepoRow; row: IssueEventRow }): Fields {
  const known = hub.gh.labels.findBy('repo_id', repo.id).find((candidate) => candidate.name === row.label_name);
  return {
    __typename: KINDS[row.event], id: row.node_id, actor: actor(hub, row.actor_id), createdAt: row.created_at, label: known === undefined ? null : label(known),
    beforeCommit: () => (row.before_sha === undefined ? null : commitAt(hub, viewer, { repo, sha: row.before_sha })),
    afterCommit: () => (row.after_sha === undefined ? null : commitAt(hub, viewer, { repo, sha: row.after_sha })),
    commit: () => (row.commit_id === null ? null : commitAt(hub, viewer, { repo, sha: row.commit_id })),
  };
}

function repoRow(hub: Hub, id: number): RepoRow {
  const repo = hub.gh.repos.get(id);
  if (repo === undefined) throw new Error(`no repository ${id}`);
  return repo;
}
