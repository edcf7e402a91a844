/** How far jobs have come: one text per job, kept only while it runs, gone with its answer and left where it was cancelled. */
import type { JobProgress } from '../../../core/ports/store.ts';
import type { Database } from './database.ts';
import { text } from './rows.ts';

export function progressOf(db: Database): JobProgress {
  return {
    jobProgress: (job) => db.read((sql) => {
      const row = sql.get('SELECT value FROM progress WHERE job = $job', { job });
      return row ? text(row, 'value') : null;
    }),
    putJobProgress: (job, value) => db.write((sql) => sql.run(`INSERT INTO progress (job, value) SELECT $job, $value WHERE EXISTS (SELECT 1 FROM jobs WHERE id = $job AND state = 'running')
      ON CONFLICT DO UPDATE SET value = excluded.value`, { job, value }) === 1),
  };
}
