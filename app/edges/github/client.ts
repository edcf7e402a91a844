/**
 * One installation's way to GitHub: every request is typed by GitHub's own description, passes the gate, is revalidated by ETag where it
 * reads, refreshes its token once on 401, and fails as a GitHubError.
 */
import type { Endpoints } from '@octokit/types';
import { request } from '@octokit/request';
import type { ProbotOctokit } from 'probot';
import type { z } from 'zod';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { caps, costOf, type GitHubLimits, type RequestCost } from './limits.ts';
import type { Gate } from './gate.ts';
import type { Revalidation } from './revalidate.ts';
import { failureOf, GitHubError, later } from './failures.ts';

export type Route = keyof Endpoints;
export type Parameters<R extends Route> = Omit<Endpoints[R]['parameters'], 'headers' | 'request' | 'baseUrl' | 'mediaType'>;
export type Data<R extends Route> = Endpoints[R]['response']['data'];

export interface Client {
  readonly appId: number;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  rest<R extends Route>(route: R, parameters: Parameters<R>): Promise<Data<R>>;
  /** The same, with the cursor of the next page where the Link header has one. */
  page<R extends Route>(route: R, parameters: Parameters<R>): Promise<{ data: Data<R>; next: string | null }>;
  /** Where a GET that is answered by a redirect leads. It is followed by the caller, without these credentials. */
  location<R extends Route>(route: R, parameters: Parameters<R>): Promise<string>;
  /** The answer checked against its schema; a part that is not there is null, a repository that is not there is GITHUB_GONE. */
  graphql<S extends z.ZodType>(query: string, variables: Record<string, unknown>, schema: S): Promise<z.infer<S>>;
}

export interface ClientParts {
  appId: number;
  installationId: number;
  baseUrl: string;
  /** Probot's, for its tokens alone: sent through its hook, a request with a token that is not known everywhere yet would sleep in process. */
  octokit: ProbotOctokit;
  gate: Gate;
  revalidation: Revalidation;
  limits: GitHubLimits;
  clock: Clock;
  log: Log;
}

export function createClient(parts: ClientParts): Client {
  const { appId, baseUrl, clock, log } = parts;
  return {
    appId,
    baseUrl,
    clock,
    log,
    rest: async (route, parameters) => (await rest(parts, route, parameters)).data,
    async page(route, parameters) {
      const { data, link } = await rest(parts, route, parameters);
      return { data, next: nextCursor(link) };
    },
    location: (route, parameters) => location(parts, route, parameters),
    graphql: (query, variables, schema) => graphql(parts, { query, variables, schema }),
  };
}

interface Answer<R extends Route> {
  data: Data<R>;
  link: string | undefined;
}

async function rest<R extends Route>(parts: ClientParts, route: R, parameters: Parameters<R>): Promise<Answer<R>> {
  const [method, template] = route.split(' ') as [string, string];
  const url = request.endpoint(String(route), parameters).url;
  const known = method === 'GET' ? parts.revalidation.find(parts.installationId, url) : undefined;
  const headers = { 'user-agent': 'assay', 'x-github-api-version': '2022-11-28', ...(known && { 'if-none-match': known.etag }) };
  try {
    const answer = await send(parts, costOf(method, template), (authorization) =>
      request(String(route), { ...parameters, baseUrl: parts.baseUrl, headers: { ...headers, authorization }, request: { signal: AbortSignal.timeout(parts.limits.requestTimeoutMs) } }));
    if (method === 'GET') parts.revalidation.keep(parts.installationId, url, { etag: answer.headers.etag, data: answer.data, link: answer.headers.link });
    return { data: answer.data, link: answer.headers.link };
  } catch (thrown) {
    if (known && statusOf(thrown) === 304) return { data: known.data as Data<R>, link: known.link };
    throw failureOf(thrown, { what: `${method} ${template}`, now: parts.clock.now() });
  }
}

async function location<R extends Route>(parts: ClientParts, route: R, parameters: Parameters<R>): Promise<string> {
  const [method, template] = route.split(' ') as [string, string];
  const what = `${method} ${template}`;
  const options = { redirect: 'manual', signal: AbortSignal.timeout(parts.limits.requestTimeoutMs) } as const;
  try {
    const answer = await send(parts, costOf(method, template), (authorization) =>
      request(String(route), { ...parameters, baseUrl: parts.baseUrl, headers: { 'user-agent': 'assay', 'x-github-api-version': '2022-11-28', authorization }, request: options }));
    if (answer.headers.location) return answer.headers.location;
    throw new GitHubError('GITHUB_ANSWER_INVALID', `${what}: no redirect came`, { status: answer.status, notBefore: null });
  } catch (thrown) {
    throw failureOf(thrown, { what, now: parts.clock.now() });
  }
}

