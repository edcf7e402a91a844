/** What an auditor needs to start clean: the question, everything that was compared, and what consensus published. */
import { z } from 'zod';
import { Candidate, type ConsensusResult } from '../core/candidate.ts';
import { AssayError } from '../core/errors.ts';
import { Spec, specDigest } from '../core/spec.ts';
import { Tree } from '../core/tree.ts';
import { digestOf } from '../core/digest.ts';
import type { ConsensusRequest } from './request.ts';
import { FamilyRecord } from '../core/family-record.ts';
import { priorRecord } from './record.ts';

export const ConsensusBundle = z.strictObject({
  kind: z.literal('assay-consensus-bundle'), version: z.literal(1), spec: Spec, base: Tree, candidates: z.array(Candidate), seed: z.number(), record: FamilyRecord,
  winner: z.string(), expected: z.string(), requiredConfidence: z.number().min(0).max(1).optional(),
});
export type ConsensusBundle = z.infer<typeof ConsensusBundle>;

/** Null where there is no winner: nothing is there to be audited. */
export function bundleOf(request: ConsensusRequest, result: ConsensusResult): ConsensusBundle | null {
  if (result.winner === null) return null;
  const candidates = [...request.candidates].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { kind: 'assay-consensus-bundle', version: 1, spec: request.spec, base: request.base, candidates, seed: request.seed, record: request.record ?? priorRecord(), winner: result.winner, expected: result.fingerprint, ...(request.requiredConfidence === undefined ? {} : { requiredConfidence: request.requiredConfidence }) };
}

/** Throws BUNDLE_MISMATCH where the bundle speaks of another spec, base or candidate than the one given. */
export function requireSame(bundle: ConsensusBundle, given: { spec: Spec; base: Tree; candidate: Candidate }): void {
  const audited = bundle.candidates.find((candidate) => candidate.id === bundle.winner);
  const differing = [
    specDigest(bundle.spec) === specDigest(given.spec) ? [] : ['spec'],
    digestOf(bundle.base) === digestOf(given.base) ? [] : ['base'],
    audited && audited.id === given.candidate.id && digestOf(audited.patch) === digestOf(given.candidate.patch) ? [] : ['candidate'],
  ].flat();
  if (differing.length > 0) throw new AssayError('BUNDLE_MISMATCH', `The bundle is about another ${differing.join(', another ')} than the one given.`, { remedy: 'Give the spec, base and winning candidate that "assay consensus --bundle" was given.' });
}
