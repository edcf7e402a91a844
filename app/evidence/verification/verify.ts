/**
 * One bundle against what must hold, in one fixed order: what is cheap and unsigned first (size, form, media type, payload type), then the cryptography, who signed,
 * strict JSON, statement, predicate of the slot, subjects, what the predicate claims, replay, age. The first check that fails names itself; anything thrown refuses.
 */
import type { BundleVerifier, OpenedBundle } from '../../core/ports/evidence.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { EvidenceRefusal, refusalOf, type Refusal } from '../../core/refusal.ts';
import { readStatement } from '../../core/statement.ts';
import type { Expectation, ReplayTable } from './expectation.ts';
import { checkSigner } from './identity.ts';
import { checkBuilder, checkPolicy, checkScan, checkShape, slotPredicates } from './slots.ts';
import { checkSubjects } from './subjects.ts';

export interface Verified extends Omit<OpenedBundle, 'payload'> {
  statement: Statement;
}

export type Verification = { verified: Verified } | { refused: Refusal };

/** Trust was configured when `trust` was opened; the bundle has no say in it. Never throws. */
export function verifyEvidence(bundle: Uint8Array, expectation: Expectation, { trust, replays }: { trust: BundleVerifier; replays: ReplayTable }): Verification {
  try {
    const { payload, ...opened } = trust.open(bundle);
    checkSigner(opened.signer, expectation.signer);
    const statement = readStatement(payload);
    checkSlot(statement, expectation);
    checkSubjects(statement.subject, expectation.subjects);
    checkPredicate(statement, opened.signer, expectation);
    checkReplay(opened.payloadSha256, expectation.use, replays);
    if (expectation.slot === 'vulnerabilities') checkScan(statement.predicate, expectation);
    return { verified: { ...opened, statement } };
  } catch (thrown) {
    return { refused: refusalOf(thrown) };
  }
}

function checkSlot({ predicateType }: Statement, { slot }: Expectation): void {
  const expected = slotPredicates[slot];
  if (!expected.includes(predicateType)) throw new EvidenceRefusal('EVIDENCE_PREDICATE_TYPE', `this predicate says nothing for the slot ${slot}`, { got: predicateType, expected: expected.join(' or ') });
}

function checkPredicate({ predicate }: Statement, signer: OpenedBundle['signer'], { slot, policyDigests }: Expectation): void {
  if (slot === 'provenance' && signer.kind === 'certificate') checkBuilder(predicate, signer);
  checkShape(predicate, slot);
  if (slot === 'verdict') checkPolicy(predicate, policyDigests ?? []);
}

/** By payload, because bundles of one signature can differ and one run may sign the same payload twice. */
function checkReplay(payloadSha256: string, use: string, replays: ReplayTable): void {
  const first = replays.firstUse(payloadSha256, use);
  if (first !== use) throw new EvidenceRefusal('EVIDENCE_REPLAYED', 'this evidence was used for something else before', { got: first, expected: use });
}
