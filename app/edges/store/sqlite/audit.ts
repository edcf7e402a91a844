/** The audit log: append-only (triggers refuse anything else) and hash-chained by the rule of `core/audit.ts`. */
import { nextAuditEntry } from '../../../core/audit.ts';
import { canonicalJson } from '../../../core/digest.ts';
import type { AuditEntry, AuditLog } from '../../../core/ports/store.ts';
import type { Database } from './database.ts';
import { integer, json, text, type Row } from './rows.ts';

export function auditOf(db: Database): AuditLog {
  return {
    append: (entry) => db.write((sql) => {
      const last = sql.get('SELECT * FROM audit ORDER BY idx DESC LIMIT 1');
      // Through its stored text, so that the hash is of what a reader gets back (undefined members are gone).
      const detail = JSON.parse(canonicalJson(entry.detail)) as Record<string, unknown>;
      const next = nextAuditEntry(last ? entryOf(last) : null, { ...entry, detail, at: db.clock.now() });
      sql.run('INSERT INTO audit (idx, at, actor, action, subject, detail, previous, hash) VALUES ($index, $at, $actor, $action, $subject, $detail, $previous, $hash)', {
        ...next, detail: canonicalJson(detail),
      });
      return next;
    }),
    auditEntries: (from, limit) => db.read((sql) => sql.all('SELECT * FROM audit WHERE idx >= $from ORDER BY idx LIMIT $limit', { from, limit }).map(entryOf)),
  };
}

function entryOf(row: Row): AuditEntry {
  return {
    index: integer(row, 'idx'), at: integer(row, 'at'), actor: text(row, 'actor'), action: text(row, 'action'), subject: text(row, 'subject'),
    detail: json<Record<string, unknown>>(row, 'detail'), previous: text(row, 'previous'), hash: text(row, 'hash'),
  };
}
