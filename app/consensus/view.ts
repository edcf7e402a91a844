/** The observed candidates as seen through the coordinates that are evidence: clusters, the leading one, and who of it would ship. */
import type { Cluster } from '../core/candidate.ts';
import type { Spec } from '../core/spec.ts';
import { isAnswer } from './behaviour.ts';
import { agreementOf, clustersOf, isEvidence, timingDecides, type Vector } from './cluster.ts';
import { dependentPairs, independentFamilies } from './dependence.ts';
import type { Sighting } from './observe.ts';
import { meets, type Coordinate } from './pool.ts';
import { requiredFamilies } from './quorum.ts';
import type { Prepared } from './request.ts';
import { compareOf } from './values.ts';

/** Indices of coordinates that count. */
export function evidenceOf(coordinates: Coordinate[], judges: Sighting[]): number[] {
  return coordinates.flatMap((coordinate, at) => (isEvidence(coordinate, judges.flatMap((sighting) => sighting.behaviours[at] ?? [])) ? [at] : []));
}

export interface View {
  clusters: Cluster[];
  leader: Cluster | null;
  agreement: Record<string, number>;
  timing: boolean;
}

export function viewOf(seen: Sighting[], evidence: number[], spec: Spec): View {
  const comparison = compareOf(spec);
  const vectors: Vector[] = seen.map((sighting) => ({ id: sighting.candidate.id, family: sighting.candidate.family, behaviours: evidence.flatMap((at) => sighting.behaviours[at] ?? []) }));
  const clusters = clustersOf(vectors, comparison);
  const able = new Set(seen.filter((sighting) => sighting.contender).map((sighting) => sighting.candidate.id));
  const leader = clusters.find((cluster) => cluster.families.length >= requiredFamilies && cluster.members.every((id) => able.has(id))) ?? null;
  const members = seen.filter((sighting) => leader?.members.includes(sighting.candidate.id));
  const timing = (members[0]?.behaviours ?? []).some((_, at) => timingDecides(members.flatMap((sighting) => sighting.behaviours[at] ?? []), comparison));
  return { clusters, leader, agreement: agreementOf(vectors, comparison), timing };
}

/** Distinct families among these ids that stand behind independent texts. */
export function independentOf(ids: string[], input: Prepared): number {
  const authors = input.candidates.filter((candidate) => ids.includes(candidate.id));
  return independentFamilies(authors, dependentPairs(authors, input));
}

/** A frozen test that all candidates, of two families or more and alike everywhere, fail with the same answer. */
export function suspectTest(seen: Sighting[], view: View, { coordinates, spec }: { coordinates: Coordinate[]; spec: Spec }): string | null {
  const only = view.clusters[0];
  if (view.clusters.length !== 1 || !only || only.families.length < requiredFamilies || view.leader) return null;
  const failed = coordinates.flatMap((coordinate, at) => coordinate.tests.filter((pooled) => { const behaviour = seen[0]?.behaviours[at]; return pooled.author === null && behaviour !== undefined && isAnswer(behaviour) && !meets(pooled.test, behaviour, spec); }));
  return failed[0]?.id ?? null;
}
