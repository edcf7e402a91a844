/** Takes a tool from its project's release files instead of building it: over HTTPS alone, within a size, and unpacked only after its hash is the locked one. */
import { createHash } from 'node:crypto';
import { chmodSync, createWriteStream, lstatSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '../../core/errors.ts';
import { command } from './command.ts';
import type { ReleaseFile, Tool } from './lock.ts';
import { mismatch } from './mismatch.ts';

const maxBytes = 300 * 1024 * 1024;
const maxRedirects = 5;
const limitMs = 10 * 60_000;

/** The release file for this machine, where the lock knows one. */
export function releaseFor(tool: Tool): ReleaseFile | null {
  return tool.release?.[`${process.platform}-${process.arch}`] ?? null;
}

/** Throws RELEASE_UNREACHABLE where the file cannot be had, so that building remains; bytes other than the locked ones end everything. */
export async function fromRelease(tool: Tool, folder: string, file: ReleaseFile): Promise<void> {
  const path = join(folder, 'release');
  const got = await download(file.url, path);
  if (got !== file.sha256) throw mismatch(tool, `sha256:${got} from its release`);
  const unpacked = await unpack(file, { path, folder: join(folder, 'unpacked') });
  if (!lstatSync(unpacked, { throwIfNoEntry: false })?.isFile()) throw new AssayError('TOOL_INSTALL_FAILED', `The release of ${tool.name} has no file ${file.program}.`, { remedy: 'Correct the program in deps/tools.lock.' });
  mkdirSync(join(folder, 'bin'));
  chmodSync(unpacked, 0o755);
  renameSync(unpacked, join(folder, 'bin', tool.programs[0] ?? tool.name));
}

/** Writes the file and answers its sha256. */
async function download(url: string, path: string): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(bytes > maxBytes ? new Error(`more than ${maxBytes} bytes`) : null, chunk);
    },
  });
  const body = await open(url, maxRedirects);
  await pipeline(body, counted, createWriteStream(path)).catch((thrown: unknown) => { throw unreachable(url, thrown); });
  return hash.digest('hex');
}

async function open(url: string, redirects: number): Promise<Readable> {
  if (new URL(url).protocol !== 'https:') throw unreachable(url, new Error('it is not https'));
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(limitMs) }).catch((thrown: unknown) => { throw unreachable(url, thrown); });
  const next = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null;
  if (next !== null && redirects > 0) {
    await answer.body?.cancel();
    return open(new URL(next, url).href, redirects - 1);
  }
  if (answer.status !== 200 || !answer.body) throw unreachable(url, new Error(next === null ? `status ${answer.status}` : 'too many redirects'));
  return Readable.fromWeb(answer.body);
}

/** Only the one program leaves the archive: whatever else it holds is never written. */
async function unpack(file: ReleaseFile, { path, folder }: { path: string; folder: string }): Promise<string> {
  mkdirSync(folder);
  if (/\.(tar\.gz|tgz)$/.test(file.url)) await command(['tar', '-xzf', path, '--no-same-owner', '-C', folder, '--', file.program]);
  else if (file.url.endsWith('.zip')) await command(['unzip', '-q', path, file.program, '-d', folder]);
  else return path;
  return join(folder, file.program);
}

function unreachable(url: string, thrown: unknown): AssayError {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  return new AssayError('RELEASE_UNREACHABLE', `${url} could not be downloaded: ${cause instanceof Error ? cause.message : String(cause)}.`, { remedy: 'Check the network; the tool can be built instead.' });
}
