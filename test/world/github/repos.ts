/** A repository in full, what an installation reaches, and commit statuses (which emulate lacks). */
import { actorOf, findUser, needGrant, now, repoOf } from './hub.ts';
import type { Hub, Json, Status } from './hub.ts';
import { shaOfRef } from './checks.ts';
import { fullRepoJson, repoJson, userById } from './format.ts';
import { permissionFlags, roleOf } from './permission.ts';
import { bodyOf, invalid, paged, Refusal } from './router.ts';
import type { Context } from './router.ts';
import { nodeId } from './store.ts';
import type { RepoRow } from './rows.ts';

export function addRepoRoutes(hub: Hub): void {
  const { app } = hub;
  app.get('/repos/:owner/:repo', (c) => c.json(fullRepoJson(hub, repoOf(hub, c), flagsFor(hub, c, repoOf(hub, c)))));
  app.get('/repositories/:id', (c) => {
    const repo = hub.gh.repos.get(Number(c.req.param('id')));
    if (repo === undefined || (repo.private && flagsFor(hub, c, repo)['pull'] !== true)) throw new Refusal(404, 'Not Found');
    return c.json(fullRepoJson(hub, repo, flagsFor(hub, c, repo)));
  });
  app.get('/installation/repositories', (c) => {
    const grant = c.get('authUser')?.installation;
    if (grant === undefined) throw new Refusal(403, 'You must authenticate with an installation access token in order to list repositories for an installation.');
    const repos = hub.gh.repos.all()
      .filter((repo) => repo.owner_id === grant.accountId && repo.owner_type === grant.accountType)
      .filter((repo) => grant.repositorySelection === 'all' || grant.repositoryIds.includes(repo.id));
    return c.json({ total_count: repos.length, repository_selection: grant.repositorySelection, repositories: paged(c, repos).map((repo) => repoJson(hub, repo)) });
  });
  app.get('/rate_limit', (c) => {
    const core = hub.limitOf(c.req.header('authorization'));
    return c.json({ resources: { core, graphql: core, search: core }, rate: core });
  });
  app.post('/repos/:owner/:repo/statuses/:sha', async (c) => c.json(await setStatus(hub, c), 201));
  app.get('/repos/:owner/:repo/commits/:ref{.+}/status', (c) => c.json(combined(hub, c)));
  app.get('/repos/:owner/:repo/commits/:ref{.+}/statuses', (c) => {
    const { statuses } = statusesAt(hub, c);
    return c.json(paged(c, statuses.toReversed()).map((status) => statusJson(hub, status)));
  });
}

function flagsFor(hub: Hub, c: Context, repo: RepoRow): Record<string, boolean> {
  const auth = c.get('authUser');
  if (auth === undefined) return permissionFlags(repo.private ? 'none' : 'read');
  const reaches = auth.installation?.accountId === repo.owner_id;
  if (auth.installation !== undefined) return permissionFlags(!reaches ? (repo.private ? 'none' : 'read') : auth.installation.permissions['contents'] === 'write' ? 'write' : 'read');
  const user = findUser(hub, auth.login);
  return permissionFlags(user === undefined ? 'none' : roleOf(hub, repo, user));
}

async function setStatus(hub: Hub, c: Context): Promise<Json> {
  const repo = repoOf(hub, c);
  needGrant(c, 'statuses', 'write');
  const actor = actorOf(hub, c);
  const body = await bodyOf(c);
  const state = body['state'];
  if (typeof state !== 'string' || !['error', 'failure', 'pending', 'success'].includes(state)) throw invalid('Status', 'state');
  const text = (key: string): string | null => (typeof body[key] === 'string' ? body[key] : null);
  const status: Status = {
    id: 800_001 + hub.statuses.length, repo_id: repo.id, sha: shaOfRef(hub, repo, c.req.param('sha')), state, context: text('context') ?? 'default', description: text('description'),
    target_url: text('target_url'), creator_id: actor.id, app_id: c.get('authUser')?.installation?.appId ?? null, created_at: now(),
  };
  hub.statuses.push(status);
  return statusJson(hub, status);
}

function statusesAt(hub: Hub, c: Context): { repo: RepoRow; sha: string; statuses: Status[] } {
  const repo = repoOf(hub, c);
  const sha = shaOfRef(hub, repo, c.req.param('ref'));
  return { repo, sha, statuses: hub.statuses.filter((row) => row.repo_id === repo.id && row.sha === sha) };
}

function combined(hub: Hub, c: Context): Json {
  const { repo, sha, statuses } = statusesAt(hub, c);
  const latest = [...new Map(statuses.map((status) => [status.context, status])).values()];
  const bad = latest.some((status) => status.state === 'failure' || status.state === 'error');
  const state = bad ? 'failure' : latest.length > 0 && latest.every((status) => status.state === 'success') ? 'success' : 'pending';
  const url = `${hub.baseUrl}/repos/${repo.full_name}/commits/${sha}`;
  return { state, statuses: latest.map((status) => statusJson(hub, status)), sha, total_count: latest.length, repository: repoJson(hub, repo), commit_url: url, url: `${url}/status` };
}

function statusJson(hub: Hub, status: Status): Json {
  const repo = hub.gh.repos.get(status.repo_id);
  return {
    url: `${hub.baseUrl}/repos/${repo?.full_name ?? ''}/statuses/${status.sha}`, avatar_url: null, id: status.id, node_id: nodeId('Status', status.id), state: status.state,
    description: status.description, target_url: status.target_url, context: status.context, created_at: status.created_at, updated_at: status.created_at, creator: userById(hub, status.creator_id),
  };
}
