/**
 * Answers kept to be revalidated by ETag: a 304 costs nothing of the hourly limit. Every read still asks GitHub, so nothing here is ever
 * taken for the present. Partitioned by installation, as one may see what another may not; bounded in bytes, oldest use out first.
 */
import { LRUCache } from 'lru-cache';

interface Kept {
  etag: string;
  data: unknown;
  link: string | undefined;
}

export interface Revalidation {
  find(installation: number, url: string): Kept | undefined;
  keep(installation: number, url: string, answer: { etag: string | undefined; data: unknown; link: string | undefined }): void;
  forget(installation: number): void;
}

export function createRevalidation(maxBytes = 32 * 1024 * 1024): Revalidation {
  const cache = new LRUCache<string, Kept>({ maxSize: maxBytes, maxEntrySize: maxBytes / 8, sizeCalculation: (kept) => JSON.stringify(kept.data).length + 200 });
  return {
    find: (installation, url) => cache.get(`${installation} ${url}`),
    keep(installation, url, { etag, data, link }) {
      // Immutable objects have their own cache; blobs would only push the small, often asked answers out.
      if (etag && !url.includes('/git/')) cache.set(`${installation} ${url}`, { etag, data, link });
    },
    forget(installation) {
      for (const key of cache.keys()) if (key.startsWith(`${installation} `)) cache.delete(key);
    },
  };
}
