/**
 * Whether the one who signed is the workflow run that was expected: equality of each value of the certificate with what was configured or asked of the forge, in one
 * table. A missing value is as wrong as another one. Prefixes, patterns and names that were registered anew have nothing to hold on to.
 */
import type { CertificateSigner, OpenedBundle } from '../../core/ports/evidence.ts';
import { EvidenceRefusal } from '../../core/refusal.ts';
import type { ExpectedSigner, ExpectedWorkflow } from './expectation.ts';

interface Rule {
  code: string;
  what: string;
  got: string | undefined;
  expected: readonly string[];
}

const fullCommit = /^[0-9a-f]{40}$/;

/** Throws EvidenceRefusal with the first difference. */
export function checkSigner(signer: OpenedBundle['signer'], expected: ExpectedSigner): void {
  if (signer.kind !== expected.kind) throw new EvidenceRefusal('EVIDENCE_KEY_KIND', `a ${signer.kind} signed where a ${expected.kind} is expected`, { got: signer.kind, expected: expected.kind });
  if (signer.kind === 'key' && expected.kind === 'key') checkHint(signer.hint, expected.hints);
  if (signer.kind === 'certificate' && expected.kind === 'certificate') checkWorkflow(signer, expected.workflow);
}

/** A key may be trusted, and not for this: who states that a finding does not apply is not who signs verdicts. */
function checkHint(hint: string, hints: readonly string[]): void {
  if (!hints.includes(hint)) throw new EvidenceRefusal('EVIDENCE_KEY_SLOT', 'this key may not sign this kind of evidence', { got: hint, expected: hints.join(' or ') });
}

function checkWorkflow(signer: CertificateSigner, expected: ExpectedWorkflow): void {
  const loose = expected.signerDigests.find((digest) => !fullCommit.test(digest));
  if (loose !== undefined || expected.signerDigests.length === 0) throw new EvidenceRefusal('EVIDENCE_EXPECTATION', 'the allow-list of workflow commits needs full commits', { got: loose ?? 'none', expected: '40 hex digits each' });
  const wrong = rulesFor(signer, expected).find(({ got, expected: right }) => got === undefined || !right.includes(got));
  if (wrong) throw new EvidenceRefusal(wrong.code, `${wrong.what} is not the expected one`, { got: wrong.got ?? 'absent', expected: wrong.expected.join(' or ') });
}

/** In the order of who may sign, where, for what. */
function rulesFor({ subjectAlternativeName, extensions }: CertificateSigner, expected: ExpectedWorkflow): Rule[] {
  const of = (number: number) => (Object.hasOwn(extensions, String(number)) ? extensions[String(number)] : undefined);
  return [
    { code: 'EVIDENCE_ISSUER', what: 'the issuer of the identity', got: of(8), expected: [expected.issuer] },
    { code: 'EVIDENCE_ISSUER', what: 'the older entry of the issuer', got: of(1) ?? expected.issuer, expected: [expected.issuer] },
    { code: 'EVIDENCE_SIGNER', what: 'the subject of the certificate', got: subjectAlternativeName, expected: [expected.signer] },
    { code: 'EVIDENCE_SIGNER', what: 'the workflow that signed', got: of(9), expected: [expected.signer] },
    { code: 'EVIDENCE_SIGNER_DIGEST', what: 'the commit of the workflow that signed', got: of(10), expected: expected.signerDigests },
    { code: 'EVIDENCE_RUNNER', what: 'the runner', got: of(11), expected: ['github-hosted'] },
    { code: 'EVIDENCE_REPOSITORY_ID', what: 'the number of the repository', got: of(15), expected: [expected.repository.id] },
    { code: 'EVIDENCE_OWNER_ID', what: 'the number of its owner', got: of(17), expected: [expected.repository.ownerId] },
    { code: 'EVIDENCE_REPOSITORY', what: 'the repository', got: of(12), expected: [expected.repository.uri] },
    { code: 'EVIDENCE_OWNER', what: 'its owner', got: of(16), expected: [expected.repository.ownerUri] },
    { code: 'EVIDENCE_RUN', what: 'the run', got: of(21), expected: [expected.run] },
    { code: 'EVIDENCE_SOURCE_DIGEST', what: 'the commit of the run', got: of(13), expected: [expected.source.digest] },
    { code: 'EVIDENCE_SOURCE_REF', what: 'the ref of the run', got: of(14), expected: [expected.source.ref] },
    { code: 'EVIDENCE_CALLER', what: 'the calling workflow', got: of(18), expected: [expected.caller.uri] },
    { code: 'EVIDENCE_CALLER_DIGEST', what: 'the commit of the calling workflow', got: of(19), expected: [expected.caller.digest] },
    { code: 'EVIDENCE_TRIGGER', what: 'the trigger', got: of(20), expected: expected.triggers },
    { code: 'EVIDENCE_VISIBILITY', what: 'the visibility of the repository', got: of(22), expected: [expected.visibility] },
  ];
}
