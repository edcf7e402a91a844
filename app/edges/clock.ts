/** The system's clock. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../core/ports/clock.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, signal ? { signal } : {});
    } catch (thrown) {
      // Being woken early is what the signal is for; the caller looks at it itself.
      if (!signal?.aborted) throw thrown;
    }
  },
};
