/**
 * The audit log's hash rule. An entry names the hash of the one before it, so that none can be altered, dropped from the middle or moved without every
 * later hash changing. Its own hash holds each field of its detail only as a salted commitment: a field can be taken away later, for good, and the entry
 * still has its hash. Entries of the first version have no such fields and verify by the older rule. Stores and verifiers share it.
 */
import { canonicalJson, digestOf, sha256 } from './digest.ts';
import type { AuditEntry, NewAuditEntry } from './ports/store.ts';
import { redact, redactJson } from './redact.ts';

/** `previous` of the first entry, which has index 0. */
export const auditGenesis = '0'.repeat(64);

/** What stands for a field of the detail in the entry's hash. Without the salt nobody can try out values against it. */
export function commitmentTo(field: string, { salt, value }: { salt: string; value: unknown }): string {
  return sha256(canonicalJson([salt, field, value]));
}

/** Per field of the detail what stands for it, those that were redacted among them. */
export function commitmentsOf({ detail, salts = {}, redacted = {} }: Pick<AuditEntry, 'detail' | 'salts' | 'redacted'>): Record<string, string> {
  const present = Object.entries(detail).map(([field, value]) => [field, commitmentTo(field, { salt: salts[field] ?? '', value })]);
  return Object.fromEntries([...present, ...Object.entries(redacted)]);
}

/** The hash of an entry; a `hash` it already carries plays no part. Fields beyond the contract are not hashed, so verifiers refuse them. */
export function auditHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { index, at, actor, action, subject, detail, previous } = entry;
  if (entry.version === undefined) return digestOf({ index, at, actor, action, subject, detail, previous });
  return digestOf({ version: 2, index, at, actor, action, subject, fields: commitmentsOf(entry), previous });
}

/** The entry that follows `last` (null: the first one), with nothing in it that looks like a secret. `at` is milliseconds since the epoch; each call of `salt` gives 128 new random bits as hex. */
export function nextAuditEntry(last: Pick<AuditEntry, 'index' | 'hash'> | null, entry: NewAuditEntry & { at: number }, salt: () => string): AuditEntry {
  // Through its text, so that the hash is of what a reader gets back (undefined members are gone).
  const detail = JSON.parse(redactJson(entry.detail)) as Record<string, unknown>;
  const salts = Object.fromEntries(Object.keys(detail).map((field) => [field, salt()]));
  const unhashed = {
    version: 2 as const, index: last ? last.index + 1 : 0, at: entry.at, actor: redact(entry.actor), action: entry.action, subject: redact(entry.subject), detail, salts, previous: last ? last.hash : auditGenesis,
  };
  return { ...unhashed, hash: auditHash(unhashed) };
}

/** The same entry without the values of these fields, as it verifies. Entries of the first version cannot be redacted and are answered as they are. */
export function withoutFields(entry: AuditEntry, isTaken: (field: string) => boolean): AuditEntry {
  if (entry.version === undefined || !Object.keys(entry.detail).some(isTaken)) return entry;
  const taken = Object.fromEntries(Object.entries(commitmentsOf(entry)).filter(([field]) => isTaken(field) || field in (entry.redacted ?? {})));
  const kept = <T>(record: Record<string, T>) => Object.fromEntries(Object.entries(record).filter(([field]) => !isTaken(field)));
  return { ...entry, detail: kept(entry.detail), salts: kept(entry.salts ?? {}), redacted: taken };
}
