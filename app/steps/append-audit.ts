import type { AppendAudit, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';

/** One entry in the audit log per fact and subject. */
export function appendAudit({ once, actor, action, detail, about }: AppendAudit, { store, subject, trace }: StepContext): Promise<StepResult> {
  return store.appendOnce(once, { actor, action, subject: about ?? subject, detail: { ...detail, once, trace } });
}
