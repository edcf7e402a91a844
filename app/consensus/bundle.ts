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
  winner: z.string(), expected: z.string(),
  /** Of everything else in it; absent in bundles of earlier versions. */
  sha256: z.string().optional(), requiredConfidence: z.number().min(0).max(1).optional(),
});
export type ConsensusBundle = z.infer<typeof ConsensusBundle>;

/** Null where there is no winner: nothing is there to be audited. */
export function bundleOf(request: ConsensusRequest, result: ConsensusResult): ConsensusBundle | null {
  if (result.winner === null) return null;
  const candidates = [...request.candidates].sort((a, b) => (a.id < b.id ? -1 : 1));
  const bundle: ConsensusBundle = { kind: 'assay-consensus-bundle', version: 1, spec: request.spec, base: request.base, candidates, seed: request.seed, record: request.record ?? priorRecord(), winner: result.winner, expected: result.fingerprint, ...(request.requiredConfidence === undefined ? {} : { requiredConfidence: request.requiredConfidence }) };
  return { ...bundle, sha256: contentDigest(bundle) };
}

/** Throws CONFIG_BUNDLE_ALTERED where the bundle is not what was written. Who forges its digest too meets the fingerprint. */
export function requireWhole(bundle: ConsensusBundle, file: string): ConsensusBundle {
  if (bundle.sha256 === undefined || bundle.sha256 === contentDigest(bundle)) return bundle;
  throw new AssayError('CONFIG_BUNDLE_ALTERED', `${file} was altered after it was written: its content has another digest.`, { remedy: 'Write it anew with "assay consensus … --bundle FILE", and keep it as it is.' });
}

/** As it reads after a way through JSON. */
function contentDigest({ sha256: _own, ...rest }: ConsensusBundle): string {
  return digestOf(JSON.parse(JSON.stringify(rest)));
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
