/**
 * All the evidence of one run together. A part proves nothing of the whole: every slot that is asked for must be there, all of it must be of one run and one commit,
 * and a statement that fails is not hidden by one that passes.
 */
import type { BundleVerifier } from '../../core/ports/evidence.ts';
import { EvidenceRefusal, refusalOf, type Refusal } from '../../core/refusal.ts';
import type { Expectation, ReplayTable, Slot } from './expectation.ts';
import { isPassing } from './slots.ts';
import { verifyEvidence, type Verified } from './verify.ts';

export interface Offered {
  bundle: Uint8Array;
  expectation: Expectation;
}

export type SetVerification = { verified: Partial<Record<Slot, Verified[]>> } | { refused: Refusal };

/** `slots`: those that must be filled. Never throws; nothing offered is a refusal, never a pass over nothing. */
export function verifyEvidenceSet(offered: readonly Offered[], slots: readonly Slot[], given: { trust: BundleVerifier; replays: ReplayTable }): SetVerification {
  try {
    const all: { slot: Slot; verified: Verified }[] = [];
    for (const { bundle, expectation } of offered) {
      const result = verifyEvidence(bundle, expectation, given);
      if ('refused' in result) return result;
      all.push({ slot: expectation.slot, verified: result.verified });
    }
    const bySlot = Object.fromEntries(slots.map((slot) => [slot, all.filter((each) => each.slot === slot).map((each) => each.verified)])) as Record<Slot, Verified[]>;
    checkFilled(slots, bySlot);
    checkOneRun(all.map(({ verified }) => verified));
    for (const { slot, verified } of all) if (!isPassing(slot, verified.statement)) throw new EvidenceRefusal('EVIDENCE_FAILED', `a statement of the slot ${slot} does not pass; another one that does cannot hide it`, { got: verified.payloadSha256 });
    return { verified: bySlot };
  } catch (thrown) {
    return { refused: refusalOf(thrown) };
  }
}

function checkFilled(slots: readonly Slot[], bySlot: Record<Slot, Verified[]>): void {
  const empty = slots.find((slot) => bySlot[slot].length === 0);
  if (slots.length === 0 || empty) throw new EvidenceRefusal('EVIDENCE_EMPTY', empty ? `nothing fills the slot ${empty}` : 'no slot was asked for', { got: 'no statement', expected: empty });
}

/** The expectation of each alone cannot see that two of them are of different runs. */
function checkOneRun(all: readonly Verified[]): void {
  const runs = new Set(all.map(({ signer }) => (signer.kind === 'key' ? `key ${signer.hint}` : `${signer.extensions['21']} at ${signer.extensions['13']}`)));
  if (runs.size > 1) throw new EvidenceRefusal('EVIDENCE_RUN_MIX', 'the statements are of different runs', { got: [...runs].join(' and '), expected: 'one run of one commit' });
}
