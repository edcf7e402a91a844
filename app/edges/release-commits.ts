/** The commits of a release: what its tag has and the tag before it has not. */
import { AssayError } from '../core/errors.ts';
import { git, gitText } from './git.ts';

/** `since`: the tag before; null asks git for the nearest one, and without any takes all commits. Throws RELEASE_UNKNOWN. */
export async function commitsOfRelease(repository: string, { tag, since }: { tag: string; since: string | null }): Promise<Set<string>> {
  const named = await commitOf(repository, tag);
  const before = since === null ? await gitText(repository, ['describe', '--tags', '--abbrev=0', `${named}^`]) : since;
  const excluded = before === null || before === '' ? [] : [`^${await commitOf(repository, before)}`];
  const answer = await git(repository, ['rev-list', named, ...excluded]);
  if (!answer.ok) throw unknown(tag, answer.stderr);
  return new Set(answer.stdout.toString().split('\n').filter((sha) => sha !== ''));
}

async function commitOf(repository: string, tag: string): Promise<string> {
  const sha = /^[\w.][\w./-]{0,200}$/.test(tag) ? await gitText(repository, ['rev-parse', '--verify', '--quiet', `refs/tags/${tag}^{commit}`]) : null;
  if (!sha) throw unknown(tag, 'there is no such tag');
  return sha;
}

function unknown(tag: string, why: string): AssayError {
  return new AssayError('RELEASE_UNKNOWN', `${tag.slice(0, 100)}: ${why.slice(0, 200)}`, { remedy: 'Name a tag of the repository, fetched with its history (--repo names another folder).' });
}