/** The token is replaced once: it may have been revoked before its hour is over. */
async function send<T>(parts: ClientParts, cost: RequestCost, ask: (authorization: string) => Promise<T>): Promise<T> {
  const attempt = (refresh: boolean) => parts.gate.pass(parts.installationId, cost, async () => ask(await authorizationOf(parts, refresh)));
  try {
    return await attempt(false);
  } catch (thrown) {
    if (statusOf(thrown) !== 401 || !parts.installationId) throw thrown;
    return attempt(true);
  }
}

async function authorizationOf({ octokit, installationId }: ClientParts, refresh: boolean): Promise<string> {
  const { token } = (await octokit.auth(installationId ? { type: 'installation', refresh } : { type: 'app' })) as { token: string };
  return installationId ? `token ${token}` : `bearer ${token}`;
}

interface GraphqlQuestion<S> {
  query: string;
  variables: Record<string, unknown>;
  schema: S;
}

async function graphql<S extends z.ZodType>(parts: ClientParts, question: GraphqlQuestion<S>): Promise<z.infer<S>> {
  const name = /(?:query|mutation) (\w+)/.exec(question.query)?.[1] ?? 'query';
  const { query, variables } = question;
  const url = `${parts.baseUrl.replace(/\/api\/v3$/, '/api')}/graphql`;
  const answer = await send(parts, costOf('POST', '/graphql'), (authorization) =>
    request(`POST ${url}`, { query, variables, headers: { 'user-agent': 'assay', authorization }, request: { signal: AbortSignal.timeout(parts.limits.requestTimeoutMs) } }))
    .then(({ data, headers }) => dataOf({ ...(data as GraphqlBody), headers, name, now: parts.clock.now() }), (thrown: unknown) => { throw failureOf(thrown, { what: name, now: parts.clock.now() }); });
  const checked = question.schema.safeParse(answer);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw new GitHubError('GITHUB_ANSWER_INVALID', `${name}: ${issue?.path.join('.')}: ${issue?.message}`, { status: 200, notBefore: null });
}

interface GraphqlBody {
  data?: { repository?: unknown; node?: unknown } | null;
  errors?: { type?: string; message: string; extensions?: { code?: string } }[];
}

/** GraphQL answers 200 with errors: what was only not found is data with a null in it, everything else is a failure. */
function dataOf({ data, errors, headers, name, now }: GraphqlBody & { headers: object; name: string; now: number }): unknown {
  if (!errors?.length) return data;
  const message = errors.map((error) => error.message).join(' · ');
  if (errors.every((error) => error.type === 'NOT_FOUND')) {
    if (data?.repository || data?.node) return data;
    throw later('GITHUB_GONE', `${name}: ${message}`, { now, status: 404 });
  }
  throw failureOf(Object.assign(new Error(message), { status: statusOfErrors(errors), response: { headers } }), { what: name, now });
}

/** The status that REST would have answered. An error without type or code is GitHub's own trouble, e.g. a query that timed out. */
function statusOfErrors(errors: NonNullable<GraphqlBody['errors']>): number {
  if (errors.some((error) => error.type === 'RATE_LIMITED' || /secondary rate/i.test(error.message))) return 429;
  if (errors.some((error) => error.type === 'FORBIDDEN')) return 403;
  return errors.some((error) => error.type || error.extensions?.code) ? 422 : 502;
}

function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number' ? thrown.status : undefined;
}

function nextCursor(link: string | undefined): string | null {
  const next = link && /<([^>]+)>;\s*rel="next"/.exec(link)?.[1];
  return next ? new URL(next).searchParams.get('cursor') : null;
}

/** All items of a listing, 100 by 100; a listing that does not end is an error, never silently short. */
export async function allPages<T>(now: number, page: (number: number) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let number = 1; number <= caps.pages; number += 1) {
    const items = await page(number);
    all.push(...items);
    if (items.length < 100) return all;
  }
  throw later('GITHUB_LIMIT', `a listing has more than ${caps.pages * 100} entries`, { now });
}
