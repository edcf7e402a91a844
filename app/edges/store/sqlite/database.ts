/**
 * One SQLite file with group commit. All writes that wait when the event loop comes round share one transaction and one fsync; each has its
 * own savepoint, so a failing one loses nothing of the others, and no promise resolves before the commit is on disk. Reads see only commits.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Clock } from '../../../core/ports/clock.ts';
import { AssayError } from '../../../core/errors.ts';
import { isBusy, storeProblem } from './problems.ts';
import type { Row } from './rows.ts';

/** How long a batch waits for a foreign writer (a backup, a shell) before its writes fail. */
const busyLimitMs = 4_000;
const busyPauseMs = 20;
/** A batch of this size waits for no more. */
const fullBatch = 64;

export type Values = Record<string, SQLInputValue>;

export interface Sql {
  get(statement: string, values?: Values): Row | undefined;
  all(statement: string, values?: Values): Row[];
  /** Answers the number of rows changed. */
  run(statement: string, values?: Values): number;
}

export interface Database {
  readonly clock: Clock;
  read<T>(work: (sql: Sql) => T): Promise<T>;
  write<T>(work: (sql: Sql) => T): Promise<T>;
  close(): Promise<void>;
}

interface Waiting {
  run(sql: Sql): void;
  fail(problem: AssayError): void;
  /** Resolves the caller's promise, or rejects it where `run` threw. */
  tell(): void;
}

export function openDatabase(connection: DatabaseSync, options: { path: string; clock: Clock }): Database {
  const sql = statements(connection);
  const batch = groupCommit(connection, { path: options.path, sql });
  return {
    clock: options.clock,
    async read(work) {
      try {
        return work(sql);
      } catch (thrown) {
        throw storeProblem(thrown, options.path);
      }
    },
    write: batch.write,
    async close() {
      await batch.drain();
      connection.close();
    },
  };
}

function statements(connection: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>();
  const prepare = (statement: string): StatementSync => {
    const known = prepared.get(statement);
    if (known) return known;
    const fresh = connection.prepare(statement);
    prepared.set(statement, fresh);
    return fresh;
  };
  return {
    get: (statement, values = {}) => prepare(statement).get(values),
    all: (statement, values = {}) => prepare(statement).all(values),
    run: (statement, values = {}) => Number(prepare(statement).run(values).changes),
  };
}

function groupCommit(connection: DatabaseSync, options: { path: string; sql: Sql }) {
  let waiting: Waiting[] = [];
  let blockedSince: number | null = null;
  let closed = false;
  let seen = 0;

  function write<T>(work: (sql: Sql) => T): Promise<T> {
    if (closed) return Promise.reject(new AssayError('STORE_UNAVAILABLE', 'the store is closed', { remedy: 'Open it again; a write after close is a fault of the caller.' }));
    return new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(waitingWrite(work, { resolve, reject, path: options.path }));
    });
  }

  function flush(): void {
    const batch = waiting;
    if (batch.length === 0) return;
    // As long as more comes in, it comes along: one more turn of the event loop is far cheaper than one more fsync.
    if (batch.length > seen && batch.length < fullBatch) {
      seen = batch.length;
      return void setImmediate(flush);
    }
    seen = 0;
    try {
      commitAll(connection, options.sql, batch);
    } catch (thrown) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      if (isBusy(thrown) && patience()) return void setTimeout(flush, busyPauseMs);
      waiting = [];
      blockedSince = null;
      const problem = storeProblem(thrown, options.path);
      for (const one of batch) one.fail(problem);
      return;
    }
    waiting = [];
    blockedSince = null;
    for (const one of batch) one.tell();
  }

  function patience(): boolean {
    blockedSince ??= performance.now();
    return performance.now() - blockedSince < busyLimitMs;
  }

  async function drain(): Promise<void> {
    if (!closed && waiting.length > 0) await write(() => undefined);
    closed = true;
  }

  return { write, drain };
}

/** Throws where the transaction as a whole failed; then nothing of it happened. */
function commitAll(connection: DatabaseSync, sql: Sql, batch: Waiting[]): void {
  connection.exec('BEGIN IMMEDIATE');
  for (const one of batch) one.run(sql);
  connection.exec('COMMIT');
}

function waitingWrite<T>(work: (sql: Sql) => T, caller: { resolve(value: T): void; reject(problem: unknown): void; path: string }): Waiting {
  let tell = (): void => undefined;
  return {
    run(sql) {
      sql.run('SAVEPOINT one');
      try {
        const value = work(sql);
        tell = () => caller.resolve(value);
      } catch (thrown) {
        // Some failures (a full disk) end the whole transaction; then ROLLBACK TO throws and the batch fails as one.
        undo(sql, thrown);
        tell = () => caller.reject(storeProblem(thrown, caller.path));
      }
      sql.run('RELEASE one');
    },
    fail: (problem) => caller.reject(problem),
    tell: () => tell(),
  };
}

function undo(sql: Sql, cause: unknown): void {
  try {
    sql.run('ROLLBACK TO one');
  } catch {
    throw cause; // the transaction is gone, and why it went is what the callers must hear
  }
}
