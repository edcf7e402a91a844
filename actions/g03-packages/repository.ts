/** The repository as the guardrail may read it: what changed, and the rest of its tree. */
import type { GuardFacts } from '../../app/core/guardrail.ts';

export type Repository = Pick<GuardFacts, 'changed' | 'paths' | 'read'>;

/** The texts of all files whose path matches; a tree with more than a thousand of them is read up to there. */
export function textsOf({ paths, read }: Repository, pattern: RegExp): { path: string; folder: string; text: string }[] {
  return paths.filter((path) => pattern.test(path) && !/(^|\/)node_modules\//.test(path)).slice(0, 1000)
    .map((path) => ({ path, folder: path.split('/').slice(0, -1).join('/'), text: read(path) ?? '' }));
}
