/**
 * The contents of blobs. Most come by the hundred in one query; what a query cannot carry (binary, long, not UTF-8) comes one by one. Every
 * blob is checked against its name. Blobs never change, so they are kept: a read that a limit interrupts goes on where it stopped.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { TreeFile } from '../../core/tree.ts';
import type { Client } from './client.ts';
import { GitHubError } from './failures.ts';
import { Blobs, blobsQuery } from './queries/blobs.ts';
import { place } from './read.ts';

export type Blob = Pick<TreeFile, 'encoding' | 'content'>;
export type ObjectCache = LRUCache<string, Blob>;

/** Keyed by repository and object, so that no repository can name another's objects. */
export function createObjectCache(maxBytes = 128 * 1024 * 1024): ObjectCache {
  return new LRUCache({ maxSize: maxBytes, sizeCalculation: (blob) => blob.content.length + 100 });
}

interface Wanted {
  sha: string;
  size: number;
}

const batch = { files: 100, bytes: 1024 * 1024, fileBytes: 128 * 1024 };

/** By name; complete or thrown. */
export async function readBlobs(client: Client, objects: ObjectCache, from: { repository: RepositoryRef; wanted: readonly Wanted[] }): Promise<Map<string, Blob>> {
  const { repository } = from;
  const found = new Map<string, Blob>();
  const keep = (sha: string, blob: Blob) => {
    found.set(sha, blob);
    objects.set(`${repository.id} ${sha}`, blob);
  };
  const unique = [...new Map(from.wanted.map((each) => [each.sha, each])).values()];
  for (const { sha } of unique) {
    const known = objects.get(`${repository.id} ${sha}`);
    if (known) found.set(sha, known);
  }
  const missing = unique.filter(({ sha }) => !found.has(sha));
  const batches = batchesOf(missing.filter(({ size }) => size <= batch.fileBytes));
  await inLanes(batches, async (shas) => {
    for (const [sha, blob] of await queryBlobs(client, repository, shas)) keep(sha, blob);
  });
  await inLanes(missing.filter(({ sha }) => !found.has(sha)), async ({ sha }) => keep(sha, await readBlob(client, repository, sha)));
  return found;
}

/** One file alone is no batch: asking for it by name costs the same. */
function batchesOf(files: Wanted[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const { sha, size } of files) {
    const last = batches.at(-1);
    bytes += size;
    if (last && last.length < batch.files && bytes <= batch.bytes) last.push(sha);
    else {
      batches.push([sha]);
      bytes = size;
    }
  }
  return batches.filter((shas) => shas.length > 1);
}

/** Only those whose text is the blob to the last byte; the others are left to be read one by one. */
async function queryBlobs(client: Client, repository: RepositoryRef, shas: string[]): Promise<[string, Blob][]> {
  const answer = await client.graphql(blobsQuery(shas), { owner: repository.owner, name: repository.name }, Blobs);
  return Object.values(answer.repository).flatMap((node): [string, Blob][] => {
    if (!node?.oid || typeof node.text !== 'string' || node.isTruncated) return [];
    const bytes = Buffer.from(node.text, 'utf8');
    return blobSha(bytes) === node.oid && shas.includes(node.oid) ? [[node.oid, blobOf(bytes)]] : [];
  });
}

async function readBlob(client: Client, repository: RepositoryRef, sha: string): Promise<Blob> {
  const answer = await client.rest('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { ...place(repository), file_sha: sha });
  const bytes = Buffer.from(answer.content, answer.encoding === 'base64' ? 'base64' : 'utf8');
  if (blobSha(bytes) !== sha) throw new GitHubError('GITHUB_ANSWER_INVALID', `blob ${sha} came with other content`, { status: 200, notBefore: null });
  return blobOf(bytes);
}

/** The name git gives these bytes, in a repository of that object format. */
export function blobSha(bytes: Buffer, format: 'sha1' | 'sha256' = 'sha1'): string {
  return createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Text where it is UTF-8 to the last byte and has no NUL, otherwise base64. */
function blobOf(bytes: Buffer): Blob {
  const text = bytes.toString('utf8');
  const isText = !bytes.includes(0) && Buffer.from(text, 'utf8').equals(bytes);
  return isText ? { encoding: 'utf8', content: text } : { encoding: 'base64', content: bytes.toString('base64') };
}

/** Eight at a time, answers in order; the first failure stops every lane. */
export async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  let failed = false;
  async function lane(): Promise<void> {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        answers[index] = await work(items[index] as T);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(8, items.length) }, lane));
  return answers;
}
