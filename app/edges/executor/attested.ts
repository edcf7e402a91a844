/** Whether the run signed its answer: the bundle in its evidence artefact, verified over the answer's bytes. No bundle is no attestation; one that does not hold is a refusal. */
import { AssayError } from '../../core/errors.ts';
import { MIB } from '../../core/ports/sandbox.ts';
import type { RunVerifier } from '../../core/ports/evidence.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { WorkflowRuns, WorkflowRunSnapshot } from '../../core/ports/workflow-runs.ts';
import { readBundleZip } from './answer-zip.ts';

const evidenceName = 'assay-evidence';
const maxEvidenceBytes = 4 * MIB;

interface Signed {
  repository: RepositoryRef;
  run: WorkflowRunSnapshot;
  /** SHA-256 of the answer's artefact, computed here. */
  artefact: string;
  /** What the attestation is to count for: one job of one subject. */
  use: string;
}

/** Throws EXECUTOR_ATTESTATION_REFUSED, and EXECUTOR_ARTEFACT_* for an artefact of another form. */
export async function isAttested(runs: WorkflowRuns, { repository, run, artefact, use }: Signed, verifier: RunVerifier | undefined): Promise<boolean> {
  if (!verifier) return false;
  const { ownerId, visibility } = await runs.standing(repository);
  const facts = { repository, ownerId, visibility, id: run.id, attempt: run.attempt, path: run.path, branch: run.headBranch ?? '', headSha: run.headSha, artefact };
  if (!verifier.judges(facts)) return false;
  const bundle = await bundleOf(runs, repository, run.id);
  if (!bundle) return false;
  const refused = await verifier.refusal(bundle, facts, use);
  if (!refused) return true;
  throw new AssayError('EXECUTOR_ATTESTATION_REFUSED', `the run's attestation does not hold: ${refused.code}, ${refused.message} (found ${refused.got ?? 'nothing'}, expected ${refused.expected ?? 'another'})`, {
    remedy: 'Nothing of the run is used. Compare the commit at which the caller pins assay.yml with ASSAY_WORKFLOW_SIGNER, then comment /retry; if they agree, find out who signed.',
  });
}

async function bundleOf(runs: WorkflowRuns, repository: RepositoryRef, run: number): Promise<Buffer | null> {
  const found = (await runs.artefacts(repository, run, evidenceName)).filter((each) => each.runId === run && !each.expired);
  const [artefact] = found;
  if (!artefact) return null;
  if (found.length > 1) throw new AssayError('EXECUTOR_ATTESTATION_REFUSED', `the run left ${found.length} sets of evidence`, { remedy: 'The caller must call assay.yml once. Then comment /retry.' });
  return readBundleZip(await runs.download(repository, artefact.id, maxEvidenceBytes));
}
