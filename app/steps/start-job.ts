/** Starts a job once: its id is the digest of subject, kind and key, so a second start finds the first. */
import type { StartJob, StepResult } from '../core/step.ts';
import type { JobInput } from '../core/job.ts';
import { jobId } from '../core/job-id.ts';
import { auditStart } from './audit-jobs.ts';
import type { StepContext } from './context.ts';
import { readHistory } from './history.ts';

export async function startJob(step: StartJob, context: StepContext): Promise<StepResult> {
  const { store, github, repository, subject } = context;
  const id = jobId(subject, step.job.kind, step.key);
  // Work that was stopped and is wanted again is queued anew.
  const before = await store.job(id);
  if (before && before.state !== 'cancelled') return 'unchanged';
  const base = await github.tree(repository, step.trees.base);
  const head = step.trees.head === undefined ? undefined : await github.tree(repository, step.trees.head);
  const history = step.trees.history && step.trees.head !== undefined ? await readHistory(context, { base: step.trees.base, head: step.trees.head }) : undefined;
  const input = { ...step.job.input, base, ...(head ? { head } : {}), ...(history ? { history } : {}) };
  const result = await store.startJob({ id, subject, input: { kind: step.job.kind, input } as JobInput });
  await auditStart({ id, kind: step.job.kind }, context);
  return result;
}
