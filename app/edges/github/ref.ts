/** Refs outside of branches and tags, which nobody checks out: a line of commits that only ever goes forward. */
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { Client } from './client.ts';
import { hasStatus } from './failures.ts';
import { place } from './read.ts';

export async function readRef(client: Client, repository: RepositoryRef, name: string): Promise<{ sha: string; message: string } | null> {
  const at = place(repository);
  try {
    const { sha } = (await client.rest('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at, ref: name })).object;
    return { sha, message: (await client.rest('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...at, commit_sha: sha })).message };
  } catch (thrown) {
    if (hasStatus(thrown, 404)) return null;
    throw thrown;
  }
}

export interface RefStep { name: string; isNew: boolean; parents: string[]; files: Record<string, string>; message: string }

/** Never by force: a ref that somebody moved meanwhile stays where it is, and GitHub's refusal is thrown. */
export async function extendRef(client: Client, repository: RepositoryRef, { name, isNew, parents, files, message }: RefStep): Promise<{ sha: string }> {
  const at = place(repository);
  const entries = Object.entries(files).map(([path, content]) => ({ path, mode: '100644' as const, type: 'blob' as const, content }));
  const tree = await client.rest('POST /repos/{owner}/{repo}/git/trees', { ...at, tree: entries });
  const { sha } = await client.rest('POST /repos/{owner}/{repo}/git/commits', { ...at, message, tree: tree.sha, parents });
  if (isNew) await client.rest('POST /repos/{owner}/{repo}/git/refs', { ...at, ref: `refs/${name}`, sha });
  else await client.rest('PATCH /repos/{owner}/{repo}/git/refs/{ref}', { ...at, ref: name, sha, force: false });
  return { sha };
}
