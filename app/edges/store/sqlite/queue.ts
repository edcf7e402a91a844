/**
 * The queue of subjects: dirty means `generation > done`. A claim is a lease with a fencing token; whoever lost it changes nothing. Claims go
 * round the installations, the one least recently served first, and by age within one.
 */
import { randomUUID } from 'node:crypto';
import type { Claim, Queue } from '../../../core/ports/store.ts';
import type { SubjectKey } from '../../../core/subject.ts';
import type { Database, Sql } from './database.ts';
import { holdAgain, markKnown, markOrCreate, needRepository, putRepository } from './marks.ts';
import { subjectOf, subjectSelect } from './subjects.ts';
import { integer, text, type Row } from './rows.ts';

const unleased = 'lease_owner = NULL, lease_token = NULL, lease_until = 0';

export function queueOf(db: Database): Queue {
  const now = () => db.clock.now();
  return {
    mark: (key, repository) => db.write((sql) => {
      if (repository && putRepository(sql, repository)) holdAgain(sql, 'repository_id', repository.id);
      if (!markKnown(sql, key, now())) markOrCreate(sql, key, { repository: needRepository(repository, key), now: now() });
    }),
    claim: (owner, leaseMs) => db.write((sql) => claim(sql, { owner, leaseMs, now: now() })),
    renew: (held, leaseMs) => db.write((sql) => sql.run(
      'UPDATE subjects SET lease_until = $until WHERE key = $key AND lease_token = $token', { key: held.key, token: held.token, until: now() + leaseMs }) === 1),
    finish: (held, after) => db.write((sql) => sql.run(`UPDATE subjects SET done = $generation, dirty_at = $now, attempts = 0, not_before = 0, problem = NULL, ${unleased},
      checked_at = $now, look_again_at = $lookAgainAt, open = $open WHERE key = $key AND lease_token = $token`, {
      key: held.key, token: held.token, generation: held.generation, now: now(), lookAgainAt: after.lookAgainAt, open: after.open ? 1 : 0,
    }) === 1),
    defer: (held, { notBefore, problem, free = false }) => db.write((sql) => sql.run(
      `UPDATE subjects SET not_before = $notBefore, problem = $problem, attempts = attempts + $counted, ${unleased} WHERE key = $key AND lease_token = $token`, {
        key: held.key, token: held.token, notBefore, problem: JSON.stringify(problem), counted: free ? 0 : 1,
      }) === 1),
    park: (held, problem) => db.write((sql) => park(sql, held, JSON.stringify(problem))),
    sweepDue: (before) => db.write((sql) => sweepDue(sql, { before, now: now() })),
    releaseOwned: (owner) => db.write((sql) => releaseOwned(sql, owner)),
    subject: (key) => db.read((sql) => {
      const row = sql.get(`${subjectSelect} WHERE s.key = $key`, { key });
      return row ? subjectOf(row) : null;
    }),
    subjects: (filter) => db.read((sql) => sql.all(`${subjectSelect} WHERE ($open IS NULL OR s.open = $open) AND ($repository IS NULL OR s.repository_id = $repository)
      AND ($parked IS NULL OR (s.parked IS NOT NULL OR s.held IS NOT NULL) = $parked) ORDER BY s.key`, {
      open: flag(filter.open), repository: filter.repositoryId ?? null, parked: flag(filter.parked),
    }).map(subjectOf)),
    linkSha: (repositoryId, sha, key) => db.write((sql) => {
      sql.run('INSERT INTO heads (repository_id, sha, key, linked_at) VALUES ($repositoryId, $sha, $key, $now) ON CONFLICT DO UPDATE SET linked_at = excluded.linked_at', {
        repositoryId, sha, key, now: now(),
      });
    }),
    subjectsOfSha: (repositoryId, sha) => db.read((sql) => keysOfSha(sql, repositoryId, sha)),
  };
}

export function keysOfSha(sql: Sql, repositoryId: number, sha: string): SubjectKey[] {
  return sql.all('SELECT key FROM heads WHERE repository_id = $repositoryId AND sha = $sha ORDER BY key', { repositoryId, sha }).map((row) => text(row, 'key') as SubjectKey);
}

/** A lease that ran out means that its run died: that counts as an attempt, so that a subject which kills its worker is parked in the end. */
function claim(sql: Sql, by: { owner: string; leaseMs: number; now: number }): Claim | null {
  const due = sql.get(`SELECT s.key, s.installation_id FROM installations i CROSS JOIN subjects s INDEXED BY subjects_due ON s.installation_id = i.id
    WHERE s.generation > s.done AND s.parked IS NULL AND s.held IS NULL AND s.not_before <= $now AND s.lease_until <= $now
    ORDER BY i.served_at, i.id, s.dirty_at LIMIT 1`, { now: by.now });
  if (!due) return null;
  serve(sql, integer(due, 'installation_id'));
  const row = sql.get(`UPDATE subjects SET attempts = attempts + (lease_token IS NOT NULL), lease_owner = $owner, lease_token = $token, lease_until = $until WHERE key = $key RETURNING *`, {
    key: text(due, 'key'), owner: by.owner, token: randomUUID(), until: by.now + by.leaseMs,
  });
  const repository = sql.get('SELECT r.* FROM repositories r JOIN subjects s ON s.repository_id = r.id WHERE s.key = $key', { key: text(due, 'key') });
  return row && repository ? claimOf(row, repository) : null;
}

/** A counter, not a time: claims within one millisecond still take turns, and a clock that jumps back starves nobody. */
function serve(sql: Sql, installationId: number): void {
  sql.run('UPDATE installations SET served_at = (SELECT max(served_at) + 1 FROM installations) WHERE id = $installationId', { installationId });
}

function claimOf(row: Row, repository: Row): Claim {
  return {
    key: text(row, 'key') as SubjectKey,
    repository: { id: integer(repository, 'id'), owner: text(repository, 'owner'), name: text(repository, 'name'), installationId: integer(repository, 'installation_id') },
    generation: integer(row, 'generation'), attempts: integer(row, 'attempts'), token: text(row, 'lease_token'), leaseUntil: integer(row, 'lease_until'),
  };
}

/** A newer event that came during the run has revived the subject already: it stays in the queue with a clean count. */
function park(sql: Sql, held: Claim, problem: string): boolean {
  return sql.run(`UPDATE subjects SET parked = CASE WHEN generation > $generation THEN NULL ELSE $problem END, problem = $problem, attempts = 0, not_before = 0, ${unleased}
    WHERE key = $key AND lease_token = $token`, { key: held.key, token: held.token, generation: held.generation, problem }) === 1;
}

function sweepDue(sql: Sql, at: { before: number; now: number }): number {
  const mark = 'UPDATE subjects SET generation = generation + 1, dirty_at = $now, look_again_at = NULL';
  const idle = 'generation = done AND parked IS NULL AND held IS NULL';
  const looked = sql.run(`${mark} WHERE look_again_at <= $now AND ${idle}`, { now: at.now });
  return looked + sql.run(`${mark} WHERE open = 1 AND checked_at < $before AND ${idle}`, { before: at.before, now: at.now });
}

/** Runs that were cut off count as attempts; a drain gives its claims back with a free `defer` before. Jobs go back to the queue. */
function releaseOwned(sql: Sql, owner: string): number {
  const subjects = sql.run(`UPDATE subjects SET attempts = attempts + 1, ${unleased} WHERE lease_owner = $owner`, { owner });
  return subjects + sql.run(`UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until = 0 WHERE state = 'running' AND lease_owner = $owner`, { owner });
}

function flag(value: boolean | undefined): number | null {
  return value === undefined ? null : Number(value);
}
