/** What the wasm answers is parsed, never trusted: an answer of another shape is POLICY_ANSWER, and nothing is read into it. */
import { z } from 'zod';
import { AssayError } from './errors.ts';

/** A reason that policy gives: stable, and made into a sentence elsewhere. */
export const Code = z.string().regex(/^[A-Z][A-Z0-9_]*$/);

/** Throws POLICY_ANSWER. */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new AssayError('POLICY_ANSWER', `the policy's answer is of another shape: ${z.prettifyError(parsed.error)}`, {
    remedy: 'The wasm and the types in app/core come from different versions: rebuild with node policies/build.ts.',
  });
}
