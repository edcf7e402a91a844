/** Reads the audit log and its checkpoints out of a store's file, also while the App has it open. It cannot write. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { AssayError } from '../../../core/errors.ts';
import type { AuditEntry, StoredCheckpoint } from '../../../core/ports/store.ts';
import { readEntries } from './audit.ts';
import { checkpointOf } from './checkpoints.ts';
import { storeProblem } from './problems.ts';

/** Throws STORE_MISSING, or STORE_* as the store itself does. */
export function readAuditFile(path: string): { entries: AuditEntry[]; checkpoints: StoredCheckpoint[] } {
  if (!existsSync(path)) throw new AssayError('STORE_MISSING', `${path} is not there`, { remedy: 'Name the data folder of the App with --data or ASSAY_DATA.' });
  let file: DatabaseSync | undefined;
  try {
    const opened = new DatabaseSync(path, { readOnly: true });
    file = opened;
    // One transaction, so that no entry comes in between the two reads.
    opened.exec('BEGIN');
    const entries = readEntries({ all: (statement, values = {}) => opened.prepare(statement).all(values) }, 0, Number.MAX_SAFE_INTEGER);
    return { entries, checkpoints: opened.prepare('SELECT * FROM checkpoints ORDER BY size').all().map(checkpointOf) };
  } catch (thrown) {
    throw storeProblem(thrown, path);
  } finally {
    file?.close();
  }
}
