/**
 * The statements Assay signs, in the formats other verifiers read: SLSA verification summaries for verdicts, in-toto test results for runs, simple verification results and releases, and an
 * own predicate for approvals and audit checkpoints, for which no standard one exists. All pure; every time is given, in milliseconds.
 */
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import { Assertion, type SignedAct } from '../core/presence.ts';
import { statementType } from '../core/statement.ts';
import type { Statement } from '../core/ports/signer.ts';
import type { SubjectKey } from '../core/subject.ts';
import type { Outcome } from '../core/verdict.ts';

export const predicateTypes = {
  verdict: 'https://slsa.dev/verification_summary/v1',
  testResult: 'https://in-toto.io/attestation/test-result/v0.1',
  properties: 'https://in-toto.io/attestation/svr/v0.2',
  release: 'https://in-toto.io/attestation/release/v0.2',
  manifest: 'https://in-toto.io/attestation/reference/v0.1',
  approval: 'https://github.com/assay-dev/assay/approval/v0.1',
  contents: 'https://github.com/assay-dev/assay/pack-contents/v0.1',
  auditCheckpoint: 'https://github.com/assay-dev/assay/audit-checkpoint/v0.2',
} as const;

/** What a statement is about. `resource` is a URI such as `git+https://github.com/o/r#refs/pull/7/head`. */
export interface EvidenceSubject {
  resource: string;
  headSha: string;
  treeSha?: string;
}

export interface NamedDigest {
  name: string;
  sha256: string;
}

function subjectOf({ resource, headSha, treeSha }: EvidenceSubject): Statement['subject'] {
  return [{ name: resource, digest: { gitCommit: headSha, ...(treeSha ? { gitTree: treeSha } : {}) } }];
}

function statement(subject: EvidenceSubject, predicateType: string, predicate: Record<string, unknown>): Statement {
  return { _type: statementType, subject: subjectOf(subject), predicateType, predicate };
}

export interface VerdictFacts {
  subject: EvidenceSubject;
  slot: string;
  outcome: Outcome;
  verifier: string;
  policyDigest: string;
  /** Digests of all that the verdict rests on: job inputs and answers, other statements. */
  inputs: NamedDigest[];
  at: number;
}

/** A failing verdict is stated as well, so that a passing older one cannot be shown instead. */
export function verdictStatement(facts: VerdictFacts): Statement {
  const passed = facts.outcome === 'pass';
  const level = `ASSAY_${facts.slot.replace(/([a-z])([A-Z])/g, '$1_$2').replaceAll('-', '_').toUpperCase()}`;
  return statement(facts.subject, predicateTypes.verdict, {
    verifier: { id: facts.verifier },
    timeVerified: new Date(facts.at).toISOString(),
    resourceUri: facts.subject.resource,
    policy: { uri: 'policies/assay.wasm', digest: { sha256: facts.policyDigest } },
    inputAttestations: facts.inputs.map(({ name, sha256 }) => ({ uri: name, digest: { sha256 } })),
    verificationResult: passed ? 'PASSED' : 'FAILED',
    verifiedLevels: passed ? [level] : [`${level}_${facts.outcome.toUpperCase()}`],
    slsaVersion: '1.2',
  });
}

export interface TestResultFacts {
  subject: EvidenceSubject;
  outcome: Outcome;
  /** What ran: spec, seed record, tool set. */
  configuration: NamedDigest[];
  passed: string[];
  failed: string[];
}

/** For consensus and audit runs; the result is FAILED for every outcome but pass. */
export function testResultStatement(facts: TestResultFacts): Statement {
  return statement(facts.subject, predicateTypes.testResult, {
    result: facts.outcome === 'pass' ? 'PASSED' : 'FAILED',
    configuration: facts.configuration.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    passedTests: facts.passed,
    warnedTests: [],
    failedTests: facts.failed,
  });
}

export interface PropertyFacts {
  subject: EvidenceSubject;
  verifier: string;
  /** Of the rules it was judged by; may be empty, never absent. */
  policies: NamedDigest[];
  /** What was verified and holds, in upper case with underscores; what failed is not named. */
  properties: string[];
  at: number;
}

/** The short answer: which properties hold. It says nothing of those it does not name. */
export function propertyStatement({ subject, verifier, policies, properties, at }: PropertyFacts): Statement {
  return statement(subject, predicateTypes.properties, {
    verifier: { id: verifier, policies: policies.map(({ name, sha256 }) => ({ uri: name, digest: { sha256 } })) }, timeCreated: new Date(at).toISOString(), properties: properties.map((each) => `ASSAY_${each}`),
  });
}

