/** Small JSON documents about a subject; the last value written wins. */
import type { Notes } from '../../../core/ports/store.ts';
import type { Database } from './database.ts';
import { json, text } from './rows.ts';

export function notesOf(db: Database): Notes {
  return {
    note: (subject, name) => db.read((sql) => {
      const row = sql.get('SELECT value FROM notes WHERE subject = $subject AND name = $name', { subject, name });
      return row ? json<unknown>(row, 'value') : null;
    }),
    putNote: (subject, name, value) => db.write((sql) => {
      sql.run('INSERT INTO notes (subject, name, value) VALUES ($subject, $name, $value) ON CONFLICT DO UPDATE SET value = excluded.value', {
        subject, name, value: JSON.stringify(value) ?? 'null',
      });
    }),
    notes: (subject) => db.read((sql) => {
      const rows = sql.all('SELECT name, value FROM notes WHERE subject = $subject ORDER BY name', { subject });
      return Object.fromEntries(rows.map((row) => [text(row, 'name'), json<unknown>(row, 'value')]));
    }),
  };
}
