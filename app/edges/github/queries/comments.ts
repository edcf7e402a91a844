/** The comments before a page that a snapshot brought. */
import { z } from 'zod';
import { actorFields, commentFields, CommentPage } from './fragments.ts';

export const commentsQuery = `
query EarlierComments($id: ID!, $before: String!) {
  node(id: $id) {
    ... on Issue { comments(last: 100, before: $before) { pageInfo { hasPreviousPage startCursor } nodes { ...commentFields } } }
    ... on PullRequest { comments(last: 100, before: $before) { pageInfo { hasPreviousPage startCursor } nodes { ...commentFields } } }
  }
}
${actorFields}
${commentFields}`;

export const EarlierComments = z.object({ node: z.object({ comments: CommentPage }) });
