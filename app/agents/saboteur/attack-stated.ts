/** Boundaries that the spec states in words (stated.ts), asked of head: another answer than the stated one is a finding without any base. */
import type { Spec } from '../../core/spec.ts';
import { shown, type Behaviour } from '../../consensus/behaviour.ts';
import { runTrials } from '../../consensus/execute.ts';
import { meets, trialOf } from '../../consensus/pool.ts';
import { nearestCriterion } from './nearest.ts';
import { testProgram } from './program.ts';
import { statedAnswers, type Stated } from './stated.ts';
import { surfaceName } from './surface.ts';
import { inPairs, type Bench, type Suspicion } from './suspicion.ts';

export async function attackStated(spec: Spec, { target, sandbox }: Bench): Promise<Suspicion[]> {
  const stated = statedAnswers(spec, target.head);
  if (stated.length === 0 || !target.surface.head) return [];
  const rows = await inPairs([0, 1], async (salt) => (await runTrials({ spec, tree: target.head, trials: stated.map(({ test }) => trialOf(test)), salt, strikes: 2 }, sandbox))[0] ?? []);
  return stated.flatMap((one, at) => suspicionOf(one, rows.flatMap((row) => row[at]?.behaviour ?? []), spec));
}

function suspicionOf({ text, criterion, test }: Stated, head: Behaviour[], spec: Spec): Suspicion[] {
  const violates = (behaviour: Behaviour): boolean => behaviour.s !== 'unclear' && behaviour.s !== 'unstable' && behaviour.s !== 'timeout' && !meets(test, behaviour, spec);
  const [actual] = head;
  if (!actual || !head.every(violates)) return [];
  const trial = { args: test.args };
  return [{
    class: 'GAP', oracle: 'O1', place: surfaceName(spec), criterion: criterion ?? nearestCriterion(trial, spec), input: trial, expected: test.expect, actual: shown(actual), onSurface: true,
    claim: `"${text.slice(0, 120)}" is not met by ${JSON.stringify(test.args).slice(0, 100)}: got ${JSON.stringify(shown(actual)).slice(0, 80)}`,
    program: testProgram(test, spec), trial: { trial, violations: (all) => all.filter(violates).length },
  }];
}
