/**
 * The job runner: takes queued work by lease, runs it through the executor and stores the answer, which marks the subject. A run that throws or
 * outlives its deadline is tried again, three times in all; then the answer is an error, never silence. A cancelled job is cut off. Work that the
 * executor hands away holds no lease meanwhile: it is looked at now and then, and when its event comes (`away.ts`).
 */
import { randomUUID } from 'node:crypto';
import { AssayError, problemOf, type Problem } from '../core/errors.ts';
import type { Gateway, JobAnswer } from '../core/job.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { AwayExecutor, Executor } from '../core/ports/executor.ts';
import type { Log } from '../core/ports/log.ts';
import type { JobRow, Jobs, Queue, RepositoryRef } from '../core/ports/store.ts';
import { abandon, lookAway, stopAbandoned } from './away.ts';
import { shuttingDown } from './failure.ts';
import { runHere } from './here.ts';
import { keepLease, type Lease } from './lease.ts';
import { withFields } from './log-fields.ts';
import { createPool, type Pool } from './pool.ts';

/** What a job runs with; `end` is called when it is over, however it ended (the one-job token dies). */
export interface JobTerms {
  gateway: Gateway | null;
  fork: boolean;
  deadlineMs: number;
  /** Where the subject is; null where the store knows no such subject. */
  repository: RepositoryRef | null;
  end?(): void | Promise<void>;
}

export interface JobRunnerOptions {
  store: Pick<Jobs, 'claimJob' | 'renewJob' | 'waitJob' | 'finishJob' | 'takeAbandoned'> & Pick<Queue, 'releaseOwned' | 'subject'>;
  executor: Executor;
  clock: Clock;
  log: Log;
  owner: string;
  termsOf(job: JobRow): JobTerms | Promise<JobTerms>;
  concurrency?: number;
  leaseMs?: number;
  pollMs?: number;
  maxAttempts?: number;
  /** How often work that was handed away is looked at without any event. */
  lookAgainMs?: number;
  /** An answer was stored: its subject is dirty now. */
  onAnswer?: () => void;
}

export interface JobRunner {
  start(): void;
  wake(): void;
  /** Answers how many jobs were cut off and given back to the queue. */
  drain(graceMs?: number): Promise<number>;
}

type Settled = JobRunnerOptions & Required<Pick<JobRunnerOptions, 'leaseMs' | 'maxAttempts' | 'lookAgainMs'>>;

interface Held {
  job: JobRow;
  /** One name per claim, so that a late run of this process cannot pass for a newer one. */
  owner: string;
  lease: Lease;
  log: Log;
}

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const runner: Settled = { leaseMs: 30_000, maxAttempts: 3, lookAgainMs: 60_000, ...options };
  const running = new Set<Held>();
  const pool = createPool({
    size: options.concurrency ?? 3, pollMs: options.pollMs ?? 1_000, clock: runner.clock, log: runner.log,
    async take() {
      const owner = `${runner.owner}/${randomUUID()}`;
      const job = await runner.store.claimJob(owner, runner.leaseMs);
      return job ? () => runJob(runner, hold(runner, job, owner), running) : stopAbandoned({ store: runner.store, away: runner.executor.away, log: runner.log });
    },
  });
  return { start: pool.start, wake: pool.wake, drain: (graceMs = 8_000) => drain(runner, { pool, running, graceMs }) };
}

function hold(runner: Settled, job: JobRow, owner: string): Held {
  const log = withFields(runner.log, { job: job.id, kind: job.kind, subject: job.subject, attempt: job.attempts });
  const lease = keepLease({ renew: () => runner.store.renewJob(job.id, owner, runner.leaseMs), leaseMs: runner.leaseMs, clock: runner.clock, log });
  return { job, owner, lease, log };
}

