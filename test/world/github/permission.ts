/** What a person may do in a repository, as GitHub answers it, and the guard that holds people's tokens to it (emulate lets any account write). */
import { findRepo, findUser, findPull, needGrant, repoOf } from './hub.ts';
import type { Hub } from './hub.ts';
import type { RepoRow, UserRow } from './rows.ts';
import type { Context } from './router.ts';
import { notFound, Refusal } from './router.ts';
import { userJson } from './format.ts';

export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

const ORDER: Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

export function atLeast(role: Role, needed: Role): boolean {
  return ORDER.indexOf(role) >= ORDER.indexOf(needed);
}

export function roleOf(hub: Hub, repo: RepoRow, user: UserRow): Role {
  if (repo.owner_type === 'User' && repo.owner_id === user.id) return 'admin';
  const roles: Role[] = [repo.private ? 'none' : 'read', collaboratorRole(hub, repo, user), memberRole(hub, repo, user)];
  return roles.reduce((best, role) => (atLeast(role, best) ? role : best));
}

function collaboratorRole(hub: Hub, repo: RepoRow, user: UserRow): Role {
  const row = hub.gh.collaborators.findBy('repo_id', repo.id).find((candidate) => candidate.user_id === user.id);
  return row === undefined ? 'none' : roleFor(row.permission);
}

function memberRole(hub: Hub, repo: RepoRow, user: UserRow): Role {
  if (repo.owner_type !== 'Organization') return 'none';
  const memberships = hub.gh.teamMembers.findBy('user_id', user.id).filter((row) => hub.gh.teams.get(row.team_id)?.org_id === repo.owner_id);
  if (memberships.length === 0) return 'none';
  const owner = memberships.some((row) => row.role === 'maintainer' && hub.gh.teams.get(row.team_id)?.slug === 'members');
  return owner ? 'admin' : roleFor(hub.gh.orgs.get(repo.owner_id)?.default_repository_permission ?? 'read');
}

/** emulate stores git's words (pull, push), the API speaks of roles (read, write). */
export function roleFor(permission: string): Role {
  const renamed = { pull: 'read', push: 'write' }[permission] ?? permission;
  return ORDER.find((role) => role === renamed) ?? 'none';
}

export function addPermissionRoutes(hub: Hub): void {
  hub.app.use('*', async (c, next) => {
    guard(hub, c);
    await next();
  });
  hub.app.get('/repos/:owner/:repo/collaborators/:username/permission', (c) => c.json(permissionAnswer(hub, c)));
}

function permissionAnswer(hub: Hub, c: Context): unknown {
  const repo = repoOf(hub, c);
  needGrant(c, 'metadata', 'read');
  const asking = c.get('authUser');
  if (asking === undefined) throw new Refusal(401, 'Requires authentication');
  const login = c.req.param('username');
  const user = findUser(hub, login);
  if (user === undefined) throw notFound();
  if (user.login.endsWith('[bot]')) throw new Refusal(404, `${login} is not a user`);
  const role = roleOf(hub, repo, user);
  return { permission: legacyName(role), role_name: role, user: { ...userJson(hub, user), permissions: permissionFlags(role), role_name: role } };
}

/** `permission` knows four words only: maintain counts as write and triage as read. */
function legacyName(role: Role): string {
  return role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role;
}

export function permissionFlags(role: Role): Record<string, boolean> {
  return {
    admin: role === 'admin', maintain: atLeast(role, 'maintain'), push: atLeast(role, 'write'), triage: atLeast(role, 'triage'), pull: atLeast(role, 'read'),
  };
}

/** Refuses what a person's role does not allow; a private repository that one may not read does not exist. */
function guard(hub: Hub, c: Context): void {
  const match = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(c.req.path);
  if (match === null) return;
  const repo = findRepo(hub, decodeURIComponent(match[1] ?? ''), decodeURIComponent(match[2] ?? ''));
  if (repo === undefined) return;
  const auth = c.get('authUser');
  if (auth === undefined) return guardStranger(c, repo);
  if (auth.installation !== undefined) return guardInstallation(c, repo);
  const user = findUser(hub, auth.login);
  const role = user === undefined ? 'none' : roleOf(hub, repo, user);
  if (role === 'none') throw notFound();
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return;
  if (repo.archived) throw new Refusal(403, 'Repository was archived so is read-only.');
  if (atLeast(role, neededRole(hub, c, { repo, user, path: match[3] ?? '' }))) return;
  throw new Refusal(403, 'Must have admin rights to Repository.');
}

function guardStranger(c: Context, repo: RepoRow): void {
  if (c.get('authApp') !== undefined) return;
  if (repo.private) throw notFound();
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') throw new Refusal(401, 'Requires authentication');
}

function guardInstallation(c: Context, repo: RepoRow): void {
  const grant = c.get('authUser')?.installation;
  if (grant === undefined) return;
  const reaches = repo.owner_id === grant.accountId && repo.owner_type === grant.accountType
    && (grant.repositorySelection === 'all' || grant.repositoryIds.includes(repo.id));
  if (reaches) return;
  if (repo.private) throw notFound();
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') throw new Refusal(403, 'Resource not accessible by integration');
}

/** The least role for a person's write, by path below the repository. Contents and refs are left to emulate, which checks them. */
function neededRole(hub: Hub, c: Context, at: { repo: RepoRow; user: UserRow | undefined; path: string }): Role {
  const { path } = at;
  if (path === '/forks') return 'read';
  if (path === '' || path.startsWith('/collaborators') || path.startsWith('/hooks') || path.startsWith('/actions/permissions') || path.includes('/protection')) return 'admin';
  if (/^\/pulls\/\d+\/(merge|update-branch)$/.test(path) || path.startsWith('/statuses') || path.startsWith('/git/') || path.startsWith('/contents/')) return 'write';
  if (/^\/(labels|milestones)(\/|$)/.test(path) || /^\/pulls\/\d+\/requested_reviewers$/.test(path)) return 'write';
  if (/\/reviews\/\d+\/dismissals$/.test(path) || path.startsWith('/actions/') || path.startsWith('/releases')) return 'write';
  if (/^\/issues\/\d+\/(labels|assignees|lock)/.test(path)) return 'triage';
  if (/^\/issues\/comments\/\d+$/.test(path)) return wroteComment(hub, at) ? 'read' : 'write';
  if (/^\/(issues|pulls)\/\d+$/.test(path) && c.req.method === 'PATCH') return wroteIssue(hub, at) ? 'read' : 'triage';
  return 'read';
}

function wroteComment(hub: Hub, at: { user: UserRow | undefined; path: string }): boolean {
  return hub.gh.comments.get(Number(at.path.split('/').at(-1)))?.user_id === at.user?.id;
}

function wroteIssue(hub: Hub, at: { repo: RepoRow; user: UserRow | undefined; path: string }): boolean {
  const number = Number(at.path.split('/').at(-1));
  const row = findPull(hub, at.repo, number) ?? hub.gh.issues.findBy('repo_id', at.repo.id).find((issue) => issue.number === number);
  return row !== undefined && row.user_id === at.user?.id;
}
