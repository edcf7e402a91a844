/**
 * The audit log: append-only (triggers refuse anything else) and hash-chained by the rule of `core/audit.ts`. The log's own rows hold commitments; the values lie
 * in `audit_values`, from which a redaction deletes them. Rows of the first version hold their detail themselves.
 */
import { randomBytes } from 'node:crypto';
import { commitmentsOf, nextAuditEntry } from '../../../core/audit.ts';
import { canonicalJson } from '../../../core/digest.ts';
import type { AuditEntry, AuditLog, NewAuditEntry } from '../../../core/ports/store.ts';
import type { Database, Sql } from './database.ts';
import { integer, json, text, type Row } from './rows.ts';

const known = 'SELECT 1 AS known FROM notes WHERE subject = $subject AND name = $name';
/** Before the commitments of a row; the detail of the first version begins with a brace. */
const mark = '2 ';

export function auditOf(db: Database): AuditLog {
  return {
    append: (entry) => db.write((sql) => append(sql, { ...entry, at: db.clock.now() })),
    async appendOnce(once, entry) {
      const note = { subject: entry.subject, name: `audit ${once}` };
      // Most facts are told again and again: a read is enough to know that.
      if (await db.read((sql) => sql.get(known, note))) return 'unchanged';
      return db.write((sql) => {
        if (sql.get(known, note)) return 'unchanged' as const;
        const { index } = append(sql, { ...entry, at: db.clock.now() });
        sql.run('INSERT INTO notes (subject, name, value) VALUES ($subject, $name, $value)', { ...note, value: String(index) });
        return 'created' as const;
      });
    },
    auditEntries: (from, limit) => db.read((sql) => readEntries(sql, from, limit)),
    auditEntriesOf: (subject, action) => db.read((sql) => entriesOf(sql, { subject, action })),
    redactAudit: (what) => db.write((sql) => redact(sql, { ...what, at: db.clock.now() })),
  };
}

function append(sql: Sql, entry: NewAuditEntry & { at: number }): AuditEntry {
  const last = sql.get('SELECT idx, hash FROM audit ORDER BY idx DESC LIMIT 1');
  const next = nextAuditEntry(last ? { index: integer(last, 'idx'), hash: text(last, 'hash') } : null, entry, () => randomBytes(16).toString('hex'));
  const { index, at, actor, action, subject, previous, hash } = next;
  sql.run('INSERT INTO audit (idx, at, actor, action, subject, detail, previous, hash) VALUES ($index, $at, $actor, $action, $subject, $detail, $previous, $hash)', {
    index, at, actor, action, subject, previous, hash, detail: `${mark}${canonicalJson(commitmentsOf(next))}`,
  });
  for (const [field, value] of Object.entries(next.detail)) {
    sql.run('INSERT INTO audit_values (idx, field, salt, value) VALUES ($index, $field, $salt, $value)', { index, field, salt: next.salts![field]!, value: canonicalJson(value) });
  }
  return next;
}

/** Overwritten in the file, not only unlinked. */
function redact(sql: Sql, { index, fields, actor, reason, at }: { index: number; fields: string[]; actor: string; reason: string; at: number }): string[] {
  sql.get('PRAGMA secure_delete = ON');
  const gone = fields.filter((field) => sql.run('DELETE FROM audit_values WHERE idx = $index AND field = $field', { index, field }) === 1);
  sql.get('PRAGMA secure_delete = OFF');
  if (gone.length > 0) append(sql, { actor, action: 'audit.redacted', subject: 'audit', detail: { entry: index, fields: gone, reason }, at });
  return gone;
}

/** Also for a reader of the file beside the process that has it open. */
export function readEntries(sql: Pick<Sql, 'all'>, from: number, limit: number): AuditEntry[] {
  const rows = sql.all('SELECT * FROM audit WHERE idx >= $from ORDER BY idx LIMIT $limit', { from, limit });
  const values = new Map<number, Row[]>();
  for (const row of sql.all('SELECT * FROM audit_values WHERE idx >= $from AND idx < $to', { from, to: from + rows.length })) {
    const index = integer(row, 'idx');
    values.set(index, [...(values.get(index) ?? []), row]);
  }
  return rows.map((row) => entryOf(row, values.get(integer(row, 'idx')) ?? []));
}

function entriesOf(sql: Pick<Sql, 'all'>, about: { subject: string; action: string }): AuditEntry[] {
  const rows = sql.all('SELECT * FROM audit WHERE subject = $subject AND action = $action ORDER BY idx', about);
  return rows.map((row) => entryOf(row, sql.all('SELECT * FROM audit_values WHERE idx = $index', { index: integer(row, 'idx') })));
}

function entryOf(row: Row, values: Row[]): AuditEntry {
  const common = {
    index: integer(row, 'idx'), at: integer(row, 'at'), actor: text(row, 'actor'), action: text(row, 'action'), subject: text(row, 'subject'),
    previous: text(row, 'previous'), hash: text(row, 'hash'),
  };
  const stored = text(row, 'detail');
  if (!stored.startsWith(mark)) return { ...common, detail: json<Record<string, unknown>>(row, 'detail') };
  const commitments = JSON.parse(stored.slice(mark.length)) as Record<string, string>;
  const detail = Object.fromEntries(values.map((each) => [text(each, 'field'), json<unknown>(each, 'value')]));
  const salts = Object.fromEntries(values.map((each) => [text(each, 'field'), text(each, 'salt')]));
  const redacted = Object.fromEntries(Object.entries(commitments).filter(([field]) => !Object.hasOwn(detail, field)));
  return { version: 2, ...common, detail, salts, ...(Object.keys(redacted).length > 0 ? { redacted } : {}) };
}
