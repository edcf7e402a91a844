/**
 * The schema, as numbered steps that only ever grow. `PRAGMA user_version` counts the steps taken; each is one transaction. A file from a
 * newer Assay is refused. Subject rows carry their installation, and why they are held, so that a claim reads one index and no join.
 */
import type { DatabaseSync } from 'node:sqlite';
import { AssayError } from '../../../core/errors.ts';

const inboxAndQueue = `
CREATE TABLE deliveries (guid TEXT NOT NULL UNIQUE, event TEXT NOT NULL, action TEXT, received_at INTEGER NOT NULL, body TEXT) STRICT;
CREATE INDEX deliveries_with_body ON deliveries (received_at) WHERE body IS NOT NULL;
CREATE TABLE installations (id INTEGER PRIMARY KEY, state TEXT NOT NULL DEFAULT 'active', served_at INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX installations_served ON installations (served_at, id);
CREATE TABLE repositories (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, installation_id INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX repositories_installation ON repositories (installation_id);
CREATE TABLE subjects (
  key TEXT PRIMARY KEY, repository_id INTEGER NOT NULL REFERENCES repositories (id), installation_id INTEGER NOT NULL,
  generation INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0, dirty_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL DEFAULT 0, parked TEXT, held TEXT,
  open INTEGER NOT NULL DEFAULT 1, checked_at INTEGER NOT NULL DEFAULT 0, look_again_at INTEGER, problem TEXT,
  lease_owner TEXT, lease_token TEXT, lease_until INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX subjects_due ON subjects (installation_id, dirty_at) WHERE generation > done AND parked IS NULL AND held IS NULL;
CREATE INDEX subjects_look_again ON subjects (look_again_at) WHERE look_again_at IS NOT NULL;
CREATE INDEX subjects_checked ON subjects (checked_at) WHERE open = 1;
CREATE INDEX subjects_repository ON subjects (repository_id);
CREATE INDEX subjects_installation ON subjects (installation_id);
CREATE INDEX subjects_leased ON subjects (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE TABLE heads (repository_id INTEGER NOT NULL, sha TEXT NOT NULL, key TEXT NOT NULL, linked_at INTEGER NOT NULL, PRIMARY KEY (repository_id, sha, key)) STRICT, WITHOUT ROWID;
CREATE INDEX heads_key ON heads (key, linked_at);
CREATE TABLE comments (
  id INTEGER PRIMARY KEY, subject TEXT NOT NULL, author_id INTEGER NOT NULL, author_login TEXT NOT NULL, author_type TEXT NOT NULL,
  via_app INTEGER NOT NULL, body TEXT NOT NULL, head_sha TEXT, created_at INTEGER NOT NULL, received_at INTEGER NOT NULL, edited_at INTEGER, deleted_at INTEGER
) STRICT;
CREATE INDEX comments_subject ON comments (subject, id);
`;

const work = `
CREATE TABLE jobs (
  id TEXT PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, input TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  queued_at INTEGER NOT NULL, created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER, answer TEXT, lease_owner TEXT, lease_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX jobs_waiting ON jobs (queued_at) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_subject ON jobs (subject, created_at);
CREATE TABLE notes (subject TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (subject, name)) STRICT, WITHOUT ROWID;
CREATE TABLE takes (bucket TEXT NOT NULL, at INTEGER NOT NULL, cost INTEGER NOT NULL) STRICT;
CREATE INDEX takes_bucket ON takes (bucket, at);
CREATE TABLE ledger (
  id TEXT PRIMARY KEY, project TEXT NOT NULL, job TEXT NOT NULL, role TEXT NOT NULL, family TEXT NOT NULL, model TEXT NOT NULL,
  reserved INTEGER NOT NULL, settled INTEGER, usage TEXT, price_version TEXT NOT NULL, created_at INTEGER NOT NULL, settled_at INTEGER
) STRICT;
CREATE INDEX ledger_project ON ledger (project);
CREATE INDEX ledger_job ON ledger (job);
CREATE TABLE prompts (id TEXT PRIMARY KEY, job TEXT NOT NULL, at INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
CREATE INDEX prompts_job ON prompts (job, at);
`;

