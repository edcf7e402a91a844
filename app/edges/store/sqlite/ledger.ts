/**
 * The ledger: a reservation checks the cap and is written in one transaction of the only connection that writes, so no interleaving and no
 * crash passes the cap. What is never settled counts in full.
 */
import { AssayError } from '../../../core/errors.ts';
import type { Ledger, LedgerEntry } from '../../../core/ports/store.ts';
import type { SubjectKey } from '../../../core/subject.ts';
import type { Database, Sql } from './database.ts';
import { integer, integerOrNull, jsonOrNull, text, type Row } from './rows.ts';

type Reservation = Parameters<Ledger['reserve']>[0];

export function ledgerOf(db: Database): Ledger {
  return {
    reserve: (entry, cap) => db.write((sql) => reserve(sql, { entry, cap, now: db.clock.now() })),
    settle: (id, actual, usage) => db.write((sql) => {
      settle(sql, id, { actual: wholeAmount(actual), usage: JSON.stringify(usage), now: db.clock.now() });
    }),
    release: (id) => db.write((sql) => {
      settle(sql, id, { actual: 0, usage: null, now: db.clock.now() });
    }),
    spent: (project) => db.read((sql) => {
      // A released reservation is settled at nothing and without usage: no call happened.
      const row = sql.get(`SELECT coalesce(sum(coalesce(settled, reserved)), 0) AS committed, coalesce(sum(settled), 0) AS settled,
        count(*) FILTER (WHERE settled IS NULL OR usage IS NOT NULL) AS calls FROM ledger WHERE project = $project`, { project });
      return row ? { committed: integer(row, 'committed'), settled: integer(row, 'settled'), calls: integer(row, 'calls') } : { committed: 0, settled: 0, calls: 0 };
    }),
    entries: (filter) => db.read((sql) => sql.all(
      'SELECT * FROM ledger WHERE ($project IS NULL OR project = $project) AND ($job IS NULL OR job = $job) ORDER BY created_at, rowid',
      { project: filter.project ?? null, job: filter.job ?? null },
    ).map(entryOf)),
  };
}

function reserve(sql: Sql, ask: { entry: Reservation; cap: number; now: number }): LedgerEntry | null {
  const { id, project, job, role, family, model, priceVersion } = ask.entry;
  const reserved = wholeAmount(ask.entry.reserved);
  if (sql.get('SELECT 1 FROM ledger WHERE id = $id', { id })) {
    throw new AssayError('LEDGER_ENTRY_EXISTS', `reservation ${id} exists`, { remedy: 'Reserve every model call under a new id.' });
  }
  const row = sql.get('SELECT coalesce(sum(coalesce(settled, reserved)), 0) AS committed FROM ledger WHERE project = $project', { project });
  const committed = row ? integer(row, 'committed') : 0;
  if (!(committed + reserved <= ask.cap)) return null;
  sql.run(`INSERT INTO ledger (id, project, job, role, family, model, reserved, price_version, created_at)
    VALUES ($id, $project, $job, $role, $family, $model, $reserved, $priceVersion, $now)`, { id, project, job, role, family, model, reserved, priceVersion, now: ask.now });
  return { id, project, job, role, family, model, reserved, settled: null, usage: null, priceVersion, createdAt: ask.now, settledAt: null };
}

/** The first settlement stands; settling again changes nothing. */
function settle(sql: Sql, id: string, to: { actual: number; usage: string | null; now: number }): void {
  const changed = sql.run('UPDATE ledger SET settled = $actual, usage = $usage, settled_at = $now WHERE id = $id AND settled IS NULL', { id, ...to });
  if (changed === 0 && !sql.get('SELECT 1 FROM ledger WHERE id = $id', { id })) {
    throw new AssayError('LEDGER_ENTRY_UNKNOWN', `there is no reservation ${id}`, { remedy: 'Settle only what was reserved; the call must not have been made.' });
  }
}

function wholeAmount(amount: number): number {
  if (Number.isSafeInteger(amount) && amount >= 0) return amount;
  throw new AssayError('LEDGER_AMOUNT_INVALID', `${amount} is no amount of micro-dollars`, { remedy: 'Give a whole number of micro-dollars, zero or more.' });
}

function entryOf(row: Row): LedgerEntry {
  return {
    id: text(row, 'id'), project: text(row, 'project') as SubjectKey, job: text(row, 'job'), role: text(row, 'role'), family: text(row, 'family'), model: text(row, 'model'),
    reserved: integer(row, 'reserved'), settled: integerOrNull(row, 'settled'), usage: jsonOrNull<NonNullable<LedgerEntry['usage']>>(row, 'usage'),
    priceVersion: text(row, 'price_version'), createdAt: integer(row, 'created_at'), settledAt: integerOrNull(row, 'settled_at'),
  };
}
