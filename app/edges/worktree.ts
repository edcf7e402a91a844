/**
 * A local checkout as two trees: base from git objects, head from the files as they are now, uncommitted changes included. Reads only what changed plus the
 * manifests; never follows a link out of the folder; a file that cannot be read is named, not left out.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { AssayError } from '../core/errors.ts';
import type { SkippedFile } from '../core/guardrail.ts';
import { languageOf } from '../core/language.ts';
import type { Tree, TreeFile } from '../core/tree.ts';
import { waiverFolder } from '../core/waiver.ts';
import { git, gitText } from './git.ts';

export interface Worktree {
  base: Tree;
  head: Tree;
  baseSha: string | null;
  headSha: string;
  paths: string[];
  unread: SkippedFile[];
  /** Messages of the commits since base, newest first. */
  messages: string[];
  /** `owner/name` as the remote `origin` spells it; null where there is none. */
  repository: string | null;
}

const maxBytes = 5 * 1024 * 1024;
const baselinePath = '.github/assay-baseline.json';
/** What base says of findings that may stand. */
const isRule = (path: string): boolean => path === baselinePath || path.startsWith(`${waiverFolder}/`);
const context = /(^|\/)(tsconfig[^/]*\.json|jsconfig\.json|pnpm-workspace\.yaml|go\.work|deno\.jsonc?|\.nvmrc|\.(node|python)-version)$|^\.github\/(assay(-baseline\.json|\.ya?ml)|secret-rotation\.yml|workflows\/[^/]+\.ya?ml)$|^deps\/containers\.lock$/;

/** The checkout against `base` (a ref), or against the merge base with the remote's default branch. `sources`: every file of head, not only what changed. */
export async function readChange(folder: string, base: string | null, { sources = false } = {}): Promise<Worktree> {
  const top = await topOf(folder);
  const headSha = await headOf(top);
  const [baseSha, listed] = await Promise.all([baseOf(top, base), headPaths(top)]);
  const { paths } = listed;
  const [changed, messages] = await Promise.all([changedPaths(top, { base: baseSha, untracked: listed.untracked }), messagesSince(top, baseSha)]);
  const wanted = new Set(paths.filter((path) => sources || changed.has(path) || ['manifest', 'dockerfile'].includes(languageOf(path)) || context.test(path)));
  const [{ tree, unread }, old, touched] = await Promise.all([
    readFiles(top, [...wanted]),
    readBlobs(top, { commit: baseSha, wanted: (path) => changed.has(path) || wanted.has(path) || isRule(path) }),
    changed.size > 0 && dirty(top),
  ]);
  return { messages, repository: await repositoryOf(top), base: old, head: tree, baseSha, headSha: touched ? `${headSha}-dirty` : headSha, paths, unread: unread.filter((file) => changed.has(file.path)) };
}

