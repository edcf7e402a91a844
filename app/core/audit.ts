/**
 * The audit log's hash rule: an entry's hash is the SHA-256 of the canonical JSON of all its other fields, and `previous` is the hash of the
 * entry before it, so that no entry can be altered, dropped from the middle or moved without every later hash changing. Stores and verifiers share it.
 */
import { digestOf } from './digest.ts';
import type { AuditEntry } from './ports/store.ts';

/** `previous` of the first entry, which has index 0. */
export const auditGenesis = '0'.repeat(64);

/** The hash of an entry; a `hash` it already carries plays no part. Fields beyond the contract are not hashed, so verifiers refuse them. */
export function auditHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { index, at, actor, action, subject, detail, previous } = entry;
  return digestOf({ index, at, actor, action, subject, detail, previous });
}

/** The entry that follows `last` (null: the first one). `at` is milliseconds since the epoch. */
export function nextAuditEntry(last: AuditEntry | null, entry: Pick<AuditEntry, 'at' | 'actor' | 'action' | 'subject' | 'detail'>): AuditEntry {
  const { at, actor, action, subject, detail } = entry;
  const unhashed = { index: last ? last.index + 1 : 0, at, actor, action, subject, detail, previous: last ? last.hash : auditGenesis };
  return { ...unhashed, hash: auditHash(unhashed) };
}
