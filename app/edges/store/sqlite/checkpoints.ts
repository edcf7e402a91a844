/** Checkpoints of the audit log and where they stand in repositories; both only grow. */
import type { Checkpoints, StoredCheckpoint } from '../../../core/ports/store.ts';
import type { Database } from './database.ts';
import { integer, json, text, type Row } from './rows.ts';

export function checkpointsOf(db: Database): Checkpoints {
  return {
    putCheckpoint: (checkpoint) => db.write((sql) => {
      const { size, root, head, at, note, bundle, frontier, witnessed } = checkpoint;
      if (sql.get('SELECT 1 AS known FROM checkpoints WHERE size >= $size LIMIT 1', { size })) return 'unchanged' as const;
      sql.run('INSERT INTO checkpoints (size, root, head, at, note, bundle, frontier, witnessed) VALUES ($size, $root, $head, $at, $note, $bundle, $frontier, $witnessed)', {
        size, root, head, at, note, bundle: JSON.stringify(bundle), frontier: JSON.stringify(frontier), witnessed: witnessed ? 1 : 0,
      });
      return 'created' as const;
    }),
    checkpoints: (fromSize, limit) => db.read((sql) => sql.all('SELECT * FROM checkpoints WHERE size >= $fromSize ORDER BY size LIMIT $limit', { fromSize, limit }).map(checkpointOf)),
    lastCheckpoint: (filter) => db.read((sql) => {
      const row = sql.get('SELECT * FROM checkpoints WHERE witnessed >= $least ORDER BY size DESC LIMIT 1', { least: filter?.witnessed ? 1 : 0 });
      return row ? checkpointOf(row) : null;
    }),
    putAnchor: ({ repositoryId, size, commit, at }) => db.write((sql) => {
      sql.run('INSERT INTO anchors (repository_id, size, commit_sha, at) VALUES ($repositoryId, $size, $commit, $at) ON CONFLICT DO UPDATE SET commit_sha = excluded.commit_sha, at = excluded.at', { repositoryId, size, commit, at });
    }),
    anchor: (repositoryId) => db.read((sql) => {
      const row = sql.get('SELECT * FROM anchors WHERE repository_id = $repositoryId ORDER BY size DESC LIMIT 1', { repositoryId });
      return row ? { repositoryId, size: integer(row, 'size'), commit: text(row, 'commit_sha'), at: integer(row, 'at') } : null;
    }),
  };
}

/** Also for a reader of the file beside the process that has it open. */
export function checkpointOf(row: Row): StoredCheckpoint {
  return {
    size: integer(row, 'size'), root: text(row, 'root'), head: text(row, 'head'), at: integer(row, 'at'), note: text(row, 'note'), bundle: json<unknown>(row, 'bundle'),
    frontier: json<string[]>(row, 'frontier'), witnessed: integer(row, 'witnessed') === 1,
  };
}
