/**
 * The decision, as a pure function of what was observed. Whoever changes a rule changes it here and nowhere else. The reasons are for
 * people and start with a stable word.
 */
import type { Cluster } from '../core/candidate.ts';
import type { Outcome } from '../core/verdict.ts';

/** No automated decision rests on fewer families than this. */
export const requiredFamilies = 2;
export const requiredMutationScore = 0.8;
/** No automated decision below this calibrated confidence. */
export const defaultConfidence = 0.85;

export interface Standing {
  /** Who passes a test that contradicts the spec, and which. */
  canary?: string | null;
  /** Why the base's own suite does not pass on the base. */
  suite?: string | null;
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
  /** The spec accepts any of several answers. */
  multiAnswer: boolean;
  /** The vote on speed; `families` and `size` are those of its survivors. Null where there was nothing to vote on. */
  speed: { inputs: number; families: number; size: number; timing: boolean; differ: number } | null;
  /** Commands with a stated difficulty above easy need large inputs. */
  needsLarge: boolean;
  /** A dissenter with a clearly better record. */
  outvoted: string | null;
  /** Probability that the winner is right; null where nobody would ship. */
  confidence: number | null;
  /** Policy's number; nothing passes below it. */
  requiredConfidence: number;
}

export interface Decision {
  outcome: Outcome;
  reason: string;
}

export function decide(at: Standing): Decision {
  if (at.candidates < 2) return { outcome: 'neutral', reason: 'lone candidate: one candidate alone agrees with nobody' };
  const decision = decideAll(at);
  if (!at.canary) return decision;
  // A cheater is out and named; the others may still make a quorum. Where they do not, nothing excuses it.
  if (decision.outcome !== 'pass') return { outcome: 'fail', reason: `canary: ${at.canary}; it has got at the comparison` };
  return { outcome: 'pass', reason: `${decision.reason}; disqualified: ${at.canary}; it has got at the comparison` };
}

function decideAll(at: Standing): Decision {
  if (at.suite) return { outcome: 'spec_gap', reason: `suite: on the base ${at.suite}; a suite that does not pass there cannot tell what a candidate breaks` };
  if (at.suspectTest) return { outcome: 'spec_gap', reason: `suspect test: all candidates agree with each other and fail ${at.suspectTest}; the test, or the text it stands for, needs a human` };
  if (at.contenders === 0) return { outcome: 'fail', reason: 'criteria unmet: no candidate passes all criterion tests' };
  if (at.contenders === 1) return { outcome: 'neutral', reason: 'lone contender: only one candidate passes all criterion tests' };
  if (!at.leader) return { outcome: 'neutral', reason: 'no agreement: no two families behave the same on every test and input' };
  return decideLeader(at, at.leader);
}

function decideLeader(at: Standing, leader: Cluster): Decision {
  if (at.multiAnswer) return { outcome: 'neutral', reason: 'several answers are right: the text accepts any of them, so that agreement would be luck and difference no fault' };
  if (at.timingDecides) return { outcome: 'neutral', reason: 'timing decides: an input near the time limit may tell the agreeing candidates apart' };
  if (at.independent < requiredFamilies) return { outcome: 'neutral', reason: 'dependent: the agreeing patches are nearly the same text and count once' };
  if (at.difficulty === 'hard' && leader.size < Math.max(at.candidates, 3)) return { outcome: 'neutral', reason: 'hard: a hard task needs all three to agree, or a human' };
  return speedProblem(at) ?? evidenceProblem(at) ?? { outcome: 'pass', reason: `quorum: ${at.independent} independent families agree on every test and input` };
}

function speedProblem({ speed, needsLarge }: Standing): Decision | null {
  if (!speed || speed.inputs === 0) return needsLarge ? { outcome: 'neutral', reason: 'no large input: none could be made and answered, and without one a task that is not easy is not accepted' } : null;
  if (speed.families >= requiredFamilies) return null;
  if (speed.differ > 0 && speed.size > 0) return { outcome: 'neutral', reason: 'no agreement on large inputs: candidates that are fast enough answer them differently' };
  if (speed.timing) return { outcome: 'neutral', reason: 'timing decides: on large inputs candidates come near the time limit' };
  return { outcome: 'neutral', reason: `too slow: ${speed.size === 0 ? 'no candidate' : 'only one family'} of those that agree survives the large inputs` };
}

function evidenceProblem(at: Standing): Decision | null {
  if (at.outvoted) return { outcome: 'neutral', reason: `strong dissent: ${at.outvoted} meets all criteria, differs, and has a clearly better record than everybody who agrees` };
  if (!at.discriminates) return { outcome: 'neutral', reason: 'no discrimination: nothing that was run tells the winner from another candidate or from a mutant' };
  if (at.mutationScore !== null && at.mutationScore < requiredMutationScore) return { outcome: 'neutral', reason: `weak pool: it kills ${Math.round(at.mutationScore * 100)} % of the mutants on changed lines, ${requiredMutationScore * 100} % are needed` };
  if (at.confidence !== null && at.confidence < at.requiredConfidence) return { outcome: 'neutral', reason: `low confidence: ${at.confidence} that the agreed change is right, ${at.requiredConfidence} is needed` };
  return null;
}
