/** Passkeys of people. A row is never taken away: a removed one still says that its account had one, and its id is never bound again. */
import type { Passkeys, StoredPasskey } from '../../../core/ports/store.ts';
import type { Database } from './database.ts';
import { integer, integerOrNull, text, type Row } from './rows.ts';

export function passkeysOf(db: Database): Passkeys {
  return {
    addPasskey: ({ id, account, publicKey, counter, name, createdAt, usableAt }) => db.write((sql) => {
      const added = sql.run('INSERT INTO passkeys (id, account, public_key, counter, name, created_at, usable_at) VALUES ($id, $account, $publicKey, $counter, $name, $createdAt, $usableAt) ON CONFLICT DO NOTHING', { id, account, publicKey, counter, name, createdAt, usableAt });
      return added > 0 ? 'created' as const : 'unchanged' as const;
    }),
    passkeys: (account) => db.read((sql) => sql.all('SELECT * FROM passkeys WHERE account = $account ORDER BY created_at, id', { account }).map(passkeyOf)),
    usePasskey: ({ id, account, counter, at }) => db.write((sql) => sql.run(
      'UPDATE passkeys SET counter = $counter, used_at = $at WHERE id = $id AND account = $account AND removed_at IS NULL AND ($counter > counter OR ($counter = 0 AND counter = 0))', { id, account, counter, at },
    ) > 0),
    removePasskey: ({ id, account, at }) => db.write((sql) => sql.run('UPDATE passkeys SET removed_at = $at WHERE id = $id AND account = $account AND removed_at IS NULL', { id, account, at }) > 0),
  };
}

function passkeyOf(row: Row): StoredPasskey {
  return {
    id: text(row, 'id'), account: integer(row, 'account'), publicKey: text(row, 'public_key'), counter: integer(row, 'counter'), name: text(row, 'name'),
    createdAt: integer(row, 'created_at'), usableAt: integer(row, 'usable_at'), usedAt: integerOrNull(row, 'used_at'), removedAt: integerOrNull(row, 'removed_at'),
  };
}
