/**
 * The decision, as a pure function of what was observed. Whoever changes a rule changes it here and nowhere else. The reasons are for
 * people and start with a stable word.
 */
import type { Cluster } from '../core/candidate.ts';
import type { Outcome } from '../core/verdict.ts';

/** No automated decision rests on fewer families than this. */
export const requiredFamilies = 2;
export const requiredMutationScore = 0.8;

export interface Standing {
  candidates: number;
  contenders: number;
  difficulty: 'easy' | 'medium' | 'hard' | undefined;
  /** The leading cluster among the contenders; null where there is none of two or more families. */
  leader: Cluster | null;
  /** Distinct families that stand behind it with independent text. */
  independent: number;
  mutationScore: number | null;
  mutants: { killed: number; survived: number; equivalent: number };
  /** Some trial separates the winner from another candidate or from a mutant. */
  discriminates: boolean;
  timingDecides: boolean;
  /** All candidates behave the same and fail the same frozen test. */
  suspectTest: string | null;
}

export interface Decision {
  outcome: Outcome;
  reason: string;
}

export function decide(at: Standing): Decision {
  if (at.candidates < 2) return { outcome: 'neutral', reason: 'lone candidate: one candidate alone agrees with nobody' };
  if (at.suspectTest) return { outcome: 'spec_gap', reason: `suspect test: all candidates agree with each other and fail ${at.suspectTest}; the test, or the text it stands for, needs a human` };
  if (at.contenders === 0) return { outcome: 'fail', reason: 'criteria unmet: no candidate passes all criterion tests' };
  if (at.contenders === 1) return { outcome: 'neutral', reason: 'lone contender: only one candidate passes all criterion tests' };
  if (!at.leader) return { outcome: 'neutral', reason: 'no agreement: no two families behave the same on every test and input' };
  return decideLeader(at, at.leader);
}

function decideLeader(at: Standing, leader: Cluster): Decision {
  if (at.timingDecides) return { outcome: 'neutral', reason: 'timing decides: an input near the time limit may tell the agreeing candidates apart' };
  if (at.independent < requiredFamilies) return { outcome: 'neutral', reason: 'dependent: the agreeing patches are nearly the same text and count once' };
  if (at.difficulty === 'hard' && leader.size < Math.max(at.candidates, 3)) return { outcome: 'neutral', reason: 'hard: a hard task needs all three to agree, or a human' };
  if (!at.discriminates) return { outcome: 'neutral', reason: 'no discrimination: nothing that was run tells the winner from another candidate or from a mutant' };
  if (at.mutationScore !== null && at.mutationScore < requiredMutationScore) return { outcome: 'neutral', reason: `weak pool: it kills ${Math.round(at.mutationScore * 100)} % of the mutants on changed lines, ${requiredMutationScore * 100} % are needed` };
  return { outcome: 'pass', reason: `quorum: ${at.independent} independent families agree on every test and input` };
}

/**
 * A stated mixture of simple features in [0, 1], rising with evidence; it is not a calibrated probability yet. The weights put a pass with
 * two families, fifty inputs and a pool that kills all mutants above the 0.85 that automated decisions need, and one without inputs below.
 */
export function confidenceOf(decision: Decision, evidence: { independent: number; inputs: number; mutationScore: number | null; alone: boolean }): number {
  if (decision.outcome !== 'pass') return 0;
  const score = 0.6 + 0.06 * Math.min(1, evidence.independent - requiredFamilies) + 0.15 * Math.min(1, evidence.inputs / 50) + 0.12 * (evidence.mutationScore ?? 0) + (evidence.alone ? 0 : 0.03);
  return Math.round(Math.min(0.99, score) * 1000) / 1000;
}
