/** Lists as GitHub's GraphQL gives them: `first` or `last` is required and at most 100, cursors go both ways. */
import { GraphQLError } from 'graphql';

export interface Window { first?: number | null; last?: number | null; after?: string | null; before?: string | null }

export interface Page<T> {
  totalCount: number;
  nodes: T[];
  edges: { cursor: string; node: T }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

/** The field's name is only for the message. */
export function page<T>(list: T[], window: Window, field: string): Page<T> {
  const size = window.first ?? window.last;
  if (size === undefined || size === null) throw refused('MISSING_PAGINATION_BOUNDARIES', `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`);
  if (size > 100) throw refused('EXCESSIVE_PAGINATION', `Requesting ${size} records on the \`${field}\` connection exceeds the \`first\` limit of 100 records.`);
  const from = window.after ? place(window.after) + 1 : 0;
  const to = window.before ? place(window.before) : list.length;
  const start = window.first === undefined || window.first === null ? Math.max(from, to - size) : from;
  const end = window.first === undefined || window.first === null ? to : Math.min(to, from + size);
  const nodes = list.slice(start, end);
  const edges = nodes.map((node, index) => ({ cursor: cursor(start + index), node }));
  return {
    totalCount: list.length, nodes, edges,
    pageInfo: { hasNextPage: end < list.length, hasPreviousPage: start > 0, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

function cursor(index: number): string {
  return Buffer.from(`cursor:v2:${index}`).toString('base64');
}

function place(text: string): number {
  const index = Number(/^cursor:v2:(\d+)$/.exec(Buffer.from(text, 'base64').toString('utf8'))?.[1]);
  if (!Number.isSafeInteger(index)) throw refused('INVALID_CURSOR_ARGUMENTS', `\`${text}\` does not appear to be a valid cursor.`);
  return index;
}

/** GitHub puts the kind of an error beside its message. */
export function refused(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}
