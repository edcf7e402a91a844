/** Runs a job through the executor on this machine. The executor keeps the deadline itself; the one here, a little longer, holds for one that does not. */
import { AssayError } from '../core/errors.ts';
import type { JobAnswer } from '../core/job.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Executor } from '../core/ports/executor.ts';
import type { JobRow } from '../core/ports/store.ts';
import { shuttingDown } from './failure.ts';
import type { JobTerms } from './jobs.ts';

/** `signal` aborts when the lease is lost. */
export async function runHere({ executor, clock }: { executor: Executor; clock: Clock }, work: { job: JobRow; signal: AbortSignal; terms: JobTerms }): Promise<JobAnswer> {
  const { job, terms: { gateway, fork, deadlineMs } } = work;
  const stop = new AbortController();
  const signal = AbortSignal.any([work.signal, stop.signal]);
  const cut = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  void clock.sleep(deadlineMs + 5_000, signal).then(() => {
    stop.abort(new AssayError('EXECUTOR_DEADLINE', `no answer within ${deadlineMs} ms`, { remedy: 'Make the work smaller or its deadline longer.' }));
  });
  try {
    return await Promise.race([executor.run(job.input, { id: job.id, gateway, deadlineMs, fork, signal }), cut]);
  } finally {
    stop.abort(shuttingDown());
    cut.catch(() => undefined); // nobody waits for it any more
  }
}
