/** Parts that both snapshots share: who, which repository, which comments. Ids that outgrow 32 bits are asked as `fullDatabaseId`. */
import { z } from 'zod';

export const actorFields = `
fragment actorFields on Actor {
  __typename
  login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Organization { databaseId }
  ... on Mannequin { databaseId }
}`;

export const repositoryFields = `
fragment repositoryFields on Repository {
  databaseId
  name
  owner { login }
  isPrivate
  isArchived
  defaultBranchRef { name target { oid } }
  config: object(expression: "HEAD:.github/assay.yml") { ... on Blob { oid text isTruncated } }
  waivers: object(expression: "HEAD:.github/assay/waivers") { ... on Tree { entries { name object { ... on Blob { text isTruncated } } } } }
}`;

export const commentFields = `
fragment commentFields on IssueComment {
  fullDatabaseId
  author { ...actorFields }
  body
  createdAt
  lastEditedAt
}`;

export const ActorNode = z.object({ __typename: z.string(), login: z.string(), databaseId: z.number().nullish() }).nullable();
export type ActorNode = z.infer<typeof ActorNode>;

export const RepositoryNode = z.object({
  databaseId: z.number(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  isPrivate: z.boolean(),
  isArchived: z.boolean(),
  defaultBranchRef: z.object({ name: z.string(), target: z.object({ oid: z.string() }) }).nullable(),
  config: z.object({ oid: z.string().optional(), text: z.string().nullish(), isTruncated: z.boolean().optional() }).nullable(),
  /** An object that is no folder has no entries. */
  waivers: z.object({ entries: z.array(z.object({ name: z.string(), object: z.object({ text: z.string().nullish(), isTruncated: z.boolean().optional() }).nullable() })).nullish() }).nullable(),
});
export type RepositoryNode = z.infer<typeof RepositoryNode>;

export const CommentNode = z.object({
  fullDatabaseId: z.coerce.number().int(),
  author: ActorNode,
  body: z.string(),
  createdAt: z.string(),
  lastEditedAt: z.string().nullable(),
});
export type CommentNode = z.infer<typeof CommentNode>;

/** The newest page of a connection and the way to the page before it. */
export function pageOf<Node extends z.ZodType>(node: Node) {
  return z.object({ pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }), nodes: z.array(node) });
}

export const CommentPage = pageOf(CommentNode);
export type CommentPage = z.infer<typeof CommentPage>;
