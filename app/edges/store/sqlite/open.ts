/**
 * Opens the embedded store: one file, one process, WAL with `synchronous=FULL` (an fsync per commit). A lease found in the file belongs to a
 * process that is dead, since the guard is ours: it is dropped at once and counts as an attempt of its subject.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Store } from '../../../core/ports/store.ts';
import { auditOf } from './audit.ts';
import { checkpointsOf } from './checkpoints.ts';
import { openDatabase, type Database } from './database.ts';
import { takeGuard } from './guard.ts';
import { inboxOf } from './inbox.ts';
import { jobsOf } from './jobs.ts';
import { ledgerOf } from './ledger.ts';
import { limiterOf } from './limiter.ts';
import { migrate } from './migrations.ts';
import { notesOf } from './notes.ts';
import { passkeysOf } from './passkeys.ts';
import { storeProblem } from './problems.ts';
import { progressOf } from './progress.ts';
import { promptsOf } from './prompts.ts';
import { queueOf } from './queue.ts';
import { replaysOf } from './replays.ts';
import { ticketsOf } from './tickets.ts';
import { integer } from './rows.ts';

export interface StoreOptions {
  /** The file; its folder is made. `<path>.lock`, `.pid`, `-wal` and `-shm` lie beside it. */
  path: string;
  clock: Clock;
  /** The file grows to this many bytes and no further (STORE_FULL). Without it: as far as the disk goes. */
  maxBytes?: number;
}

/** Throws STORE_LOCKED | STORE_CORRUPT | STORE_FULL | STORE_TOO_NEW | STORE_UNAVAILABLE. */
export async function openStore(options: StoreOptions): Promise<Store> {
  mkdirSync(dirname(options.path), { recursive: true });
  const guard = takeGuard(options.path);
  try {
    const db = openDatabase(connect(options), options);
    return { ...inboxOf(db), ...queueOf(db), ...limiterOf(db), ...jobsOf(db), ...progressOf(db), ...notesOf(db), ...ledgerOf(db), ...auditOf(db), ...checkpointsOf(db), ...passkeysOf(db), ...ticketsOf(db), ...replaysOf(db), ...promptsOf(db), stats: () => statsOf(db), close: () => close(db, guard) };
  } catch (thrown) {
    guard.release();
    throw thrown;
  }
}

function connect({ path, maxBytes }: StoreOptions): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { timeout: 0 });
    // Deliveries are some 20 KB each: larger pages and rarer checkpoints than the defaults write less.
    connection.exec('PRAGMA page_size = 8192; PRAGMA wal_autocheckpoint = 2000;');
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864;');
    migrate(connection, path);
    if (maxBytes !== undefined) limitSize(connection, maxBytes);
    dropDeadLeases(connection);
    return connection;
  } catch (thrown) {
    connection?.close();
    throw storeProblem(thrown, path);
  }
}

function limitSize(connection: DatabaseSync, maxBytes: number): void {
  const pageSize = Number(connection.prepare('PRAGMA page_size').get()?.page_size);
  connection.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageSize))}`);
}

function dropDeadLeases(connection: DatabaseSync): void {
  connection.exec(`BEGIN IMMEDIATE;
    UPDATE subjects SET attempts = attempts + 1, lease_owner = NULL, lease_token = NULL, lease_until = 0 WHERE lease_owner IS NOT NULL;
    UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until = 0 WHERE state = 'running';
    COMMIT;`);
}

async function close(db: Database, guard: { release(): void }): Promise<void> {
  await db.close();
  guard.release();
}

function statsOf(db: Database): ReturnType<Store['stats']> {
  return db.read((sql) => {
    const count = (query: string) => integer(sql.get(`SELECT count(*) AS n FROM ${query}`) ?? {}, 'n');
    return {
      deliveries: count('deliveries'),
      dirty: count('subjects WHERE generation > done AND parked IS NULL AND held IS NULL'),
      parked: count('subjects WHERE parked IS NOT NULL OR held IS NOT NULL'),
      jobsQueued: count(`jobs WHERE state = 'queued'`),
      jobsRunning: count(`jobs WHERE state = 'running'`),
    };
  });
}
