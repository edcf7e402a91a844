/** A repository as GraphQL sees it, and the way into its issues, pull requests, refs and files. */
import { findPull } from '../hub.ts';
import type { Hub } from '../hub.ts';
import { roleOf, atLeast } from '../permission.ts';
import type { PullRow, RepoRow } from '../rows.ts';
import { queueOf } from '../queue.ts';
import { object, protectionRule, ref } from './code.ts';
import { page, refused } from './connection.ts';
import type { Window } from './connection.ts';
import { issue, pullRequest, queueEntry } from './conversation.ts';
import type { Viewer } from './conversation.ts';
import { label, repositoryOwner } from './people.ts';

type Fields = Record<string, unknown>;
interface PullFilter extends Window { states?: string[] | null; headRefName?: string | null; baseRefName?: string | null; labels?: string[] | null }
interface IssueFilter extends Window { states?: string[] | null; labels?: string[] | null }

export function repository(hub: Hub, viewer: Viewer, repo: RepoRow): Fields {
  return {
    __typename: 'Repository', id: repo.node_id, databaseId: repo.id, name: repo.name, nameWithOwner: repo.full_name, owner: () => repositoryOwner(hub, repo), isPrivate: repo.private,
    isArchived: repo.archived, isFork: repo.fork, isDisabled: false, isEmpty: false, isLocked: false, description: repo.description, url: `${hub.baseUrl}/${repo.full_name}`,
    createdAt: repo.created_at, updatedAt: repo.updated_at, pushedAt: repo.pushed_at, isInOrganization: repo.owner_type === 'Organization',
    squashMergeAllowed: repo.allow_squash_merge, mergeCommitAllowed: repo.allow_merge_commit, rebaseMergeAllowed: repo.allow_rebase_merge, autoMergeAllowed: repo.allow_auto_merge,
    deleteBranchOnMerge: repo.delete_branch_on_merge, viewerPermission: () => (viewer.user === undefined ? null : roleOf(hub, repo, viewer.user).toUpperCase()), mergeQueue: ({ branch }: { branch?: string | null }) => mergeQueue(hub, viewer, { repo, branch: branch ?? repo.default_branch }),
    defaultBranchRef: () => ref(hub, viewer, { repo, name: repo.default_branch }), ref: ({ qualifiedName }: { qualifiedName: string }) => ref(hub, viewer, { repo, name: qualifiedName }),
    object: ({ expression, oid }: { expression?: string | null; oid?: string | null }) => object(hub, viewer, { repo, expression, oid }),
    issue: ({ number }: { number: number }) => issueByNumber(hub, viewer, { repo, number }), pullRequest: ({ number }: { number: number }) => pullByNumber(hub, viewer, { repo, number }),
    issueOrPullRequest: ({ number }: { number: number }) => (findPull(hub, repo, number) === undefined ? issueByNumber(hub, viewer, { repo, number }) : pullByNumber(hub, viewer, { repo, number })),
    issues: (filter: IssueFilter) => page(issues(hub, viewer, { repo, filter }), filter, 'issues'), pullRequests: (filter: PullFilter) => page(pulls(hub, viewer, { repo, filter }), filter, 'pullRequests'),
    labels: (window: Window) => page(hub.gh.labels.findBy('repo_id', repo.id).map(label), window, 'labels'),
    branchProtectionRules: (window: Window) => page(rules(hub, viewer, repo), window, 'branchProtectionRules'),
    refs: (window: Window & { refPrefix: string }) => page(hub.gh.branches.findBy('repo_id', repo.id).map((row) => ref(hub, viewer, { repo, name: row.name })), window, 'refs'),
  };
}

function mergeQueue(hub: Hub, viewer: Viewer, { repo, branch }: { repo: RepoRow; branch: string }): Fields | null {
  const queue = queueOf(hub, repo, branch);
  if (queue === undefined) return null;
  return { __typename: 'MergeQueue', id: `MQ_${repo.id}_${branch}`, entries: (window: Window) => page(queue.entries.map((entry) => queueEntry(hub, viewer, entry)), window, 'entries') };
}

function issueByNumber(hub: Hub, viewer: Viewer, { repo, number }: { repo: RepoRow; number: number }): Fields {
  const row = hub.gh.issues.findBy('repo_id', repo.id).find((candidate) => candidate.number === number && !candidate.is_pull_request);
  if (row === undefined) throw refused('NOT_FOUND', `Could not resolve to an Issue with the number of ${number}.`);
  return issue(hub, viewer, row);
}

function pullByNumber(hub: Hub, viewer: Viewer, { repo, number }: { repo: RepoRow; number: number }): Fields {
  const row = findPull(hub, repo, number);
  if (row === undefined) throw refused('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
  return pullRequest(hub, viewer, row);
}

function issues(hub: Hub, viewer: Viewer, { repo, filter }: { repo: RepoRow; filter: IssueFilter }): Fields[] {
  const named = (ids: number[]): string[] => ids.map((id) => hub.gh.labels.get(id)?.name ?? '');
  return hub.gh.issues.findBy('repo_id', repo.id)
    .filter((row) => !row.is_pull_request && (filter.states ?? ['OPEN', 'CLOSED']).includes(row.state.toUpperCase()))
    .filter((row) => filter.labels === undefined || filter.labels === null || filter.labels.some((name) => named(row.label_ids).includes(name)))
    .map((row) => issue(hub, viewer, row));
}

function pulls(hub: Hub, viewer: Viewer, { repo, filter }: { repo: RepoRow; filter: PullFilter }): Fields[] {
  const state = (pull: PullRow): string => (pull.merged ? 'MERGED' : pull.state.toUpperCase());
  return hub.gh.pullRequests.findBy('repo_id', repo.id)
    .filter((pull) => (filter.states ?? ['OPEN', 'CLOSED', 'MERGED']).includes(state(pull)))
    .filter((pull) => filter.headRefName === undefined || filter.headRefName === null || pull.head_ref === filter.headRefName)
    .filter((pull) => filter.baseRefName === undefined || filter.baseRefName === null || pull.base_ref === filter.baseRefName)
    .map((pull) => pullRequest(hub, viewer, pull));
}

/** Shown to administrators, and to Apps that may read administration. */
function rules(hub: Hub, viewer: Viewer, repo: RepoRow): Fields[] {
  const app = viewer.grants !== undefined;
  if (app && viewer.grants?.['administration'] === undefined) throw refused('FORBIDDEN', 'Resource not accessible by integration');
  if (!app && (viewer.user === undefined || !atLeast(roleOf(hub, repo, viewer.user), 'admin'))) return [];
  return hub.gh.branchProtections.findBy('repo_id', repo.id).map((row) => protectionRule(hub, row));
}