/** Which files make up a release. `purl` names package and version. */
export function releaseStatement({ purl, artifacts }: { purl: string; artifacts: readonly NamedDigest[] }): Statement {
  return { _type: statementType, subject: artifacts.map(({ name, sha256 }) => ({ name, digest: { sha256 } })), predicateType: predicateTypes.release, predicate: { purl } };
}

export interface ApprovalFacts {
  subject: EvidenceSubject;
  manifestDigest: string;
  policyDigest: string;
  actorId: number;
  class: 'independent' | 'self-attested';
  presence: 'account' | 'passkey';
  /** What the passkey signed, on which subject of the App. */
  passkey?: Assertion & { subject: string };
  /** The head that the comment names, of which this one is a mere rebase, and the evidence that was published for it. */
  carriedFrom?: { headSha: string; manifestDigest: string };
  commentId: number;
  at: number;
}

/** An approval refers to the manifest by digest and is never in it. It is of merging this head, of nothing else. */
export function approvalStatement(facts: ApprovalFacts): Statement {
  return statement(facts.subject, predicateTypes.approval, {
    action: 'merge',
    manifest: { digest: { sha256: facts.manifestDigest } },
    policy: { digest: { sha256: facts.policyDigest } },
    actor: { id: facts.actorId, class: facts.class, presence: facts.presence },
    ...(facts.carriedFrom ? { carriedFrom: { head: { gitCommit: facts.carriedFrom.headSha }, manifest: { digest: { sha256: facts.carriedFrom.manifestDigest } } } } : {}),
    ...(facts.passkey ? { passkey: { ...facts.passkey } } : {}),
    comment: facts.commentId,
    timeApproved: new Date(facts.at).toISOString(),
  });
}

const Approval = z.object({
  manifest: z.object({ digest: z.object({ sha256: z.string() }) }), actor: z.object({ id: z.number(), class: z.string(), presence: z.enum(['account', 'passkey']).default('account') }),
  carriedFrom: z.object({ head: z.object({ gitCommit: z.string() }), manifest: z.object({ digest: z.object({ sha256: z.string() }) }) }).optional(),
  passkey: Assertion.extend({ subject: z.custom<SubjectKey>((value) => typeof value === 'string') }).optional(),
});

export interface ReadApproval {
  manifestDigest: string;
  headSha: string | undefined;
  actorId: number;
  class: string;
  /** What a passkey signed and how; null where the approval proves an account. Whether the signature holds is still to be checked. */
  passkey: { act: SignedAct; assertion: Assertion } | null;
}

/** What a verified approval says. Throws EVIDENCE_APPROVAL where the statement is none. */
export function readApproval(statement: Statement): ReadApproval {
  const predicate = Approval.safeParse(statement.predicate);
  if (statement.predicateType !== predicateTypes.approval || !predicate.success) throw new AssayError('EVIDENCE_APPROVAL', `this statement (${statement.predicateType}) is no approval`, { remedy: 'Give the approval that the App signed.' });
  const { manifest: { digest: { sha256: digest } }, actor, passkey, carriedFrom } = predicate.data;
  if (actor.presence === 'passkey' && !passkey) throw new AssayError('EVIDENCE_APPROVAL', 'this approval claims a passkey and brings no signature of one', { remedy: 'Give the approval that the App signed.' });
  const headSha = statement.subject[0]?.digest.gitCommit;
  const signed = passkey ? { act: { subject: passkey.subject, sha: carriedFrom?.head.gitCommit ?? headSha ?? '', digest: carriedFrom?.manifest.digest.sha256 ?? digest, account: actor.id, nonce: passkey.nonce }, assertion: passkey } : null;
  return { manifestDigest: digest, headSha, actorId: actor.id, class: actor.class, passkey: signed };
}

/** Says what the audit log held at this time: so many entries with this root of their Merkle tree (hex), the last one with this hash. */
export function auditCheckpointStatement({ origin, size, root, head, at }: { origin: string; size: number; root: string; head: string; at: number }): Statement {
  return {
    _type: statementType,
    subject: [{ name: origin, digest: { sha256: root } }],
    predicateType: predicateTypes.auditCheckpoint,
    predicate: { size, head, time: new Date(at).toISOString() },
  };
}
