/** Everything Assay reads of an issue, in one query. */
import { z } from 'zod';
import { actorFields, ActorNode, commentFields, CommentPage, repositoryFields, RepositoryNode } from './fragments.ts';

export const intentQuery = `
query Intent($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    ...repositoryFields
    issue(number: $number) {
      id
      number
      title
      body
      lastEditedAt
      state
      author { ...actorFields }
      labels(first: 100) { nodes { name } }
      timelineItems(last: 100, itemTypes: [LABELED_EVENT]) {
        nodes { ... on LabeledEvent { actor { ...actorFields } label { name } createdAt } }
      }
      comments(last: 100) { pageInfo { hasPreviousPage startCursor } nodes { ...commentFields } }
    }
  }
}
${actorFields}
${repositoryFields}
${commentFields}`;

export const IntentIssue = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  lastEditedAt: z.string().nullable(),
  state: z.enum(['OPEN', 'CLOSED']),
  author: ActorNode,
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
  timelineItems: z.object({ nodes: z.array(z.object({ actor: ActorNode, label: z.object({ name: z.string() }), createdAt: z.string() })) }),
  comments: CommentPage,
});
export type IntentIssue = z.infer<typeof IntentIssue>;

export const IntentAnswer = z.object({ repository: RepositoryNode.extend({ issue: IntentIssue.nullable() }) });
