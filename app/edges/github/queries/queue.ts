/** A branch's merge queue: who waits there, and with which commits; and the way in. */
import { z } from 'zod';
import { pageOf } from './fragments.ts';

export const queueQuery = `
query Queue($owner: String!, $name: String!, $branch: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    mergeQueue(branch: $branch) {
      entries(last: 100) { pageInfo { hasPreviousPage startCursor } nodes { pullRequest { number } headCommit { oid } baseCommit { oid } } }
    }
  }
}`;

const Target = z.object({ oid: z.string() }).nullable();
const Entry = z.object({ pullRequest: z.object({ number: z.number() }).nullable(), headCommit: Target, baseCommit: Target });
export const QueueAnswer = z.object({ repository: z.object({ databaseId: z.number(), mergeQueue: z.object({ entries: pageOf(Entry) }).nullable() }) });

export const enqueueMutation = `
mutation Enqueue($input: EnqueuePullRequestInput!) {
  enqueuePullRequest(input: $input) { mergeQueueEntry { position } }
}`;

export const EnqueueAnswer = z.object({ enqueuePullRequest: z.object({ mergeQueueEntry: z.object({ position: z.number() }).nullable() }) });
