/** Chooses entries by period or release, leaves fields out where asked to, and writes them with their proofs. Reads the App's store beside it, or a log and checkpoints that were fetched. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AssayError } from '../../core/errors.ts';
import type { AuditEntry } from '../../core/ports/store.ts';
import { parseCheckpoint } from '../../core/transparency/checkpoint.ts';
import { parseNote } from '../../core/transparency/note.ts';
import { commitsOfRelease } from '../../edges/release-commits.ts';
import { readAuditFile } from '../../edges/store/sqlite/read-audit.ts';
import { ofPeriod, ofRelease } from '../../evidence/audit-choice.ts';
import { readEntryLine } from '../../evidence/audit-entry.ts';
import { auditExport } from '../../evidence/audit-export.ts';
import { auditLogText, verifyAuditLog } from '../../evidence/audit-log.ts';
import { dataFolder, readEnvironment } from '../settings.ts';

export const exportUsage = 'assay audit-log export [--data FOLDER | --log FILE --checkpoint FILE…] [--from DATE] [--to DATE | --release TAG [--since TAG] [--repo PATH]] [--redact FIELD…] [--out FILE]';

interface Source { log: AuditEntry[]; checkpoints: { note: string; size: number; root: string }[] }

export async function exportLog(args: string[]): Promise<number> {
  const options = optionsOf(args);
  const { log, checkpoints } = options.log === undefined ? fromStore(options.data ?? dataFolder(readEnvironment(process.env))) : fromFiles(options.log, options.checkpoint ?? []);
  const last = checkpoints.at(-1);
  if (!last) throw new AssayError('AUDIT_NOT_SEALED', 'the log has no checkpoint yet', { remedy: 'Wait for the App to seal it (ASSAY_AUDIT_EVERY, ASSAY_AUDIT_MINUTES).' });
  refuseBroken(log, checkpoints);
  const wanted = await chosen(log, options);
  const sealed = wanted.filter((index) => index < last.size);
  if (wanted.length > sealed.length) process.stderr.write(`${wanted.length - sealed.length} entries came after the last checkpoint and are left out\n`);
  if (sealed.length === 0) throw new AssayError('AUDIT_EXPORT_EMPTY', 'no sealed entry is in this period or release', { remedy: 'Name another one, or wait for the next checkpoint.' });
  const text = auditExport({ log, chosen: sealed, checkpoint: last, earlier: checkpoints, redact: options.redact ?? [] });
  if (options.out === undefined) process.stdout.write(text);
  else writeFileSync(options.out, text);
  process.stderr.write(`${sealed.length} of ${log.length} entries, proven by the checkpoint of ${last.size} entries${options.redact ? `, without ${options.redact.join(', ')}` : ''}\n`);
  return 0;
}

type Options = ReturnType<typeof optionsOf>;

async function chosen(log: AuditEntry[], { from, to, release, since, repo = '.' }: Options): Promise<number[]> {
  if (release !== undefined) return ofRelease(log, { tag: release, commits: await commitsOfRelease(repo, { tag: release, since: since ?? null }) });
  return ofPeriod(log, { from: from ?? -Infinity, to: to ?? Infinity });
}

function fromStore(folder: string): Source {
  const { entries, checkpoints } = readAuditFile(join(folder, 'assay.sqlite'));
  return { log: entries, checkpoints };
}

function fromFiles(file: string, notes: string[]): Source {
  const lines = read(file).split('\n').filter((line) => line !== '');
  const log = lines.map((line, index) => {
    const found = readEntryLine(line);
    if ('entry' in found) return found.entry;
    throw new AssayError('AUDIT_ENTRY_ALTERED', `${file}: entry ${index}: ${found.why}`, { remedy: 'Fetch the log again.' });
  });
  const checkpoints = notes.map((each) => {
    const note = read(each);
    const { size, root } = parseCheckpoint(parseNote(note).text);
    return { note, size, root: Buffer.from(root).toString('hex') };
  });
  return { log, checkpoints: checkpoints.toSorted((a, b) => a.size - b.size) };
}

function refuseBroken(log: AuditEntry[], checkpoints: Source['checkpoints']): void {
  const [first] = verifyAuditLog(auditLogText(log), checkpoints).breaks;
  if (first) throw new AssayError(first.code, `entry ${first.index}: ${first.message}`, { remedy: 'Nothing is exported of a log that does not verify; "assay verify --log" names every break.' });
}

function optionsOf(args: string[]) {
  const text = { type: 'string' } as const;
  const many = { type: 'string', multiple: true } as const;
  try {
    const { values } = parseArgs({ args, options: { data: text, log: text, checkpoint: many, from: text, to: text, release: text, since: text, repo: text, redact: many, out: text } });
    if (values.log !== undefined && values.data !== undefined) throw new Error('--data or --log, not both');
    if ((values.log === undefined) !== (values.checkpoint === undefined)) throw new Error('--log and --checkpoint belong together');
    if (values.release !== undefined && (values.from ?? values.to) !== undefined) throw new Error('a period or a release, not both');
    if (values.release === undefined && (values.since ?? values.repo) !== undefined) throw new Error('--since and --repo go with --release');
    return { ...values, from: timeOf(values.from, 'start'), to: timeOf(values.to, 'end') };
  } catch (thrown) {
    throw new AssayError('USAGE', thrown instanceof Error ? thrown.message : String(thrown), { remedy: exportUsage });
  }
}

/** A day counts as a whole. */
function timeOf(text: string | undefined, edge: 'start' | 'end'): number | undefined {
  if (text === undefined) return undefined;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = isDay || /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new Error(`"${text}" is no date: write 2026-11-30, or 2026-11-30T12:00:00Z`);
  return isDay && edge === 'end' ? time + 86_400_000 : time;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssayError('USAGE', `${file} cannot be read`, { remedy: exportUsage, cause });
  }
}
