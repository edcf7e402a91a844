/**
 * The provenance that a dispatched run left, against the run as GitHub describes it: signed by the reusable workflow at a commit of the allow-list, for this repository,
 * this run and attempt, over the very bytes of the answer. Which instance may have signed follows from the repository's visibility, never from the bundle.
 * What the evidence was used for is remembered by the port it is given, for good.
 */
import type { BundleVerifier, RunFacts, RunVerifier } from '../../core/ports/evidence.ts';
import type { Replays } from '../../core/ports/store.ts';
import { EvidenceRefusal, refusalOf, type Refusal } from '../../core/refusal.ts';
import type { ExpectedWorkflow } from './expectation.ts';
import { verifyEvidence } from './verify.ts';
import { actionsIssuer } from './workflow.ts';

export interface RunSigners {
  /** `https://github.com` or the server's own address. */
  server: string;
  /** `owner/name` of the repository with the reusable workflow, and its allowed commits, at least one. */
  workflow: { repository: string; commits: readonly string[] };
  /** Null: nothing is believed of repositories that are not public. */
  trust: { public: BundleVerifier; private: BundleVerifier | null };
  replays: Replays;
  now(): number;
}

export function runVerifier(signers: RunSigners): RunVerifier {
  return {
    judges: ({ visibility }) => trustFor(visibility, signers) !== null,
    refusal: (bundle, run, use) => refusal({ bundle, run, use }, signers),
  };
}

function trustFor(visibility: RunFacts['visibility'], { trust }: RunSigners): BundleVerifier | null {
  return visibility === 'public' ? trust.public : trust.private;
}

/** The caller pins the workflow by its full commit, so that name and digest are of one commit: each allowed one is tried as a whole. */
async function refusal({ bundle, run, use }: { bundle: Uint8Array; run: RunFacts; use: string }, signers: RunSigners): Promise<Refusal | null> {
  const trust = trustFor(run.visibility, signers);
  const nobody = { code: 'EVIDENCE_EXPECTATION', message: 'nobody is trusted to sign for this repository', got: null, expected: null, remedy: 'Name who may sign, or expect no evidence.' };
  if (!trust) return nobody;
  let refused: Refusal = nobody;
  for (const commit of signers.workflow.commits) {
    const signer = { kind: 'certificate', workflow: expected(run, commit, signers) } as const;
    const result = verifyEvidence(bundle, { slot: 'provenance', signer, subjects: [{ sha256: run.artefact }], use, now: signers.now() }, { trust, replays: { firstUse: (_, given) => given } });
    if ('verified' in result) return replayed(await signers.replays.firstUse(result.verified.payloadSha256, use), use);
    refused = result.refused;
  }
  return refused;
}

function replayed(first: string, use: string): Refusal | null {
  return first === use ? null : refusalOf(new EvidenceRefusal('EVIDENCE_REPLAYED', 'this evidence was used for something else before', { got: first, expected: use }));
}

function expected(run: RunFacts, commit: string, { server, workflow }: RunSigners): ExpectedWorkflow {
  const owner = `${server}/${run.repository.owner}`;
  const uri = `${owner}/${run.repository.name}`;
  const ref = `refs/heads/${run.branch}`;
  return {
    issuer: actionsIssuer, signer: `${server}/${workflow.repository}/.github/workflows/assay.yml@${commit}`, signerDigests: [commit],
    repository: { uri, id: String(run.repository.id), ownerUri: owner, ownerId: String(run.ownerId) },
    source: { digest: run.headSha, ref }, caller: { uri: `${uri}/${run.path}@${ref}`, digest: run.headSha },
    triggers: ['workflow_dispatch'], run: `${uri}/actions/runs/${run.id}/attempts/${run.attempt}`, visibility: run.visibility,
  };
}