async function runJob(runner: Settled, held: Held, running: Set<Held>): Promise<void> {
  running.add(held);
  try {
    await turn(runner, held);
  } catch (thrown) {
    const why = held.lease.signal.aborted ? held.lease.signal.reason : thrown;
    held.log.warn({ problem: problemOf(why) }, 'job run failed');
    await again(runner, held, problemOf(why));
  } finally {
    running.delete(held);
    held.lease.end();
  }
}

/** A ticket of an executor that is no longer used counts for nothing: the work is run here, as an attempt of its own. */
async function turn(runner: Settled, held: Held): Promise<void> {
  const { job, owner } = held;
  const { away } = runner.executor;
  if (away?.takes(job.input)) return look(runner, held, away);
  if (job.ticket) return void await runner.store.waitJob(job.id, owner, { ticket: null, until: runner.clock.now() });
  await finish(runner, held, await answerOf(runner, held));
}

async function look(runner: Settled, held: Held, away: AwayExecutor): Promise<void> {
  const { job, owner, log } = held;
  if (!job.ticket && job.attempts > runner.maxAttempts) return finish(runner, held, exhausted(job, diedAlone));
  const { repository, deadlineMs } = await runner.termsOf(job);
  if (!repository) throw new AssayError('EXECUTOR_CRASHED', `the repository of ${job.subject} is not known`, { remedy: 'Install the App on it again.' });
  const { clock, lookAgainMs, maxAttempts } = runner;
  const seen = await lookAway(job, { away, clock, log, repository, deadlineMs, lookAgainMs, maxAttempts });
  if ('answer' in seen) return finish(runner, held, seen.answer);
  const isKept = await runner.store.waitJob(job.id, owner, seen.wait);
  // Cancelled, or taken over, while it was being started: its run is nobody's.
  if (!isKept && !job.ticket && seen.wait.ticket) await abandon(seen.wait.ticket, { away, repository, log });
}

const diedAlone: Problem = { code: 'EXECUTOR_CRASHED', message: 'the process that ran it died', remedy: 'Read its log.' };

/** Attempts beyond the last come from runs that died without a word, e.g. with their process. */
async function answerOf(runner: Settled, { job, lease, log }: Held): Promise<JobAnswer> {
  if (job.attempts > runner.maxAttempts) return exhausted(job, diedAlone);
  const terms = await runner.termsOf(job);
  log.info({ executor: runner.executor.name, fork: terms.fork }, 'job started');
  try {
    return await runHere(runner, { job, signal: lease.signal, terms });
  } finally {
    await terms.end?.();
  }
}

async function finish(runner: Settled, { job, owner, log }: Held, answer: JobAnswer): Promise<void> {
  const stored = await runner.store.finishJob(job.id, owner, answer);
  log.info({ ok: answer.ok, stored, ms: answer.ms }, 'job answered');
  if (stored) runner.onAnswer?.();
}

async function again(runner: Settled, held: Held, problem: Problem): Promise<void> {
  if (problem.code === 'LEASE_LOST') return;
  if (problem.code !== 'SHUTTING_DOWN' && held.job.attempts >= runner.maxAttempts) return finish(runner, held, exhausted(held.job, problem));
  await runner.store.releaseOwned(held.owner);
}

function exhausted(job: JobRow, last: Problem): JobAnswer {
  return {
    ok: false, kind: job.kind, sandbox: 'none', ms: 0,
    problem: { code: 'JOB_ATTEMPTS_EXHAUSTED', message: `${job.attempts} attempts failed, the last with ${last.code}: ${last.message}`, remedy: `${last.remedy} Then comment /retry.` },
  };
}

async function drain(runner: Settled, options: { pool: Pool; running: Set<Held>; graceMs: number }): Promise<number> {
  if (await options.pool.drain(options.graceMs)) return 0;
  const left = [...options.running];
  for (const { lease, owner } of left) {
    lease.cut(shuttingDown());
    await runner.store.releaseOwned(owner);
  }
  runner.log.warn({ cut: left.map(({ job }) => job.id) }, 'jobs cut off at shutdown');
  return left.length;
}
