import { describe, expect, it } from 'vitest';
import { StatementSchema, statementDigest } from '../core/statement.ts';
import type { Outcome } from '../core/verdict.ts';
import { buildManifest, manifestDigest, readManifest, type ManifestFacts, type ManifestVerdict } from './manifest.ts';
import { approvalStatement, auditCheckpointStatement, testResultStatement, verdictStatement } from './statements.ts';

const headSha = 'a'.repeat(40);
const subject = { resource: 'git+https://github.com/o/r#refs/pull/7/head', headSha };
const hex = (digit: string): string => digit.repeat(64);

function verdict(slot: string, outcome: Outcome, at = 1_790_000_000_000): ManifestVerdict {
  const statement = verdictStatement({ subject, slot, outcome, verifier: 'https://example.test/assay', policyDigest: hex('b'), inputs: [{ name: 'answer', sha256: hex('c') }], at });
  return { slot, outcome, digest: statementDigest(statement), statement };
}

const facts: ManifestFacts = {
  change: subject.resource, headSha, mergeBase: 'd'.repeat(40), tree: 'e'.repeat(40), specDigest: hex('1'), policyDigest: hex('b'), toolsDigest: hex('2'),
  verdicts: [verdict('guardrails', 'pass'), verdict('consensus', 'pass'), verdict('saboteur', 'fail')],
};

describe('the manifest', () => {
  it('binds every verdict statement, the spec, policy and tools to head and tree', () => {
    const manifest = buildManifest(facts);
    expect(StatementSchema.parse(manifest)).toEqual(manifest);
    expect(manifest).toMatchObject({ predicateType: 'https://in-toto.io/attestation/reference/v0.1', subject: [{ digest: { gitCommit: headSha, gitTree: 'e'.repeat(40) } }] });
    const names = (manifest.predicate as { references: { name: string }[] }).references.map((each) => each.name);
    expect(names).toEqual(['merge-base', 'spec', 'policy', 'tools', 'verdict/consensus', 'verdict/guardrails', 'verdict/saboteur']);
    expect(readManifest(manifest)).toMatchObject({ headSha, verdicts: [{ slot: 'consensus', outcome: 'pass' }, { slot: 'guardrails' }, { slot: 'saboteur', outcome: 'fail', digest: facts.verdicts[2]!.digest }] });
  });

  it('is the same for the same facts in any order, and another for any other fact', () => {
    const digest = manifestDigest(buildManifest(facts));
    expect(manifestDigest(buildManifest({ ...facts, verdicts: facts.verdicts.toReversed() }))).toBe(digest);
    const { tree: _, ...withoutTree } = facts;
    const others: ManifestFacts[] = [
      withoutTree, { ...facts, change: 'x' }, { ...facts, mergeBase: 'f'.repeat(40) }, { ...facts, specDigest: null }, { ...facts, policyDigest: hex('9') }, { ...facts, toolsDigest: hex('9') },
      { ...facts, verdicts: facts.verdicts.slice(1) }, { ...facts, verdicts: [verdict('guardrails', 'pass', 1), ...facts.verdicts.slice(1)] },
    ];
    expect(new Set([digest, ...others.map((other) => manifestDigest(buildManifest(other)))]).size).toBe(others.length + 1);
  });

  it('refuses verdicts that contradict themselves', () => {
    const [first] = facts.verdicts;
    const codes = [[], [first!, first!], [{ ...first!, digest: hex('0') }], [{ ...first!, outcome: 'pass' as const, statement: facts.verdicts[2]!.statement }]].map((verdicts) => {
      try {
        return manifestDigest(buildManifest({ ...facts, verdicts }));
      } catch (thrown) {
        return (thrown as { code: string }).code;
      }
    });
    expect(codes).toEqual(['EVIDENCE_EMPTY', 'EVIDENCE_SLOT_TWICE', 'EVIDENCE_DIGEST', 'EVIDENCE_DIGEST']);
    expect(() => buildManifest({ ...facts, headSha: 'c'.repeat(40) })).toThrow(expect.objectContaining({ code: 'EVIDENCE_SUBJECT' }));
  });

  it('is not read from another statement', () => {
    expect(() => readManifest(facts.verdicts[0]!.statement)).toThrow(expect.objectContaining({ code: 'EVIDENCE_MANIFEST' }));
    expect(() => readManifest({ ...buildManifest(facts), predicate: { references: [] } })).toThrow(expect.objectContaining({ code: 'EVIDENCE_MANIFEST' }));
  });
});

describe('the statements', () => {
  it('say PASSED for pass and for nothing else', () => {
    const outcomes: Outcome[] = ['pass', 'fail', 'error', 'neutral', 'not_applicable', 'stale', 'not_comparable', 'not_reproduced', 'spec_gap'];
    for (const outcome of outcomes) {
      const result = outcome === 'pass' ? 'PASSED' : 'FAILED';
      expect(verdict('supplyChain', outcome).statement.predicate).toMatchObject({ verificationResult: result, verifiedLevels: [outcome === 'pass' ? 'ASSAY_SUPPLY_CHAIN' : `ASSAY_SUPPLY_CHAIN_${outcome.toUpperCase()}`] });
      const run = testResultStatement({ subject, outcome, configuration: [{ name: 'spec', sha256: hex('1') }], passed: ['AC1'], failed: ['AC2'] });
      expect(run).toMatchObject({ predicateType: 'https://in-toto.io/attestation/test-result/v0.1', predicate: { result, passedTests: ['AC1'], failedTests: ['AC2'] } });
      expect(StatementSchema.safeParse(run).success).toBe(true);
    }
  });

  it('of an approval names manifest, actor id, class and commit; of a checkpoint the entry', () => {
    const approval = approvalStatement({ subject, manifestDigest: hex('3'), policyDigest: hex('b'), actorId: 7, class: 'self-attested', presence: 'account', commentId: 9, at: 0 });
    expect(StatementSchema.parse(approval)).toMatchObject({ subject: [{ digest: { gitCommit: headSha } }], predicate: { action: 'merge', manifest: { digest: { sha256: hex('3') } }, actor: { id: 7, class: 'self-attested' }, timeApproved: '1970-01-01T00:00:00.000Z' } });
    expect(StatementSchema.parse(auditCheckpointStatement({ origin: 'log.example', size: 5, root: hex('4'), head: hex('5'), at: 0 }))).toMatchObject({ subject: [{ name: 'log.example', digest: { sha256: hex('4') } }], predicate: { size: 5, head: hex('5') } });
  });
});
