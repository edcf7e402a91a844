/** What the evidence verbs read: files by digest, lock files of a checkout, and the commit that it is all about. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { isLock } from '../../core/locked/read.ts';
import { gitText } from '../../edges/git.ts';
import { runContext, type RunContext } from '../../edges/workflow-run/context.ts';
import type { EvidenceSubject, NamedDigest } from '../../evidence/statements.ts';

/** Throws USAGE_EVIDENCE where a file cannot be read or two have one name. */
export async function digestsOf(files: readonly string[]): Promise<NamedDigest[]> {
  const digests = await Promise.all(files.map(async (file) => ({ name: basename(file), sha256: await digestOfFile(file) })));
  const names = digests.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new AssayError('USAGE_EVIDENCE', `two files are called ${twice}, and evidence could not tell them apart`, { remedy: 'Give them different names.' });
  return digests;
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return hash.digest('hex');
}

export async function readInput(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): AssayError {
  return new AssayError('USAGE_EVIDENCE', `${file} cannot be read`, { remedy: 'Name files that exist; those that go into the pack are text in UTF-8.', cause });
}

/** The committed lock files of a checkout, by path. */
export async function lockFiles(folder: string): Promise<NamedDigest[]> {
  const listed = (await gitText(folder, ['ls-files', '-z'])) ?? '';
  return Promise.all(listed.split('\0').filter((path) => path !== '' && isLock(path)).sort().map(async (path) => ({ name: path, sha256: await digestOfFile(join(folder, path)) })));
}

/** What the evidence is about: the run's commit, or outside of Actions that of the checkout. Throws USAGE_EVIDENCE where there is none. */
export async function aboutOf(folder: string, env: NodeJS.ProcessEnv): Promise<{ run: RunContext | null; subject: EvidenceSubject }> {
  const run = runContext(env);
  if (run) return { run, subject: { resource: run.resource, headSha: run.headSha } };
  const [head, origin] = await Promise.all([gitText(folder, ['rev-parse', '--verify', 'HEAD^{commit}']), gitText(folder, ['remote', 'get-url', 'origin'])]);
  const headSha = head?.trim() ?? '';
  if (!/^[0-9a-f]{40}$/.test(headSha)) throw new AssayError('USAGE_EVIDENCE', `${folder} is no checkout with a commit, so there is nothing for the evidence to be about`, { remedy: 'Run it in a git checkout, or in a GitHub Actions job after actions/checkout.' });
  return { run: null, subject: { resource: resourceOf(origin?.trim() ?? ''), headSha } };
}

/** Without what a remote's address may hold of a password. */
function resourceOf(origin: string): string {
  const [, host, path] = /^(?:[a-z+]+:\/\/)?(?:[^@/]+@)?([A-Za-z0-9.:-]+?)[/:](.+?)(?:\.git)?$/.exec(origin) ?? [];
  return host && path ? `git+https://${host}/${path}` : 'git+file:.';
}
