/** A clock that only moves when a test moves it. `advance` wakes every sleeper whose time has come, in order. */
import type { Clock } from '../../app/core/ports/clock.ts';

interface Sleeper {
  until: number;
  wake(): void;
}

export interface TestClock extends Clock {
  advance(ms: number): void;
  /** Sets the time without waking anybody: a clock that jumps. */
  jump(to: number): void;
  sleepers(): number;
}

export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  const sleeping = new Set<Sleeper>();
  return {
    now: () => now,
    sleepers: () => sleeping.size,
    jump(to) {
      now = to;
    },
    advance(ms) {
      now += ms;
      for (const sleeper of [...sleeping].sort((a, b) => a.until - b.until)) if (sleeper.until <= now) sleeper.wake();
    },
    sleep: (ms, signal) => new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper: Sleeper = { until: now + ms, wake: done };
      function done(): void {
        sleeping.delete(sleeper);
        signal?.removeEventListener('abort', done);
        resolve();
      }
      sleeping.add(sleeper);
      signal?.addEventListener('abort', done, { once: true });
    }),
  };
}
