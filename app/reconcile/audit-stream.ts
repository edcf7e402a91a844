/** Hands each entry of the audit log, once and in order, to the audit stream, whichever process appended it. */
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { AuditEntry, AuditLog } from '../core/ports/store.ts';
import { createTimer, type Timer } from './timer.ts';

export interface AuditStreamOptions {
  store: Pick<AuditLog, 'auditEntries'>;
  /** Where to go on; null: only with what is still to come. */
  from: number | null;
  write(entry: AuditEntry): void;
  clock: Clock;
  log: Log;
  everyMs?: number;
}

const page = 500;

export function createAuditStream({ store, from, write, clock, log, everyMs = 1_000 }: AuditStreamOptions): Timer {
  let next = from;
  return createTimer({ name: 'audit stream', everyMs, clock, log, async work() {
    next ??= await endOf(store);
    for (;;) {
      const entries = await store.auditEntries(next, page);
      for (const entry of entries) {
        write(entry);
        next += 1;
      }
      if (entries.length < page) return;
    }
  } });
}

async function endOf(store: Pick<AuditLog, 'auditEntries'>): Promise<number> {
  for (let from = 0; ;) {
    const { length } = await store.auditEntries(from, page);
    from += length;
    if (length < page) return from;
  }
}
