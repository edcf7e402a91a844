/**
 * The sweep: marks dirty what asked to be looked at again, and every open subject that nobody looked at for long. It heals whatever a lost
 * webhook left behind on subjects that the store knows; `discover.ts` finds those it does not.
 */
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Inbox, Queue } from '../core/ports/store.ts';
import { createTimer, type Timer } from './timer.ts';

export interface SweepOptions {
  store: Pick<Queue, 'sweepDue'>;
  clock: Clock;
  log: Log;
  /** How late a `lookAgainAt` may come. */
  everyMs?: number;
  /** An open subject is looked at this often without any event. */
  staleMs?: number;
  onMarked?: () => void;
}

export function createSweep(options: SweepOptions): Timer {
  const { store, clock, log, everyMs = 2_000, staleMs = 15 * 60_000 } = options;
  return createTimer({ name: 'sweep', everyMs, clock, log, work: async () => {
    const marked = await store.sweepDue(clock.now() - staleMs);
    if (marked === 0) return;
    log.info({ marked }, 'sweep marked subjects');
    options.onMarked?.();
  } });
}

/** Bodies of deliveries are kept this long: ten times as long as GitHub would redeliver them. The disk must not fill with them. */
const keepBodiesMs = 30 * 24 * 3_600_000;
const bodiesPerTurn = 500;

/** Empties old bodies little by little, so that no turn holds the store for long. */
export function createTidy(options: { store: Pick<Inbox, 'emptyBodies'>; clock: Clock; log: Log; everyMs?: number }): Timer {
  const { store, clock, log, everyMs = 60_000 } = options;
  return createTimer({ name: 'tidy', everyMs, clock, log, work: async () => {
    const emptied = await store.emptyBodies(clock.now() - keepBodiesMs, bodiesPerTurn);
    if (emptied > 0) log.info({ emptied }, 'emptied the bodies of old deliveries');
  } });
}
