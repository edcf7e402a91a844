/** Reads: the two snapshots, a permission, a comparison, the lists that the sweep walks. */
import type { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { ChangedFile, ChangeSnapshot, CheckRunSnapshot, IntentSnapshot, Permission } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import { allPages, type Client, type Data } from './client.ts';
import { hasStatus, idOf, later } from './failures.ts';
import { caps } from './limits.ts';
import { commentsQuery, EarlierComments } from './queries/comments.ts';
import { ChangeAnswer, changeQuery, EarlierCommits, earlierCommitsQuery, type CommitNode } from './queries/change.ts';
import { IntentAnswer, intentQuery } from './queries/intent.ts';
import type { CommentNode, CommentPage } from './queries/fragments.ts';
import { changeOf, intentOf, repositoryOf } from './snapshots.ts';
import { compareTrees } from './tree.ts';

export async function readIntent(client: Client, repository: RepositoryRef, number: number): Promise<IntentSnapshot | null> {
  const answer = await client.graphql(intentQuery, { owner: repository.owner, name: repository.name, number }, IntentAnswer);
  const { issue } = answer.repository;
  assertSame(client, repository, answer.repository.databaseId);
  return issue && intentOf(repositoryOf(answer.repository), issue, await allComments(client, issue));
}

/** Two requests: the query, and the check runs on the head that it named. */
export async function readChange(client: Client, repository: RepositoryRef, number: number): Promise<ChangeSnapshot | null> {
  const answer = await client.graphql(changeQuery, { owner: repository.owner, name: repository.name, number }, ChangeAnswer);
  const pull = answer.repository.pullRequest;
  assertSame(client, repository, answer.repository.databaseId);
  if (!pull) return null;
  return changeOf({
    repository: repositoryOf(answer.repository),
    pull,
    comments: await allComments(client, pull),
    commits: await earlier<CommitNode>(client, { id: pull.id, page: pull.commits, query: earlierCommitsQuery, schema: EarlierCommits, of: (node) => (node as z.infer<typeof EarlierCommits>).node.commits }),
    checkRuns: await readCheckRuns(client, repository, { ref: pull.headRefOid }),
  });
}

/** A name can be taken over by another repository after a rename; only the number names it for good. */
function assertSame(client: Client, repository: RepositoryRef, id: number): void {
  if (id === repository.id) return;
  throw later('GITHUB_GONE', `${repository.owner}/${repository.name} is repository ${id} now, not ${repository.id}`, { now: client.clock.now() });
}

function allComments(client: Client, subject: { id: string; comments: CommentPage }): Promise<CommentNode[]> {
  return earlier<CommentNode>(client, { id: subject.id, page: subject.comments, query: commentsQuery, schema: EarlierComments, of: (node) => (node as z.infer<typeof EarlierComments>).node.comments });
}

interface Page<T> {
  pageInfo: { hasPreviousPage: boolean; startCursor: string | null };
  nodes: T[];
}

/** Oldest first, from the newest page backwards. */
async function earlier<T>(client: Client, from: { id: string; page: Page<T>; query: string; schema: z.ZodType; of: (answer: unknown) => Page<T> }): Promise<T[]> {
  let { page } = from;
  let all = page.nodes;
  for (let count = 1; page.pageInfo.hasPreviousPage; count += 1) {
    if (count > caps.pages) throw later('GITHUB_LIMIT', `${from.id} has more than ${caps.pages * 100} entries`, { now: client.clock.now() });
    page = from.of(await client.graphql(from.query, { id: from.id, before: page.pageInfo.startCursor }, from.schema));
    all = [...page.nodes, ...all];
  }
  return all;
}

/** The latest run of each name by this App on a commit. */
export async function readCheckRuns(client: Client, repository: RepositoryRef, query: { ref: string; check_name?: string; filter?: 'latest' | 'all' }): Promise<CheckRunSnapshot[]> {
  const runs = await allPages(client.clock.now(), async (page) =>
    (await client.rest('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...place(repository), app_id: client.appId, ...query, per_page: 100, page })).check_runs);
  return runs.filter((run) => run.app?.id === client.appId).map(checkRunOf);
}

export function checkRunOf(run: Data<'GET /repos/{owner}/{repo}/check-runs/{check_run_id}'>): CheckRunSnapshot {
  return { id: idOf(run.id), name: run.name, appId: run.app?.id ?? 0, headSha: run.head_sha, status: run.status, conclusion: run.conclusion, externalId: run.external_id ?? '' };
}

export function place(repository: RepositoryRef): { owner: string; repo: string } {
  return { owner: repository.owner, repo: repository.name };
}

const permissions: Record<string, Permission> = {
  none: 'none', read: 'read', pull: 'read', triage: 'triage', write: 'write', push: 'write', maintain: 'maintain', admin: 'admin',
};

/** A role's own name decides; where it is a custom one, the base permission that GitHub gives with it. */
export async function readPermission(client: Client, repository: RepositoryRef, username: string): Promise<Permission> {
  try {
    const answer = await client.rest('GET /repos/{owner}/{repo}/collaborators/{username}/permission', { ...place(repository), username });
    return permissions[answer.role_name] ?? permissions[answer.permission] ?? 'none';
  } catch (thrown) {
    if (hasStatus(thrown, 404)) return 'none';
    throw thrown;
  }
}

/** GitHub lists at most 300 files of a comparison; beyond, the two trees are compared instead (without renames). */
export async function readComparison(client: Client, repository: RepositoryRef, range: { base: string; head: string }): Promise<{ mergeBase: string; files: ChangedFile[] }> {
  const answer = await client.rest('GET /repos/{owner}/{repo}/compare/{basehead}', { ...place(repository), basehead: `${range.base}...${range.head}`, per_page: 100 });
  const mergeBase = answer.merge_base_commit.sha;
  const files = answer.files ?? [];
  if (files.length >= caps.compareFiles || !answer.files) return { mergeBase, files: await compareTrees(client, repository, { base: mergeBase, head: range.head }) };
  return { mergeBase, files: files.map((file) => ({ path: file.filename, previousPath: file.previous_filename ?? null, status: file.status })) };
}

export async function readCommits(client: Client, repository: RepositoryRef, range: { base: string; head: string }): Promise<{ sha: string; parents: string[] }[]> {
  const answer = await client.rest('GET /repos/{owner}/{repo}/compare/{basehead}', { ...place(repository), basehead: `${range.base}...${range.head}`, per_page: caps.compareCommits });
  if (answer.total_commits > answer.commits.length) throw new AssayError('COMMITS_TOO_MANY', `the change has ${answer.total_commits} commits, more than can be read one by one`, { remedy: 'Split the change, or squash its commits.' });
  return answer.commits.map(({ sha, parents }) => ({ sha, parents: parents.map((parent) => parent.sha) }));
}

export async function listIssues(client: Client, repository: RepositoryRef, labels: string): Promise<number[]> {
  const all = await allPages(client.clock.now(), (page) => client.rest('GET /repos/{owner}/{repo}/issues', { ...place(repository), state: 'open', labels, per_page: 100, page }));
  return all.filter((issue) => !issue.pull_request).map((issue) => issue.number);
}

export async function listChanges(client: Client, repository: RepositoryRef): Promise<number[]> {
  const all = await allPages(client.clock.now(), (page) => client.rest('GET /repos/{owner}/{repo}/pulls', { ...place(repository), state: 'open', per_page: 100, page }));
  return all.map((pull) => pull.number);
}
