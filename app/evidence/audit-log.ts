/**
 * Verifies an exported audit log (JSON lines) without the store that wrote it: every altered, missing, moved or foreign entry is named by its index.
 * A log cut at its end is whole in itself; only a signed checkpoint, which says what the log held at some time, shows that.
 */
import { z } from 'zod';
import { auditGenesis, auditHash } from '../core/audit.ts';
import { canonicalJson } from '../core/digest.ts';
import { AssayError, problemOf } from '../core/errors.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import type { Statement } from '../core/ports/signer.ts';
import { parseStrictJson } from '../core/strict-json.ts';
import { predicateTypes } from './statements.ts';

export interface AuditBreak {
  /** The entry's place in the file, from 0. */
  index: number;
  code: 'AUDIT_ENTRY_ALTERED' | 'AUDIT_CHAIN_BROKEN' | 'AUDIT_TRUNCATED';
  message: string;
}

export interface AuditReport {
  verified: boolean;
  entries: number;
  /** The last entry, to be compared with what Assay shows. Null where there is none. */
  head: { index: number; hash: string } | null;
  breaks: AuditBreak[];
}

export interface AuditCheckpoint {
  index: number;
  hash: string;
}

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Entry: z.ZodType<AuditEntry> = z.strictObject({
  index: z.number().int().min(0),
  at: z.number().min(0),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  previous: Hash,
  hash: Hash,
});

/** The export that `verifyAuditLog` reads. */
export function auditLogText(entries: AuditEntry[]): string {
  return entries.map((entry) => `${canonicalJson(entry)}\n`).join('');
}

/** `text` is one JSON object per line with a line feed after each. */
export function verifyAuditLog(text: string, checkpoint: AuditCheckpoint | null = null): AuditReport {
  const breaks: AuditBreak[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') breaks.push({ index: lines.length, code: 'AUDIT_TRUNCATED', message: 'the last line has no end' });
  if (lines.length === 0) breaks.push({ index: 0, code: 'AUDIT_TRUNCATED', message: 'the log holds no entry' });
  const read = lines.map((line, index) => readEntry(line, index, breaks));
  read.forEach((entry, index) => {
    if (entry) checkLink(entry, { index, before: index === 0 ? 'start' : read[index - 1]! }, breaks);
  });
  if (checkpoint) checkCheckpoint(read, checkpoint, breaks);
  const last = read.at(-1);
  breaks.sort((one, other) => one.index - other.index);
  return { verified: breaks.length === 0, entries: lines.length, head: last ? { index: last.index, hash: last.hash } : null, breaks };
}

function readEntry(line: string, index: number, breaks: AuditBreak[]): AuditEntry | null {
  let entry: AuditEntry;
  try {
    entry = Entry.parse(parseStrictJson(line));
  } catch (thrown) {
    const why = thrown instanceof z.ZodError ? `${thrown.issues[0]?.path.join('.')}: ${thrown.issues[0]?.message}` : problemOf(thrown).message;
    breaks.push({ index, code: 'AUDIT_ENTRY_ALTERED', message: `no audit entry: ${why}` });
    return null;
  }
  if (auditHash(entry) !== entry.hash) breaks.push({ index, code: 'AUDIT_ENTRY_ALTERED', message: 'the entry is not the one that was hashed' });
  return entry;
}

/** `before`: the entry of the line before, null where that one cannot be read (it is named already). */
function checkLink(entry: AuditEntry, place: { index: number; before: AuditEntry | null | 'start' }, breaks: AuditBreak[]): void {
  const { index, before } = place;
  if (before === 'start') {
    if (entry.index !== 0) breaks.push({ index, code: 'AUDIT_TRUNCATED', message: `the log begins with entry ${entry.index}` });
    else if (entry.previous !== auditGenesis) breaks.push({ index, code: 'AUDIT_CHAIN_BROKEN', message: 'the first entry follows another one' });
    return;
  }
  if (before === null) return;
  if (entry.index !== before.index + 1) breaks.push({ index, code: 'AUDIT_CHAIN_BROKEN', message: `entry ${entry.index} follows entry ${before.index}` });
  else if (entry.previous !== before.hash) breaks.push({ index, code: 'AUDIT_CHAIN_BROKEN', message: 'the entry does not name the hash of the one before' });
}

function checkCheckpoint(read: (AuditEntry | null)[], checkpoint: AuditCheckpoint, breaks: AuditBreak[]): void {
  const entry = read[checkpoint.index];
  if (checkpoint.index >= read.length) {
    breaks.push({ index: read.length, code: 'AUDIT_TRUNCATED', message: `the checkpoint names entry ${checkpoint.index}, the log ends with ${read.length - 1}` });
  } else if (entry && entry.hash !== checkpoint.hash) {
    breaks.push({ index: checkpoint.index, code: 'AUDIT_CHAIN_BROKEN', message: 'the checkpoint names another hash: the log was written anew' });
  }
}

const Checkpoint = z.strictObject({ index: z.number().int().min(0), time: z.string() });

/** What a verified checkpoint statement says; throws EVIDENCE_CHECKPOINT on any other statement. */
export function readCheckpoint(statement: Statement): AuditCheckpoint {
  const predicate = Checkpoint.safeParse(statement.predicate);
  const hash = Hash.safeParse(statement.subject[0]?.digest.sha256);
  if (statement.predicateType === predicateTypes.auditCheckpoint && predicate.success && hash.success) return { index: predicate.data.index, hash: hash.data };
  throw new AssayError('EVIDENCE_CHECKPOINT', `this statement (${statement.predicateType}) is no audit checkpoint`, { remedy: 'Give the checkpoint bundle that Assay exported beside the log.' });
}
