/**
 * A part of the audit log that verifies on its own: some entries, each with the proof that it is in the log that a signed checkpoint describes, and proofs that
 * older checkpoints describe the beginning of that log. Fields may have been redacted. The file has one exact form and holds nothing that no hash or signature covers.
 */
import { z } from 'zod';
import { withoutFields } from '../core/audit.ts';
import { canonicalJson } from '../core/digest.ts';
import { AssayError, problemOf } from '../core/errors.ts';
import { growTree, type Hash } from '../core/merkle/tree.ts';
import { consistencyHolds, inclusionHolds } from '../core/merkle/verify.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { parseStrictJson } from '../core/strict-json.ts';
import { AuditEntrySchema, isOwnHash, leafOf } from './audit-entry.ts';
import type { AuditCheckpoint } from './audit-log.ts';

export const exportFormat = 'assay-audit-export/v1';

const HashText = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);
const Proof = z.array(HashText).max(64);
const Export = z.strictObject({
  format: z.literal(exportFormat),
  checkpoint: z.string().max(100_000),
  earlier: z.array(z.strictObject({ checkpoint: z.string().max(100_000), proof: Proof })),
  entries: z.array(z.strictObject({ entry: AuditEntrySchema, proof: Proof })).min(1),
});

export interface ExportOptions {
  /** The whole log up to the checkpoint, in order. */
  log: readonly AuditEntry[];
  chosen: readonly number[];
  checkpoint: { note: string; size: number };
  earlier: readonly { note: string; size: number }[];
  /** Fields of the detail to leave out of this export. */
  redact: readonly string[];
}

export function auditExport({ log, chosen, checkpoint, earlier, redact }: ExportOptions): string {
  const tree = growTree();
  for (const entry of log.slice(0, checkpoint.size)) tree.append(leafOf(entry));
  const fields = new Set(redact);
  return `${canonicalJson({
    format: exportFormat, checkpoint: checkpoint.note,
    earlier: earlier.filter(({ size }) => size < checkpoint.size).map(({ note, size }) => ({ checkpoint: note, proof: textsOf(tree.consistencyProof(size)) })),
    entries: chosen.map((index) => ({ entry: withoutFields(log[index]!, (field) => fields.has(field)), proof: textsOf(tree.inclusionProof(index)) })),
  })}\n`;
}

export interface ExportBreak {
  where: string;
  code: 'AUDIT_EXPORT_ALTERED' | 'AUDIT_ENTRY_ALTERED' | 'AUDIT_NOT_INCLUDED' | 'AUDIT_NOT_CONSISTENT' | 'AUDIT_CHECKPOINT_REFUSED';
  message: string;
}

export interface ExportReport {
  verified: boolean;
  checkpoint: AuditCheckpoint | null;
  /** The older checkpoints that were proven to be of the same log. */
  earlier: AuditCheckpoint[];
  entries: AuditEntry[];
  /** No entry is left out between the first and the last. */
  contiguous: boolean;
  breaks: ExportBreak[];
}

export function isExport(text: string): boolean {
  return text.startsWith('{"checkpoint":');
}

/** `open` gives what a note says when a trusted key signed it, and throws otherwise. */
export function verifyAuditExport(text: string, open: (note: string) => AuditCheckpoint): ExportReport {
  const read = readExport(text);
  if ('why' in read) return { verified: false, checkpoint: null, earlier: [], entries: [], contiguous: false, breaks: [{ where: 'the file', code: 'AUDIT_EXPORT_ALTERED', message: read.why }] };
  const { file } = read;
  const breaks: ExportBreak[] = [];
  const checkpoint = opened(file.checkpoint, { open, where: 'the checkpoint' }, breaks);
  const earlier = checkpoint ? file.earlier.flatMap((each, at) => opened(each.checkpoint, { open, where: `the older checkpoint ${at}` }, breaks) ?? []) : [];
  if (checkpoint) {
    if (breaks.length === 0) earlier.forEach((before, at) => checkConsistency(before, { after: checkpoint, proof: file.earlier[at]!.proof }, breaks));
    for (const { entry, proof } of file.entries) checkEntry(entry, { proof, checkpoint }, breaks);
  }
  const entries = file.entries.map(({ entry }) => entry);
  if (entries.some(({ index }, at) => at > 0 && index <= entries[at - 1]!.index)) breaks.push({ where: 'the file', code: 'AUDIT_EXPORT_ALTERED', message: 'its entries are not in order' });
  return { verified: breaks.length === 0, checkpoint, earlier, entries, contiguous: entries.at(-1)!.index - entries[0]!.index === entries.length - 1, breaks };
}

