/**
 * One process per store file. The guard is an exclusive SQLite transaction on `<path>.lock`, held for as long as the process lives: the
 * kernel drops it on any death, so a stale guard cannot exist and a reused pid cannot fool it. `<path>.pid` only says who holds it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { AssayError } from '../../../core/errors.ts';
import { isBusy, storeProblem } from './problems.ts';

export interface Guard {
  release(): void;
}

/** Throws STORE_LOCKED, naming the process, where another one (or another store of this one) has the file. */
export function takeGuard(path: string): Guard {
  const lock = lockFile(path);
  writeFileSync(`${path}.pid`, `${process.pid}\n`);
  return {
    release() {
      rmSync(`${path}.pid`, { force: true });
      lock.close();
    },
  };
}

function lockFile(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (thrown) {
    lock?.close();
    throw isBusy(thrown) ? locked(path, thrown) : storeProblem(thrown, `${path}.lock`);
  }
}

function locked(path: string, cause: unknown): AssayError {
  const pid = holder(path);
  const who = pid === null ? 'another process' : `process ${pid}`;
  return new AssayError('STORE_LOCKED', `${path} is in use by ${who}`, {
    remedy: `Stop ${pid === null ? 'the Assay that uses this file' : `it (kill ${pid})`} and start again, or set DATABASE_URL to run several replicas on Postgres.`,
    cause,
  });
}

function holder(path: string): number | null {
  try {
    const pid = Number(readFileSync(`${path}.pid`, 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null; // between lock and pid file, or unreadable: the lock alone decides, the name is a courtesy
  }
}
