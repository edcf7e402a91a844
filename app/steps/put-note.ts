import type { PutNote, StepResult } from '../core/step.ts';
import { canonicalJson } from '../core/digest.ts';
import type { StepContext } from './context.ts';

/** Remembers a fact about the subject; equal values are not written again. */
export async function putNote(step: PutNote, { store, subject, repository }: StepContext): Promise<StepResult> {
  const about = step.about ?? subject;
  const present = await store.note(about, step.name) ?? null;
  if (present !== null && canonicalJson(present) === canonicalJson(step.value)) return 'unchanged';
  await store.putNote(about, step.name, step.value);
  for (const key of [...(step.again ? [about] : []), ...(step.tell ?? [])]) await store.mark(key, repository);
  return present === null ? 'created' : 'updated';
}
