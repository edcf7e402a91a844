import type { SetLabels, StepResult } from '../core/step.ts';
import { conversation, type StepContext } from './context.ts';

/** Adds what is wanted and absent, removes what is unwanted and present; other labels are nobody's business here. */
export async function setLabels(step: SetLabels, { github, repository, ...context }: StepContext): Promise<StepResult> {
  const { labels } = conversation(context);
  const add = step.add.filter((label) => !labels.includes(label));
  const remove = step.remove.filter((label) => labels.includes(label));
  if (add.length === 0 && remove.length === 0) return 'unchanged';
  await github.setLabels(repository, step.issue, add, remove);
  return 'updated';
}
