/** Asks GitHub to merge exactly this head. Branch protection has the last word; what it says is kept and shown. */
import type { Merge, StepResult } from '../core/step.ts';
import { z } from 'zod';
import type { StepContext } from './context.ts';

export const MergeRefused = z.object({ headSha: z.string(), status: z.number(), message: z.string() });
export type MergeRefused = z.infer<typeof MergeRefused>;

export async function merge(step: Merge, { github, repository, store, subject }: StepContext): Promise<StepResult> {
  const answer = await github.merge(repository, step.pullRequest, step);
  if (answer.merged) {
    await store.putNote(subject, 'merged', { sha: answer.sha });
    return 'updated';
  }
  const refused: MergeRefused = { headSha: step.headSha, status: answer.status, message: answer.message };
  await store.putNote(subject, 'merge refused', refused);
  return 'unchanged';
}
