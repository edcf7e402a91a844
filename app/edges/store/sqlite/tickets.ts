/** What is handed out to be taken once. A row is found by the digest of its name, so that who reads the file cannot take it. */
import { sha256 } from '../../../core/digest.ts';
import type { Tickets } from '../../../core/ports/store.ts';
import type { Database } from './database.ts';
import { integer, text } from './rows.ts';

export function ticketsOf(db: Database): Tickets {
  return {
    putTicket: (name, value, { until, most }) => db.write((sql) => {
      sql.run('DELETE FROM once WHERE until < $now', { now: db.clock.now() });
      sql.run('DELETE FROM once WHERE name IN (SELECT name FROM once ORDER BY until DESC, name LIMIT -1 OFFSET $kept)', { kept: most - 1 });
      sql.run('INSERT INTO once (name, value, until) VALUES ($name, $value, $until)', { name: sha256(name), value: JSON.stringify(value), until });
    }),
    takeTicket: (name) => db.write((sql) => {
      const row = sql.get('SELECT value, until FROM once WHERE name = $name', { name: sha256(name) });
      sql.run('DELETE FROM once WHERE name = $name', { name: sha256(name) });
      return row && integer(row, 'until') >= db.clock.now() ? JSON.parse(text(row, 'value')) as unknown : null;
    }),
  };
}
