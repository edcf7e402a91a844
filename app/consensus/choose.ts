/**
 * Whom to ship out of the cluster that won, and whether somebody outside it has so much better a record that winning over them means
 * little. Pure and deterministic: evidence, then record, then a great difference in speed, then the shorter patch, then its digest.
 */
import { digestOf } from '../core/digest.ts';
import { isAnswer } from './behaviour.ts';
import type { Sighting } from './observe.ts';
import type { FamilyRecord } from '../core/family-record.ts';
import { standingOf } from './record.ts';

export interface Choice {
  members: Sighting[];
  record: FamilyRecord;
  /** Kind of surface. */
  kind: string;
  /** CPU ms over the large inputs, by id. */
  ms: Record<string, number>;
}

// Slower than this beside the fastest is a difference in kind and not a noise of the machine.
const muchSlower = { times: 4, ms: 300 };

export function chooseWinner({ members, record, kind, ms }: Choice): Sighting | null {
  const fastest = Math.min(...members.map(({ candidate }) => ms[candidate.id] ?? 0));
  const ranked = members.map((sighting) => {
    const { candidate, behaviours } = sighting;
    const own = ms[candidate.id] ?? 0;
    return {
      sighting, answered: behaviours.filter(isAnswer).length, record: standingOf(record, candidate, kind).mean,
      slow: Number(own > fastest * muchSlower.times && own > fastest + muchSlower.ms), size: JSON.stringify(candidate.patch).length, digest: digestOf([candidate.patch, candidate.id]),
    };
  });
  return ranked.sort((a, b) => b.record - a.record || b.answered - a.answered || a.slow - b.slow || a.size - b.size || (a.digest < b.digest ? -1 : 1))[0]?.sighting ?? null;
}

// A smaller lead than this is what chance and the mix of tasks give.
const clearlyBetter = 0.05;
const enoughTasks = 20;

/** A contender outside the cluster whose record is clearly better than that of every member; null where there is none. */
export function outvoted(members: Sighting[], others: Sighting[], { record, kind }: Pick<Choice, 'record' | 'kind'>): string | null {
  const best = Math.max(...members.map(({ candidate }) => standingOf(record, candidate, kind).mean));
  const better = others.find(({ candidate, contender }) => {
    const { mean, tasks } = standingOf(record, candidate, kind);
    return contender && tasks >= enoughTasks && mean > best + clearlyBetter;
  });
  return better?.candidate.id ?? null;
}
