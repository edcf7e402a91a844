/** Puts exactly this head into the merge queue of its base. What GitHub says against it is kept and shown, as with a merge. */
import type { Enqueue, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';
import type { MergeRefused } from './merge.ts';

export async function enqueue(step: Enqueue, { github, repository, store, subject }: StepContext): Promise<StepResult> {
  const answer = await github.enqueue(repository, step);
  if (answer.entered) return 'updated';
  const refused: MergeRefused = { headSha: step.headSha, status: answer.status, message: answer.message };
  await store.putNote(subject, 'merge refused', refused);
  return 'unchanged';
}
