/** An exact limit: in no 60 seconds does a bucket give more than `perMinute`. Every take is a row for one minute. */
import { AssayError } from '../../../core/errors.ts';
import type { Limiter } from '../../../core/ports/store.ts';
import type { Database, Sql } from './database.ts';
import { integer } from './rows.ts';

const minute = 60_000;

export function limiterOf(db: Database): Limiter {
  return {
    limiterTake: (bucket, cost, perMinute) => db.write((sql) => {
      if (!(cost >= 0 && cost <= perMinute)) {
        throw new AssayError('LIMITER_COST_INVALID', `a take of ${cost} can never fit ${perMinute} a minute`, { remedy: 'Split the work, or correct the limit.' });
      }
      return take(sql, { bucket, cost, perMinute, now: db.clock.now() });
    }),
  };
}

function take(sql: Sql, ask: { bucket: string; cost: number; perMinute: number; now: number }): number {
  const { bucket, cost, now } = ask;
  // A clock that jumped back leaves takes in the future; they are forgotten rather than blocking for as long as the jump.
  sql.run('DELETE FROM takes WHERE bucket = $bucket AND (at <= $gone OR at > $now)', { bucket, gone: now - minute, now });
  const takes = sql.all('SELECT at, cost FROM takes WHERE bucket = $bucket ORDER BY at', { bucket });
  let excess = takes.reduce((sum, row) => sum + integer(row, 'cost'), cost) - ask.perMinute;
  if (excess <= 0) {
    sql.run('INSERT INTO takes (bucket, at, cost) VALUES ($bucket, $now, $cost)', { bucket, now, cost });
    return 0;
  }
  for (const row of takes) {
    excess -= integer(row, 'cost');
    if (excess <= 0) return integer(row, 'at') + minute - now;
  }
  return minute;
}
