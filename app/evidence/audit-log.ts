/**
 * Verifies an exported audit log (JSON lines) without the store that wrote it: every altered, missing, moved or foreign entry is named by its index.
 * A log cut at its end, or written anew as a whole, is whole in itself; checkpoints, which say what the log held at some time, show that.
 */
import { z } from 'zod';
import { auditGenesis } from '../core/audit.ts';
import { AssayError } from '../core/errors.ts';
import { growTree } from '../core/merkle/tree.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import type { Statement } from '../core/ports/signer.ts';
import { entryLine, isOwnHash, leafOf, readEntryLine } from './audit-entry.ts';
import { predicateTypes } from './statements.ts';

export interface AuditBreak {
  /** The entry's place in the file, from 0. */
  index: number;
  code: 'AUDIT_ENTRY_ALTERED' | 'AUDIT_CHAIN_BROKEN' | 'AUDIT_TRUNCATED' | 'AUDIT_FORKED';
  message: string;
}

export interface AuditReport {
  verified: boolean;
  entries: number;
  /** How many of them have fields that were taken away. */
  redacted: number;
  /** The last entry and the root of the Merkle tree, to be compared with what Assay shows. Null where there is none. */
  head: { index: number; hash: string; root: string } | null;
  breaks: AuditBreak[];
}

/** What a log held at some time: so many entries, and the root of their Merkle tree as hex. */
export interface AuditCheckpoint {
  size: number;
  root: string;
}

/** The export that `verifyAuditLog` reads. */
export function auditLogText(entries: AuditEntry[]): string {
  return entries.map((entry) => `${entryLine(entry)}\n`).join('');
}

/** `text` is one JSON object per line with a line feed after each. */
export function verifyAuditLog(text: string, checkpoints: readonly AuditCheckpoint[] = []): AuditReport {
  const breaks: AuditBreak[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') breaks.push({ index: lines.length, code: 'AUDIT_TRUNCATED', message: 'the last line has no end' });
  if (lines.length === 0) breaks.push({ index: 0, code: 'AUDIT_TRUNCATED', message: 'the log holds no entry' });
  const read = lines.map((line, index) => readEntry(line, index, breaks));
  read.forEach((entry, index) => {
    if (entry) checkLink(entry, { index, before: index === 0 ? 'start' : read[index - 1]! }, breaks);
  });
  const rootAt = rootsOf(read);
  for (const checkpoint of checkpoints) checkCheckpoint(rootAt, { checkpoint, entries: lines.length }, breaks);
  const last = read.at(-1);
  breaks.sort((one, other) => one.index - other.index);
  return {
    verified: breaks.length === 0, entries: lines.length, redacted: read.filter((entry) => entry?.redacted).length,
    head: last ? { index: last.index, hash: last.hash, root: rootAt(lines.length) ?? '' } : null, breaks,
  };
}

function readEntry(line: string, index: number, breaks: AuditBreak[]): AuditEntry | null {
  const read = readEntryLine(line);
  if ('why' in read) {
    breaks.push({ index, code: 'AUDIT_ENTRY_ALTERED', message: read.why });
    return null;
  }
  if (!isOwnHash(read.entry)) breaks.push({ index, code: 'AUDIT_ENTRY_ALTERED', message: 'the entry is not the one that was hashed' });
  return read.entry;
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

/** The root of the log's first entries as hex; null where one of them cannot be read. */
function rootsOf(read: (AuditEntry | null)[]): (size: number) => string | null {
  const tree = growTree();
  for (const entry of read) {
    if (!entry) break;
    tree.append(leafOf(entry));
  }
  return (size) => (size <= tree.size ? Buffer.from(tree.root(size)).toString('hex') : null);
}

function checkCheckpoint(rootAt: (size: number) => string | null, { checkpoint, entries }: { checkpoint: AuditCheckpoint; entries: number }, breaks: AuditBreak[]): void {
  const { size, root } = checkpoint;
  if (size > entries) {
    breaks.push({ index: entries, code: 'AUDIT_TRUNCATED', message: `the checkpoint is of ${size} entries, the log has ${entries}` });
    return;
  }
  const found = rootAt(size);
  if (found !== root) breaks.push({ index: Math.max(0, size - 1), code: 'AUDIT_FORKED', message: `the checkpoint is of ${size} other entries: their root is ${root}, not ${found ?? 'to be told'}` });
}

const Predicate = z.strictObject({ size: z.number().int().min(1), head: z.string().regex(/^[0-9a-f]{64}$/), time: z.string() });

/** What a verified checkpoint statement says; throws EVIDENCE_CHECKPOINT on any other statement. */
export function readCheckpoint(statement: Statement): AuditCheckpoint {
  const predicate = Predicate.safeParse(statement.predicate);
  const root = statement.subject[0]?.digest.sha256 ?? '';
  if (statement.predicateType === predicateTypes.auditCheckpoint && predicate.success && /^[0-9a-f]{64}$/.test(root)) return { size: predicate.data.size, root };
  throw new AssayError('EVIDENCE_CHECKPOINT', `this statement (${statement.predicateType}) is no audit checkpoint`, { remedy: 'Give the checkpoint that Assay published beside the log.' });
}
