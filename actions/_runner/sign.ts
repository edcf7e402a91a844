/**
 * Signs what the third job states with the run's identity, and reads it back as its readers will: by the configured trust domain, this very workflow, repository and run.
 * What does not verify does not leave.
 */
import { AssayError } from '../../app/core/errors.ts';
import type { Statement } from '../../app/core/ports/signer.ts';
import { statementBytes } from '../../app/core/statement.ts';
import { signKeyless } from '../../app/edges/sigstore/keyless.ts';
import { openTrust } from '../../app/edges/sigstore/open.ts';
import type { ExpectedSubject, ExpectedWorkflow, Slot } from '../../app/evidence/verification/expectation.ts';
import { verifyEvidence } from '../../app/evidence/verification/verify.ts';
import type { Claims, Identity } from './identity.ts';
import { invocation } from './provenance.ts';
import type { Instance } from './sigstore-instance.ts';

export interface Signing {
  identity: Identity;
  instance: Instance;
  server: string;
}

/** The bundle as JSON text. Throws SIGNING_FAILED where a service does not do its part, EVIDENCE_* where the bundle is not what was to be made. */
export async function signedBundle({ slot, statement }: { slot: Slot; statement: Statement }, { identity, instance, server }: Signing): Promise<string> {
  const bundle = await signKeyless({ data: statementBytes(statement), kind: 'statement', identityToken: identity.token, signingConfig: instance.config });
  const signer = { kind: 'certificate', workflow: expectedWorkflow(identity.claims, server) } as const;
  const subjects = statement.subject.map(({ digest }): ExpectedSubject => digest);
  const result = verifyEvidence(Buffer.from(bundle), { slot, signer, subjects, use: 'signing', now: Date.now() }, { trust: openTrust(instance.trust), replays: { firstUse: (_, use) => use } });
  if ('verified' in result) return bundle;
  const { code, message, got, expected } = result.refused;
  throw new AssayError(code, `What was signed does not verify: ${message} (found ${got ?? 'nothing'}, expected ${expected ?? 'another'}).`, { remedy: 'Nothing of it is kept. Run the job again; if it repeats, the root of the Sigstore instance is older than its keys: update Assay, or ASSAY_SIGSTORE_ROOT.' });
}

const issuer = 'https://token.actions.githubusercontent.com';

/** The claims were compared with what the runner says. */
function expectedWorkflow(claims: Claims, server: string): ExpectedWorkflow {
  const owner = claims.repository.split('/')[0] ?? '';
  return {
    issuer, signer: `${server}/${claims.job_workflow_ref}`, signerDigests: [claims.job_workflow_sha],
    repository: { uri: `${server}/${claims.repository}`, id: claims.repository_id, ownerUri: `${server}/${owner}`, ownerId: claims.repository_owner_id },
    source: { digest: claims.sha, ref: claims.ref }, caller: { uri: `${server}/${claims.workflow_ref}`, digest: claims.workflow_sha },
    triggers: [claims.event_name], run: invocation(server, claims), visibility: claims.repository_visibility,
  };
}
