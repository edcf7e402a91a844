/** What the runner leaves as `answer.json`: the worker's answer, the job it is to, and the digest of the job's bytes as the runner read them. */
import { z } from 'zod';

/** The rest is the answer itself, checked apart. */
export const OutsideAnswer = z.looseObject({
  /** The job's id as dispatched. */
  job: z.string(),
  /** SHA-256 of the blob's bytes. */
  jobDigest: z.string().regex(/^[0-9a-f]{64}$/),
});
export type OutsideAnswer = z.infer<typeof OutsideAnswer>;
