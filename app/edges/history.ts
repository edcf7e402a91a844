/**
 * What commits added, line by line, also where a later commit took it away: `git log` with patches, streamed and parsed as it comes. Attributes of the checkout
 * cannot hide a file from it, a rename alone adds nothing, a merge adds what none of its parents has. What is too large or missing is named in `unread`, not left out.
 */
import type { HistoryEntry } from '../core/guardrail.ts';
import { git, gitStream, gitText } from './git.ts';
import { PatchReader } from './patch.ts';

const flags = [
  '--reverse', '--topo-order', '--format=%x00%H', '--no-show-signature', '--no-notes', '--no-decorate', '--no-color', '--patch', '--cc', '--unified=0', '--inter-hunk-context=0',
  '--text', '--no-textconv', '--no-ext-diff', '--find-renames', '-l400', '--ignore-submodules=all', '--src-prefix=a/', '--dst-prefix=b/', '--diff-algorithm=myers',
];

export interface HistoryLimits {
  /** Added text of one file in one commit. */
  fileBytes?: number;
  /** Added text of all commits together. */
  totalBytes?: number;
}

/**
 * Commits of `base..HEAD` with paths from the top of the checkout, or with `base: null` all commits of HEAD that touch `folder`, with paths inside of it.
 * A folder that is no checkout, or has no commit, has no history: an empty list. Null: git could not tell.
 */
export async function readHistory(folder: string, base: string | null, limits: HistoryLimits = {}): Promise<HistoryEntry[] | null> {
  const top = await gitText(folder, ['rev-parse', '--show-toplevel']);
  const head = top === null ? null : await gitText(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (top === null || head === null) return [];
  // A folder inside of somebody else's checkout that git ignores is not part of that history.
  if (base === null && (await git(folder, ['check-ignore', '-q', '.'])).ok) return [];
  const reader = new PatchReader({ fileBytes: limits.fileBytes ?? 5 * 1024 * 1024, totalBytes: limits.totalBytes ?? 128 * 1024 * 1024 });
  const range = base === null ? ['--relative', head, '--', '.'] : [`${base}..${head}`, '--'];
  const ended = await gitStream(base === null ? folder : top, ['log', ...flags, ...range], (chunk) => reader.take(chunk));
  if (!ended.ok) return null;
  const entries = reader.end();
  const missing = ended.stopped ? `its commits add more than ${Math.round(reader.limits.totalBytes / 1024 / 1024)} MB of text` : base === null ? await shallow(folder) : null;
  return missing === null ? entries : [...entries, { sha: head, path: '.', lines: [], unread: missing }];
}

async function shallow(folder: string): Promise<string | null> {
  return await gitText(folder, ['rev-parse', '--is-shallow-repository']) === 'true' ? 'the clone is shallow, older commits are not here (git fetch --unshallow)' : null;
}
