/** What a world starts with: people, organisations, repositories with files, and Apps with an installation. Written straight into the store, so no event is sent. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { botLogin, findUser, withNodeId } from './hub.ts';
import type { Hub } from './hub.ts';
import { writeBlob, writeCommit, writeTree } from './git.ts';
import type { FlatFile } from './git.ts';
import { nodeId } from './store.ts';
import type { AppRow, RepoRow, UserRow } from './rows.ts';
import type { Role } from './permission.ts';

export interface UserSeed { login: string; type?: 'User' | 'Bot'; token?: string; name?: string; email?: string }
export interface OrgSeed { login: string; members?: { login: string; role?: 'admin' | 'member' }[]; defaultPermission?: 'none' | 'read' | 'write' }

export interface RepoSeed {
  owner: string;
  name: string;
  private?: boolean;
  defaultBranch?: string;
  description?: string;
  collaborators?: Record<string, Exclude<Role, 'none'>>;
  /** Files of the first commit by path; a README where left out. */
  files?: Record<string, string>;
  labels?: string[];
}

export interface AppSeed {
  appId?: number;
  slug?: string;
  name?: string;
  permissions?: Record<string, string>;
  events?: string[];
  webhookUrl?: string | null;
  webhookSecret?: string;
  privateKeyPem?: string;
  installations?: InstallationSeed[];
}

export interface InstallationSeed { id?: number; account: string; repositories?: string[]; permissions?: Record<string, string> }

/** app.yml's permissions and events, here so that a world needs no arguments. */
export const ASSAY_PERMISSIONS: Record<string, string> = {
  metadata: 'read', administration: 'read', members: 'read', merge_queues: 'read', contents: 'write', issues: 'write', pull_requests: 'write', checks: 'write', actions: 'write', statuses: 'write',
};
export const ASSAY_EVENTS = [
  'issues', 'issue_comment', 'pull_request', 'pull_request_review', 'check_run', 'check_suite', 'push', 'workflow_run', 'repository', 'branch_protection_rule', 'label', 'merge_group', 'create', 'delete',
];

export function seedUser(hub: Hub, seed: UserSeed): { user: UserRow; token: string } {
  const user = findUser(hub, seed.login) ?? withNodeId(hub.gh.users, 'User', hub.gh.users.insert({
    ...PERSON, login: seed.login, type: seed.type ?? 'User', name: seed.name ?? null, email: seed.email ?? null,
  }));
  const token = seed.token ?? `ghp_${randomBytes(18).toString('hex')}`;
  hub.tokens.set(token, { login: user.login, id: user.id, scopes: ['repo', 'admin:org', 'workflow'] });
  return { user, token };
}

const PERSON = {
  node_id: '', site_admin: false, avatar_url: '', gravatar_id: '', company: null, blog: '', location: null, hireable: null, bio: null, twitter_username: null,
  public_repos: 0, public_gists: 0, followers: 0, following: 0,
};

export function seedOrg(hub: Hub, seed: OrgSeed): void {
  const org = withNodeId(hub.gh.orgs, 'Org', hub.gh.orgs.insert({ ...PERSON, ...ORG, login: seed.login, default_repository_permission: seed.defaultPermission ?? 'read' }));
  const team = withNodeId(hub.gh.teams, 'Team', hub.gh.teams.insert({ ...TEAM, org_id: org.id }));
  for (const member of seed.members ?? []) {
    const user = findUser(hub, member.login) ?? seedUser(hub, { login: member.login }).user;
    hub.gh.teamMembers.insert({ node_id: '', team_id: team.id, user_id: user.id, role: member.role === 'admin' ? 'maintainer' : 'member' });
  }
}

const ORG = { description: null, is_verified: false, members_can_create_repositories: true, billing_email: null };
const TEAM = { node_id: '', slug: 'members', name: 'members', description: null, privacy: 'closed', permission: 'pull', parent_id: null, members_count: 0, repos_count: 0 };

