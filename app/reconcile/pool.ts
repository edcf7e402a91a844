/** A fixed number of workers that take work until they are told to stop. Idle ones look again every `pollMs`, or at once when woken. */
import { problemOf } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';

export interface Pool {
  start(): void;
  wake(): void;
  /** Takes nothing more. True when all work under way ended within the time. */
  drain(graceMs: number): Promise<boolean>;
}

export interface PoolOptions {
  size: number;
  pollMs: number;
  clock: Clock;
  log: Log;
  /** The next piece of work, or null where there is none. */
  take(): Promise<(() => Promise<void>) | null>;
}

export function createPool(options: PoolOptions): Pool {
  const { clock, log, pollMs } = options;
  let bell = new AbortController();
  let workers: Promise<void>[] = [];
  let stopping = false;

  async function work(): Promise<void> {
    while (!stopping) {
      const rung = bell.signal; // taken before looking, so that a ring while looking is not missed
      if (!(await workOnce())) await clock.sleep(pollMs, rung);
    }
  }

  async function workOnce(): Promise<boolean> {
    try {
      const next = await options.take();
      await next?.();
      return next !== null;
    } catch (thrown) {
      log.error({ problem: problemOf(thrown) }, 'worker failed; it goes on');
      return false;
    }
  }

  function wake(): void {
    bell.abort();
    bell = new AbortController();
  }

  return {
    start() {
      stopping = false;
      workers = Array.from({ length: options.size }, work);
    },
    wake,
    async drain(graceMs) {
      stopping = true;
      wake();
      const cancel = new AbortController();
      const ended = Promise.all(workers).then(() => true);
      const late = clock.sleep(graceMs, cancel.signal).then(() => false);
      const inTime = await Promise.race([ended, late]);
      cancel.abort();
      return inTime;
    },
  };
}
