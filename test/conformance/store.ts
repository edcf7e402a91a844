/**
 * What every driver of the Store port must do, as a suite over an `open` factory. `open(clock)` answers a fresh, empty store;
 * `reopen` the same data again after a close. A driver's own test adds what only it can show (files, crashes, processes).
 */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Clock } from '../../app/core/ports/clock.ts';
import type { Store } from '../../app/core/ports/store.ts';
import { testClock, type TestClock } from './clock.ts';
import { auditCases } from './store-audit.ts';
import { inboxCases } from './store-inbox.ts';
import { installationCases } from './store-installations.ts';
import { jobCases } from './store-jobs.ts';
import { ledgerCases } from './store-ledger.ts';
import { passkeyCases } from './store-passkeys.ts';
import { queueCases } from './store-queue.ts';
import { replayCases } from './store-replays.ts';
import { smallCases } from './store-small.ts';
import { ticketCases } from './store-tickets.ts';

export interface Opened {
  store: Store;
  /** Closes, then opens the same data again. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

export interface StoreWorld {
  store: Store;
  clock: TestClock;
  reopen(): Promise<Store>;
}

export function storeConformance(name: string, open: (clock: Clock) => Promise<Opened>): void {
  describe(`the store port on ${name}`, () => {
    let opened: Opened;
    const world = {} as StoreWorld;
    beforeEach(async () => {
      world.clock = testClock();
      opened = await open(world.clock);
      world.store = opened.store;
      world.reopen = async () => (world.store = await opened.reopen());
    });
    afterEach(() => opened.close());
    for (const cases of [inboxCases, queueCases, installationCases, jobCases, ledgerCases, auditCases, passkeyCases, replayCases, ticketCases, smallCases]) cases(world);
  });
}
