/** Which entries of the audit log belong to a period or to a release. Pure; times are milliseconds since the epoch. */
import type { AuditEntry } from '../core/ports/store.ts';

/** From the first to the last entry of the period, with all that lies between, so that nobody need trust that none was left out. `to` is the first moment after it. */
export function ofPeriod(log: readonly AuditEntry[], { from, to }: { from: number; to: number }): number[] {
  const inside = log.filter(({ at }) => at >= from && at < to).map(({ index }) => index);
  if (inside.length === 0) return [];
  return log.slice(inside[0]!, inside.at(-1)! + 1).map(({ index }) => index);
}

/** All that was ever said of the changes and intents whose commits are in the release, and of the release itself. */
export function ofRelease(log: readonly AuditEntry[], { tag, commits }: { tag: string; commits: ReadonlySet<string> }): number[] {
  const subjects = new Set(log.filter((entry) => isIn(entry, commits)).map(({ subject }) => subject));
  return log.filter(({ subject }) => subjects.has(subject) || (subject.startsWith('release:') && subject.slice(subject.indexOf('@') + 1) === tag)).map(({ index }) => index);
}

function isIn({ action, detail }: AuditEntry, commits: ReadonlySet<string>): boolean {
  return (action === 'change.merged' || action === 'intent.done') && [detail.mergeSha, detail.headSha].some((sha) => typeof sha === 'string' && commits.has(sha));
}
