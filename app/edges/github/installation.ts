/** The port `GitHub` for one installation: names each act and hands it to the file that does it. */
import type { GitHub } from '../../core/ports/github.ts';
import type { Client } from './client.ts';
import { createCheckRun, updateCheckRun } from './checks.ts';
import { readBranch, writeCommit } from './commit.ts';
import { listChanges, listIssues, readChange, readCommits, readComparison, readIntent, readPermission } from './read.ts';
import type { ObjectCache } from './blobs.ts';
import { enqueue, readCommitShape, readGroup } from './queue.ts';
import { extendRef, readRef } from './ref.ts';
import { readListing, readTree } from './tree.ts';
import { closeIssue, createComment, findPullRequest, merge, openPullRequest, react, setLabels, updateComment } from './write.ts';

export function createInstallation(client: Client, objects: ObjectCache): GitHub {
  return {
    intent: (repository, issue) => readIntent(client, repository, issue),
    change: (repository, pull) => readChange(client, repository, pull),
    group: (repository, at) => readGroup(client, repository, at),
    commitShape: (repository, sha) => readCommitShape(client, repository, sha),
    permission: (repository, login) => readPermission(client, repository, login),
    compare: (repository, base, head) => readComparison(client, repository, { base, head }),
    commits: (repository, base, head) => readCommits(client, repository, { base, head }),
    tree: (repository, sha) => readTree(client, objects, { repository, sha }),
    listing: (repository, sha) => readListing(client, repository, sha),
    openIssues: (repository, label) => listIssues(client, repository, label),
    openChanges: (repository) => listChanges(client, repository),
    createComment: (repository, issue, body) => createComment(client, repository, { issue, body }),
    updateComment: (repository, id, body) => updateComment(client, repository, { id, body }),
    react: (repository, comment, content) => react(client, repository, { comment, content }),
    createCheckRun: (repository, run) => createCheckRun(client, repository, run),
    updateCheckRun: (repository, id, run) => updateCheckRun(client, repository, { id, run }),
    commit: (repository, options) => writeCommit(client, repository, options),
    branchSha: (repository, branch) => readBranch(client, repository, branch),
    readRef: (repository, name) => readRef(client, repository, name),
    extendRef: (repository, to) => extendRef(client, repository, to),
    openPullRequest: (repository, options) => openPullRequest(client, repository, options),
    findPullRequest: (repository, head) => findPullRequest(client, repository, head),
    merge: (repository, pull, options) => merge(client, repository, { pull, ...options }),
    enqueue: (_repository, options) => enqueue(client, options),
    closeIssue: (repository, number, reason) => closeIssue(client, repository, { number, reason }),
    setLabels: (repository, issue, add, remove) => setLabels(client, repository, { issue, add, remove }),
  };
}
