/** Packs whose every file is signed for, and that do not hold together all the same. The signing edge has its own tests: here a bundle is believed when it carries the digest of its statement. */
import { expect, it } from 'vitest';
import { digestOf, sha256 } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { SignedStatement, Statement } from '../core/ports/signer.ts';
import { statementDigest } from '../core/statement.ts';
import { buildManifest } from './manifest.ts';
import { buildPack, type PackParts } from './pack-contents.ts';
import { verifyWholePack } from './pack-verify.ts';
import { approvalStatement, verdictStatement } from './statements.ts';
import { sbomStatement } from './supply-chain.ts';

const sign = (statement: Statement): SignedStatement => ({ statement, bundle: { statement, seal: digestOf(statement) }, payloadSha256: statementDigest(statement) });
function verify(bundle: string): Statement {
  const { statement, seal } = JSON.parse(bundle) as { statement: Statement; seal: string };
  if (seal === digestOf(statement)) return statement;
  throw new AssayError('EVIDENCE_SIGNATURE', 'the seal does not hold', { remedy: 'none' });
}

const [headSha, otherSha] = ['a'.repeat(40), 'f'.repeat(40)];
const change = 'git+https://example.test/o/r';
const wasm = Buffer.from('a policy');
const policyDigest = sha256(wasm);
const bill = (sha: string, name = 'shop') => sign(sbomStatement({ subject: { resource: change, headSha: sha }, text: JSON.stringify({ bomFormat: 'CycloneDX', name }) }));
const verdict = verdictStatement({ subject: { resource: change, headSha }, slot: 'supplyChain', outcome: 'pass', verifier: 'https://example.test', policyDigest, inputs: [bill(headSha), bill(otherSha)].map((one) => ({ name: 'sbom', sha256: one.payloadSha256 })), at: 0 });
const manifest = buildManifest({ change, headSha, mergeBase: 'c'.repeat(40), specDigest: null, policyDigest, toolsDigest: 'd'.repeat(64), verdicts: [{ slot: 'supplyChain', outcome: 'pass', digest: statementDigest(verdict), statement: verdict }] });
const approval = (of: string, { sha = headSha, actorId = 7 } = {}) => sign(approvalStatement({ subject: { resource: change, headSha: sha }, manifestDigest: of, policyDigest, actorId, class: 'independent', presence: 'account', commentId: 9, at: 0 }));
const decision: PackParts['decision'] = { package: 'ci.change', input: {}, decision: {}, policy: policyDigest };
const whole: PackParts = { change, headSha, manifest: sign(manifest), statements: [sign(verdict)], approvals: [approval(statementDigest(manifest)), approval(statementDigest(manifest), { actorId: 8 })], decision, policy: { wasm, manifest: '{}' }, supply: { sbom: bill(headSha) } };

const verified = async (more: Partial<PackParts>) => verifyWholePack(await buildPack({ ...whole, ...more }, async (statement) => sign(statement)), verify);

it('verifies where all of it belongs together', async () => {
  expect(await verified({})).toMatchObject({ verified: true, outcome: 'pass', faults: [], approvals: [{ actorId: 7, class: 'independent', file: 'approval.sigstore.json' }, { actorId: 8, file: 'approvals/8.sigstore.json' }], decision });
});

it.each<[string, Partial<PackParts>, string]>([
  ['a bill of materials that no verdict rests on', { supply: { sbom: bill(headSha, 'another') } }, 'EVIDENCE_DIGEST'],
  ['a bill of materials of another commit', { supply: { sbom: bill(otherSha) } }, 'EVIDENCE_SUBJECT'],
  ['an approval of another manifest', { approvals: [approval('9'.repeat(64))] }, 'EVIDENCE_APPROVAL'],
  ['an approval of another commit', { approvals: [approval(statementDigest(manifest), { sha: otherSha })] }, 'EVIDENCE_APPROVAL'],
  ['a second approval that is of another manifest', { approvals: [approval(statementDigest(manifest)), approval('9'.repeat(64), { actorId: 8 })] }, 'EVIDENCE_APPROVAL'],
  ['one account that approves twice', { approvals: [approval(statementDigest(manifest)), approval(statementDigest(manifest))] }, 'EVIDENCE_APPROVAL'],
  ['a statement that is no approval', { approvals: [sign(verdict)] }, 'EVIDENCE_APPROVAL'],
  ['a decision by another policy than the manifest names', { decision: { ...decision, policy: '8'.repeat(64) } }, 'EVIDENCE_POLICY'],
  ['another policy than the one that decided', { policy: { wasm: Buffer.from('another'), manifest: '{}' } }, 'EVIDENCE_POLICY'],
  ['a list that is about another commit', { headSha: otherSha }, 'EVIDENCE_SUBJECT'],
])('does not verify with %s, though it is signed for', async (_what, more, code) => {
  const report = await verified(more);
  expect(report).toMatchObject({ verified: false, outcome: 'error', approvals: [], decision: null, policy: null });
  expect(report.faults.map((fault) => fault.code)).toContain(code);
});
