import type { CloseIssue, StepResult } from '../core/step.ts';
import { conversation, type StepContext } from './context.ts';

/** Closes the issue; an issue that is closed already (GitHub does it for `Closes #n`) is left alone. */
export async function closeIssue(step: CloseIssue, { github, repository, ...context }: StepContext): Promise<StepResult> {
  if (conversation(context).state !== 'open') return 'unchanged';
  await github.closeIssue(repository, step.issue, step.reason);
  return 'updated';
}
