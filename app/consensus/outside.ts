/** Why a candidate is not in the cluster that would ship: one sentence for each, for people. */
import type { Spec } from '../core/spec.ts';
import { notRun, sameBehaviour, type Behaviour } from './behaviour.ts';
import type { Judged } from './compare.ts';
import type { Sighting } from './observe.ts';
import { meets } from './pool.ts';
import { compareOf } from './values.ts';

export function outsideWords(judged: Judged, spec: Spec): Record<string, string> {
  return Object.fromEntries(judged.seen.filter((sighting) => !judged.members.includes(sighting)).map((sighting) => [sighting.candidate.id, wordsFor(sighting, judged, spec)]));
}

function wordsFor(sighting: Sighting, judged: Judged, spec: Spec): string {
  if (sighting.stopped !== undefined) return sighting.stopped;
  const failed = failedTest(sighting, judged, spec);
  if (failed) return `fails ${failed.id}: ${did(failed.behaviour)}`;
  const slow = judged.speed?.failed[sighting.candidate.id];
  if (slow !== undefined) return slow;
  const [lead] = judged.members;
  if (!lead) return 'agrees with no other family';
  const compare = compareOf(spec);
  const differing = judged.evidence.filter((at) => { const [a, b] = [lead.behaviours[at], sighting.behaviours[at]]; return a !== undefined && b !== undefined && b !== notRun && !sameBehaviour(a, b, compare); });
  return `differs on ${differing.length} of ${judged.evidence.length} tests and inputs`;
}

function failedTest({ behaviours }: Sighting, { trials }: Judged, spec: Spec): { id: string; behaviour: Behaviour } | null {
  const all = trials.coordinates.flatMap(({ tests }, at) => tests.filter(({ author }) => author === null).map((pooled) => ({ pooled, behaviour: behaviours[at] ?? notRun })));
  const failed = all.find(({ pooled, behaviour }) => !meets(pooled.test, behaviour, spec));
  return failed ? { id: failed.pooled.id, behaviour: failed.behaviour } : null;
}

function did(behaviour: Behaviour): string {
  switch (behaviour.s) {
    case 'crash': return behaviour.why;
    case 'timeout': return 'it did not end in time';
    case 'unclear': return 'it came near the time limit';
    case 'unstable': return 'it answers one thing in one run and another in the next';
    case 'raise': return `it raises ${behaviour.class}`;
    default: return 'another answer than expected';
  }
}
