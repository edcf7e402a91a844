/** Time that a test can move: it runs like the system's, and `advance` puts it ahead and wakes whoever has slept long enough by then. */
import type { Clock } from '../../app/core/ports/clock.ts';

export interface WorldClock extends Clock {
  advance(ms: number): void;
  /** How many sleep for a second or more: when no work is under way, these are the timers between two turns. */
  asleep(): number;
}

export function worldClock(): WorldClock {
  let ahead = 0;
  const sleepers = new Map<() => void, number>();
  const now = (): number => Date.now() + ahead;

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const due = now() + ms;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (): void => {
        clearTimeout(timer);
        sleepers.delete(look);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const look = (): void => {
        clearTimeout(timer);
        if (signal?.aborted || now() >= due) return end();
        timer = setTimeout(look, due - now());
      };
      sleepers.set(look, ms);
      signal?.addEventListener('abort', end, { once: true });
      look();
    });
  }

  return { now, sleep, asleep: () => [...sleepers.values()].filter((ms) => ms >= 1_000).length, advance(ms) {
    ahead += ms;
    for (const look of [...sleepers.keys()]) look();
  } };
}
