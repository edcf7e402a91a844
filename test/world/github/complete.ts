/** Replaces what emulate writes of a person, repository, issue, pull request, comment or review by the whole thing as GitHub writes it. */
import { repoJson, userJson } from './format.ts';
import { commentJson, issueJson, pullJson, reviewJson, simplePullJson } from './format-issue.ts';
import type { Hub, Json } from './hub.ts';

/** A copy of any JSON value with everything known completed; `inList` asks for the short form lists use. */
export function completed(hub: Hub, value: unknown, inList = false): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => completed(hub, item, true));
  if (value === null || typeof value !== 'object') return value;
  const object = value as Json;
  const whole = known(hub, object, inList);
  if (whole !== undefined) return whole;
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, completed(hub, item)]));
}

function known(hub: Hub, object: Json, inList: boolean): Json | undefined {
  const id = object['id'];
  if (typeof id !== 'number') return undefined;
  if (typeof object['login'] === 'string') return knownUser(hub, object, id);
  if (typeof object['full_name'] === 'string' && 'owner' in object) return mapped(hub.gh.repos.get(id), (row) => repoJson(hub, row));
  if ('diff_url' in object && 'head' in object) return mapped(hub.gh.pullRequests.get(id), (row) => (inList ? simplePullJson(hub, row) : pullJson(hub, row)));
  if ('labels_url' in object && 'repository_url' in object) return mapped(hub.gh.issues.get(id), (row) => issueJson(hub, row));
  if ('issue_url' in object && 'body' in object) return mapped(hub.gh.comments.get(id), (row) => commentJson(hub, row));
  if ('pull_request_url' in object && 'submitted_at' in object && 'state' in object) return mapped(hub.gh.reviews.get(id), (row) => reviewJson(hub, row));
  return undefined;
}

/** Keeps what a profile answer says beyond the short form. */
function knownUser(hub: Hub, object: Json, id: number): Json | undefined {
  // An organisation's own form (with `members_url`) stays as it is.
  if (!('avatar_url' in object) || 'members_url' in object && !('type' in object)) return undefined;
  const user = hub.gh.users.get(id);
  if (user !== undefined) return { ...object, ...userJson(hub, user) };
  return mapped(hub.gh.orgs.get(id), (org) => userJson(hub, org, 'Organization'));
}

function mapped<T>(row: T | undefined, json: (row: T) => Json): Json | undefined {
  return row === undefined ? undefined : json(row);
}
