/** The small acts on issues and pull requests. After a write without an answer each looks whether it took effect before it repeats. */
import type { MergeAnswer } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { Client } from './client.ts';
import { GitHubError, hasStatus, idOf, isOutcomeUnknown } from './failures.ts';
import { HOUR } from './limits.ts';
import { place } from './read.ts';

/** The comment's first hidden marker names it; a body without one names itself. */
export async function createComment(client: Client, repository: RepositoryRef, comment: { issue: number; body: string }): Promise<{ id: number }> {
  const at = { ...place(repository), issue_number: comment.issue };
  const create = async () => ({ id: idOf((await client.rest('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...at, body: comment.body })).id) });
  const since = new Date(client.clock.now() - HOUR).toISOString();
  try {
    return await create();
  } catch (thrown) {
    if (!isOutcomeUnknown(thrown)) throw thrown;
    const recent = await client.rest('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...at, since, per_page: 100 });
    const marker = /<!--[\s\S]*?-->/.exec(comment.body)?.[0];
    const own = recent.filter((found) => found.performed_via_github_app?.id === client.appId || found.user?.type === 'Bot');
    const found = own.find(({ body = '' }) => (marker ? body.includes(marker) : plain(body) === plain(comment.body)));
    return found ? { id: idOf(found.id) } : create();
  }
}

const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();

export async function updateComment(client: Client, repository: RepositoryRef, comment: { id: number; body: string }): Promise<void> {
  await client.rest('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...place(repository), comment_id: comment.id, body: comment.body });
}

export type Reaction = '+1' | '-1' | 'eyes' | 'confused' | 'rocket';

/** GitHub keeps one reaction of a kind per account: a repeat changes nothing. */
export async function react(client: Client, repository: RepositoryRef, to: { comment: number; content: Reaction }): Promise<void> {
  await client.rest('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', { ...place(repository), comment_id: to.comment, content: to.content });
}

export async function openPullRequest(client: Client, repository: RepositoryRef, pull: { head: string; base: string; title: string; body: string }): Promise<{ number: number }> {
  try {
    return { number: (await client.rest('POST /repos/{owner}/{repo}/pulls', { ...place(repository), ...pull })).number };
  } catch (thrown) {
    if (!isOutcomeUnknown(thrown) && !hasStatus(thrown, 422)) throw thrown;
    const number = await findPullRequest(client, repository, pull.head);
    if (number === null) throw thrown;
    return { number };
  }
}

export async function findPullRequest(client: Client, repository: RepositoryRef, head: string): Promise<number | null> {
  const found = await client.rest('GET /repos/{owner}/{repo}/pulls', { ...place(repository), head: `${repository.owner}:${head}`, state: 'open', per_page: 100 });
  return found.find((pull) => pull.head.ref === head && pull.head.repo?.id === repository.id)?.number ?? null;
}

export interface MergeOptions {
  pull: number;
  headSha: string;
  title: string;
  message: string;
}

/** Merges exactly `headSha` or not at all. A merge commit keeps the approved commit in history; the others where the repository allows none. */
export async function merge(client: Client, repository: RepositoryRef, options: MergeOptions): Promise<MergeAnswer> {
  const merge_method = await mergeMethod(client, repository);
  const at = { ...place(repository), pull_number: options.pull };
  const { headSha: sha, title: commit_title, message: commit_message } = options;
  try {
    const answer = await client.rest('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', { ...at, sha, commit_title, commit_message, merge_method });
    return answer.merged ? { merged: true, sha: answer.sha } : { merged: false, status: 200, message: answer.message };
  } catch (thrown) {
    if (isOutcomeUnknown(thrown)) return mergedAfterAll(client, at, thrown);
    if (hasStatus(thrown, 405, 409, 422)) return { merged: false, status: thrown.status, message: thrown.message };
    throw thrown;
  }
}

async function mergedAfterAll(client: Client, at: { owner: string; repo: string; pull_number: number }, thrown: unknown): Promise<MergeAnswer> {
  const pull = await client.rest('GET /repos/{owner}/{repo}/pulls/{pull_number}', at);
  if (pull.merged && pull.merge_commit_sha) return { merged: true, sha: pull.merge_commit_sha };
  throw thrown;
}

async function mergeMethod(client: Client, repository: RepositoryRef): Promise<'merge' | 'squash' | 'rebase'> {
  const found = await client.rest('GET /repos/{owner}/{repo}', place(repository));
  if (found.allow_merge_commit ?? true) return 'merge';
  if (found.allow_squash_merge ?? true) return 'squash';
  if (found.allow_rebase_merge ?? true) return 'rebase';
  throw new GitHubError('GITHUB_REFUSED', 'the repository allows no way to merge', { status: 405, notBefore: null });
}

export async function closeIssue(client: Client, repository: RepositoryRef, issue: { number: number; reason: 'completed' | 'not_planned' }): Promise<void> {
  await client.rest('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...place(repository), issue_number: issue.number, state: 'closed', state_reason: issue.reason });
}

export async function setLabels(client: Client, repository: RepositoryRef, change: { issue: number; add: string[]; remove: string[] }): Promise<void> {
  const at = { ...place(repository), issue_number: change.issue };
  if (change.add.length > 0) await client.rest('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...at, labels: change.add });
  for (const name of change.remove) {
    try {
      await client.rest('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', { ...at, name });
    } catch (thrown) {
      if (!hasStatus(thrown, 404)) throw thrown;
    }
  }
}
