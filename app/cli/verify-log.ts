/**
 * The audit log's side of `assay verify`: a whole log (JSON lines) or an exported part of one, against checkpoints. Offline; trusts only the keys it is given: a verifier key
 * line for signed notes, a PEM for signed statements. Exit codes: 0 verified, 1 not, 2 wrong use; a checkpoint that does not open is refused with its own code (3).
 */
import { readFile } from 'node:fs/promises';
import { AssayError } from '../core/errors.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { noteKeyTypes, parseNote, parseVerifierKey, type VerifierKey } from '../core/transparency/note.ts';
import { parseCheckpoint } from '../core/transparency/checkpoint.ts';
import { openNote, verifierKeyOfPem } from '../edges/note.ts';
import { verifyBundle } from '../edges/sigstore/signer.ts';
import { isExport, verifyAuditExport, type ExportReport } from '../evidence/audit-export.ts';
import { readCheckpoint, verifyAuditLog, type AuditCheckpoint } from '../evidence/audit-log.ts';

export interface LogOptions { log: string; checkpoint?: string; against?: string; key?: string; witness?: string }
type WrongUse = (message: string, cause?: unknown) => AssayError;

export async function verifyLog(options: LogOptions, wrongUse: WrongUse): Promise<number> {
  const text = await readText(options.log, wrongUse);
  const opener = await openerOf(options, wrongUse, isExport(text));
  const files = [options.checkpoint, options.against].filter((file) => file !== undefined);
  const checkpoints = await Promise.all(files.map(async (file) => opener(await readText(file, wrongUse))));
  return isExport(text) ? partly(text, { opener, checkpoints }) : wholly(text, checkpoints);
}

function wholly(text: string, checkpoints: readonly AuditCheckpoint[]): number {
  const report = verifyAuditLog(text, checkpoints);
  for (const { index, code, message } of report.breaks) print(`${code} at entry ${index}: ${message}`);
  if (!report.verified) {
    print(`${report.entries} entries, ${report.breaks.length} breaks: not verified`);
    return 1;
  }
  print(`${report.entries} entries verified, head ${report.head?.hash}`);
  print(`root ${report.head?.root}${report.redacted > 0 ? `, ${report.redacted} entries with redacted fields` : ''}`);
  for (const { size, root } of checkpoints) print(`the checkpoint of ${size} entries holds: ${root}`);
  if (checkpoints.length === 0) print('Without --checkpoint a log that was cut at its end or written anew as a whole cannot be told: compare head and root with those that Assay shows.');
  return 0;
}

/** A checkpoint that was kept has to be the export's own or one that it proves to be of the same log. */
function partly(text: string, { opener, checkpoints }: { opener: Opener; checkpoints: readonly AuditCheckpoint[] }): number {
  const report = verifyAuditExport(text, opener);
  const proven = report.checkpoint ? [report.checkpoint, ...report.earlier] : [];
  const unproven = checkpoints.filter(({ size, root }) => !proven.some((each) => each.size === size && each.root === root));
  for (const { where, code, message } of report.breaks) print(`${code} at ${where}: ${message}`);
  for (const { size, root } of unproven) print(`${proven.some((each) => each.size === size && each.root !== root) ? 'AUDIT_FORKED' : 'AUDIT_NOT_CONSISTENT'}: the export does not prove that the checkpoint of ${size} entries (${root}) is of its log`);
  if (!report.verified || unproven.length > 0) {
    print(`${report.entries.length} entries, ${report.breaks.length + unproven.length} breaks: not verified`);
    return 1;
  }
  print(told(report));
  return 0;
}

function told({ entries, contiguous, checkpoint, earlier }: ExportReport): string {
  const redacted = entries.filter((entry) => entry.redacted).length;
  return [
    `${entries.length} entries verified, ${entries[0]!.index} to ${entries.at(-1)!.index}, ${contiguous ? 'none left out between them' : 'a choice: others lie between them'}${redacted > 0 ? `, ${redacted} with redacted fields` : ''}`,
    `in the log of ${checkpoint?.size} entries with the root ${checkpoint?.root}`,
    ...earlier.map(({ size }) => `which goes on from the checkpoint of ${size} entries`),
  ].join('\n');
}

type Opener = (checkpoint: string) => AuditCheckpoint;

/** Opens signed statements where the key is a PEM on P-256, signed notes otherwise; with a witness's key its signature has to be there too. */
async function openerOf({ key, witness, checkpoint, against }: LogOptions, wrongUse: WrongUse, isPart: boolean): Promise<Opener> {
  if (key === undefined) {
    if (isPart || checkpoint !== undefined || against !== undefined) throw wrongUse(isPart ? 'an exported part has a checkpoint, which needs --key, the key to trust' : '--checkpoint and --against need --key, the public key to trust');
    return () => { throw new Error('no checkpoint is read without a key'); };
  }
  const text = (await readText(key, wrongUse)).trim();
  const witnesses = witness === undefined ? [] : keysIn(await readText(witness, wrongUse));
  return (given) => (given.trimStart().startsWith('{') ? readCheckpoint(verifyBundle(given, [text])) : ofNote(given, { trusted: text, witnesses }));
}

/** Opens notes with a key that is given by its file. */
function openerFor(key: string, wrongUse: WrongUse): Promise<Opener> {
  return openerOf({ log: '', key }, wrongUse, true);
}

/** Entries of an export that verifies by this key; throws where it does not. */
export async function logReader(key: string, wrongUse: WrongUse): Promise<(text: string) => AuditEntry[]> {
  const opener = await openerFor(key, wrongUse);
  return (text) => {
    const { breaks: [first], entries } = verifyAuditExport(text, opener);
    if (!first) return entries;
    throw new AssayError(first.code, `the exported log does not verify at ${first.where}: ${first.message}`, { remedy: 'Export it again with "assay audit-log export", and give the key that the App shows under /audit-key.' });
  };
}

function ofNote(note: string, { trusted, witnesses }: { trusted: string; witnesses: VerifierKey[] }): AuditCheckpoint {
  const origin = parseCheckpoint(parseNote(note).text).origin;
  const keys = (trusted.startsWith('-----BEGIN') ? [verifierKeyOfPem(trusted, origin)] : keysIn(trusted)).filter(({ type }) => type === noteKeyTypes.ed25519);
  const { text, by } = openNote(note, keys);
  if (witnesses.length > 0) openNote(note, witnesses);
  const { size, root } = parseCheckpoint(text);
  // A key that signs for several logs must not let one stand in for another.
  if (by !== origin) throw new AssayError('NOTE_ORIGIN', `the checkpoint is of the log ${origin}, signed as ${by}`, { remedy: 'Give the checkpoint of the log that you verify.' });
  return { size, root: Buffer.from(root).toString('hex') };
}

function keysIn(text: string): VerifierKey[] {
  return text.trim().split('\n').map((line) => parseVerifierKey(line.trim()));
}

async function readText(file: string, wrongUse: WrongUse): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw wrongUse(`${file} cannot be read`, thrown);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
