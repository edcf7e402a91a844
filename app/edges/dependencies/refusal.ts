/** Why dependencies are not fetched, each with what the author can do. */
import { AssayError } from '../../core/errors.ts';

export function noLock(manifest: string, remedy: string): AssayError {
  return new AssayError('DEPENDENCIES_NO_LOCK', `${manifest} declares dependencies, and no lock says which`, { remedy });
}

export function unsupportedLock(lock: string, remedy: string): AssayError {
  return new AssayError('DEPENDENCIES_LOCK_UNSUPPORTED', `dependencies are not fetched from ${lock}`, { remedy });
}

export function invalid(file: string, cause: unknown): AssayError {
  return new AssayError('DEPENDENCIES_LOCK_INVALID', `${file} cannot be read as what its name says`, { remedy: `Write ${file} anew with its own client.`, cause });
}

export function refused(what: string): AssayError {
  return new AssayError('DEPENDENCIES_SOURCE_REFUSED', `"${what.slice(0, 200)}" does not come from the registry`, { remedy: 'Depend on a published version: git, file and URL dependencies are not fetched for code that is judged.' });
}

export function noHash(what: string, remedy: string): AssayError {
  return new AssayError('DEPENDENCIES_HASH_MISSING', `the lock has no hash for ${what.slice(0, 200)}`, { remedy });
}
