/**
 * The inbox: a delivery, the marks it makes and the comment it carries are one commit, and its GUID makes a replay change nothing. Comments
 * keep the text that was delivered first; one that was edited or deleted before its creation arrived is stored as such and can never look untouched.
 */
import type { CommentEvent, Delivery, DeliveryEffects, Inbox, StoredComment } from '../../../core/ports/store.ts';
import type { SubjectKey } from '../../../core/subject.ts';
import type { Database, Sql } from './database.ts';
import { wakeJobs } from './jobs.ts';
import { holdAgain, markKnown, markOpenOf, markOrCreate, putRepository, setInstallation, setRepositoryGone } from './marks.ts';
import { keysOfSha } from './queue.ts';
import { integer, integerOrNull, text, textOrNull, type Row } from './rows.ts';

export function inboxOf(db: Database): Inbox {
  return {
    putDelivery: (delivery, effects) => db.write((sql) => {
      if (!insert(sql, delivery)) return 'replay';
      apply(sql, effects, db.clock.now());
      return 'stored';
    }),
    knownDeliveries: (guids) => db.read((sql) => {
      const rows = sql.all('SELECT guid FROM deliveries WHERE guid IN (SELECT value FROM json_each($guids))', { guids: JSON.stringify(guids) });
      return new Set(rows.map((row) => text(row, 'guid')));
    }),
    emptyBodies: (before, limit) => db.write((sql) => sql.run(
      `UPDATE deliveries SET body = NULL WHERE rowid IN (SELECT rowid FROM deliveries WHERE body IS NOT NULL AND received_at < $before LIMIT $limit)`, { before, limit })),
    comments: (subject) => db.read((sql) => sql.all('SELECT * FROM comments WHERE subject = $subject ORDER BY id', { subject }).map(commentOf)),
    pushers: (repositoryId, shas) => db.read((sql) => {
      const rows = sql.all('SELECT DISTINCT account FROM pushes WHERE repository_id = $repositoryId AND sha IN (SELECT value FROM json_each($shas)) ORDER BY account', { repositoryId, shas: JSON.stringify(shas) });
      return rows.map((row) => integer(row, 'account'));
    }),
  };
}

function insert(sql: Sql, delivery: Delivery): boolean {
  const { guid, event, action, body, receivedAt } = delivery;
  return sql.run('INSERT INTO deliveries (guid, event, action, received_at, body) VALUES ($guid, $event, $action, $receivedAt, $body) ON CONFLICT DO NOTHING', {
    guid, event, action, body, receivedAt,
  }) === 1;
}

function apply(sql: Sql, effects: DeliveryEffects, now: number): void {
  if (effects.repository && putRepository(sql, effects.repository)) holdAgain(sql, 'repository_id', effects.repository.id);
  if (effects.installation) setInstallation(sql, { ...effects.installation, now });
  for (const { repository, gone } of effects.repositories ?? []) {
    putRepository(sql, repository);
    setRepositoryGone(sql, { id: repository.id, gone, now });
  }
  for (const key of markedKeys(sql, effects)) {
    if (!markKnown(sql, key, now) && effects.repository && !effects.known?.includes(key)) markOrCreate(sql, key, { repository: effects.repository, now });
  }
  for (const repositoryId of effects.openOf ?? []) markOpenOf(sql, repositoryId, now);
  for (const wake of effects.wakes ?? []) wakeJobs(sql, wake, now);
  putRemembered(sql, effects, now);
}

/** What the delivery tells beyond where to look. */
function putRemembered(sql: Sql, { pushed, comment }: DeliveryEffects, now: number): void {
  if (pushed) sql.run('INSERT INTO pushes (repository_id, sha, account) VALUES ($repositoryId, $sha, $account) ON CONFLICT DO NOTHING', pushed);
  if (comment) putComment(sql, comment, now);
}

/** Each subject once, however many marks of the delivery name it. */
function markedKeys(sql: Sql, effects: DeliveryEffects): Set<SubjectKey> {
  const keys = new Set<SubjectKey>(effects.known ?? []);
  for (const mark of effects.marks) {
    const sha = /^sha:(?<repository>\d+):(?<sha>.+)$/.exec(mark)?.groups;
    if (sha) for (const key of keysOfSha(sql, Number(sha.repository), sha.sha ?? '')) keys.add(key);
    else keys.add(mark as SubjectKey);
  }
  return keys;
}

/** Comments on things that Assay does not follow are nobody's business and are not kept apart from their delivery. */
function putComment(sql: Sql, comment: CommentEvent, now: number): void {
  const { id, subject, action, body, createdAt } = comment;
  if (!sql.get('SELECT 1 FROM subjects WHERE key = $subject', { subject })) return;
  const head = sql.get(`SELECT sha FROM heads WHERE key = $subject AND sha NOT LIKE 'refs/%' ORDER BY linked_at DESC LIMIT 1`, { subject });
  const editedAt = action === 'edited' ? now : null;
  const deletedAt = action === 'deleted' ? now : null;
  sql.run(`INSERT INTO comments (id, subject, author_id, author_login, author_type, via_app, body, head_sha, created_at, received_at, edited_at, deleted_at)
    VALUES ($id, $subject, $authorId, $authorLogin, $authorType, $viaApp, $body, $headSha, $createdAt, $now, $editedAt, $deletedAt)
    ON CONFLICT DO UPDATE SET edited_at = coalesce(edited_at, excluded.edited_at), deleted_at = coalesce(deleted_at, excluded.deleted_at)`, {
    id, subject, authorId: comment.authorId, authorLogin: comment.authorLogin, authorType: comment.authorType, viaApp: comment.viaApp ? 1 : 0,
    body, headSha: head ? text(head, 'sha') : null, createdAt, now, editedAt, deletedAt,
  });
}

function commentOf(row: Row): StoredComment {
  return {
    id: integer(row, 'id'), subject: text(row, 'subject') as SubjectKey, authorId: integer(row, 'author_id'), authorLogin: text(row, 'author_login'), authorType: text(row, 'author_type'),
    viaApp: integer(row, 'via_app') === 1, body: text(row, 'body'), headSha: textOrNull(row, 'head_sha'), createdAt: integer(row, 'created_at'), receivedAt: integer(row, 'received_at'),
    editedAt: integerOrNull(row, 'edited_at'), deletedAt: integerOrNull(row, 'deleted_at'),
  };
}
