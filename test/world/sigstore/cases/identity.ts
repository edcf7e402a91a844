/** Bundles that are truly signed, by somebody else: another workflow, issuer, commit, repository, run, runner, owner. */
import { claims } from '../claims.ts';
import type { Sigstore } from '../start.ts';
import { expect, expectedWorkflow, statementOf } from '../statements.ts';
import { inTurn, type EvidenceCase, type Ingredients } from './case.ts';

const other = 'b'.repeat(40);
const ref = (file: string) => `acme/assay-actions/.github/workflows/${file}`;
const tagged = ref('evidence.yml@refs/tags/v1');

const identityCases: Ingredients[] = [
  { id: 'honest', name: 'public-good', expected: 'verified' },
  { id: 'honest', name: 'public-good-second-log', expected: 'verified', witnesses: 'log-v2' },
  { id: 'honest', name: 'github-private', expected: 'verified', witnesses: 'time' },
  { id: 'E05', name: 'signer-longer', expected: 'EVIDENCE_SIGNER', claims: { job_workflow_ref: ref(`evidence.yml.evil.yml@${'e'.repeat(40)}`) } },
  { id: 'E05', name: 'signer-dot-is-any-letter', expected: 'EVIDENCE_SIGNER', claims: { job_workflow_ref: ref(`evidenceXyml@${'e'.repeat(40)}`) } },
  { id: 'E05', name: 'signer-continues', expected: 'EVIDENCE_SIGNER', claims: { sub: `https://github.com/${claims().job_workflow_ref}-and-more` } },
  { id: 'E05', name: 'signer-within-another-host', expected: 'EVIDENCE_SIGNER', claims: { sub: `https://evil.example/?https://github.com/${claims().job_workflow_ref}` } },
  { id: 'E05', name: 'build-signer-differs', expected: 'EVIDENCE_SIGNER', claims: { job_workflow_ref: ref(`other.yml@${'e'.repeat(40)}`), sub: claims().sub } },
  { id: 'E06', name: 'other-issuer', expected: 'EVIDENCE_ISSUER', claims: { iss: 'https://token.actions.example' } },
  { id: 'E06', name: 'issuer-longer', expected: 'EVIDENCE_ISSUER', claims: { iss: 'https://token.actions.githubusercontent.com/acme' } },
  { id: 'E07', name: 'workflow-at-another-commit', expected: 'EVIDENCE_SIGNER_DIGEST', claims: { job_workflow_sha: other } },
  { id: 'E07', name: 'tag-moved', expected: 'EVIDENCE_SIGNER_DIGEST', claims: { job_workflow_ref: tagged, job_workflow_sha: other }, expectation: expect('provenance', { signer: { kind: 'certificate', workflow: { ...expectedWorkflow, signer: `https://github.com/${tagged}` } } }) },
  { id: 'E07', name: 'allow-list-with-a-short-commit', expected: 'EVIDENCE_EXPECTATION', expectation: expect('provenance', { signer: { kind: 'certificate', workflow: { ...expectedWorkflow, signerDigests: ['e'] } } }) },
  { id: 'E08', name: 'our-workflow-from-another-repository', expected: 'EVIDENCE_REPOSITORY_ID', claims: { repository: 'mallory/shop', repository_id: '666', repository_owner: 'mallory', repository_owner_id: '13' } },
  { id: 'E09', name: 'another-commit', expected: 'EVIDENCE_SOURCE_DIGEST', claims: { sha: other } },
  { id: 'E09', name: 'another-ref', expected: 'EVIDENCE_SOURCE_REF', claims: { ref: 'refs/heads/mine' } },
  { id: 'E09', name: 'another-run', expected: 'EVIDENCE_RUN', claims: { run_id: '1000' } },
  { id: 'E09', name: 'another-attempt', expected: 'EVIDENCE_RUN', claims: { run_attempt: '2' } },
  { id: 'E09', name: 'another-caller', expected: 'EVIDENCE_CALLER', claims: { workflow_ref: 'acme/shop/.github/workflows/mine.yml@refs/pull/7/merge' } },
  { id: 'E09', name: 'caller-at-another-commit', expected: 'EVIDENCE_CALLER_DIGEST', claims: { workflow_sha: other } },
  { id: 'E09', name: 'another-trigger', expected: 'EVIDENCE_TRIGGER', claims: { event_name: 'workflow_dispatch' } },
  { id: 'E09', name: 'another-visibility', expected: 'EVIDENCE_VISIBILITY', claims: { repository_visibility: 'public' } },
  { id: 'E09', name: 'predicate-of-another-run', expected: 'EVIDENCE_PREDICATE', statement: statementOf('provenance', {}, claims({ run_id: '1' })) },
  { id: 'E09', name: 'predicate-of-another-builder', expected: 'EVIDENCE_PREDICATE', statement: statementOf('provenance', {}, claims({ job_workflow_ref: ref('other.yml@x') })) },
  { id: 'E09', name: 'predicate-of-another-commit', expected: 'EVIDENCE_PREDICATE', statement: statementOf('provenance', {}, claims({ sha: other })) },
  { id: 'E23', name: 'self-hosted', expected: 'EVIDENCE_RUNNER', claims: { runner_environment: 'self-hosted' } },
  { id: 'E24', name: 'name-registered-anew', expected: 'EVIDENCE_REPOSITORY_ID', claims: { repository_id: '4243' } },
  { id: 'E24', name: 'owner-registered-anew', expected: 'EVIDENCE_OWNER_ID', claims: { repository_owner_id: '78' } },
  { id: 'E24', name: 'number-right-name-wrong', expected: 'EVIDENCE_REPOSITORY', claims: { repository: 'acme/store' } },
  { id: 'E27', name: 'signer-is-not-publisher', expected: 'EVIDENCE_OWNER_ID', claims: { repository_owner: 'mallory', repository_owner_id: '13' }, statement: statementOf('provenance', { subject: [{ name: 'pkg:npm/%40acme/shop@1.0.0', digest: statementOf('provenance').subject[0]!.digest }] }) },
];

export async function casesOfIdentity(sigstore: Sigstore): Promise<EvidenceCase[]> {
  return inTurn(sigstore, identityCases);
}
