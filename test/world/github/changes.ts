/** What a pull request changes: every file between the merge base and the head with its lines added and removed, and the routes that list files and commits. */
import { diffLines } from 'diff';
import { blobBytes, blobOf, commitsBetween, flatten, mergeBase } from './git.ts';
import type { FlatFile } from './git.ts';
import { numberParam, pullOf, repoOf } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { paged } from './router.ts';
import type { Context } from './router.ts';
import type { PullRow } from './rows.ts';

export interface Changed { path: string; status: 'added' | 'removed' | 'modified'; additions: number; deletions: number }

/** Kept per pair of commits: nothing about them can change. */
export function changedFiles(hub: Hub, pull: PullRow): Changed[] {
  const key = `${pull.base_repo_id}:${pull.base_sha}:${pull.head_sha}`;
  const known = hub.changes.get(key);
  if (known !== undefined) return known;
  const from = mergeBase(hub.gh, pull.base_repo_id, pull.base_sha, pull.head_sha);
  const head = hub.gh.commits.findBy('sha', pull.head_sha).find((row) => row.repo_id === pull.base_repo_id);
  const [before, after] = [from, head].map((commit) => (commit === undefined ? new Map<string, FlatFile>() : flatten(hub.gh, pull.base_repo_id, commit.tree_sha)));
  const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].toSorted();
  const changes = paths.flatMap((path) => changed(hub, pull.base_repo_id, { path, before: before?.get(path), after: after?.get(path) }));
  hub.changes.set(key, changes);
  return changes;
}

function changed(hub: Hub, repoId: number, file: { path: string; before: FlatFile | undefined; after: FlatFile | undefined }): Changed[] {
  const { path, before, after } = file;
  if (before?.sha === after?.sha && before?.mode === after?.mode) return [];
  const text = (side: FlatFile | undefined): string => {
    const blob = side === undefined ? undefined : blobOf(hub.gh, repoId, side.sha);
    return blob === undefined || blob.encoding === 'base64' ? '' : blobBytes(blob).toString('utf8');
  };
  const parts = diffLines(text(before), text(after));
  const count = (kind: 'added' | 'removed'): number => parts.filter((part) => part[kind]).reduce((sum, part) => sum + (part.count ?? 0), 0);
  return [{ path, status: before === undefined ? 'added' : after === undefined ? 'removed' : 'modified', additions: count('added'), deletions: count('removed') }];
}

export function changeSize(hub: Hub, pull: PullRow): Json {
  const files = changedFiles(hub, pull);
  const sum = (key: 'additions' | 'deletions'): number => files.reduce((total, file) => total + file[key], 0);
  return { commits: commitsBetween(hub.gh, pull.base_repo_id, pull.base_sha, pull.head_sha).length, additions: sum('additions'), deletions: sum('deletions'), changed_files: files.length };
}

/** emulate invents the files of a pull request; its comparison is real, so files and commits are taken from there. */
export function addChangeRoutes(hub: Hub): void {
  for (const part of ['files', 'commits'] as const) {
    hub.app.get(`/repos/:owner/:repo/pulls/:number/${part}`, async (c) => {
      const comparison = await compare(hub, c);
      if (!(part in comparison)) return c.json(comparison, 404);
      return c.json(paged(c, comparison[part] as unknown[]));
    });
  }
}

async function compare(hub: Hub, c: Context): Promise<Json> {
  const repo = repoOf(hub, c);
  const pull = pullOf(hub, repo, numberParam(c, 'number'));
  const authorization = c.req.header('authorization');
  const request = new Request(`${hub.baseUrl}/repos/${repo.full_name}/compare/${pull.base_sha}...${pull.head_sha}`, { headers: authorization === undefined ? {} : { authorization } });
  return await (await hub.app.fetch(request)).json() as Json;
}
