import type { CancelJobs, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';

/** Stops what is queued or running for this subject; finished work stays. */
export async function cancelJobs(_step: CancelJobs, { store, subject }: StepContext): Promise<StepResult> {
  return (await store.cancelJobs(subject)) > 0 ? 'updated' : 'unchanged';
}
