/** What GitHub's identity token says of a workflow run. Fulcio writes these claims into the certificate, so that whoever verifies compares the same words. */
import { z } from 'zod';

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const number = z.string().regex(/^\d+$/);

export const RunClaims = z.object({
  iss: z.url(), repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/), repository_id: number, repository_owner_id: number, repository_visibility: z.enum(['public', 'private', 'internal']),
  /** The workflow file whose job runs: the caller's own, or the reusable one that was called. */
  job_workflow_ref: z.string().regex(/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+\/\.github\/workflows\/[A-Za-z0-9._-]+\.ya?ml@\S+$/), job_workflow_sha: commit,
  workflow_ref: z.string(), workflow_sha: commit, sha: commit, ref: z.string(), event_name: z.string(), run_id: number, run_attempt: number, runner_environment: z.string(),
});
export type RunClaims = z.infer<typeof RunClaims>;
