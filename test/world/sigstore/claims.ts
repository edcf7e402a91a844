/** What GitHub says of a workflow run in its identity token; the certificate authority turns each claim into an extension of the certificate. */

export interface Claims {
  iss: string;
  sub: string;
  repository: string;
  repository_id: string;
  repository_owner: string;
  repository_owner_id: string;
  repository_visibility: string;
  job_workflow_ref: string;
  job_workflow_sha: string;
  workflow: string;
  workflow_ref: string;
  workflow_sha: string;
  sha: string;
  ref: string;
  event_name: string;
  run_id: string;
  run_attempt: string;
  runner_environment: string;
}

export const workflowSha = 'e'.repeat(40);
export const sourceSha = 'a'.repeat(40);
const workflow = `acme/assay-actions/.github/workflows/evidence.yml@${workflowSha}`;

/** A run of our workflow for a pull request of acme/shop, with some claims other than they should be. The subject follows the workflow, as it does at GitHub. */
export function claims(altered: Partial<Claims> = {}): Claims {
  const ref = altered.job_workflow_ref ?? workflow;
  return {
    iss: 'https://token.actions.githubusercontent.com',
    sub: `https://github.com/${ref}`,
    repository: 'acme/shop', repository_id: '4242', repository_owner: 'acme', repository_owner_id: '77', repository_visibility: 'private',
    job_workflow_ref: ref, job_workflow_sha: workflowSha,
    workflow: 'ci', workflow_ref: 'acme/shop/.github/workflows/ci.yml@refs/pull/7/merge', workflow_sha: sourceSha,
    sha: sourceSha, ref: 'refs/pull/7/merge', event_name: 'pull_request', run_id: '1001', run_attempt: '1', runner_environment: 'github-hosted',
    ...altered,
  };
}

/** Unsigned: the stand-in only decodes it, and the library only reads the subject. */
export function identityToken(given: Claims): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...given, aud: 'sigstore', exp: 4_102_444_800 })}.x`;
}
