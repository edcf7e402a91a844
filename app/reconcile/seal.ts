/** Seals the audit log again and again, and anchors its last checkpoint in each repository that the log says something new of. What fails is tried again at the next turn. */
import { problemOf } from '../core/errors.ts';
import type { Checkpoints, Queue, RepositoryRef } from '../core/ports/store.ts';
import { anchorAudit, type AnchorContext } from '../steps/anchor-audit.ts';
import { sealAudit, type SealContext, type SealPace } from '../steps/seal-audit.ts';
import { createTimer, type Timer } from './timer.ts';

export interface SealerOptions extends Omit<SealContext, 'store'> {
  store: SealContext['store'] & Checkpoints & Pick<Queue, 'subjects'>;
  own: AnchorContext['own'];
  /** The installation's GitHub of a repository; null anchors nowhere. */
  gitHubOf: ((repository: RepositoryRef) => Promise<AnchorContext['github']>) | null;
  pace?: Partial<SealPace>;
  everyMs?: number;
}

export function createSealer(options: SealerOptions): Timer {
  const { store, clock, log, everyMs = 15_000 } = options;
  const pace = { entries: 100, ms: 10 * 60_000, ...options.pace };
  // Up to where the log is known to say nothing of a repository that is not anchored.
  const quiet = new Map<number, number>();
  return createTimer({ name: 'seal', everyMs, clock, log, work: async () => {
    if ((await sealAudit(options, pace)) === 'created') log.info({ size: (await store.lastCheckpoint())?.size }, 'the audit log was sealed');
    await anchorAll(options, quiet);
  } });
}

async function anchorAll(options: SealerOptions, quiet: Map<number, number>): Promise<void> {
  const { store, gitHubOf, openNote, own, clock, log } = options;
  const checkpoint = await store.lastCheckpoint();
  if (!checkpoint || !gitHubOf) return;
  for (const repository of await repositories(store)) {
    const since = Math.max((await store.anchor(repository.id))?.size ?? 0, quiet.get(repository.id) ?? 0);
    if (since >= checkpoint.size || !(await speaksOf(store, { repository, since, until: checkpoint.size }, quiet))) continue;
    try {
      await anchorAudit(checkpoint, { store, github: await gitHubOf(repository), repository, openNote, own, clock });
    } catch (thrown) {
      log.error({ repository: repository.id, problem: problemOf(thrown) }, 'the checkpoint could not be anchored');
    }
  }
}

async function repositories(store: Pick<Queue, 'subjects'>): Promise<RepositoryRef[]> {
  const all = (await store.subjects({})).map(({ repository }) => [repository.id, repository] as const);
  return [...new Map(all).values()];
}

async function speaksOf(store: SealerOptions['store'], { repository, since, until }: { repository: RepositoryRef; since: number; until: number }, quiet: Map<number, number>): Promise<boolean> {
  const isOf = new RegExp(`^[a-z]+:${repository.id}([#@]|$)`);
  for (let from = since; from < until;) {
    const entries = await store.auditEntries(from, Math.min(500, until - from));
    if (entries.some(({ subject }) => isOf.test(subject))) return true;
    from += Math.max(1, entries.length);
  }
  quiet.set(repository.id, until);
  return false;
}
