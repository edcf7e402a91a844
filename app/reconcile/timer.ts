/** Work that repeats: at once, then every so often; a failure is logged and the next turn comes all the same. */
import { problemOf } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';

export interface Timer {
  start(): void;
  /** Resolves when a turn under way has ended, or after two seconds: what waits for a network must not hold a shutdown. */
  stop(): Promise<void>;
}

export function createTimer(options: { name: string; everyMs: number; clock: Clock; log: Log; work(): Promise<void> }): Timer {
  const { clock, log, name } = options;
  const stopped = new AbortController();
  let ended: Promise<void> = Promise.resolve();

  async function repeat(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await options.work();
      } catch (thrown) {
        log.error({ name, problem: problemOf(thrown) }, 'timer turn failed');
      }
      await clock.sleep(options.everyMs, stopped.signal);
    }
  }

  return {
    start() {
      ended = repeat();
    },
    async stop() {
      stopped.abort();
      const patience = new AbortController();
      await Promise.race([ended, clock.sleep(2_000, patience.signal)]);
      patience.abort();
    },
  };
}
