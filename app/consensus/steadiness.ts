/**
 * Whether one candidate answers the same wherever and whenever it is asked: all tests and inputs under each condition, answers compared. An input that is near its time
 * limit, or that the program never answers, is no evidence. A difference is asked for once more before it counts.
 */
import type { Candidate } from '../core/candidate.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import type { Spec } from '../core/spec.ts';
import { applyPatch, type Tree } from '../core/tree.ts';
import { isAnswer, sameBehaviour, shown, type Behaviour, type Trial } from './behaviour.ts';
import { conditions, under, type Condition } from './conditions.ts';
import { runTrials } from './execute.ts';
import { generateInputs, keyOf } from './inputs.ts';
import { minedLiterals } from './literals.ts';
import { coordinatesOf, criterionTests } from './pool.ts';
import { compareOf } from './values.ts';

const inputCount = 64;

interface Question {
  spec: Spec;
  base: Tree;
  seed: number;
}

/** A sentence about the first answer that depends on the circumstances, or null. */
export async function unsteadyAnswer(candidate: Candidate, { spec, base, seed }: Question, sandbox: Sandbox): Promise<string | null> {
  const tests = criterionTests(spec);
  const literals = minedLiterals(spec, [candidate.patch]);
  const trials = coordinatesOf(tests, generateInputs({ spec, examples: tests.map(({ test }) => test), literals, seed, count: inputCount })).map((coordinate) => coordinate.trial);
  const tree = applyPatch(base, candidate.patch);
  const ask = async (condition: Condition | null, some: Trial[]): Promise<Behaviour[]> => ((await runTrials({ spec, tree, trials: some, strikes: 2 }, condition ? under(sandbox, condition) : sandbox))[0] ?? []).map((observed) => observed.behaviour);
  const here = await ask(null, trials);
  for (const condition of conditions) {
    const there = await ask(condition, trials);
    const differing = trials.flatMap((_, at) => (apart(here[at], there[at], spec) ? [at] : []));
    const [first] = differing;
    if (first !== undefined && (await differsAgain({ trial: trials[first], there: there[first], spec, condition, ask }))) return sentence({ trial: trials[first], here: here[first], there: there[first], condition, count: differing.length });
  }
  return null;
}

interface Again {
  trial: Trial | undefined;
  there: Behaviour | undefined;
  spec: Spec;
  condition: Condition;
  ask: (condition: Condition | null, some: Trial[]) => Promise<Behaviour[]>;
}

/** Under the condition it answers as it did there, and not as here; or it answers a third thing, which is no better. */
async function differsAgain({ trial, there, spec, condition, ask }: Again): Promise<boolean> {
  if (!trial) return false;
  const [[here], [again]] = [await ask(null, [trial]), await ask(condition, [trial])];
  return apart(here, again, spec) || apart(there, again, spec);
}

/** Both answered, and otherwise; or one of them failed where the other answered. */
function apart(a: Behaviour | undefined, b: Behaviour | undefined, spec: Spec): boolean {
  if (!a || !b || [a, b].some(({ s }) => s === 'timeout' || s === 'unclear')) return false;
  return isAnswer(a) || isAnswer(b) ? !sameBehaviour(a, b, compareOf(spec)) : false;
}

function sentence({ trial, here, there, condition, count }: { trial: Trial | undefined; here: Behaviour | undefined; there: Behaviour | undefined; condition: Condition; count: number }): string {
  const text = (behaviour: Behaviour | undefined) => JSON.stringify(behaviour ? shown(behaviour) : null).slice(0, 120);
  return `${count} of its answers depend${count === 1 ? 's' : ''} on where and when it is asked: ${trial ? keyOf(trial).slice(0, 160) : ''} is ${text(here)} here and ${text(there)} ${condition.name}`;
}
