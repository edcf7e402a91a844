/** People, bots, Apps and labels as GraphQL sees them. A bot's login has no `[bot]` here, unlike in REST. */
import type { Hub } from '../hub.ts';
import { appRow } from '../hub.ts';
import { nodeId } from '../store.ts';
import type { LabelRow, RepoRow, UserRow } from '../rows.ts';
import { page } from './connection.ts';
import type { Window } from './connection.ts';

type Fields = Record<string, unknown>;

export function actor(hub: Hub, id: number | null): Fields | null {
  const user = id === null ? undefined : hub.gh.users.get(id);
  return user === undefined ? null : person(hub, user);
}

export function person(hub: Hub, user: UserRow): Fields {
  const url = `${hub.baseUrl}/${user.login}`;
  return {
    __typename: user.type, login: user.login.replace(/\[bot\]$/, ''), databaseId: user.id, id: user.node_id, url, resourcePath: `/${user.login}`, createdAt: user.created_at,
    updatedAt: user.updated_at, avatarUrl: `${hub.baseUrl}/avatars/u/${user.login}`, name: user.name, email: user.email ?? '', isSiteAdmin: false,
  };
}

export function repositoryOwner(hub: Hub, repo: RepoRow): Fields {
  const org = repo.owner_type === 'Organization' ? hub.gh.orgs.get(repo.owner_id) : undefined;
  if (org === undefined) return actor(hub, repo.owner_id) ?? {};
  return { __typename: 'Organization', login: org.login, databaseId: org.id, id: org.node_id, url: `${hub.baseUrl}/${org.login}`, resourcePath: `/${org.login}` };
}

export function app(hub: Hub, appId: number | null): Fields | null {
  if (appId === null) return null;
  const row = appRow(hub, appId);
  return {
    __typename: 'App', databaseId: row.app_id, id: nodeId('App', row.app_id), slug: row.slug, name: row.name, description: row.description, url: `${hub.baseUrl}/apps/${row.slug}`,
    createdAt: row.created_at, updatedAt: row.updated_at,
  };
}

export function label(row: LabelRow): Fields {
  return { __typename: 'Label', id: row.node_id, name: row.name, color: row.color, description: row.description, isDefault: row.default, createdAt: row.created_at, updatedAt: row.updated_at };
}

export function labels(hub: Hub, ids: number[]): (window: Window) => unknown {
  const rows = ids.map((id) => hub.gh.labels.get(id)).filter((row) => row !== undefined);
  return (window) => page(rows.map(label), window, 'labels');
}

/** Whether the caller's own account wrote it. */
export function didAuthor(viewer: UserRow | undefined, userId: number): boolean {
  return viewer !== undefined && viewer.id === userId;
}
