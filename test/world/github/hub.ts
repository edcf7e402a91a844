/** What every part of the stand-in shares: the store, the router, who is asking, and the one door through which events leave. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { nodeId } from './store.ts';
import type { GitHubStore } from './store.ts';
import type { AppRow, IssueRow, PullRow, RepoRow, UserRow } from './rows.ts';
import type { AuthUser, Context, Router } from './router.ts';
import { notFound, Refusal } from './router.ts';
import type { Merged } from './three-way.ts';
import type { Changed } from './changes.ts';
import type { Queue } from './queue.ts';

export type Json = Record<string, unknown>;

export interface Hub {
  gh: GitHubStore;
  app: Router;
  baseUrl: string;
  tokens: Map<string, AuthUser>;
  reactions: Reaction[];
  statuses: Status[];
  trialMerges: Map<string, Merged>;
  queues: Queue[];
  /** How many entries were made so far. */
  queued: number;
  /** Base and head → the commit that tries their merge. */
  testMerges: Map<string, string>;
  /** Pull request → the merge that was tried last, while no more are; null: all are tried at once. */
  heldMerges: Map<number, string> | null;
  changes: Map<string, Changed[]>;
  /** The request limit of a caller, named by its authorization header. */
  limitOf(caller: string | undefined): { limit: number; used: number; remaining: number; reset: number };
  /** Hands an event to everyone subscribed; the payload is completed and frozen at this moment. */
  emit(event: string, action: string | undefined, payload: Json, repo: RepoRow): void;
  /** Looks at all branch tips and reports the ones that moved since last asked. */
  refsMoved(actor: UserRow): void;
}

export interface Reaction { id: number; comment_id: number; user_id: number; content: string; created_at: string }

/** A commit status, which emulate lacks. */
export interface Status {
  id: number;
  repo_id: number;
  sha: string;
  state: string;
  context: string;
  description: string | null;
  target_url: string | null;
  creator_id: number;
  app_id: number | null;
  created_at: string;
}

/** Who is acting in the request at hand; routes of emulate do not pass it on. */
export const acting = new AsyncLocalStorage<{ actor: UserRow | undefined; appId: number | undefined }>();

export function now(): string {
  return new Date().toISOString();
}

export function repoOf(hub: Hub, c: Context): RepoRow {
  const repo = findRepo(hub, c.req.param('owner'), c.req.param('repo'));
  if (repo === undefined) throw notFound();
  return repo;
}

/** Owner and name are compared without case, as GitHub does. */
export function findRepo(hub: Hub, owner: string, name: string): RepoRow | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  return hub.gh.repos.all().find((repo) => repo.full_name.toLowerCase() === wanted);
}

export function ownerOf(repo: RepoRow): string {
  return repo.full_name.split('/')[0] ?? '';
}

export function findUser(hub: Hub, login: string): UserRow | undefined {
  const wanted = login.toLowerCase();
  return hub.gh.users.all().find((user) => user.login.toLowerCase() === wanted);
}

export function numberParam(c: Context, name: string): number {
  const value = Number(c.req.param(name));
  if (!Number.isSafeInteger(value) || value < 1) throw notFound();
  return value;
}

/** The issue, which may be a pull request's issue side. */
export function issueOf(hub: Hub, repo: RepoRow, number: number): IssueRow {
  const issue = hub.gh.issues.findBy('repo_id', repo.id).find((row) => row.number === number);
  if (issue === undefined) throw notFound();
  return issue;
}

export function pullOf(hub: Hub, repo: RepoRow, number: number): PullRow {
  const pull = findPull(hub, repo, number);
  if (pull === undefined) throw notFound();
  return pull;
}

export function findPull(hub: Hub, repo: RepoRow, number: number): PullRow | undefined {
  return hub.gh.pullRequests.findBy('repo_id', repo.id).find((row) => row.number === number);
}

/** The person or bot behind the request; nobody signed in is a 401. */
export function actorOf(hub: Hub, c: Context): UserRow {
  const auth = c.get('authUser');
  if (auth === undefined) throw new Refusal(401, 'Requires authentication');
  return actorFor(hub, auth);
}

export function actorFor(hub: Hub, auth: AuthUser): UserRow {
  const login = auth.installation === undefined ? auth.login : botLogin(appRow(hub, auth.installation.appId));
  const user = findUser(hub, login);
  if (user === undefined) throw new Refusal(401, 'Bad credentials');
  return user;
}

export function appRow(hub: Hub, appId: number): AppRow {
  const row = hub.gh.apps.all().find((app) => app.app_id === appId);
  if (row === undefined) throw new Refusal(404, 'Integration not found');
  return row;
}

export function botLogin(app: AppRow): string {
  return `${app.slug}[bot]`;
}

/** Refuses a token of an installation that lacks the permission; people and their tokens pass (their role is checked elsewhere). */
export function needGrant(c: Context, name: string, level: 'read' | 'write'): void {
  const grant = c.get('authUser')?.installation;
  if (grant === undefined) return;
  const given = grant.permissions[name];
  if (given === 'write' || (given === 'read' && level === 'read')) return;
  throw new Refusal(403, 'Resource not accessible by integration');
}

/** Inserts a row and gives it its node id. */
export function withNodeId<T extends { id: number }>(collection: { update(id: number, data: { node_id: string }): T | undefined }, kind: string, row: T): T {
  return collection.update(row.id, { node_id: nodeId(kind, row.id) }) ?? row;
}
