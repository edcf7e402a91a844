/** Keeps a lease while its work goes on: renews at a third of its length, and aborts `signal` when it is lost, so that no late write follows. */
import { AssayError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';

export interface Lease {
  signal: AbortSignal;
  /** Throws LEASE_LOST where somebody else may be at work by now. */
  fence(): Promise<void>;
  /** Ends the work from outside, e.g. at shutdown. */
  cut(why: AssayError): void;
  end(): void;
}

export function keepLease(options: { renew(): Promise<boolean>; leaseMs: number; clock: Clock; log: Log }): Lease {
  const { clock, leaseMs } = options;
  const work = new AbortController();
  const renewing = new AbortController();
  let heldUntil = clock.now() + leaseMs;

  async function fence(): Promise<void> {
    work.signal.throwIfAborted();
    const asked = clock.now();
    if (!(await options.renew())) work.abort(lost());
    else heldUntil = asked + leaseMs;
    work.signal.throwIfAborted();
  }

  /** A store in trouble is no lost lease yet: that is only so when the time has run out. */
  async function renewOnce(): Promise<void> {
    try {
      await fence();
    } catch (thrown) {
      if (work.signal.aborted) return;
      options.log.warn({ cause: String(thrown) }, 'lease not renewed');
      if (clock.now() >= heldUntil) work.abort(lost());
    }
  }

  async function keep(): Promise<void> {
    while (!renewing.signal.aborted && !work.signal.aborted) {
      await clock.sleep(leaseMs / 3, AbortSignal.any([renewing.signal, work.signal]));
      if (!renewing.signal.aborted && !work.signal.aborted) await renewOnce();
    }
  }

  void keep();
  return { signal: work.signal, fence, cut: (why) => work.abort(why), end: () => renewing.abort() };
}

function lost(): AssayError {
  return new AssayError('LEASE_LOST', 'the lease ran out and the work may be someone else\'s by now', { remedy: 'Nothing to do: whoever holds it now starts from what is.' });
}
