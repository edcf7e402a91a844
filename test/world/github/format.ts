/** People, organisations, labels and repositories as GitHub's REST API and webhooks write them. */
import type { Hub, Json } from './hub.ts';
import { appRow } from './hub.ts';
import { nodeId } from './store.ts';
import type { LabelRow, OrgRow, RepoRow, UserRow } from './rows.ts';

export function userJson(hub: Hub, user: UserRow | OrgRow, type?: 'Organization'): Json {
  const path = encodeURIComponent(user.login);
  const url = `${hub.baseUrl}/users/${path}`;
  return {
    login: user.login, id: user.id, node_id: user.node_id, avatar_url: `${hub.baseUrl}/avatars/u/${path}`, gravatar_id: '',
    url, html_url: `${hub.baseUrl}/${path}`, followers_url: `${url}/followers`, following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`, starred_url: `${url}/starred{/owner}{/repo}`, subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`, repos_url: `${url}/repos`, events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`, type: type ?? ('type' in user ? user.type : 'User'), site_admin: false, user_view_type: 'public',
  };
}

export function userById(hub: Hub, id: number | null): Json | null {
  const user = id === null ? undefined : hub.gh.users.get(id);
  return user === undefined ? null : userJson(hub, user);
}

export function ownerJson(hub: Hub, repo: RepoRow): Json {
  const org = repo.owner_type === 'Organization' ? hub.gh.orgs.get(repo.owner_id) : undefined;
  if (org !== undefined) return userJson(hub, org, 'Organization');
  const user = hub.gh.users.get(repo.owner_id);
  if (user === undefined) throw new Error(`no owner of ${repo.full_name}`);
  return userJson(hub, user);
}

export function labelJson(hub: Hub, label: LabelRow): Json {
  const repo = hub.gh.repos.get(label.repo_id);
  return {
    id: label.id, node_id: label.node_id, url: `${hub.baseUrl}/repos/${repo?.full_name ?? ''}/labels/${encodeURIComponent(label.name)}`,
    name: label.name, description: label.description, color: label.color, default: label.default,
  };
}

/** The App as it appears on check runs. */
export function appJson(hub: Hub, appId: number): Json {
  const app = appRow(hub, appId);
  const owner = hub.gh.appInstallations.all().find((row) => row.app_id === appId);
  const account = owner === undefined ? undefined
    : owner.account_type === 'Organization' ? hub.gh.orgs.get(owner.account_id) : hub.gh.users.get(owner.account_id);
  return {
    id: app.app_id, slug: app.slug, node_id: nodeId('App', app.app_id), client_id: `Iv1.${String(app.app_id).padStart(16, '0')}`,
    owner: account === undefined ? ghost(hub) : userJson(hub, account, owner?.account_type === 'Organization' ? 'Organization' : undefined),
    name: app.name, description: app.description ?? '', external_url: `${hub.baseUrl}/apps/${app.slug}`, html_url: `${hub.baseUrl}/apps/${app.slug}`,
    created_at: app.created_at, updated_at: app.updated_at, permissions: app.permissions, events: app.events,
  };
}

function ghost(hub: Hub): Json | null {
  const user = hub.gh.users.all().find((row) => row.login === 'ghost');
  return user === undefined ? null : userJson(hub, user);
}

const REPO_LINKS: Record<string, string> = {
  forks_url: '/forks', keys_url: '/keys{/key_id}', collaborators_url: '/collaborators{/collaborator}', teams_url: '/teams', hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}', events_url: '/events', assignees_url: '/assignees{/user}', branches_url: '/branches{/branch}',
  tags_url: '/tags', blobs_url: '/git/blobs{/sha}', git_tags_url: '/git/tags{/sha}', git_refs_url: '/git/refs{/sha}', trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}', languages_url: '/languages', stargazers_url: '/stargazers', contributors_url: '/contributors',
  subscribers_url: '/subscribers', subscription_url: '/subscription', commits_url: '/commits{/sha}', git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}', issue_comment_url: '/issues/comments{/number}', contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}', merges_url: '/merges', archive_url: '/{archive_format}{/ref}', downloads_url: '/downloads',
  issues_url: '/issues{/number}', pulls_url: '/pulls{/number}', milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}', labels_url: '/labels{/name}', releases_url: '/releases{/id}', deployments_url: '/deployments',
};

export function repoJson(hub: Hub, repo: RepoRow): Json {
  const url = `${hub.baseUrl}/repos/${repo.full_name}`;
  const html = `${hub.baseUrl}/${repo.full_name}`;
  const host = new URL(hub.baseUrl).host;
  const links = Object.fromEntries(Object.entries(REPO_LINKS).map(([name, tail]) => [name, url + tail]));
  return {
    id: repo.id, node_id: repo.node_id, name: repo.name, full_name: repo.full_name, private: repo.private, owner: ownerJson(hub, repo),
    html_url: html, description: repo.description, fork: repo.fork, url, ...links,
    created_at: repo.created_at, updated_at: repo.updated_at, pushed_at: repo.pushed_at ?? repo.created_at,
    git_url: `git://${host}/${repo.full_name}.git`, ssh_url: `git@${host}:${repo.full_name}.git`, clone_url: `${html}.git`, svn_url: html,
    homepage: repo.homepage, size: repo.size, stargazers_count: 0, watchers_count: 0, language: repo.language, has_issues: true, has_projects: false,
    has_downloads: true, has_wiki: false, has_pages: false, has_discussions: false, forks_count: forksOf(hub, repo), mirror_url: null,
    archived: repo.archived, disabled: false, open_issues_count: repo.open_issues_count, license: null, allow_forking: true, is_template: false,
    web_commit_signoff_required: false, topics: repo.topics, visibility: repo.private ? 'private' : 'public', forks: forksOf(hub, repo),
    open_issues: repo.open_issues_count, watchers: 0, default_branch: repo.default_branch,
  };
}

/** What only `GET /repos/{owner}/{repo}` adds. */
export function fullRepoJson(hub: Hub, repo: RepoRow, permissions: Record<string, boolean>): Json {
  return {
    ...repoJson(hub, repo), permissions, network_count: forksOf(hub, repo), subscribers_count: 0,
    allow_rebase_merge: repo.allow_rebase_merge, allow_squash_merge: repo.allow_squash_merge, allow_merge_commit: repo.allow_merge_commit,
    allow_auto_merge: repo.allow_auto_merge, delete_branch_on_merge: repo.delete_branch_on_merge,
    ...(repo.owner_type === 'Organization' ? { organization: ownerJson(hub, repo) } : {}),
    temp_clone_token: null, custom_properties: {}, security_and_analysis: null,
  };
}

function forksOf(hub: Hub, repo: RepoRow): number {
  return hub.gh.repos.all().filter((row) => row.forked_from_id === repo.id).length;
}
