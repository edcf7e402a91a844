/**
 * Signs a statement with the App's key, reads it back through the verifier as a stranger would, and keeps it with the time it was published.
 * The same statement is signed once: a second pass finds its digest.
 */
import { z } from 'zod';
import type { SignStatement, StepResult } from '../core/step.ts';
import { statementDigest } from '../core/statement.ts';
import type { StepContext } from './context.ts';

export const SignedNote = z.object({ digest: z.string(), payloadSha256: z.string(), at: z.number(), bundle: z.unknown(), statement: z.unknown() });
export type SignedNote = z.infer<typeof SignedNote>;

export async function signStatement(step: SignStatement, { store, subject, signer, clock }: StepContext): Promise<StepResult> {
  const digest = statementDigest(step.statement);
  const present = SignedNote.safeParse(await store.note(subject, step.note));
  if (present.success && present.data.digest === digest) return 'unchanged';
  const signed = await signer.sign(step.statement);
  await signer.verify(signed.bundle);
  const note: SignedNote = { digest, payloadSha256: signed.payloadSha256, at: clock.now(), bundle: signed.bundle, statement: step.statement };
  await store.putNote(subject, step.note, note);
  if (step.again) await store.mark(subject);
  return present.success ? 'updated' : 'created';
}