/** The entries of an export in its one exact form, without a check of its proofs and checkpoint. Throws AUDIT_EXPORT_ALTERED. */
export function entriesIn(text: string): AuditEntry[] {
  const read = readExport(text);
  if ('file' in read) return read.file.entries.map(({ entry }) => entry);
  throw new AssayError('AUDIT_EXPORT_ALTERED', `this is no exported audit log: ${read.why}`, { remedy: 'Give what "assay audit-log export" wrote.' });
}

function readExport(text: string): { file: z.infer<typeof Export> } | { why: string } {
  try {
    const value = parseStrictJson(text);
    const file = Export.parse(value);
    return `${canonicalJson(value)}\n` === text ? { file } : { why: 'it is not in its one exact form' };
  } catch (thrown) {
    return { why: thrown instanceof z.ZodError ? `${thrown.issues[0]?.path.join('.')}: ${thrown.issues[0]?.message}` : problemOf(thrown).message };
  }
}

function opened(note: string, { open, where }: { open: (note: string) => AuditCheckpoint; where: string }, breaks: ExportBreak[]): AuditCheckpoint | null {
  try {
    return open(note);
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    breaks.push({ where, code: 'AUDIT_CHECKPOINT_REFUSED', message: `${thrown.code}: ${thrown.message}` });
    return null;
  }
}

function checkConsistency(before: AuditCheckpoint, { after, proof }: { after: AuditCheckpoint; proof: string[] }, breaks: ExportBreak[]): void {
  const hashes = hashesOf(proof);
  const claim = { from: BigInt(before.size), to: BigInt(after.size), before: Buffer.from(before.root, 'hex'), after: Buffer.from(after.root, 'hex'), proof: hashes ?? [] };
  if (hashes && consistencyHolds(claim)) return;
  breaks.push({ where: `the checkpoint of ${before.size} entries`, code: 'AUDIT_NOT_CONSISTENT', message: `it is not proven to be the beginning of the ${after.size} entries` });
}

function checkEntry(entry: AuditEntry, { proof, checkpoint }: { proof: string[]; checkpoint: AuditCheckpoint }, breaks: ExportBreak[]): void {
  const where = `entry ${entry.index}`;
  if (!isOwnHash(entry)) {
    breaks.push({ where, code: 'AUDIT_ENTRY_ALTERED', message: 'the entry is not the one that was hashed' });
    return;
  }
  const hashes = hashesOf(proof);
  const claim = { index: BigInt(entry.index), size: BigInt(checkpoint.size), leaf: leafOf(entry), root: Buffer.from(checkpoint.root, 'hex'), proof: hashes ?? [] };
  if (!hashes || !inclusionHolds(claim)) breaks.push({ where, code: 'AUDIT_NOT_INCLUDED', message: `it is not proven to be among the ${checkpoint.size} entries of the checkpoint` });
}

function textsOf(hashes: readonly Hash[]): string[] {
  return hashes.map((hash) => Buffer.from(hash).toString('base64'));
}

/** Null where one of them is not in its one exact form. */
function hashesOf(texts: readonly string[]): Hash[] | null {
  const hashes = texts.map((text) => Buffer.from(text, 'base64'));
  return hashes.every((hash, at) => hash.toString('base64') === texts[at]) ? hashes : null;
}
