/** What every step is handed: the subject, its repository, and the edges it may write to. */
import type { GitHub, ChangeSnapshot, GroupSnapshot, IntentSnapshot } from '../core/ports/github.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { RepositoryRef, Store } from '../core/ports/store.ts';
import type { Signer } from '../core/ports/signer.ts';
import type { SubjectKey } from '../core/subject.ts';

export interface StepContext {
  subject: SubjectKey;
  repository: RepositoryRef;
  github: GitHub;
  store: Store;
  signer: Signer;
  clock: Clock;
  log: Log;
  /** The same in every log line and audit entry of this run. */
  trace: string;
  /** This App's bot login, by which it knows its own comments. */
  botLogin: string;
  /** What observe saw: the "read" of read, compare, write. */
  seen: IntentSnapshot | ChangeSnapshot | GroupSnapshot;
}

/** The issue or pull request that was seen. A merge group has no conversation: a step that wants one is a mistake of whoever decided it. */
export function conversation({ seen }: Pick<StepContext, 'seen'>): IntentSnapshot | ChangeSnapshot {
  if ('comments' in seen) return seen;
  throw new Error('a merge group has no issue to write on');
}
