/** The one expectation that a run's own claims give: what its certificate must say, word by word. Pure. */
import type { RunClaims } from '../../core/run-claims.ts';
import { invocation } from '../provenance.ts';
import type { ExpectedWorkflow } from './expectation.ts';

/** The issuer of identities of workflow runs on github.com. */
export const actionsIssuer = 'https://token.actions.githubusercontent.com';

/** The claims were compared with what the runner says. `server`: e.g. `https://github.com`. */
export function workflowOf(claims: RunClaims, server: string): ExpectedWorkflow {
  const owner = claims.repository.split('/')[0] ?? '';
  return {
    issuer: actionsIssuer, signer: `${server}/${claims.job_workflow_ref}`, signerDigests: [claims.job_workflow_sha],
    repository: { uri: `${server}/${claims.repository}`, id: claims.repository_id, ownerUri: `${server}/${owner}`, ownerId: claims.repository_owner_id },
    source: { digest: claims.sha, ref: claims.ref }, caller: { uri: `${server}/${claims.workflow_ref}`, digest: claims.workflow_sha },
    triggers: [claims.event_name], run: invocation(server, claims), visibility: claims.repository_visibility,
  };
}
