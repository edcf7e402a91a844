/** The digest that consensus publishes and the Auditor recomputes. */
import { digestOf } from '../core/digest.ts';
import { specDigest } from '../core/spec.ts';
import type { Outcome } from '../core/verdict.ts';
import { isAnswer } from './behaviour.ts';
import { keyOf } from './inputs.ts';
import type { Sighting } from './observe.ts';
import type { Coordinate } from './pool.ts';
import type { Prepared } from './request.ts';

interface FingerprintParts {
  coordinates: Coordinate[];
  seen: Sighting[];
  winner: Sighting | null;
  decision: Outcome;
  /** Ids of those that survived the large inputs; null where there were none. */
  survivors: string[] | null;
}

const timing = new Set(['timeout', 'unclear']);

/** What the Auditor recomputes: the question, and what the winner answered to every part of it. Timing words carry no detail. */
export function fingerprintOf(input: Prepared, { coordinates, seen, winner, decision, survivors }: FingerprintParts): string {
  const vectors = (winner ? [winner] : seen).map((sighting) => ({ id: sighting.candidate.id, behaviours: sighting.behaviours.map((behaviour) => (isAnswer(behaviour) ? behaviour : { s: timing.has(behaviour.s) ? 'slow' : behaviour.s })) }));
  const candidates = input.candidates.map((candidate) => ({ id: candidate.id, family: candidate.family, patch: digestOf(candidate.patch), tests: digestOf(candidate.tests) }));
  return digestOf({ version: 1, spec: specDigest(input.spec), base: digestOf(input.base), candidates, seed: input.seed, decision, survivors, trials: coordinates.map((coordinate) => keyOf(coordinate.trial)), vectors });
}