export function seedRepo(hub: Hub, seed: RepoSeed): RepoRow {
  const org = hub.gh.orgs.all().find((row) => row.login === seed.owner);
  const owner = org ?? findUser(hub, seed.owner) ?? seedUser(hub, { login: seed.owner }).user;
  const repo = withNodeId(hub.gh.repos, 'Repository', hub.gh.repos.insert({
    ...REPO, name: seed.name, full_name: `${owner.login}/${seed.name}`, owner_id: owner.id, owner_type: org === undefined ? 'User' : 'Organization',
    private: seed.private ?? false, description: seed.description ?? null, default_branch: seed.defaultBranch ?? 'main',
    pushed_at: new Date().toISOString(),
  }));
  firstCommit(hub, repo, { files: seed.files ?? { 'README.md': `# ${seed.name}\n` }, owner: owner.login });
  for (const [login, role] of Object.entries(seed.collaborators ?? {})) {
    const user = findUser(hub, login) ?? seedUser(hub, { login }).user;
    hub.gh.collaborators.insert({ node_id: '', repo_id: repo.id, user_id: user.id, permission: { read: 'pull', write: 'push' }[role as string] ?? role });
  }
  for (const name of seed.labels ?? []) withNodeId(hub.gh.labels, 'Label', hub.gh.labels.insert({ node_id: '', repo_id: repo.id, name, description: null, color: 'ededed', default: false }));
  return hub.gh.repos.get(repo.id) ?? repo;
}

const REPO = {
  node_id: '', fork: false, forked_from_id: null, homepage: null, language: null, languages: {}, forks_count: 0, stargazers_count: 0, watchers_count: 0, size: 1, open_issues_count: 0,
  topics: [], has_issues: true, has_projects: true, has_wiki: true, has_pages: false, has_downloads: true, has_discussions: false, archived: false, disabled: false,
  allow_rebase_merge: false, allow_squash_merge: true, allow_merge_commit: true, allow_auto_merge: false, delete_branch_on_merge: false, allow_forking: true, is_template: false, license: null,
};

function firstCommit(hub: Hub, repo: RepoRow, { files, owner }: { files: Record<string, string>; owner: string }): void {
  const author = findUser(hub, owner) ?? hub.gh.users.all()[0];
  if (author === undefined) throw new Error('a repository needs somebody to write its first commit');
  const listing = new Map<string, FlatFile>();
  for (const [path, text] of Object.entries(files)) listing.set(path, { mode: '100644', type: 'blob', sha: writeBlob(hub.gh, repo.id, Buffer.from(text, 'utf8')) });
  const commit = writeCommit(hub.gh, repo, { tree: writeTree(hub.gh, repo.id, listing), parents: [], message: 'Initial commit', author });
  hub.gh.branches.insert({ node_id: '', repo_id: repo.id, name: repo.default_branch, sha: commit.sha, protected: false });
  withNodeId(hub.gh.refs, 'Ref', hub.gh.refs.insert({ node_id: '', repo_id: repo.id, ref: `refs/heads/${repo.default_branch}`, sha: commit.sha }));
}

export function seedApp(hub: Hub, seed: AppSeed): AppRow {
  const slug = seed.slug ?? 'assay';
  const appId = seed.appId ?? 1001;
  const app = hub.gh.apps.insert({
    node_id: nodeId('App', appId), app_id: appId, slug, name: seed.name ?? slug, private_key: seed.privateKeyPem ?? newKey(), permissions: seed.permissions ?? ASSAY_PERMISSIONS,
    events: seed.events ?? ASSAY_EVENTS, webhook_url: seed.webhookUrl ?? null, webhook_secret: seed.webhookSecret ?? randomBytes(20).toString('hex'), description: null,
  });
  withNodeId(hub.gh.users, 'Bot', hub.gh.users.insert({ ...PERSON, login: botLogin(app), type: 'Bot', name: null, email: null }));
  for (const installation of seed.installations ?? []) install(hub, app, installation);
  return app;
}

export function install(hub: Hub, app: AppRow, seed: InstallationSeed): number {
  const org = hub.gh.orgs.all().find((row) => row.login === seed.account);
  const account = org ?? findUser(hub, seed.account);
  if (account === undefined) throw new Error(`no account ${seed.account} to install the App on`);
  const id = seed.id ?? 501 + hub.gh.appInstallations.all().length;
  const repositories = (seed.repositories ?? []).map((name) => hub.gh.repos.all().find((repo) => repo.full_name === `${account.login}/${name}`)?.id).filter((one) => one !== undefined);
  hub.gh.appInstallations.insert({
    node_id: nodeId('Installation', id), installation_id: id, app_id: app.app_id, account_type: org === undefined ? 'User' : 'Organization', account_id: account.id, account_login: account.login,
    repository_selection: seed.repositories === undefined ? 'all' : 'selected', repository_ids: repositories, permissions: seed.permissions ?? app.permissions, events: app.events, suspended_at: null,
  });
  return id;
}

function newKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;
}
