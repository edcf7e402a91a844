/** What the ledger knows of the past: what work of each kind has cost, and calls of ended work that nobody settled. */
import type { MicroUsd } from '../core/money.ts';
import type { Role } from '../core/model.ts';
import type { JobRow, LedgerEntry, Store } from '../core/ports/store.ts';

const historyMs = 30 * 24 * 3_600_000;

/** A reservation of work that is over: nobody will say any more what the call cost. Times in milliseconds since the epoch. */
export interface LostCall {
  id: string;
  reserved: MicroUsd;
  endedAt: number;
}

export interface LedgerHistory {
  /** What one job of a role has cost on average, in the last thirty days and over all projects; a role that did nothing has none. */
  perJob: Partial<Record<Role, MicroUsd>>;
  lost: LostCall[];
}

export function costPerJob(entries: readonly LedgerEntry[], now: number): LedgerHistory['perJob'] {
  const recent = entries.filter(({ createdAt, settled }) => settled !== null && createdAt > now - historyMs);
  const roles = new Set(recent.map(({ role }) => role as Role));
  return Object.fromEntries([...roles].map((role) => {
    const own = recent.filter((entry) => entry.role === role);
    const total = own.reduce((sum, { settled }) => sum + (settled ?? 0), 0);
    return [role, Math.ceil(total / new Set(own.map(({ job }) => job)).size)];
  }));
}

/** Of these entries. Work that the store does not know has ended long ago. */
export async function lostCalls(entries: readonly LedgerEntry[], store: Pick<Store, 'job'>): Promise<LostCall[]> {
  const open = entries.filter(({ settled }) => settled === null);
  const looked = await Promise.all(open.map(async (entry) => ({ entry, job: await store.job(entry.job) })));
  return looked.filter(({ job }) => job === null || hasEnded(job)).map(({ entry: { id, reserved, createdAt }, job }) => ({ id, reserved, endedAt: job?.finishedAt ?? createdAt }));
}

function hasEnded({ state }: JobRow): boolean {
  return state === 'done' || state === 'cancelled';
}
