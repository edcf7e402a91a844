/**
 * The delivery poll: GitHub never sends a failed webhook again by itself, so Assay reads its list of deliveries and asks for those that the
 * store does not have or that no attempt delivered. Bounded per turn and per delivery, so that a poisonous one is not asked for without end.
 */
import type { Clock } from '../core/ports/clock.ts';
import type { AppDeliveries } from '../core/ports/github.ts';
import type { Log } from '../core/ports/log.ts';
import type { Inbox } from '../core/ports/store.ts';
import { createTimer, type Timer } from './timer.ts';

export interface GapOptions {
  store: Pick<Inbox, 'knownDeliveries'>;
  deliveries: AppDeliveries;
  clock: Clock;
  log: Log;
  everyMs?: number;
  /** At start: how far back to look. GitHub keeps three days. */
  lookBackMs?: number;
  maxPerTurn?: number;
  maxPerDelivery?: number;
}

type Listed = Awaited<ReturnType<AppDeliveries['list']>>[number];

// A delivery shows in the list a little after it happened, and an attempt of ours may still be under way.
const overlapMs = 10 * 60_000;
const settleMs = 30_000;

export function createGapPoll(options: GapOptions): Timer {
  const { clock, log, deliveries, everyMs = 5 * 60_000, lookBackMs = 3 * 24 * 3_600_000, maxPerTurn = 50, maxPerDelivery = 3 } = options;
  const asked = new Map<string, number>();
  let since = clock.now() - lookBackMs;

  async function poll(): Promise<void> {
    const started = clock.now();
    const listed = (await deliveries.list(since)).filter((one) => one.deliveredAt <= started - settleMs);
    const missing = await missed(options.store, listed);
    const due = missing.filter((one) => (asked.get(one.guid) ?? 0) < maxPerDelivery);
    for (const one of due.slice(0, maxPerTurn)) await redeliver(one);
    // What this turn had no room for is still in reach of the next one.
    since = due.length > maxPerTurn ? since : Math.max(since, started - overlapMs);
    if (missing.length > due.length) log.warn({ guids: missing.filter((one) => !due.includes(one)).map((one) => one.guid) }, 'deliveries given up; the sweep reads what they would have told');
  }

  async function redeliver({ id, guid, event, status }: Listed): Promise<void> {
    asked.set(guid, (asked.get(guid) ?? 0) + 1);
    log.info({ guid, event, status, times: asked.get(guid) }, 'delivery asked for again');
    await deliveries.redeliver(id);
  }

  return createTimer({ name: 'delivery poll', everyMs, clock, log, work: poll });
}

/** The newest attempt of each GUID that is unknown to the store or that no attempt delivered. */
async function missed(store: GapOptions['store'], listed: Listed[]): Promise<Listed[]> {
  const known = await store.knownDeliveries([...new Set(listed.map((one) => one.guid))]);
  const delivered = new Set(listed.filter((one) => one.status === 'OK').map((one) => one.guid));
  const newest = new Map<string, Listed>();
  for (const one of listed) {
    const other = newest.get(one.guid);
    if (!other || other.deliveredAt < one.deliveredAt) newest.set(one.guid, one);
  }
  return [...newest.values()].filter((one) => !known.has(one.guid) || !delivered.has(one.guid)).sort((a, b) => a.deliveredAt - b.deliveredAt);
}
