/** Subject keys: the names of the things that Assay reconciles. */
import { AssayError } from './errors.ts';

export type SubjectKind = 'intent' | 'change' | 'group' | 'release';

/** `intent:<repo id>#12`, `change:<repo id>#7`, `group:<repo id>@<commit>:<branch>` (what a merge queue asks to be checked) or `release:<repo id>@id`. */
export type SubjectKey = `intent:${number}#${number}` | `change:${number}#${number}` | `group:${number}@${string}` | `release:${number}@${string}`;

/** What an event names when it only knows a commit, or a branch as `refs/heads/…`; the store resolves it to the subjects that have this head or base. */
export type ShaKey = `sha:${number}:${string}`;

export interface Subject {
  kind: SubjectKind;
  repositoryId: number;
  /** Issue or pull request number, commit and branch, or the release id. */
  id: string;
}

/** Throws `SUBJECT_KEY_INVALID` on anything that is not a subject key. */
export function parseSubjectKey(key: string): Subject {
  const match = /^(intent|change)(?<repo>:\d+)#(?<number>\d+)$|^(release|group)(?<repo2>:\d+)@(?<id>.+)$/.exec(key);
  if (!match) {
    throw new AssayError('SUBJECT_KEY_INVALID', `"${key}" is no subject key`, { remedy: 'Write intent:<repo id>#<n>, change:<repo id>#<n>, group:<repo id>@<commit>:<branch> or release:<repo id>@<id>.' });
  }
  const kind = (match[1] ?? match[4]) as SubjectKind;
  const repo = match.groups!.repo ?? match.groups!.repo2!;
  return { kind, repositoryId: Number(repo.slice(1)), id: match.groups!.number ?? match.groups!.id! };
}

export function intentKey(repositoryId: number, issue: number): SubjectKey {
  return `intent:${repositoryId}#${issue}`;
}

export function changeKey(repositoryId: number, pullRequest: number): SubjectKey {
  return `change:${repositoryId}#${pullRequest}`;
}

/** A commit that the queue of this branch made. */
export function groupKey(repositoryId: number, { sha, branch }: { sha: string; branch: string }): SubjectKey {
  return `group:${repositoryId}@${sha}:${branch}`;
}

/** What the id of such a key names. */
export function groupOf(id: string): { sha: string; branch: string } {
  const [sha = '', ...branch] = id.split(':');
  return { sha, branch: branch.join(':') };
}

export function shaKey(repositoryId: number, sha: string): ShaKey {
  return `sha:${repositoryId}:${sha}`;
}
