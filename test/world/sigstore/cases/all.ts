/** Every case of the corpus, made anew with keys of this run, and the one way to judge one. */
import type { Refusal } from '../../../../app/core/refusal.ts';
import { refusalOf } from '../../../../app/core/refusal.ts';
import { openTrust } from '../../../../app/edges/sigstore/open.ts';
import { verifyEvidence } from '../../../../app/evidence/verification/verify.ts';
import type { Sigstore } from '../start.ts';
import { replayTable } from '../statements.ts';
import type { EvidenceCase } from './case.ts';
import { casesOfContent } from './content.ts';
import { casesOfIdentity } from './identity.ts';
import { casesOfKeys } from './key.ts';
import { casesOfLog } from './log.ts';

export async function evidenceCases(sigstore: Sigstore): Promise<EvidenceCase[]> {
  return [...await casesOfIdentity(sigstore), ...await casesOfContent(sigstore), ...await casesOfLog(sigstore), ...await casesOfKeys(sigstore)];
}

/** Null where it is verified. */
export function judge({ domain, bundle, expectation }: Pick<EvidenceCase, 'domain' | 'bundle' | 'expectation'>): Refusal | null {
  try {
    const result = verifyEvidence(bundle, expectation, { trust: openTrust(domain), replays: replayTable() });
    return 'refused' in result ? result.refused : null;
  } catch (thrown) {
    return refusalOf(thrown);
  }
}
