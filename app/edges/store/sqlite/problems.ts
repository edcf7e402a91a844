/** Turns what `node:sqlite` throws into the store's own stable codes, each with its remedy. An AssayError passes through untouched. */
import { AssayError } from '../../../core/errors.ts';

const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** SQLite's primary result code, or null where the error is not SQLite's. */
function resultCode(thrown: unknown): number | null {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return null;
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : null;
}

export function isBusy(thrown: unknown): boolean {
  const code = resultCode(thrown);
  return code === BUSY || code === LOCKED;
}

export function storeProblem(thrown: unknown, path: string): AssayError {
  if (thrown instanceof AssayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  switch (resultCode(thrown)) {
    case FULL:
      return new AssayError('STORE_FULL', `no room to write to ${path}: ${message}`, { remedy: 'Free disk space (or raise the size cap); GitHub redelivers what was refused and the sweep heals the rest.', cause: thrown });
    case CORRUPT:
    case NOT_A_DATABASE:
      return new AssayError('STORE_CORRUPT', `${path} is damaged or is no Assay store: ${message}`, { remedy: 'Stop Assay, move the file away and restore the last backup; without one start empty, the sweep reads the state back from GitHub.', cause: thrown });
    default:
      return new AssayError('STORE_UNAVAILABLE', `the store ${path} failed: ${message}`, { remedy: 'Check the disk and the permissions of the file and its folder; the caller may try again.', cause: thrown });
  }
}