// INSERT OR REPLACE deletes without firing delete triggers, hence the rule on insert: an entry only ever follows the last one.
const audit = `
CREATE TABLE audit (
  idx INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
WHEN NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM audit) OR NEW.previous <> coalesce((SELECT hash FROM audit ORDER BY idx DESC LIMIT 1), NEW.previous)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`;

const tickets = `
ALTER TABLE jobs ADD COLUMN ticket TEXT;
ALTER TABLE jobs ADD COLUMN wake TEXT;
ALTER TABLE jobs ADD COLUMN woken INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_wake ON jobs (wake) WHERE wake IS NOT NULL;
`;

// What an entry's detail said lies beside the log, which keeps only commitments to it: rows here may go, and then nobody can tell what they held.
const checkpoints = `
CREATE TABLE audit_values (idx INTEGER NOT NULL, field TEXT NOT NULL, salt TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (idx, field)) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_values_no_update BEFORE UPDATE ON audit_values BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_values_in_order BEFORE INSERT ON audit_values
WHEN NEW.idx <> (SELECT coalesce(max(idx), -1) FROM audit) OR EXISTS (SELECT 1 FROM audit_values WHERE idx = NEW.idx AND field = NEW.field)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY, root TEXT NOT NULL, head TEXT NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL, bundle TEXT NOT NULL, frontier TEXT NOT NULL, witnessed INTEGER NOT NULL
) STRICT;
CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER checkpoints_in_order BEFORE INSERT ON checkpoints WHEN NEW.size <= (SELECT coalesce(max(size), 0) FROM checkpoints)
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TABLE anchors (repository_id INTEGER NOT NULL, size INTEGER NOT NULL, commit_sha TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (repository_id, size)) STRICT, WITHOUT ROWID;
`;

// Rows stay when a passkey is removed: whoever had one is not new, and its id is never bound to another account.
const passkeys = `
CREATE TABLE passkeys (
  id TEXT PRIMARY KEY, account INTEGER NOT NULL, public_key TEXT NOT NULL, counter INTEGER NOT NULL, name TEXT NOT NULL,
  created_at INTEGER NOT NULL, usable_at INTEGER NOT NULL, used_at INTEGER, removed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_account ON passkeys (account);
CREATE TRIGGER passkeys_no_delete BEFORE DELETE ON passkeys BEGIN SELECT RAISE(ABORT, 'passkeys are kept'); END;
`;

const pushes = `
CREATE TABLE pushes (repository_id INTEGER NOT NULL, sha TEXT NOT NULL, account INTEGER NOT NULL, PRIMARY KEY (repository_id, sha, account)) STRICT, WITHOUT ROWID;
`;

// What evidence was used for is never forgotten: with a row gone it could be shown again.
const replays = `
CREATE TABLE replays (payload TEXT PRIMARY KEY, used_for TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER replays_no_update BEFORE UPDATE ON replays BEGIN SELECT RAISE(ABORT, 'what evidence was used for stays'); END;
CREATE TRIGGER replays_no_delete BEFORE DELETE ON replays BEGIN SELECT RAISE(ABORT, 'what evidence was used for stays'); END;
CREATE INDEX audit_subject ON audit (subject, action, idx);
`;

// Gone with the answer, so that what models said is kept no longer than it is needed.
const progress = `
CREATE TABLE progress (job TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

// Challenges and sign-ins under way, each for one use.
const once = `
CREATE TABLE once (name TEXT PRIMARY KEY, value TEXT NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

const steps: readonly string[] = [inboxAndQueue + work + audit, tickets, checkpoints, passkeys, pushes, replays, progress, once];

export function migrate(connection: DatabaseSync, path: string): void {
  const taken = Number(connection.prepare('PRAGMA user_version').get()?.user_version);
  if (taken > steps.length) {
    throw new AssayError('STORE_TOO_NEW', `${path} has schema ${taken}, this Assay knows ${steps.length}`, { remedy: 'Start the newer Assay that wrote it, or restore a backup from before the upgrade.' });
  }
  for (const [index, step] of steps.entries()) {
    if (index >= taken) connection.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
