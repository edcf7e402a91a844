/**
 * Fetches OSV's archives, `<address>/<ecosystem>/all.zip`, and takes them in only where their records are of these days and know what everybody knows. Asked for by
 * name alone, never in the middle of a judgement. By default from the bucket that osv-scanner itself reads, or from a mirror of it.
 */
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '../../core/errors.ts';
import type { Ecosystem } from '../../core/guardrail.ts';
import { osvEcosystem } from '../../core/osv/record.ts';
import { doubtsAbout } from '../scanners/osv-records.ts';
import { type Index, osvHome } from './database.ts';
import { importOsv } from './import.ts';

export const osvArchive = 'https://osv-vulnerabilities.storage.googleapis.com';
const limits = { bytes: 1024 * 1024 * 1024, ms: 10 * 60_000, redirects: 3 };

export interface Download {
  ecosystems: readonly Ecosystem[];
  /** Without the ecosystem: https, or http on loopback. */
  address?: string;
  /** Milliseconds since 1970, by which the records' age is judged. */
  now: number;
  home?: string;
  maxBytes?: number;
}

/** Throws OSV_ADDRESS_REFUSED, OSV_UNREACHABLE, OSV_RECORDS_DOUBTFUL or what the import throws; the home is then as it was. */
export async function downloadOsv({ ecosystems, address = osvArchive, now, home = osvHome(), maxBytes = limits.bytes }: Download): Promise<Index> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-osv-'));
  try {
    for (const ecosystem of ecosystems) {
      const place = join(folder, osvEcosystem[ecosystem]);
      mkdirSync(place);
      await save(`${address.replace(/\/+$/, '')}/${osvEcosystem[ecosystem]}/all.zip`, { path: join(place, 'all.zip'), maxBytes });
    }
    return await importOsv(folder, home, (database) => {
      const why = ecosystems.map((ecosystem) => doubtsAbout(database, { ecosystem, now })).find((each) => each !== null);
      if (why !== undefined) throw new AssayError('OSV_RECORDS_DOUBTFUL', `${address}: ${why}`, { remedy: 'Fetch them again later, or name another mirror with --url.' });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function save(url: string, { path, maxBytes }: { path: string; maxBytes: number }): Promise<void> {
  const body = await open(url, limits.redirects);
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > maxBytes ? new Error(`more than ${maxBytes} bytes`) : null, chunk);
    },
  });
  await pipeline(body, counted, createWriteStream(path)).catch((cause: unknown) => { throw unreachable(url, cause); });
}

async function open(url: string, redirects: number): Promise<Readable> {
  if (!isAllowed(url)) throw new AssayError('OSV_ADDRESS_REFUSED', `${url} is no https address`, { remedy: 'Name an https address that serves <ecosystem>/all.zip.' });
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(limits.ms) }).catch((cause: unknown) => { throw unreachable(url, cause); });
  const next = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null;
  if (next !== null && redirects > 0) {
    await answer.body?.cancel();
    return await open(new URL(next, url).href, redirects - 1);
  }
  if (answer.status !== 200 || !answer.body) throw unreachable(url, new Error(next === null ? `status ${answer.status}` : 'too many redirects'));
  return Readable.fromWeb(answer.body);
}

function isAllowed(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(hostname));
}

function unreachable(url: string, cause: unknown): AssayError {
  return new AssayError('OSV_UNREACHABLE', `${url} cannot be had: ${cause instanceof Error ? cause.message : String(cause)}`, { remedy: 'Look whether this machine reaches that address; name a mirror with --url, or import files: npx assay tools osv DIR|ZIP.', cause });
}
