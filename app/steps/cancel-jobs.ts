import type { CancelJobs, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';

/** Stops what is queued or running for this subject; finished work stays. Recorded at once: a subject that is closed is not looked at again. */
export async function cancelJobs(_step: CancelJobs, { store, subject, trace }: StepContext): Promise<StepResult> {
  const count = await store.cancelJobs(subject);
  if (count === 0) return 'unchanged';
  const once = `jobs cancelled ${trace}`;
  await store.appendOnce(once, { actor: 'assay', action: 'jobs.cancelled', subject, detail: { count, once, trace } });
  return 'updated';
}
