/**
 * One look at a job that is handed away: start it, or ask for its answer, or give it up at its deadline. It says what to do with the job and
 * does nothing to it. A limit or an outage is waited for; what cannot be believed is an answer with its code.
 */
import { problemOf, type Problem } from '../core/errors.ts';
import type { JobAnswer, JobKind } from '../core/job.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { AwayExecutor } from '../core/ports/executor.ts';
import type { Log } from '../core/ports/log.ts';
import type { JobRow, Jobs, JobTicket, Queue, RepositoryRef } from '../core/ports/store.ts';
import { retryLaterAt } from './failure.ts';

export type Look = { answer: JobAnswer } | { wait: { ticket: JobTicket | null; until: number } };

export interface Looking {
  away: AwayExecutor;
  clock: Clock;
  log: Log;
  repository: RepositoryRef;
  deadlineMs: number;
  lookAgainMs: number;
  maxAttempts: number;
}

export function lookAway(job: JobRow, looking: Looking): Promise<Look> {
  return job.ticket ? lookAt(job, job.ticket, looking) : start(job, looking);
}

/** An answer that was lost may hide a start that took effect; its run is nobody's, as only the ticket counts. */
async function start(job: JobRow, { away, clock, log, repository, deadlineMs, lookAgainMs, maxAttempts }: Looking): Promise<Look> {
  try {
    const ticket = await away.start(job.input, { id: job.id, repository, deadlineMs });
    log.info({ wake: ticket.wake }, 'job handed away');
    return { wait: { ticket, until: clock.now() + lookAgainMs } };
  } catch (thrown) {
    const notBefore = retryLaterAt(thrown);
    log.warn({ problem: problemOf(thrown) }, 'job could not be handed away');
    if (notBefore === null || job.attempts >= maxAttempts) return { answer: failed(job.kind, problemOf(thrown)) };
    return { wait: { ticket: null, until: Math.max(notBefore, clock.now() + lookAgainMs * job.attempts) } };
  }
}

async function lookAt(job: JobRow, ticket: JobTicket, looking: Looking): Promise<Look> {
  const { away, clock, log, repository, lookAgainMs } = looking;
  let notBefore = 0;
  try {
    const answer = await away.collect(ticket, { id: job.id, job: job.input, repository });
    if (answer) return { answer };
  } catch (thrown) {
    const later = retryLaterAt(thrown);
    log.warn({ wake: ticket.wake, problem: problemOf(thrown) }, 'the answer could not be collected');
    if (later === null) return { answer: failed(job.kind, problemOf(thrown)) };
    notBefore = later;
  }
  if (clock.now() < ticket.deadlineAt) return { wait: { ticket, until: Math.min(Math.max(notBefore, clock.now() + lookAgainMs), ticket.deadlineAt) } };
  await abandon(ticket, looking);
  return { answer: failed(job.kind, { code: 'EXECUTOR_DEADLINE', message: `no answer came in time: ${ticket.where}`, remedy: 'Read the run\'s log; it may have waited for a runner. Then comment /retry.' }) };
}

/** Work that goes on although nobody waits costs minutes and nothing else: that it could not be stopped changes no answer. */
export async function abandon(ticket: JobTicket, { away, repository, log }: Pick<Looking, 'away' | 'repository' | 'log'>): Promise<void> {
  try {
    await away.abandon(ticket, repository);
  } catch (thrown) {
    log.warn({ wake: ticket.wake, problem: problemOf(thrown) }, 'the run could not be stopped');
  }
}

/** What was cancelled here goes on elsewhere until it is told. Answers the work of telling it, or null where there is none. */
export async function stopAbandoned(from: { store: Pick<Jobs, 'takeAbandoned'> & Pick<Queue, 'subject'>; away: AwayExecutor | undefined; log: Log }): Promise<(() => Promise<void>) | null> {
  const { store, away } = from;
  const left = away ? await store.takeAbandoned() : null;
  const repository = left && (await store.subject(left.subject))?.repository;
  return away && left && repository ? () => abandon(left.ticket, { away, repository, log: from.log }) : null;
}

function failed(kind: JobKind, problem: Problem): JobAnswer {
  return { ok: false, kind, problem, sandbox: 'none', ms: 0 };
}
