/**
 * E04, E09–E12, E19–E21, E34: what only several bundles together show. Nothing to judge is no pass, one run's evidence does not mix with another's, a pass hides no fail,
 * and what was used once for one change is not evidence for another.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../app/core/digest.ts';
import { statementDigest } from '../../app/core/statement.ts';
import { openTrust } from '../../app/edges/sigstore/open.ts';
import { openSigner, verifyBundle } from '../../app/edges/sigstore/signer.ts';
import { buildManifest } from '../../app/evidence/manifest.ts';
import { manifestFile, packFiles, verifyPack } from '../../app/evidence/pack.ts';
import { verdictStatement } from '../../app/evidence/statements.ts';
import type { Expectation, Slot } from '../../app/evidence/verification/expectation.ts';
import { verifyEvidenceSet, type Offered } from '../../app/evidence/verification/set.ts';
import { verifyEvidence } from '../../app/evidence/verification/verify.ts';
import { claims, type Claims } from '../world/sigstore/claims.ts';
import { signStatement, witnessesOf, workflowSigner } from '../world/sigstore/sign.ts';
import { keyPair, startSigstore } from '../world/sigstore/start.ts';
import { expect as expectation, expectedWorkflow, replayTable, statementOf } from '../world/sigstore/statements.ts';

const sigstore = await startSigstore();
afterAll(() => sigstore.close());
const trust = openTrust({ domain: 'public-good', root: sigstore.root });

async function offer(slot: Slot, { of = claims(), statement = statementOf(slot, {}, of), wanted = expectation(slot) }: { of?: Claims; statement?: unknown; wanted?: Expectation } = {}): Promise<Offered> {
  return { bundle: await signStatement(statement, { signer: workflowSigner(sigstore, of), witnesses: witnessesOf(sigstore, 'log') }), expectation: wanted };
}

function codeOf(offered: Offered[], slots: Slot[]): string {
  const result = verifyEvidenceSet(offered, slots, { trust, replays: replayTable() });
  return 'refused' in result ? result.refused.code : 'verified';
}

const [provenance, verdict, tests] = [await offer('provenance'), await offer('verdict'), await offer('tests')];

describe('a set of evidence', () => {
  test('of one run is verified, slot by slot', () => {
    const result = verifyEvidenceSet([provenance, verdict, tests], ['provenance', 'verdict', 'tests'], { trust, replays: replayTable() });
    expect(result).toMatchObject({ verified: { provenance: [{ statement: { predicateType: 'https://slsa.dev/provenance/v1' } }], tests: [{}], verdict: [{}] } });
  });

  test('E04 without any statement is refused, as is one without a slot that is asked for, or with none asked for', () => {
    expect(codeOf([], ['provenance'])).toBe('EVIDENCE_EMPTY');
    expect(codeOf([provenance], ['provenance', 'verdict'])).toBe('EVIDENCE_EMPTY');
    expect(codeOf([provenance], [])).toBe('EVIDENCE_EMPTY');
  });

  test('E10 of two runs is refused, though each bundle is what was expected of it', async () => {
    const other = claims({ run_id: '1002' });
    const wanted = expectation('verdict', { signer: { kind: 'certificate', workflow: { ...expectedWorkflow, run: 'https://github.com/acme/shop/actions/runs/1002/attempts/1' } } });
    const mixed = await offer('verdict', { of: other, wanted });
    expect(codeOf([mixed], ['verdict'])).toBe('verified');
    expect(codeOf([provenance, mixed], ['provenance', 'verdict'])).toBe('EVIDENCE_RUN_MIX');
  });

  test('E11 with a fail beside a pass of the same slot is refused, whichever comes first', async () => {
    const failed = await offer('verdict', { statement: statementOf('verdict', { predicate: { ...(statementOf('verdict').predicate as object), verificationResult: 'FAILED' } }) });
    const warned = await offer('tests', { statement: statementOf('tests', { predicate: { ...(statementOf('tests').predicate as object), result: 'WARNED' } }) });
    expect(codeOf([verdict, failed], ['verdict'])).toBe('EVIDENCE_FAILED');
    expect(codeOf([failed, verdict], ['verdict'])).toBe('EVIDENCE_FAILED');
    expect(codeOf([tests, warned], ['tests'])).toBe('EVIDENCE_FAILED');
  });

  test('E09 what was used for one change is not evidence for another; for the same one it stays so', () => {
    const given = { trust, replays: replayTable() };
    expect(verifyEvidence(verdict.bundle, verdict.expectation, given)).toHaveProperty('verified');
    expect(verifyEvidence(verdict.bundle, verdict.expectation, given)).toHaveProperty('verified');
    expect(verifyEvidence(verdict.bundle, { ...verdict.expectation, use: 'change:4242#8' }, given)).toMatchObject({ refused: { code: 'EVIDENCE_REPLAYED', got: 'change:4242#7', expected: 'change:4242#8' } });
  });

  test('E20 E21 an artifact put in place of the one that was built has another digest', () => {
    const swapped = { ...provenance.expectation, subjects: [{ sha256: 'f'.repeat(64) }] };
    expect(verifyEvidence(provenance.bundle, swapped, { trust, replays: replayTable() })).toMatchObject({ refused: { code: 'EVIDENCE_SUBJECT' } });
  });

  test('E34 evidence that could not be fetched, or a table that could not be asked, is a refusal and not an absence', () => {
    const broken = { open: () => { throw new TypeError('socket hang up'); } };
    expect(verifyEvidence(verdict.bundle, verdict.expectation, { trust: broken, replays: replayTable() })).toMatchObject({ refused: { code: 'EVIDENCE_UNREADABLE', message: 'socket hang up' } });
    expect(verifyEvidence(verdict.bundle, verdict.expectation, { trust, replays: { firstUse: () => { throw new Error('database is locked'); } } })).toMatchObject({ refused: { code: 'EVIDENCE_UNREADABLE' } });
  });
});

describe('a pack', () => {
  test('E12 with a statement taken away, put in, or put in place of another is refused by the manifest', async () => {
    const { privateKey } = keyPair();
    const signer = openSigner({ privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
    const of = (slot: string, headSha = 'a'.repeat(40)) => verdictStatement({ subject: { resource: 'git+https://example.test/o/r', headSha }, slot, outcome: 'pass', verifier: 'https://example.test', policyDigest: 'b'.repeat(64), inputs: [], at: 0 });
    const [guard, policy, foreign] = [of('guardrails'), of('policy'), of('guardrails', 'f'.repeat(40))];
    const manifest = buildManifest({ change: 'git+https://example.test/o/r', headSha: 'a'.repeat(40), mergeBase: 'c'.repeat(40), specDigest: null, policyDigest: 'b'.repeat(64), toolsDigest: 'd'.repeat(64), verdicts: [guard, policy].map((statement, at) => ({ slot: ['guardrails', 'policy'][at]!, outcome: 'pass', statement, digest: statementDigest(statement) })) });
    const files = packFiles(await signer.sign(manifest), [await signer.sign(guard), await signer.sign(policy)]);
    const faults = (pack: Record<string, string>) => verifyPack(pack, (bundle) => verifyBundle(bundle, [signer.publicKeyPem])).faults.map(({ code }) => code);
    const name = Object.keys(files).find((file) => file.includes(statementDigest(guard)))!;
    expect(faults(files)).toEqual([]);
    expect(faults(Object.fromEntries(Object.entries(files).filter(([file]) => file !== name)))).toEqual(['EVIDENCE_MISSING']);
    expect(faults({ ...files, 'more.sigstore.json': files[name]! })).toEqual(['EVIDENCE_FOREIGN']);
    expect(faults({ ...files, [name]: canonicalJson((await signer.sign(foreign)).bundle) })).toEqual(['EVIDENCE_DIGEST']);
    expect(faults({ ...files, [manifestFile]: '' })).toEqual(['EVIDENCE_JSON_INVALID']);
  });
});
