/** Merge queues: what waits in one, the commit that it asks to be checked, and the way in. Who is in a group is GitHub's word alone; no branch's name says it. */
import { AssayError } from '../../core/errors.ts';
import type { CommitShape, GroupSnapshot } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { Client } from './client.ts';
import { readBranch } from './commit.ts';
import { hasStatus } from './failures.ts';
import { enqueueMutation, EnqueueAnswer, QueueAnswer, queueQuery } from './queries/queue.ts';
import { place, readCheckRuns } from './read.ts';

export async function readGroup(client: Client, repository: RepositoryRef, { sha, branch }: { sha: string; branch: string }): Promise<GroupSnapshot> {
  const answer = await client.graphql(queueQuery, { owner: repository.owner, name: repository.name, branch }, QueueAnswer);
  // After the entries: what was merged meanwhile is one of them.
  const [commit, tip] = await Promise.all([readCommitShape(client, repository, sha), readBranch(client, repository, branch)]);
  const entries = answer.repository.mergeQueue?.entries;
  // A group whose members nobody has read in full is not judged by those that were.
  if (entries?.pageInfo.hasPreviousPage) throw new AssayError('QUEUE_TOO_LONG', `more than 100 pull requests wait in the queue of ${branch}`, { remedy: 'Let the queue get shorter; the check is asked for again.' });
  return {
    repository, sha, branch, commit, tip,
    entries: (entries?.nodes ?? []).flatMap(({ pullRequest, headCommit, baseCommit }) => (pullRequest ? [{ pullRequest: pullRequest.number, head: headCommit?.oid ?? null, base: baseCommit?.oid ?? null }] : [])),
    checkRuns: commit ? await readCheckRuns(client, repository, { ref: sha }) : [],
  };
}

export async function readCommitShape(client: Client, repository: RepositoryRef, sha: string): Promise<CommitShape | null> {
  try {
    const commit = await client.rest('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...place(repository), commit_sha: sha });
    return { sha: commit.sha, tree: commit.tree.sha, parents: commit.parents.map((parent) => parent.sha) };
  } catch (thrown) {
    if (hasStatus(thrown, 404, 422)) return null;
    throw thrown;
  }
}

/** A refusal is an answer; a head that is another one by now is refused too. */
export async function enqueue(client: Client, { nodeId, headSha }: { nodeId: string; headSha: string }): Promise<{ entered: true } | { entered: false; status: number; message: string }> {
  try {
    await client.graphql(enqueueMutation, { input: { pullRequestId: nodeId, expectedHeadOid: headSha } }, EnqueueAnswer);
    return { entered: true };
  } catch (thrown) {
    if (hasStatus(thrown, 403, 422)) return { entered: false, status: thrown.status, message: thrown.message };
    throw thrown;
  }
}