/** Every file of a folder, git or not. `base` holds the baseline and the configuration of the default branch, where there are any. */
export async function readAll(folder: string): Promise<Worktree> {
  const top = await gitText(folder, ['rev-parse', '--show-toplevel']);
  const inside = top !== null && await realpath(folder) === await realpath(top);
  const paths = inside ? (await headPaths(folder)).paths : await walk(folder);
  const { tree, unread } = await readFiles(folder, paths);
  const head = inside ? await gitText(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']) : null;
  const base = inside ? await defaultBase(folder) : null;
  const old = base === null ? {} : await readBlobs(folder, { commit: base, wanted: (path) => isRule(path) || path === '.github/assay.yml' });
  return { messages: [], repository: await repositoryOf(folder), base: old, head: tree, baseSha: null, headSha: head ?? 'worktree', paths, unread };
}

/** The last two parts of the address, whichever way it is spelled. */
async function repositoryOf(folder: string): Promise<string | null> {
  const url = await gitText(folder, ['config', '--get', 'remote.origin.url']);
  return /(?:^|[/:])([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url?.trim() ?? '')?.[1] ?? null;
}

/** One file as it is on base, null where base has none. Throws as `readChange` does where there is no checkout or no base. */
export async function textOnBase(folder: string, { base, path }: { base: string | null; path: string }): Promise<string | null> {
  const top = await topOf(folder);
  return await gitText(top, ['show', `${await baseOf(top, base)}:${path}`]);
}

async function topOf(folder: string): Promise<string> {
  const top = await gitText(folder, ['rev-parse', '--show-toplevel']);
  if (top === null) throw new AssayError('CONFIG_NOT_A_REPOSITORY', `${folder} is no git checkout`, { remedy: 'Run it inside a checkout, or judge the folder as it is with --all.' });
  return top;
}

async function headOf(top: string): Promise<string> {
  const sha = await gitText(top, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (sha === null) throw new AssayError('CONFIG_NO_COMMITS', 'the repository has no commit yet', { remedy: 'Commit once, or judge the folder as it is with --all.' });
  return sha;
}

async function baseOf(top: string, ref: string | null): Promise<string> {
  if (ref === null) {
    const sha = await defaultBase(top);
    if (sha !== null) return sha;
    throw new AssayError('CONFIG_NO_BASE', `no merge base with the remote's default branch was found${await shallow(top)}`, { remedy: 'Name the base with --base REF, fetch the default branch (git fetch --unshallow origin), or use --all.' });
  }
  const commit = ref.startsWith('-') ? null : await gitText(top, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  if (commit === null) throw new AssayError('CONFIG_BASE_UNKNOWN', `"${ref}" is no commit here`, { remedy: 'Name an existing branch, tag or commit; fetch it first where it is remote.' });
  const merge = await gitText(top, ['merge-base', commit, 'HEAD']);
  if (merge === null) throw new AssayError('CONFIG_NO_MERGE_BASE', `"${ref}" and HEAD share no commit${await shallow(top)}`, { remedy: 'Fetch more history (git fetch --unshallow), or name another base.' });
  return merge;
}

async function shallow(top: string): Promise<string> {
  return await gitText(top, ['rev-parse', '--is-shallow-repository']) === 'true' ? '; this is a shallow clone' : '';
}

async function defaultBase(top: string): Promise<string | null> {
  const remotes = (await gitText(top, ['remote']) ?? '').split('\n').filter(Boolean);
  const remote = remotes.includes('origin') ? 'origin' : remotes[0];
  if (!remote) return null;
  const named = await gitText(top, ['symbolic-ref', '--quiet', `refs/remotes/${remote}/HEAD`]);
  for (const ref of [named, `refs/remotes/${remote}/main`, `refs/remotes/${remote}/master`]) {
    const merge = ref ? await gitText(top, ['merge-base', ref, 'HEAD']) : null;
    if (merge) return merge;
  }
  return null;
}

async function dirty(top: string): Promise<boolean> {
  return (await gitText(top, ['status', '--porcelain', '--ignore-submodules=all', '--no-renames'])) !== '';
}

const maxMessages = 200;

async function messagesSince(top: string, base: string): Promise<string[]> {
  return (await list(top, ['log', '-z', '--format=%B', `--max-count=${maxMessages}`, `${base}..HEAD`])).map((message) => message.trim());
}

async function list(top: string, args: readonly string[]): Promise<string[]> {
  const answer = await git(top, args);
  if (!answer.ok) throw new AssayError('GIT_FAILED', `git ${args[0]} failed: ${answer.stderr.slice(0, 300)}`, { remedy: 'Run "git fsck" on the checkout and try again.' });
  return answer.stdout.toString().split('\0').filter(Boolean);
}

/** `paths`: all files of head; `untracked`: those among them, or folders with a repository of their own, that git does not keep. */
async function headPaths(top: string): Promise<{ paths: string[]; untracked: string[] }> {
  const [staged, untracked] = await Promise.all([list(top, ['ls-files', '-z', '--stage']), list(top, ['ls-files', '-z', '--others', '--exclude-standard'])]);
  const tracked = staged.filter((line) => !line.startsWith('160000')).map((line) => line.slice(line.indexOf('\t') + 1));
  return { paths: [...new Set([...tracked, ...untracked])].filter((path) => !path.endsWith('/')).sort(), untracked };
}

async function changedPaths(top: string, { base, untracked }: { base: string; untracked: readonly string[] }): Promise<Set<string>> {
  const tracked = await list(top, ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all', base]);
  return new Set([...tracked, ...untracked]);
}

async function readBlobs(top: string, from: { commit: string; wanted(path: string): boolean }): Promise<Tree> {
  const entries = (await list(top, ['ls-tree', '-r', '-z', '-l', from.commit])).flatMap((line) => {
    const match = /^(\d+) (\w+) (\w+) +(\S+)\t([\s\S]+)$/.exec(line);
    return match && match[2] === 'blob' && from.wanted(match[5]!) ? [{ mode: match[1] as TreeFile['mode'], sha: match[3]!, size: Number(match[4]), path: match[5]! }] : [];
  }).filter((entry) => entry.size <= maxBytes);
  const answer = await git(top, ['cat-file', '--batch'], entries.map((entry) => `${entry.sha}\n`).join(''));
  if (!answer.ok) throw new AssayError('GIT_FAILED', `git cat-file failed: ${answer.stderr.slice(0, 300)}`, { remedy: 'Run "git fsck" on the checkout and try again.' });
  const tree: Tree = {};
  let at = 0;
  for (const entry of entries) {
    const end = answer.stdout.indexOf(10, at);
    if (!answer.stdout.subarray(at, end).toString().startsWith(`${entry.sha} blob `)) throw new AssayError('CONFIG_BASE_INCOMPLETE', `the blob of ${entry.path} on base is not here`, { remedy: 'Fetch it (this looks like a partial clone), or use --all.' });
    tree[entry.path] = fileOf(entry.mode, answer.stdout.subarray(end + 1, end + 1 + entry.size));
    at = end + 1 + entry.size + 1;
  }
  return tree;
}

function fileOf(mode: TreeFile['mode'], bytes: Buffer): TreeFile {
  try {
    return { mode, encoding: 'utf8', content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    // Not UTF-8: kept byte for byte, the facts decide what it is.
    return { mode, encoding: 'base64', content: bytes.toString('base64') };
  }
}

async function readFiles(top: string, paths: readonly string[]): Promise<{ tree: Tree; unread: SkippedFile[] }> {
  const tree: Tree = {};
  const unread: SkippedFile[] = [];
  const inside = insideOf(await realpath(top));
  for (let at = 0; at < paths.length; at += readAtOnce) {
    const some = paths.slice(at, at + readAtOnce);
    const reads = await Promise.all(some.map((path) => readOne(inside, { top, path })));
    for (const [index, read] of reads.entries()) {
      if (read === null) continue;
      if ('kind' in read) unread.push(read);
      else tree[some[index]!] = read;
    }
  }
  return { tree, unread };
}

const readAtOnce = 64;

/** Whether a folder lies in the repository once its links are followed; asked once for each folder. */
function insideOf(top: string): (folder: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return (folder) => {
    const asked = known.get(folder) ?? realpath(folder).then((real) => real === top || real.startsWith(top.endsWith(sep) ? top : top + sep));
    known.set(folder, asked);
    return asked;
  };
}

/** Null where the path is gone or a folder. */
async function readOne(inside: (folder: string) => Promise<boolean>, { top, path }: { top: string; path: string }): Promise<TreeFile | SkippedFile | null> {
  const full = join(top, path);
  try {
    const stat = await lstat(full);
    if (stat.isSymbolicLink()) return { mode: '120000', encoding: 'utf8', content: await readlink(full) };
    if (stat.isDirectory()) return null;
    if (!stat.isFile()) return { path, kind: 'unreadable', why: 'neither a file nor a link' };
    if (stat.size > maxBytes) return { path, kind: 'too_large', why: `${Math.round(stat.size / 1024 / 1024)} MB` };
    if (!await inside(dirname(full))) return { path, kind: 'symlink_outside', why: 'one of its folders is a link out of the repository' };
    const handle = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return fileOf(stat.mode & 0o100 ? '100755' : '100644', await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown';
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : { path, kind: 'unreadable', why: code };
  }
}

/** All files under a folder that is no checkout; `.git` and `node_modules` stay out. */
async function walk(folder: string): Promise<string[]> {
  const found: string[] = [];
  const queue = [''];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const entry of await readdir(join(folder, at), { withFileTypes: true })) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.name === '.git' || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) queue.push(path);
      else found.push(path);
    }
  }
  return found.sort();
}
