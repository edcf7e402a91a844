/** One line of an exported audit log: its one exact form, what it may hold, and whether its hash is its own. */
import { z } from 'zod';
import { auditHash } from '../core/audit.ts';
import { canonicalJson } from '../core/digest.ts';
import { problemOf } from '../core/errors.ts';
import { leafHash, type Hash } from '../core/merkle/tree.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { parseStrictJson } from '../core/strict-json.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/);
const common = {
  index: z.number().int().min(0), at: z.number().min(0), actor: z.string(), action: z.string(), subject: z.string(), detail: z.record(z.string(), z.unknown()), previous: Digest, hash: Digest,
};
const First = z.strictObject(common);
const Second = z.strictObject({ ...common, version: z.literal(2), salts: z.record(z.string(), z.string().regex(/^[0-9a-f]{32}$/)), redacted: z.record(z.string(), Digest).optional() })
  .refine(({ detail, salts }) => sameKeys(detail, salts), 'each field of the detail has its salt, and nothing else has one')
  .refine(({ detail, redacted }) => redacted === undefined || (Object.keys(redacted).length > 0 && Object.keys(redacted).every((field) => !Object.hasOwn(detail, field))), 'a field that was redacted is not there');
export const AuditEntrySchema: z.ZodType<AuditEntry> = z.union([Second, First]);

function sameKeys(one: object, other: object): boolean {
  return Object.keys(one).sort().join('\n') === Object.keys(other).sort().join('\n');
}

/** The line of an entry, without its line feed. */
export function entryLine(entry: AuditEntry): string {
  return canonicalJson(entry);
}

/** The entry of a line, or why it is none. */
export function readEntryLine(line: string): { entry: AuditEntry } | { why: string } {
  let value: unknown;
  try {
    value = parseStrictJson(line);
  } catch (thrown) {
    return { why: `no audit entry: ${problemOf(thrown).message}` };
  }
  const parsed = AuditEntrySchema.safeParse(value);
  if (!parsed.success) return { why: `no audit entry: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}` };
  return canonicalJson(value) === line ? { entry: parsed.data } : { why: 'the entry is not in its one exact form' };
}

export function isOwnHash(entry: AuditEntry): boolean {
  return auditHash(entry) === entry.hash;
}

/** The entry's leaf in the Merkle tree over the log. */
export function leafOf({ hash }: Pick<AuditEntry, 'hash'>): Hash {
  return leafHash(Buffer.from(hash, 'hex'));
}
