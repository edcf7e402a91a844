/**
 * Signs what a run states with the run's identity, and reads it back as its readers will: by the configured trust domain, this very workflow, repository and run.
 * What does not verify does not leave.
 */
import { AssayError } from '../../core/errors.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { statementBytes } from '../../core/statement.ts';
import { signKeyless } from '../../edges/sigstore/keyless.ts';
import { openTrust } from '../../edges/sigstore/open.ts';
import type { Instance } from '../../edges/sigstore/instance.ts';
import type { Identity } from '../../edges/workflow-run/identity.ts';
import type { ExpectedSubject, Slot } from '../../evidence/verification/expectation.ts';
import { workflowOf } from '../../evidence/verification/workflow.ts';
import { verifyEvidence } from '../../evidence/verification/verify.ts';

export interface Signing {
  identity: Identity;
  instance: Instance;
  server: string;
}

/** The bundle as JSON text. Throws SIGNING_FAILED where a service does not do its part, EVIDENCE_* where the bundle is not what was to be made. */
export async function signedBundle({ slot, statement }: { slot: Slot; statement: Statement }, { identity, instance, server }: Signing): Promise<string> {
  const bundle = await signKeyless({ data: statementBytes(statement), kind: 'statement', identityToken: identity.token, signingConfig: instance.config });
  const signer = { kind: 'certificate', workflow: workflowOf(identity.claims, server) } as const;
  const subjects = statement.subject.map(({ digest }): ExpectedSubject => digest);
  const result = verifyEvidence(Buffer.from(bundle), { slot, signer, subjects, use: 'signing', now: Date.now() }, { trust: openTrust(instance.trust), replays: { firstUse: (_, use) => use } });
  if ('verified' in result) return bundle;
  const { code, message, got, expected } = result.refused;
  throw new AssayError(code, `What was signed does not verify: ${message} (found ${got ?? 'nothing'}, expected ${expected ?? 'another'}).`, { remedy: 'Nothing of it is kept. Run the job again; if it repeats, the root of the Sigstore instance is older than its keys: update Assay, or ASSAY_SIGSTORE_ROOT.' });
}
