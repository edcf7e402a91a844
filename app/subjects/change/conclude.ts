/** What the check `assay` concludes: policy's answer, made worse by a broken configuration and by other pull requests with the same head. */
import type { ChangeRuling } from '../../core/ruling.ts';
import { worst, type Outcome } from '../../core/verdict.ts';
import type { ChangeFacts } from './facts.ts';

export function outcomeOf(facts: ChangeFacts, ruling: ChangeRuling): Outcome {
  return facts.configProblem ? 'error' : ruling.assay.outcome;
}

/** A check belongs to a SHA: where open pull requests share it, it is the worst of them; one not judged yet is `neutral`. */
export function sharedOutcome(facts: ChangeFacts, ruling: ChangeRuling): Outcome {
  return worst([outcomeOf(facts, ruling), ...facts.others.map((other) => other.outcome ?? 'neutral')]);
}
