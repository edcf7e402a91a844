/** What a dispatch asks for and what its run is given: the workflow on that branch, the files of its commit, a token of its own. */
import { randomBytes } from 'node:crypto';
import { commitOf, blobBytes, blobOf, flatten } from './git.ts';
import { findUser } from './hub.ts';
import type { Hub } from './hub.ts';
import { bodyOf, notFound, Refusal } from './router.ts';
import type { Context } from './router.ts';
import type { RepoRow, UserRow } from './rows.ts';
import type { RunGiven, RunRow } from './runs.ts';
import { install, seedApp } from './seed.ts';
import { declaredInputs } from './workflow-file.ts';

/** GitHub's own App, whose installation token a run gets. */
const actionsAppId = 15368;

export interface Call { path: string; branch: string; sha: string; inputs: Record<string, string>; details: boolean }

/** What a dispatch asks for; refused as GitHub refuses it. */
export async function callOf(hub: Hub, { repo, c }: { repo: RepoRow; c: Context }): Promise<Call> {
  const body = await bodyOf(c);
  const ref = typeof body['ref'] === 'string' ? body['ref'].replace(/^refs\/heads\//, '') : '';
  const branch = hub.gh.branches.findBy('repo_id', repo.id).find((row) => row.name === ref);
  if (branch === undefined) throw new Refusal(422, `No ref found for: ${ref}`);
  const path = `.github/workflows/${c.req.param('workflow')}`;
  const text = filesAt(hub, repo, branch.sha).get(path)?.toString('utf8');
  if (text === undefined) throw notFound();
  const declared = declaredInputs(text);
  if (declared === null) throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger");
  const inputs = (body['inputs'] ?? {}) as Record<string, string>;
  const unexpected = Object.keys(inputs).filter((name) => !declared.includes(name));
  if (unexpected.length > 0) throw new Refusal(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  return { path, branch: branch.name, sha: branch.sha, inputs, details: body['return_run_details'] === true };
}

function filesAt(hub: Hub, repo: RepoRow, sha: string): Map<string, Buffer> {
  const tree = commitOf(hub.gh, repo.id, sha)?.tree_sha ?? '';
  return new Map([...flatten(hub.gh, repo.id, tree)].map(([path, file]) => [path, blobBytes(blobOf(hub.gh, repo.id, file.sha)!)]));
}

/** What GitHub gives a run. */
export function given(hub: Hub, row: RunRow): Omit<RunGiven, 'inputs' | 'signal'> {
  const repo = hub.gh.repos.get(row.repoId)!;
  return { id: row.id, repository: repo.full_name, branch: row.headBranch, headSha: row.headSha, path: row.path, files: filesAt(hub, repo, row.headSha), token: runToken(hub, repo), apiUrl: hub.baseUrl };
}

function runToken(hub: Hub, repo: RepoRow): string {
  const app = hub.gh.apps.all().find((row) => row.app_id === actionsAppId) ?? seedApp(hub, { appId: actionsAppId, slug: 'github-actions', permissions: { contents: 'read', metadata: 'read' }, events: [] });
  const account = repo.full_name.split('/')[0]!;
  const installationId = hub.gh.appInstallations.all().find((row) => row.app_id === actionsAppId && row.account_login === account)?.installation_id ?? install(hub, app, { account, id: 900_000 + repo.id });
  const token = `ghs_${randomBytes(18).toString('hex')}`;
  const bot = findUser(hub, 'github-actions[bot]') as UserRow;
  hub.tokens.set(token, { login: bot.login, id: bot.id, scopes: [], installation: {
    installationId, appId: actionsAppId, accountId: repo.owner_id, accountType: repo.owner_type, permissions: { contents: 'read', metadata: 'read' }, repositoryIds: [repo.id], repositorySelection: 'selected',
  } });
  return token;
}
