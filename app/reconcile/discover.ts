/**
 * Discovery: asks GitHub which intents and changes are open and marks those the store has never heard of, e.g. after a lost `opened`, a
 * payload too large to be sent, or a restored backup. Known ones are the sweep's business. One repository that fails does not hide the others.
 */
import { problemOf } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { GitHubApp } from '../core/ports/github.ts';
import type { Log } from '../core/ports/log.ts';
import type { Queue, RepositoryRef } from '../core/ports/store.ts';
import { changeKey, intentKey } from '../core/subject.ts';
import { createTimer, type Timer } from './timer.ts';

export interface DiscoverOptions {
  app: Pick<GitHubApp, 'installations' | 'repositories' | 'installation'>;
  store: Pick<Queue, 'mark' | 'subject'>;
  clock: Clock;
  log: Log;
  everyMs?: number;
  onMarked?: () => void;
}

const intentLabel = 'intent';

export function createDiscovery(options: DiscoverOptions): Timer {
  const { clock, log, everyMs = 60 * 60_000 } = options;
  return createTimer({ name: 'discovery', everyMs, clock, log, work: async () => {
    for (const { id } of await options.app.installations()) {
      await attempt(log, { installation: id }, () => discoverIn(options, id));
    }
  } });
}

async function discoverIn(options: DiscoverOptions, installation: number): Promise<void> {
  for (const repository of await options.app.repositories(installation)) {
    await attempt(options.log, { installation, repository: repository.id }, () => discover(options, repository));
  }
}

async function discover({ app, store, log, onMarked }: DiscoverOptions, repository: RepositoryRef): Promise<void> {
  const github = await app.installation(repository.installationId);
  const intents = (await github.openIssues(repository, intentLabel)).map((issue) => intentKey(repository.id, issue));
  const changes = (await github.openChanges(repository)).map((pullRequest) => changeKey(repository.id, pullRequest));
  for (const key of [...intents, ...changes]) {
    if (await store.subject(key)) continue;
    await store.mark(key, repository);
    log.info({ key }, 'discovered a subject that no webhook had named');
    onMarked?.();
  }
}

async function attempt(log: Log, where: object, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    log.warn({ ...where, problem: problemOf(thrown) }, 'discovery failed here; it goes on');
  }
}
