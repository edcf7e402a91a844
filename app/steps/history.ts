/** What each commit of a change added, by the trees of the commits and their parents. What GitHub does not tell is named in the history, never left out. */
import { problemOf } from '../core/errors.ts';
import type { HistoryEntry } from '../core/guardrail.ts';
import { addedBy } from '../guardrails/added.ts';
import type { StepContext } from './context.ts';

export async function readHistory({ github, repository }: Pick<StepContext, 'github' | 'repository'>, range: { base: string; head: string }): Promise<HistoryEntry[]> {
  try {
    const entries: HistoryEntry[] = [];
    for (const { sha, parents } of await github.commits(repository, range.base, range.head)) {
      // One after the other: trees are large, and their files are kept by content.
      const own = await github.tree(repository, sha);
      const before = [];
      for (const parent of parents) before.push(await github.tree(repository, parent));
      entries.push(...addedBy(sha, { own, parents: before }));
    }
    return entries;
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    // Too much to read is a fact about the change; GitHub being away is not, and is tried again.
    if (code !== 'COMMITS_TOO_MANY' && code !== 'TREE_TOO_LARGE') throw thrown;
    return [{ sha: range.head, path: '.', lines: [], unread: message }];
  }
}
