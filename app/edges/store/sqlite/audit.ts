/** The audit log: append-only (triggers refuse anything else) and hash-chained by the rule of `core/audit.ts`. */
import { nextAuditEntry } from '../../../core/audit.ts';
import { canonicalJson } from '../../../core/digest.ts';
import type { AuditEntry, AuditLog, NewAuditEntry } from '../../../core/ports/store.ts';
import type { Database, Sql } from './database.ts';
import { integer, json, text, type Row } from './rows.ts';

export function auditOf(db: Database): AuditLog {
  return {
    append: (entry) => db.write((sql) => append(sql, { ...entry, at: db.clock.now() })),
    appendOnce: (once, entry) => db.write((sql) => {
      const note = { subject: entry.subject, name: `audit ${once}` };
      if (sql.get('SELECT 1 AS known FROM notes WHERE subject = $subject AND name = $name', note)) return 'unchanged' as const;
      const { index } = append(sql, { ...entry, at: db.clock.now() });
      sql.run('INSERT INTO notes (subject, name, value) VALUES ($subject, $name, $value)', { ...note, value: String(index) });
      return 'created' as const;
    }),
    auditEntries: (from, limit) => db.read((sql) => sql.all('SELECT * FROM audit WHERE idx >= $from ORDER BY idx LIMIT $limit', { from, limit }).map(entryOf)),
  };
}

function append(sql: Sql, entry: NewAuditEntry & { at: number }): AuditEntry {
  const last = sql.get('SELECT * FROM audit ORDER BY idx DESC LIMIT 1');
  // Through its stored text, so that the hash is of what a reader gets back (undefined members are gone).
  const detail = JSON.parse(canonicalJson(entry.detail)) as Record<string, unknown>;
  const next = nextAuditEntry(last ? entryOf(last) : null, { ...entry, detail });
  sql.run('INSERT INTO audit (idx, at, actor, action, subject, detail, previous, hash) VALUES ($index, $at, $actor, $action, $subject, $detail, $previous, $hash)', {
    ...next, detail: canonicalJson(detail),
  });
  return next;
}

function entryOf(row: Row): AuditEntry {
  return {
    index: integer(row, 'idx'), at: integer(row, 'at'), actor: text(row, 'actor'), action: text(row, 'action'), subject: text(row, 'subject'),
    detail: json<Record<string, unknown>>(row, 'detail'), previous: text(row, 'previous'), hash: text(row, 'hash'),
  };
}
