/** One audit line per fact. The note is written after the line: a crash in between repeats the line, with the same `once`, rather than losing it. */
import type { AppendAudit, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';

export async function appendAudit(step: AppendAudit, { store, subject }: StepContext): Promise<StepResult> {
  const note = `audit ${step.once}`;
  const present = await store.note(subject, note);
  if (present !== undefined && present !== null) return 'unchanged';
  const entry = await store.append({ actor: step.actor, action: step.action, subject, detail: { ...step.detail, once: step.once } });
  await store.putNote(subject, note, entry.index);
  return 'created';
}
