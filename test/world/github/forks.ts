/** Forking with the parent's history (emulate starts an unrelated one), and GitHub's rule that an App without `workflows` may not write workflow files. */
import { actorOf, ownerOf, repoOf, withNodeId } from './hub.ts';
import type { Hub } from './hub.ts';
import { repoJson } from './format.ts';
import { shareObjects } from './git.ts';
import { Refusal } from './router.ts';
import type { Context } from './router.ts';
import type { RepoRow } from './rows.ts';

export function addForkRoutes(hub: Hub): void {
  hub.app.post('/repos/:owner/:repo/forks', (c) => c.json(repoJson(hub, fork(hub, c)), 202));
  hub.app.use('/repos/:owner/:repo/git/trees', async (c, next) => {
    await refuseWorkflows(c);
    await next();
  });
}

function fork(hub: Hub, c: Context): RepoRow {
  const parent = repoOf(hub, c);
  const actor = actorOf(hub, c);
  const name = hub.gh.repos.all().find((row) => row.forked_from_id === parent.id && ownerOf(row) === actor.login)?.full_name;
  const known = hub.gh.repos.all().find((row) => row.full_name === name);
  if (known !== undefined) return known;
  const { id: _id, node_id: _node, ...copied } = parent;
  const repo = withNodeId(hub.gh.repos, 'Repository', hub.gh.repos.insert({
    ...copied, node_id: '', full_name: `${actor.login}/${parent.name}`, owner_id: actor.id, owner_type: 'User', fork: true, forked_from_id: parent.id, open_issues_count: 0,
  }));
  for (const branch of hub.gh.branches.findBy('repo_id', parent.id)) {
    shareObjects(hub.gh, parent.id, repo.id, branch.sha);
    hub.gh.branches.insert({ node_id: '', repo_id: repo.id, name: branch.name, sha: branch.sha, protected: false });
    withNodeId(hub.gh.refs, 'Ref', hub.gh.refs.insert({ node_id: '', repo_id: repo.id, ref: `refs/heads/${branch.name}`, sha: branch.sha }));
  }
  hub.emit('fork', undefined, { forkee: { ...repoJson(hub, repo), public: !repo.private } }, parent);
  return repo;
}

async function refuseWorkflows(c: Context): Promise<void> {
  const grant = c.get('authUser')?.installation;
  if (c.req.method !== 'POST' || grant === undefined || grant.permissions['workflows'] === 'write') return;
  const { tree } = await c.req.raw.clone().json() as { tree?: { path?: unknown }[] };
  const touches = (tree ?? []).some((entry) => typeof entry.path === 'string' && entry.path.startsWith('.github/workflows/'));
  if (touches) throw new Refusal(403, 'Resource not accessible by integration');
}
