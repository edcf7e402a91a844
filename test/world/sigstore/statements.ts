/** Statements and expectations that fit the run in claims.ts: what an honest run says, and what an honest verifier expects of it. */
import { createHash } from 'node:crypto';
import type { Statement } from '../../../app/core/ports/signer.ts';
import type { Expectation, ExpectedWorkflow, ReplayTable, Slot } from '../../../app/evidence/verification/expectation.ts';
import { slotPredicates } from '../../../app/evidence/verification/slots.ts';
import { claims, sourceSha, workflowSha, type Claims } from './claims.ts';

export const artifact = Buffer.from('what the run built\n');
export const now = Date.now();
export const policyDigest = 'd'.repeat(64);

export function subjectOf(bytes: Buffer): { sha256: string; sha512: string } {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sha512: createHash('sha512').update(bytes).digest('hex') };
}

const predicates = (of: Claims): Record<Slot, unknown> => ({
  provenance: {
    buildDefinition: { buildType: 'https://actions.github.io/buildtypes/workflow/v1', externalParameters: {}, resolvedDependencies: [{ uri: `git+https://github.com/${of.repository}@${of.ref}`, digest: { gitCommit: of.sha } }] },
    runDetails: { builder: { id: `https://github.com/${of.job_workflow_ref}` }, metadata: { invocationId: `https://github.com/${of.repository}/actions/runs/${of.run_id}/attempts/${of.run_attempt}` } },
  },
  vulnerabilities: {
    scanner: { uri: 'https://example.test/scanner', version: '1', db: { uri: 'https://example.test/db', version: '1', lastUpdate: new Date(now - 3_600_000).toISOString() }, result: [] },
    metadata: { scanStartedOn: new Date(now - 61_000).toISOString(), scanFinishedOn: new Date(now - 60_000).toISOString() },
  },
  verdict: {
    verifier: { id: 'https://example.test' }, timeVerified: new Date(now).toISOString(), resourceUri: 'git+https://example.test/o/r', policy: { uri: 'policies/assay.wasm', digest: { sha256: policyDigest } },
    inputAttestations: [], verificationResult: 'PASSED', verifiedLevels: ['ASSAY_GUARDRAILS'], slsaVersion: '1.2',
  },
  tests: { result: 'PASSED', configuration: [], passedTests: ['one'], warnedTests: [], failedTests: [] },
  sbom: { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] },
  vex: { '@context': 'https://openvex.dev/ns/v0.2.0', author: 'acme', statements: [] },
  properties: { verifier: { id: 'https://example.test', policies: [] }, timeCreated: new Date(now).toISOString(), properties: ['ASSAY_TESTS'] },
  release: { purl: 'pkg:npm/shop@1.0.0' },
  manifest: { references: [] }, approval: {},
});

/** An honest statement of the slot about the artifact, with some of it altered. */
export function statementOf(slot: Slot, altered: Partial<Statement> = {}, of: Claims = claims()): Statement {
  return { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'artifact', digest: subjectOf(artifact) }], predicateType: slotPredicates[slot][0]!, predicate: predicates(of)[slot], ...altered };
}

export const expectedWorkflow: ExpectedWorkflow = {
  issuer: 'https://token.actions.githubusercontent.com',
  signer: `https://github.com/acme/assay-actions/.github/workflows/evidence.yml@${workflowSha}`,
  signerDigests: [workflowSha],
  repository: { uri: 'https://github.com/acme/shop', id: '4242', ownerUri: 'https://github.com/acme', ownerId: '77' },
  source: { digest: sourceSha, ref: 'refs/pull/7/merge' },
  caller: { uri: 'https://github.com/acme/shop/.github/workflows/ci.yml@refs/pull/7/merge', digest: sourceSha },
  triggers: ['pull_request', 'merge_group', 'push'],
  run: 'https://github.com/acme/shop/actions/runs/1001/attempts/1',
  visibility: 'private',
};

export function expect(slot: Slot, altered: Partial<Expectation> = {}): Expectation {
  return {
    slot, signer: { kind: 'certificate', workflow: expectedWorkflow }, subjects: [subjectOf(artifact)], use: 'change:4242#7', now,
    policyDigests: [policyDigest], scan: { maxAgeMs: 24 * 3_600_000, maxDatabaseAgeMs: 48 * 3_600_000 }, ...altered,
  };
}

export function replayTable(): ReplayTable {
  const uses = new Map<string, string>();
  return { firstUse: (payload, use) => uses.get(payload) ?? (uses.set(payload, use), use) };
}
