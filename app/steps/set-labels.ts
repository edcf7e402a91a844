import type { SetLabels, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';

/** Adds what is wanted and absent, removes what is unwanted and present; other labels are nobody's business here. */
export async function setLabels(step: SetLabels, { github, repository, seen }: StepContext): Promise<StepResult> {
  const add = step.add.filter((label) => !seen.labels.includes(label));
  const remove = step.remove.filter((label) => seen.labels.includes(label));
  if (add.length === 0 && remove.length === 0) return 'unchanged';
  await github.setLabels(repository, step.issue, add, remove);
  return 'updated';
}
