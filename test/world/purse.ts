/** A ledger and a prompt log in memory, for tests that need no store: each reservation is one step, as the port demands. */
import type { Ledger, LedgerEntry, PromptLog, PromptLogEntry } from '../../app/core/ports/store.ts';
import type { Clock } from '../../app/core/ports/clock.ts';

export interface Purse {
  ledger: Ledger;
  promptLog: PromptLog;
  entries: Map<string, LedgerEntry>;
  log: PromptLogEntry[];
  /** The most that was ever committed at once. */
  peak(): number;
}

export function memoryPurse(): Purse {
  const entries = new Map<string, LedgerEntry>();
  const log: PromptLogEntry[] = [];
  let peak = 0;
  const committed = () => [...entries.values()].reduce((sum, entry) => sum + (entry.settled ?? entry.reserved), 0);
  const ledger: Ledger = {
    async reserve(entry, cap) {
      if (committed() + entry.reserved > cap) return null;
      const row: LedgerEntry = { ...entry, settled: null, settledAt: null, usage: null, createdAt: 0 };
      entries.set(row.id, row);
      peak = Math.max(peak, committed());
      return row;
    },
    async settle(id, actual, usage) {
      const row = entries.get(id);
      if (row) Object.assign(row, { settled: actual, usage, settledAt: 1 });
      peak = Math.max(peak, committed());
    },
    release: async (id) => void entries.delete(id),
    spent: async () => ({ committed: committed(), settled: [...entries.values()].reduce((sum, entry) => sum + (entry.settled ?? 0), 0), calls: entries.size }),
    entries: async (filter) => [...entries.values()].filter((entry) => (filter.job ?? entry.job) === entry.job && (filter.project ?? entry.project) === entry.project),
  };
  return { ledger, promptLog: { logPrompt: async (entry) => void log.push(entry), prompts: async (filter) => log.filter((entry) => (filter.job ?? entry.job) === entry.job), promptDigests: async (job) => log.filter((entry) => entry.job === job).map((entry) => entry.promptSha256) }, entries, log, peak: () => peak };
}

/** A clock that only sleeping moves; `slept` lists the waits. */
export function steppingClock(start = 0): Clock & { slept: number[] } {
  let now = start;
  const slept: number[] = [];
  return { slept, now: () => now, async sleep(ms) { slept.push(ms); now += ms; } };
}
