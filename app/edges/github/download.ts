/** Fetches an artefact's zip: GitHub answers with a signed address, which is followed without credentials, over TLS wherever GitHub is, and bounded. */
import { AssayError } from '../../core/errors.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { Client } from './client.ts';
import { GitHubError, hasStatus, later } from './failures.ts';
import { place } from './read.ts';

const downloadMs = 120_000;

interface Wanted {
  repository: RepositoryRef;
  artefact: number;
  maxBytes: number;
}

export async function download(client: Client, { repository, artefact, maxBytes }: Wanted): Promise<Buffer> {
  const response = await fetchFrom(client, await addressOf(client, repository, artefact));
  if (response.status === 404 || response.status === 410) throw gone();
  if (!response.ok || !response.body) throw later('GITHUB_UNAVAILABLE', `the artefact's address answered ${response.status}`, { now: client.clock.now(), status: response.status });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (thrown) {
    throw thrown instanceof AssayError ? thrown : later('GITHUB_UNAVAILABLE', 'the artefact broke off', { now: client.clock.now(), cause: thrown });
  }
  return Buffer.concat(chunks, size);
}

async function addressOf(client: Client, repository: RepositoryRef, artefact: number): Promise<URL> {
  try {
    const location = await client.location('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}', { ...place(repository), artifact_id: artefact, archive_format: 'zip' });
    const address = new URL(location, client.baseUrl);
    if (address.protocol === 'https:' || address.protocol === new URL(client.baseUrl).protocol) return address;
    throw new GitHubError('GITHUB_ANSWER_INVALID', `the artefact's address is no https: ${address.origin}`, { status: 302, notBefore: null });
  } catch (thrown) {
    throw hasStatus(thrown, 404, 410) ? gone() : thrown;
  }
}

async function fetchFrom(client: Client, address: URL): Promise<Response> {
  try {
    return await fetch(address, { redirect: 'error', headers: { 'user-agent': 'assay' }, signal: AbortSignal.timeout(downloadMs) });
  } catch (cause) {
    throw later('GITHUB_UNAVAILABLE', 'the artefact could not be fetched', { now: client.clock.now(), cause });
  }
}

export function tooLarge(maxBytes: number): AssayError {
  return new AssayError('EXECUTOR_ARTEFACT_TOO_LARGE', `the run's answer is larger than ${maxBytes} bytes`, { remedy: 'Make the change smaller; if it is small, report it with the run\'s address.' });
}

function gone(): AssayError {
  return new AssayError('EXECUTOR_ARTEFACT_GONE', 'the run\'s answer was removed or has expired', { remedy: 'Comment /retry; the answer is judged anew.' });
}
