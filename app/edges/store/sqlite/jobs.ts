/** Jobs by lease: started once, run by one owner at a time, taken over after the lease ran out; an answer marks its subject in the same commit. */
import type { JobAnswer, JobInput, JobKind } from '../../../core/job.ts';
import type { JobRow, Jobs, JobTicket } from '../../../core/ports/store.ts';
import type { SubjectKey } from '../../../core/subject.ts';
import type { Database, Sql } from './database.ts';
import { markKnown } from './marks.ts';
import { integer, integerOrNull, json, jsonOrNull, text, type Row } from './rows.ts';

export function jobsOf(db: Database): Jobs {
  const now = () => db.clock.now();
  return {
    startJob: (row) => db.write((sql) => start(sql, row, now())),
    claimJob: (owner, leaseMs) => db.write((sql) => claim(sql, { owner, leaseMs, now: now() })),
    renewJob: (id, owner, leaseMs) => db.write((sql) => sql.run(
      `UPDATE jobs SET lease_until = $until WHERE id = $id AND lease_owner = $owner AND state = 'running'`, { id, owner, until: now() + leaseMs }) === 1),
    waitJob: (id, owner, wait) => db.write((sql) => sql.run(`UPDATE jobs SET ticket = $ticket, wake = $wake, lease_owner = NULL, lease_until = CASE WHEN woken THEN $now ELSE $until END
      WHERE id = $id AND lease_owner = $owner AND state = 'running'`, { id, owner, ticket: wait.ticket && JSON.stringify(wait.ticket), wake: wait.ticket?.wake ?? null, until: wait.until, now: now() }) === 1),
    finishJob: (id, owner, answer) => db.write((sql) => finish(sql, { id, owner, answer, now: now() })),
    cancelJobs: (subject) => db.write((sql) => sql.run(
      `UPDATE jobs SET state = 'cancelled', finished_at = $now, lease_owner = NULL WHERE subject = $subject AND state IN ('queued', 'running')`, { subject, now: now() })),
    takeAbandoned: () => takeAbandoned(db),
    job: (id) => db.read((sql) => {
      const row = sql.get('SELECT * FROM jobs WHERE id = $id', { id });
      return row ? jobOf(row) : null;
    }),
    jobsOf: (subject) => db.read((sql) => sql.all('SELECT * FROM jobs WHERE subject = $subject ORDER BY created_at, rowid', { subject }).map(jobOf)),
  };
}

/** Cancelled work that is wanted again (a head that came back) is queued anew: otherwise its subject would wait for ever. */
function start(sql: Sql, row: Parameters<Jobs['startJob']>[0], now: number): 'created' | 'unchanged' {
  const changed = sql.run(`INSERT INTO jobs (id, subject, kind, input, state, queued_at, created_at) VALUES ($id, $subject, $kind, $input, 'queued', $now, $now)
    ON CONFLICT (id) DO UPDATE SET state = 'queued', attempts = 0, queued_at = $now, started_at = NULL, finished_at = NULL, ticket = NULL, wake = NULL WHERE state = 'cancelled'`, {
    id: row.id, subject: row.subject, kind: row.input.kind, input: JSON.stringify(row.input), now,
  });
  return changed === 1 ? 'created' : 'unchanged';
}

function claim(sql: Sql, by: { owner: string; leaseMs: number; now: number }): JobRow | null {
  const row = sql.get(`UPDATE jobs SET state = 'running', attempts = attempts + (ticket IS NULL), started_at = CASE WHEN ticket IS NULL THEN $now ELSE started_at END,
    woken = 0, lease_owner = $owner, lease_until = $until
    WHERE id = (SELECT id FROM jobs WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until <= $now) ORDER BY queued_at, rowid LIMIT 1) RETURNING *`, {
    owner: by.owner, now: by.now, until: by.now + by.leaseMs,
  });
  return row ? jobOf(row) : null;
}

function finish(sql: Sql, end: { id: string; owner: string; answer: JobAnswer; now: number }): boolean {
  const row = sql.get(`UPDATE jobs SET state = 'done', finished_at = $now, answer = $answer, lease_owner = NULL, ticket = NULL, wake = NULL
    WHERE id = $id AND lease_owner = $owner AND state = 'running' RETURNING subject`, { id: end.id, owner: end.owner, now: end.now, answer: JSON.stringify(end.answer) });
  if (!row) return false;
  sql.run('DELETE FROM progress WHERE job = $id', { id: end.id });
  markKnown(sql, text(row, 'subject'), end.now);
  return true;
}

/** Looked for before it is written: this is asked all the time and there is nearly never one. */
async function takeAbandoned(db: Database): ReturnType<Jobs['takeAbandoned']> {
  const query = `SELECT id, subject, ticket FROM jobs WHERE state = 'cancelled' AND wake IS NOT NULL LIMIT 1`;
  if (!(await db.read((sql) => sql.get(query, {})))) return null;
  return db.write((sql) => {
    const row = sql.get(query, {});
    if (!row) return null;
    sql.run('UPDATE jobs SET ticket = NULL, wake = NULL WHERE id = $id', { id: text(row, 'id') });
    return { job: text(row, 'id'), subject: text(row, 'subject') as SubjectKey, ticket: json<JobTicket>(row, 'ticket') };
  });
}

/** Due at once; a job that is being looked at right now is looked at again. */
export function wakeJobs(sql: Sql, wake: string, now: number): void {
  sql.run(`UPDATE jobs SET woken = 1, lease_until = CASE WHEN lease_owner IS NULL THEN $now ELSE lease_until END WHERE wake = $wake AND state = 'running'`, { wake, now });
}

function jobOf(row: Row): JobRow {
  return {
    id: text(row, 'id'), subject: text(row, 'subject') as SubjectKey, kind: text(row, 'kind') as JobKind, input: json<JobInput>(row, 'input'), state: text(row, 'state') as JobRow['state'],
    attempts: integer(row, 'attempts'), createdAt: integer(row, 'created_at'), startedAt: integerOrNull(row, 'started_at'), finishedAt: integerOrNull(row, 'finished_at'), answer: jsonOrNull<JobAnswer>(row, 'answer'),
    ticket: jsonOrNull<JobTicket>(row, 'ticket'),
  };
}
