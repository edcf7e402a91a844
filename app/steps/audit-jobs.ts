/** One entry for the start and one for the end of each job of the subject, the end with its outcome and what it cost. */
import type { JobRow } from '../core/ports/store.ts';
import type { AuditJobs, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';

export async function auditJobs({ jobs }: AuditJobs, context: StepContext): Promise<StepResult> {
  let result: StepResult = 'unchanged';
  for (const job of jobs) {
    const started = await auditStart(job, context);
    const ended = job.state === 'done' || job.state === 'cancelled' ? await tellEnd(job, context) : 'unchanged';
    if (started === 'created' || ended === 'created') result = 'created';
  }
  return result;
}

/** Told when a job is started, and again with its end, in case a crash came between. */
export function auditStart({ id, kind }: Pick<JobRow, 'id' | 'kind'>, { store, subject, trace }: Pick<StepContext, 'store' | 'subject' | 'trace'>): Promise<'created' | 'unchanged'> {
  const once = `job ${id} started`;
  return store.appendOnce(once, { actor: 'assay', action: 'job.started', subject, detail: { job: id, work: kind, once, trace } });
}

async function tellEnd(job: JobRow, { store, subject, trace }: StepContext): Promise<'created' | 'unchanged'> {
  const calls = await store.entries({ job: job.id });
  const cost = { calls: calls.length, microUsd: calls.reduce((sum, { settled, reserved }) => sum + (settled ?? reserved), 0) };
  const once = `job ${job.id} ended ${job.finishedAt}`;
  return store.appendOnce(once, {
    actor: 'assay', action: job.state === 'done' ? 'job.finished' : 'job.cancelled', subject, detail: { job: job.id, work: job.kind, attempts: job.attempts, ...ending(job), cost, once, trace },
  });
}

function ending({ answer, startedAt, finishedAt }: JobRow): Record<string, unknown> {
  const ms = startedAt !== null && finishedAt !== null ? finishedAt - startedAt : null;
  if (!answer) return { outcome: null, ms };
  return answer.ok ? { outcome: answer.output.outcome, sandbox: answer.sandbox, ms } : { outcome: 'error', reason: answer.problem.code, sandbox: answer.sandbox, ms };
}
