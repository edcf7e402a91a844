/** Candidates whose behaviour is the same on every coordinate; and how much any two of them agree. */
import type { Cluster } from '../core/candidate.ts';
import { isAnswer, notRun, sameBehaviour, type Behaviour } from './behaviour.ts';
import type { Coordinate } from './pool.ts';
import type { Compare } from './values.ts';

/** One candidate's behaviours, one per coordinate. */
export interface Vector {
  id: string;
  family: string;
  behaviours: Behaviour[];
}

/** Largest first, then by the first member's id. A candidate joins where it is the same as every member: closeness is not transitive. */
export function clustersOf(vectors: Vector[], compare: Compare): Cluster[] {
  const groups: Vector[][] = [];
  for (const vector of vectors) {
    const home = groups.find((group) => group.every((member) => sameVector(member, vector, compare)));
    if (home) home.push(vector);
    else groups.push([vector]);
  }
  return groups.map(clusterOf).sort((a, b) => b.families.length - a.families.length || b.size - a.size || ((a.members[0] ?? '') < (b.members[0] ?? '') ? -1 : 1));
}

export function clusterOf(group: Pick<Vector, 'id' | 'family'>[]): Cluster {
  return { members: group.map((vector) => vector.id).sort(), families: [...new Set(group.map((vector) => vector.family))].sort(), size: group.length };
}

function sameVector(a: Vector, b: Vector, compare: Compare): boolean {
  return bothRun(a, b).every(([one, other]) => sameBehaviour(one, other, compare));
}

function bothRun(a: Vector, b: Vector): [Behaviour, Behaviour][] {
  return a.behaviours.flatMap((one, at): [Behaviour, Behaviour][] => { const other = b.behaviours[at]; return one === notRun || other === undefined || other === notRun ? [] : [[one, other]]; });
}

/** Share of identical coordinates among those that both ran, for each pair, `a~b` with a before b. */
export function agreementOf(vectors: Vector[], compare: Compare): Record<string, number> {
  const pairs = vectors.flatMap((a, at) => vectors.slice(at + 1).map((b) => [a, b] as const));
  return Object.fromEntries(pairs.map(([a, b]) => {
    const both = bothRun(a, b);
    const same = both.filter(([one, other]) => sameBehaviour(one, other, compare)).length;
    return [`${a.id}~${b.id}`, both.length === 0 ? 0 : Math.round((same / both.length) * 1e4) / 1e4];
  }));
}

/**
 * Which coordinates are evidence. Frozen tests always are. Any other is left out where no contender answers, where one of them came near
 * the time limit, where two of them crash – and, on an input that the spec does not vouch for, where one of them crashes, refuses it or
 * does not end.
 */
export function isEvidence(coordinate: Coordinate, contenders: Behaviour[]): boolean {
  if (coordinate.tests.some((pooled) => pooled.author === null)) return true;
  if (contenders.some((behaviour) => behaviour.s === 'unclear') || !contenders.some(isAnswer)) return false;
  if (contenders.filter((behaviour) => behaviour.s === 'crash').length > 1) return false;
  return !(coordinate.doubtful && contenders.some((behaviour) => ['crash', 'raise', 'timeout'].includes(behaviour.s)));
}

/** True where leaving a coordinate out for its unclear timing may have hidden a difference between these. */
export function timingDecides(behaviours: Behaviour[], compare: Compare): boolean {
  const clear = behaviours.filter((behaviour) => behaviour.s !== 'unclear');
  if (clear.length === behaviours.length) return false;
  return clear.some((behaviour) => !isAnswer(behaviour) || clear.some((other) => !sameBehaviour(behaviour, other, compare)));
}
