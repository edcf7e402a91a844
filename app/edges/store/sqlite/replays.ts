/** What signed evidence was used for: one row for each payload, written once. */
import type { Replays } from '../../../core/ports/store.ts';
import type { Database } from './database.ts';
import { text } from './rows.ts';

export function replaysOf(db: Database): Replays {
  return {
    firstUse: (payload, use) => db.write((sql) => {
      sql.run('INSERT INTO replays (payload, used_for, at) VALUES ($payload, $use, $at) ON CONFLICT DO NOTHING', { payload, use, at: db.clock.now() });
      return text(sql.get('SELECT used_for FROM replays WHERE payload = $payload', { payload }) ?? {}, 'used_for');
    }),
  };
}
