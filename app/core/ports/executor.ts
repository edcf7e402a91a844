import type { Gateway, JobAnswer, JobInput } from '../job.ts';
import type { JobTicket, RepositoryRef } from './store.ts';

/** Runs one job to its end: the answer, or a throw with EXECUTOR_CRASHED | EXECUTOR_DEADLINE | EXECUTOR_OUTPUT_INVALID. */
export interface Executor {
  readonly name: 'local' | 'actions';
  run(job: JobInput, options: { id: string; gateway: Gateway | null; deadlineMs: number; fork: boolean; signal?: AbortSignal }): Promise<JobAnswer>;
  /** Where it hands work away that takes minutes and must outlive this process; what it does not take is run here. */
  readonly away?: AwayExecutor;
}

/**
 * Work that goes on elsewhere: started once, then asked for until it has ended. Both throw what may be over later with the time to come back
 * (`RetryLater`), and everything else with a stable code that becomes the answer.
 */
export interface AwayExecutor {
  takes(job: JobInput): boolean;
  /** `deadlineMs` is the work's own; the ticket's `deadlineAt` leaves room for waiting in a queue. */
  start(job: JobInput, options: { id: string; repository: RepositoryRef; deadlineMs: number }): Promise<JobTicket>;
  /** The answer, which was proven to come from this ticket's work on this job; null while there is none. */
  collect(ticket: JobTicket, of: { id: string; job: JobInput; repository: RepositoryRef }): Promise<JobAnswer | null>;
  /** Nobody waits for it any more: stop it if it still goes on. */
  abandon(ticket: JobTicket, repository: RepositoryRef): Promise<void>;
}
