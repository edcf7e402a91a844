/**
 * Hands work to GitHub Actions: the job as a git blob in the subject's repository, the caller's workflow dispatched on the default branch, the
 * answer as the artefact of exactly the run that GitHub named. Nothing is found by a name that somebody else could use. Work that asks models
 * stays here: the token for it would be readable to everyone who may read the repository.
 */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { sha256 } from '../../core/digest.ts';
import type { JobAnswer, JobInput } from '../../core/job.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RunVerifier } from '../../core/ports/evidence.ts';
import type { AwayExecutor, Executor } from '../../core/ports/executor.ts';
import type { GitHubApp } from '../../core/ports/github.ts';
import type { JobTicket } from '../../core/ports/store.ts';
import { runKey } from '../../core/run-key.ts';
import { outsideOutputs } from './answer.ts';
import { collectAnswer } from './collect.ts';
import { packJob } from './job-blob.ts';

export interface ActionsOptions {
  app: Pick<GitHubApp, 'workflowRuns'>;
  /** Runs what is not handed away. */
  local: Executor;
  clock: Clock;
  /** The caller's workflow file under `.github/workflows`. */
  workflow?: string;
  /** Who may sign for runs; absent: their verdicts are not attested. */
  verifier?: RunVerifier;
  /** How long a run may wait for a runner. */
  queueMs?: number;
}

/** What is remembered of a run: which one GitHub started, what must be true of it, and which job it was given. */
export const RunTicket = z.strictObject({ id: z.number(), url: z.string(), path: z.string(), branch: z.string(), jobDigest: z.string() });
export type RunTicket = z.infer<typeof RunTicket>;

export const defaultWorkflow = 'assay.yml';

export function actionsExecutor(options: ActionsOptions): Executor {
  return { name: 'actions', run: (job, run) => here(options.local, job, run), away: awayOf(options) };
}

/** A fork's code is not run on this machine, also where its work asks models. */
function here(local: Executor, job: JobInput, run: Parameters<Executor['run']>[1]): Promise<JobAnswer> {
  if (!run.fork) return local.run(job, run);
  throw new AssayError('EXECUTOR_FORK_REFUSED', `A "${job.kind}" job asks models and runs on the App's machine, which takes no code from a fork.`, {
    remedy: 'Push the same commit to a branch of the repository, where a writer answers for it.',
  });
}

function awayOf({ app, clock, verifier, workflow = defaultWorkflow, queueMs = 15 * 60_000 }: ActionsOptions): AwayExecutor {
  return {
    takes: (job) => job.kind in outsideOutputs,
    async start(job, { id, repository, deadlineMs }) {
      const bytes = packJob(job);
      const runs = await app.workflowRuns(repository.installationId);
      const branch = await runs.defaultBranch(repository);
      const blob = await runs.createBlob(repository, bytes);
      const run = await runs.dispatch(repository, { workflow, branch, inputs: { job: id, blob: blob.sha } });
      const ticket: RunTicket = { ...run, path: `.github/workflows/${workflow}`, branch, jobDigest: sha256(bytes) };
      return { wake: runKey(repository.id, run.id), deadlineAt: clock.now() + deadlineMs + queueMs, where: run.url, run: ticket };
    },
    async collect(ticket, { id, job, repository }) {
      const runs = await app.workflowRuns(repository.installationId);
      return collectAnswer(runs, { id, job, repository, ticket: read(ticket), verifier });
    },
    async abandon(ticket, repository) {
      await (await app.workflowRuns(repository.installationId)).cancel(repository, read(ticket).id);
    },
  };
}

function read(ticket: JobTicket): RunTicket {
  const parsed = RunTicket.safeParse(ticket.run);
  if (parsed.success) return parsed.data;
  throw new AssayError('EXECUTOR_TICKET_INVALID', `what was remembered of ${ticket.wake} is of another version`, { remedy: 'Comment /retry.' });
}
