/**
 * `POST /graphql`: queries run by the `graphql` package over GitHub's published schema, with resolvers over the store. A query the schema refuses is answered
 * as GitHub does (200 with `errors`). A field that the stand-in does not model is an error that names it, never a silent null.
 */
import { readFileSync } from 'node:fs';
import { buildSchema, defaultFieldResolver, execute, GraphQLError, parse, validate } from 'graphql';
import type { DocumentNode, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { actorFor, findRepo } from '../hub.ts';
import type { Hub } from '../hub.ts';
import { roleOf } from '../permission.ts';
import { bodyOf, Refusal } from '../router.ts';
import type { AuthUser, Context } from '../router.ts';
import type { RepoRow } from '../rows.ts';
import { refused } from './connection.ts';
import { enqueue } from '../queue.ts';
import { comment, issue, pullRequest, queueEntry } from './conversation.ts';
import type { Viewer } from './conversation.ts';
import { person } from './people.ts';
import { repository } from './repository.ts';

let schema: GraphQLSchema | undefined;

/** Parsed once for all worlds of a process; it takes a good part of a second. */
export function githubSchema(): GraphQLSchema {
  schema ??= buildSchema(readFileSync(new URL('./schema.graphql', import.meta.resolve('@octokit/graphql-schema')), 'utf8'), { assumeValid: true });
  return schema;
}

export function addGraphql(hub: Hub): void {
  hub.app.post('/graphql', async (c) => c.json(await answer(hub, c)));
}

async function answer(hub: Hub, c: Context): Promise<unknown> {
  const auth = c.get('authUser');
  if (auth === undefined) throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  const { query, variables, operationName } = await bodyOf(c);
  if (typeof query !== 'string') return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] };
  const document = parsed(query);
  if (document instanceof GraphQLError) return { errors: [shaped(document)] };
  const invalid = validate(githubSchema(), document, undefined, { maxErrors: 20 });
  if (invalid.length > 0) return { errors: invalid.map(shaped) };
  const result = await execute({
    schema: githubSchema(), document, rootValue: root(hub, auth, c.req.header('authorization')), fieldResolver: modelled,
    variableValues: typeof variables === 'object' && variables !== null ? (variables as Record<string, unknown>) : {}, operationName: typeof operationName === 'string' ? operationName : null,
  });
  return result.errors === undefined ? result : { data: result.data ?? null, errors: result.errors.map(shaped) };
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

const modelled: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  const known = typeof source === 'object' && source !== null && info.fieldName in source;
  if (!known && info.fieldName !== '__typename') throw refused('NOT_MODELLED', `The GitHub stand-in does not model ${info.parentType.name}.${info.fieldName}.`);
  return defaultFieldResolver(source, args, context, info);
};

/** GitHub puts `type` beside the message for what went wrong in the data, and a code in `extensions` for a query it refuses. */
function shaped(error: GraphQLError): Record<string, unknown> {
  const { type, ...extensions } = error.extensions as Record<string, unknown>;
  return {
    ...(type === undefined ? {} : { type }), ...(error.path === undefined ? {} : { path: error.path }), ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    locations: error.locations, message: error.message,
  };
}

function root(hub: Hub, auth: AuthUser, caller: string | undefined): Record<string, unknown> {
  const user = actorFor(hub, auth);
  const viewer: Viewer = { user, grants: auth.installation?.permissions };
  return {
    viewer: { ...person(hub, user), login: user.login },
    rateLimit: () => {
      // Every query costs one here; GitHub's own sum depends on the connections asked for.
      const { limit, used, remaining, reset } = hub.limitOf(caller);
      return { cost: 1, limit, used, remaining, resetAt: new Date(reset * 1000).toISOString() };
    },
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repo = findRepo(hub, owner, name);
      if (repo === undefined || !mayRead(hub, auth, repo)) throw refused('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
      return repository(hub, viewer, repo);
    },
    enqueuePullRequest: ({ input }: { input: { pullRequestId: string; expectedHeadOid?: string | null } }) => {
      const pull = hub.gh.pullRequests.all().find((row) => row.node_id === input.pullRequestId);
      const lacks = (name: string): boolean => auth.installation !== undefined && auth.installation.permissions[name] !== 'write';
      if (pull === undefined) throw refused('NOT_FOUND', `Could not resolve to a node with the global id of '${input.pullRequestId}'.`);
      if (lacks('contents') || lacks('pull_requests')) throw refused('FORBIDDEN', 'Resource not accessible by integration');
      return { mergeQueueEntry: queueEntry(hub, viewer, enqueue(hub, { pull, actor: user, expected: input.expectedHeadOid })) };
    },
    node: ({ id }: { id: string }) => byNodeId(hub, { auth, viewer, id }),
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => byNodeId(hub, { auth, viewer, id })),
  };
}

function mayRead(hub: Hub, auth: AuthUser, repo: RepoRow): boolean {
  if (!repo.private) return true;
  const grant = auth.installation;
  if (grant === undefined) return roleOf(hub, repo, actorFor(hub, auth)) !== 'none';
  return repo.owner_id === grant.accountId && (grant.repositorySelection === 'all' || grant.repositoryIds.includes(repo.id));
}

function byNodeId(hub: Hub, { auth, viewer, id }: { auth: AuthUser; viewer: Viewer; id: string }): unknown {
  const found = [
    ...hub.gh.issues.all().filter((row) => row.node_id === id && !row.is_pull_request).map((row) => ({ repoId: row.repo_id, node: () => issue(hub, viewer, row) })),
    ...hub.gh.pullRequests.all().filter((row) => row.node_id === id).map((row) => ({ repoId: row.repo_id, node: () => pullRequest(hub, viewer, row) })),
    ...hub.gh.repos.all().filter((row) => row.node_id === id).map((row) => ({ repoId: row.id, node: () => repository(hub, viewer, row) })),
    ...hub.gh.comments.all().filter((row) => row.node_id === id).flatMap((row) => {
      const repo = hub.gh.repos.get(row.repo_id);
      return repo === undefined ? [] : [{ repoId: repo.id, node: () => comment(hub, viewer, { repo, row }) }];
    }),
  ][0];
  const repo = hub.gh.repos.get(found?.repoId ?? 0);
  if (found === undefined || repo === undefined || !mayRead(hub, auth, repo)) throw refused('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  return found.node();
}
