/** Git objects, refs, check suites and protection rules as GraphQL sees them. */
import { latestByName } from '../checks.ts';
import { blobBytes, blobOf, commitOf, commitsBetween, flatten } from '../git.ts';
import type { Hub } from '../hub.ts';
import { nodeId } from '../store.ts';
import type { CheckRunRow, CheckSuiteRow, CommitRow, ProtectionRow, RepoRow } from '../rows.ts';
import { page } from './connection.ts';
import type { Window } from './connection.ts';
import { app, person } from './people.ts';
import { pullRequest } from './conversation.ts';
import type { Viewer } from './conversation.ts';

type Fields = Record<string, unknown>;

export function ref(hub: Hub, viewer: Viewer, at: { repo: RepoRow; name: string }): Fields | null {
  const name = at.name.replace(/^refs\/heads\//, '');
  const branch = hub.gh.branches.findBy('repo_id', at.repo.id).find((row) => row.name === name);
  if (branch === undefined) return null;
  return { __typename: 'Ref', id: nodeId('Ref', `${at.repo.id}:${name}`), name, prefix: 'refs/heads/', target: () => commitAt(hub, viewer, { repo: at.repo, sha: branch.sha }) };
}

export function commitAt(hub: Hub, viewer: Viewer, at: { repo: RepoRow; sha: string }): Fields | null {
  const row = commitOf(hub.gh, at.repo.id, at.sha);
  return row === undefined ? null : commit(hub, viewer, { repo: at.repo, row });
}

export function commit(hub: Hub, viewer: Viewer, { repo, row }: { repo: RepoRow; row: CommitRow }): Fields {
  const author = { __typename: 'GitActor', name: row.author_name, email: row.author_email, date: row.author_date, user: userByEmail(hub, row.author_email) };
  const [headline, ...rest] = row.message.split('\n');
  return {
    __typename: 'Commit', id: nodeId('Commit', row.sha), oid: row.sha, abbreviatedOid: row.sha.slice(0, 7), message: row.message, messageHeadline: headline ?? '', messageBody: rest.join('\n').trim(),
    tree: { __typename: 'Tree', id: nodeId('Tree', row.tree_sha), oid: row.tree_sha }, author, authors: (window: Window) => page([author], window, 'authors'), committedDate: row.committer_date, authoredDate: row.author_date, url: `${hub.baseUrl}/${repo.full_name}/commit/${row.sha}`,
    committer: { __typename: 'GitActor', name: row.committer_name, email: row.committer_email, date: row.committer_date, user: userByEmail(hub, row.committer_email) },
    parents: (window: Window) => page(row.parent_shas.map((sha) => commitAt(hub, viewer, { repo, sha })), window, 'parents'),
    checkSuites: (window: Window & { filterBy?: { appId?: number | null; checkName?: string | null } | null }) => page(suites(hub, { repo, sha: row.sha, filter: window.filterBy }), window, 'checkSuites'),
    associatedPullRequests: (window: Window) => page(pullsWith(hub, viewer, { repo, sha: row.sha }), window, 'associatedPullRequests'),
  };
}

function pullsWith(hub: Hub, viewer: Viewer, { repo, sha }: { repo: RepoRow; sha: string }): Fields[] {
  return hub.gh.pullRequests.findBy('repo_id', repo.id)
    .filter((pull) => pull.merge_commit_sha === sha || commitsBetween(hub.gh, repo.id, pull.base_sha, pull.head_sha).some((row) => row.sha === sha))
    .map((pull) => pullRequest(hub, viewer, pull));
}

/** GraphQL's `GitActor.user` is a User, so a bot's commit has none. */
function userByEmail(hub: Hub, email: string): Fields | null {
  const wanted = email.toLowerCase();
  const user = hub.gh.users.all().find((row) => {
    const login = row.login.toLowerCase();
    return row.email?.toLowerCase() === wanted || [`${login}@users.noreply.github.com`, `${login}@localhost`].includes(wanted) || wanted.endsWith(`+${login}@users.noreply.github.com`);
  });
  return user === undefined || user.type === 'Bot' ? null : person(hub, user);
}

/** `HEAD:path`, `branch:path`, `sha:path`, or a commit alone. */
export function object(hub: Hub, viewer: Viewer, at: { repo: RepoRow; expression: string | null | undefined; oid: string | null | undefined }): Fields | null {
  const [name, path] = split(at.expression ?? at.oid ?? '');
  const branch = hub.gh.branches.findBy('repo_id', at.repo.id).find((row) => row.name === (name === 'HEAD' ? at.repo.default_branch : name.replace(/^refs\/heads\//, '')));
  const start = commitOf(hub.gh, at.repo.id, branch?.sha ?? name);
  if (path === undefined) return start === undefined ? blob(hub, at.repo, name) : commit(hub, viewer, { repo: at.repo, row: start });
  const files = start === undefined ? undefined : flatten(hub.gh, at.repo.id, start.tree_sha);
  const file = files?.get(path);
  return file === undefined ? folder(hub, at.repo, { path, files: files ?? new Map() }) : blob(hub, at.repo, file.sha);
}

/** The files right in a folder, as GitHub lists a tree; what lies deeper is not asked for here. */
function folder(hub: Hub, repo: RepoRow, { path, files }: { path: string; files: ReadonlyMap<string, { sha: string }> }): Fields | null {
  const inside = [...files].filter(([name]) => name.startsWith(`${path}/`) && !name.slice(path.length + 1).includes('/'));
  if (inside.length === 0) return null;
  const entries = inside.map(([name, { sha }]) => ({ __typename: 'TreeEntry', name: name.slice(path.length + 1), path: name, type: 'blob', oid: sha, object: () => blob(hub, repo, sha) }));
  return { __typename: 'Tree', id: nodeId('Tree', `${repo.id}:${path}`), oid: nodeId('Tree', path), entries };
}

function split(expression: string): [string, string | undefined] {
  const colon = expression.indexOf(':');
  return colon < 0 ? [expression, undefined] : [expression.slice(0, colon), expression.slice(colon + 1)];
}

function blob(hub: Hub, repo: RepoRow, sha: string): Fields | null {
  const row = blobOf(hub.gh, repo.id, sha);
  if (row === undefined) return null;
  const binary = row.encoding === 'base64';
  const bytes = blobBytes(row);
  const isTruncated = bytes.byteLength > 512_000;
  return {
    __typename: 'Blob', id: row.node_id, oid: row.sha, abbreviatedOid: row.sha.slice(0, 7), byteSize: bytes.byteLength, isBinary: binary, isTruncated,
    text: binary ? null : bytes.subarray(0, 512_000).toString('utf8'),
  };
}

function suites(hub: Hub, at: { repo: RepoRow; sha: string; filter: { appId?: number | null; checkName?: string | null } | null | undefined }): Fields[] {
  const wanted = at.filter?.appId;
  return hub.gh.checkSuites.findBy('repo_id', at.repo.id)
    .filter((row) => row.head_sha === at.sha && (wanted === undefined || wanted === null || row.app_id === wanted))
    .map((row) => suite(hub, row));
}

function suite(hub: Hub, row: CheckSuiteRow): Fields {
  const runs = hub.gh.checkRuns.findBy('repo_id', row.repo_id).filter((run) => run.check_suite_id === row.id);
  return {
    __typename: 'CheckSuite', id: row.node_id, databaseId: row.id, app: app(hub, row.app_id), status: row.status.toUpperCase(), conclusion: row.conclusion?.toUpperCase() ?? null,
    createdAt: row.created_at, updatedAt: row.updated_at,
    checkRuns: (window: Window & { filterBy?: { checkName?: string | null; checkType?: string | null } | null }) => {
      const name = window.filterBy?.checkName ?? undefined;
      const listed = window.filterBy?.checkType === 'ALL' ? runs : latestByName(runs);
      return page(listed.filter((run) => name === undefined || run.name === name).map((run) => checkRun(hub, run)), window, 'checkRuns');
    },
  };
}

function checkRun(hub: Hub, run: CheckRunRow): Fields {
  const repo = hub.gh.repos.get(run.repo_id);
  const url = `${hub.baseUrl}/${repo?.full_name ?? ''}/runs/${run.id}`;
  return {
    __typename: 'CheckRun', id: run.node_id, databaseId: run.id, name: run.name, status: run.status.toUpperCase(), conclusion: run.conclusion?.toUpperCase() ?? null, externalId: run.external_id,
    detailsUrl: run.details_url ?? url, url, permalink: url, startedAt: run.started_at, completedAt: run.completed_at, title: run.output.title, summary: run.output.summary, text: run.output.text,
  };
}

export function protectionRule(hub: Hub, row: ProtectionRow): Fields {
  const checks = row.required_status_checks;
  const reviews = row.required_pull_request_reviews;
  return {
    __typename: 'BranchProtectionRule', id: row.node_id === '' ? nodeId('BranchProtectionRule', row.id) : row.node_id, databaseId: row.id, pattern: row.branch_name, isAdminEnforced: row.enforce_admins,
    requiresStatusChecks: checks !== null, requiresStrictStatusChecks: checks?.strict ?? false, requiredStatusCheckContexts: checks?.contexts ?? [],
    requiredStatusChecks: (checks?.checks ?? []).map((check) => ({ context: check.context, app: app(hub, check.app_id) })),
    requiresApprovingReviews: reviews !== null, requiredApprovingReviewCount: reviews?.required_approving_review_count ?? null, dismissesStaleReviews: reviews?.dismiss_stale_reviews ?? false,
    requiresCodeOwnerReviews: reviews?.require_code_owner_reviews ?? false, allowsForcePushes: row.allow_force_pushes, allowsDeletions: row.allow_deletions, restrictsPushes: row.restrictions !== null,
    requiresLinearHistory: row.required_linear_history,
    bypassPullRequestAllowances: (window: Window) => page([], window, 'bypassPullRequestAllowances'), bypassForcePushAllowances: (window: Window) => page([], window, 'bypassForcePushAllowances'),
    pushAllowances: (window: Window) => page([], window, 'pushAllowances'),
  };
}
