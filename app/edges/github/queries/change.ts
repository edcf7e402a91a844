/** Everything Assay reads of a pull request, in one query, except its check runs: their ids need more than GraphQL's 32-bit Int. */
import { z } from 'zod';
import { actorFields, ActorNode, commentFields, CommentPage, pageOf, repositoryFields, RepositoryNode } from './fragments.ts';

const shapeFields = `
fragment shapeFields on Commit { oid tree { oid } parents(first: 3) { nodes { oid } } }`;

const commitFields = `
fragment commitFields on PullRequestCommit {
  commit {
    oid
    authors(first: 10) { totalCount nodes { user { __typename login databaseId } } }
    committer { email user { __typename login databaseId } }
  }
}`;

export const changeQuery = `
query Change($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    ...repositoryFields
    pullRequest(number: $number) {
      id
      number
      title
      body
      state
      isDraft
      author { ...actorFields }
      isCrossRepository
      headRefName
      headRefOid
      baseRefName
      baseRefOid
      baseRef { target { oid } }
      mergeable
      mergeCommit { ...shapeFields }
      potentialMergeCommit { ...shapeFields }
      isMergeQueueEnabled
      mergeQueueEntry { headCommit { oid } }
      labels(first: 100) { nodes { name } }
      comments(last: 100) { pageInfo { hasPreviousPage startCursor } nodes { ...commentFields } }
      commits(last: 100) { pageInfo { hasPreviousPage startCursor } nodes { ...commitFields } }
      headCommit: commits(last: 1) {
        nodes { commit { oid tree { oid } associatedPullRequests(first: 50) { nodes { number state headRefOid baseRepository { databaseId } } } } }
      }
      timelineItems(last: 50, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) {
        nodes { ... on HeadRefForcePushedEvent { actor { ...actorFields } } }
      }
    }
  }
}
${actorFields}
${repositoryFields}
${commentFields}
${shapeFields}
${commitFields}`;

export const earlierCommitsQuery = `
query EarlierCommits($id: ID!, $before: String!) {
  node(id: $id) {
    ... on PullRequest { commits(last: 100, before: $before) { pageInfo { hasPreviousPage startCursor } nodes { ...commitFields } } }
  }
}
${commitFields}`;

const CommitNode = z.object({
  commit: z.object({
    oid: z.string(),
    authors: z.object({ totalCount: z.number(), nodes: z.array(z.object({ user: ActorNode })) }),
    committer: z.object({ email: z.string().nullable(), user: ActorNode }).nullable(),
  }),
});
export type CommitNode = z.infer<typeof CommitNode>;
const CommitPage = pageOf(CommitNode);
export type CommitPage = z.infer<typeof CommitPage>;
export const EarlierCommits = z.object({ node: z.object({ commits: CommitPage }) });

const SharedHead = z.object({ number: z.number(), state: z.string(), headRefOid: z.string(), baseRepository: z.object({ databaseId: z.number() }).nullable() });
const Target = z.object({ oid: z.string() });
const Shape = z.object({ oid: z.string(), tree: Target, parents: z.object({ nodes: z.array(Target) }) });
export type Shape = z.infer<typeof Shape>;

export const ChangePull = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  author: ActorNode,
  isCrossRepository: z.boolean(),
  headRefName: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  baseRefOid: z.string(),
  baseRef: z.object({ target: Target }).nullable(),
  mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']),
  mergeCommit: Shape.nullable(),
  potentialMergeCommit: Shape.nullable(),
  isMergeQueueEnabled: z.boolean(),
  mergeQueueEntry: z.object({ headCommit: Target.nullable() }).nullable(),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  comments: CommentPage,
  commits: CommitPage,
  headCommit: z.object({ nodes: z.array(z.object({ commit: z.object({ oid: z.string(), tree: Target, associatedPullRequests: z.object({ nodes: z.array(SharedHead) }).nullable() }) })) }),
  timelineItems: z.object({ nodes: z.array(z.object({ actor: ActorNode })) }),
});
export type ChangePull = z.infer<typeof ChangePull>;

export const ChangeAnswer = z.object({ repository: RepositoryNode.extend({ pullRequest: ChangePull.nullable() }) });
