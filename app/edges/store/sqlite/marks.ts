/**
 * How a subject becomes dirty, and what holds it back. A mark counts one generation up and lifts `parked`; it does not shorten a back-off, so a
 * storm of events on a failing subject stays one slow retry. `held` follows from the states of repository and installation alone.
 */
import { AssayError } from '../../../core/errors.ts';
import type { RepositoryRef } from '../../../core/ports/store.ts';
import type { Sql } from './database.ts';
import { integer, text } from './rows.ts';

/** SQL: why a subject of repository `r` (installation `i`) is held, or NULL. */
const heldBecause = `CASE WHEN i.state = 'suspended' THEN 'INSTALLATION_SUSPENDED' WHEN i.state = 'deleted' THEN 'INSTALLATION_DELETED' WHEN r.gone = 1 THEN 'REPOSITORY_GONE' END`;
const markSet = `generation = generation + 1, dirty_at = CASE WHEN generation > done AND parked IS NULL THEN dirty_at ELSE $now END,
  attempts = CASE WHEN parked IS NULL THEN attempts ELSE 0 END, not_before = CASE WHEN parked IS NULL THEN not_before ELSE 0 END, parked = NULL`;

/** True where the subject exists. */
export function markKnown(sql: Sql, key: string, now: number): boolean {
  return sql.run(`UPDATE subjects SET ${markSet} WHERE key = $key`, { key, now }) === 1;
}

export function markOrCreate(sql: Sql, key: string, at: { repository: RepositoryRef; now: number }): void {
  if (markKnown(sql, key, at.now)) return;
  sql.run(`INSERT INTO subjects (key, repository_id, installation_id, generation, dirty_at, held)
    SELECT $key, r.id, r.installation_id, 1, $now, ${heldBecause} FROM repositories r JOIN installations i ON i.id = r.installation_id WHERE r.id = $repository`, {
    key, repository: at.repository.id, now: at.now,
  });
}

export function markOpenOf(sql: Sql, repositoryId: number, now: number): void {
  sql.run(`UPDATE subjects SET ${markSet} WHERE repository_id = $repositoryId AND open = 1 AND parked IS NULL`, { repositoryId, now });
}

/** Remembers a repository's name and installation; its subjects move with it. Answers whether it was new or moved. */
export function putRepository(sql: Sql, repository: RepositoryRef): boolean {
  const { id, owner, name, installationId } = repository;
  const known = sql.get('SELECT owner, name, installation_id FROM repositories WHERE id = $id', { id });
  if (known && text(known, 'owner') === owner && text(known, 'name') === name && integer(known, 'installation_id') === installationId) return false;
  sql.run('INSERT INTO installations (id) VALUES ($installationId) ON CONFLICT DO NOTHING', { installationId });
  sql.run(`INSERT INTO repositories (id, owner, name, installation_id) VALUES ($id, $owner, $name, $installationId)
    ON CONFLICT DO UPDATE SET owner = excluded.owner, name = excluded.name, installation_id = excluded.installation_id`, { id, owner, name, installationId });
  if (known) sql.run('UPDATE subjects SET installation_id = $installationId WHERE repository_id = $id', { id, installationId });
  return true;
}

export function setRepositoryGone(sql: Sql, change: { id: number; gone: boolean; now: number }): void {
  sql.run('UPDATE repositories SET gone = $gone WHERE id = $id', { id: change.id, gone: change.gone ? 1 : 0 });
  holdAgain(sql, 'repository_id', change.id);
  if (!change.gone) markOpenOf(sql, change.id, change.now);
}

export function setInstallation(sql: Sql, change: { id: number; state: string; now: number }): void {
  const { id, state, now } = change;
  sql.run('INSERT INTO installations (id, state) VALUES ($id, $state) ON CONFLICT DO UPDATE SET state = excluded.state', { id, state });
  holdAgain(sql, 'installation_id', id);
  if (state === 'active') sql.run(`UPDATE subjects SET ${markSet} WHERE installation_id = $id AND open = 1 AND parked IS NULL`, { id, now });
}

/** Works out `held` anew for the subjects of one repository or installation. */
export function holdAgain(sql: Sql, column: 'repository_id' | 'installation_id', id: number): void {
  sql.run(`UPDATE subjects SET held = (SELECT ${heldBecause} FROM repositories r JOIN installations i ON i.id = r.installation_id WHERE r.id = subjects.repository_id)
    WHERE ${column} = $id`, { id });
}

/** The installation must be known before a subject is created in it. */
export function needRepository(repository: RepositoryRef | undefined, key: string): RepositoryRef {
  if (repository) return repository;
  throw new AssayError('SUBJECT_REPOSITORY_NEEDED', `${key} is new and no repository was given`, { remedy: 'Mark a new subject together with its repository.' });
}
