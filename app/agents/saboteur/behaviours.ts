/**
 * Attacks on the surface by running it: frozen criterion tests on head; where base has the surface and meets every criterion, what base
 * answers is the oracle for head; elsewhere head must at least answer, in time, and the same each time. Inputs are asked of both trees twice,
 * under another hash seed and time zone; what is unsteady there is judged as unsteady and as nothing else.
 */
import type { Spec } from '../../core/spec.ts';
import { isAnswer, sameBehaviour, shown, type Behaviour, type Trial } from '../../consensus/behaviour.ts';
import { keyOf } from '../../consensus/inputs.ts';
import { criterionTests, meets, type PooledTest } from '../../consensus/pool.ts';
import { compareOf, tagOf } from '../../consensus/values.ts';
import type { Observation, Pair, Sight } from './look.ts';
import { nearestCriterion } from './nearest.ts';
import type { PayloadClass } from './payloads.ts';
import { answersProgram, sameAsProgram, steadyProgram, testProgram } from './program.ts';
import { surfaceName } from './surface.ts';
import type { Suspicion } from './suspicion.ts';

export function suspect({ observations, confirmed, payloads, rewritten, drawn }: Pick<Sight, 'observations' | 'confirmed'> & Partial<Sight>, spec: Spec): Suspicion[] {
  const aimed = (one: Observation) => payloads?.get(keyOf(one.coordinate.trial)) ?? null;
  const systematic = new Set(rewritten && drawn ? otherAnswers(observations, drawn, spec) : []);
  return observations.flatMap((one): Suspicion[] => {
    const broken = one.coordinate.tests.filter(({ test }) => one.head.every((behaviour) => violates(test, behaviour, spec)));
    if (broken.length > 0) return broken.map((pooled) => unmet(pooled, one, spec));
    if (one.coordinate.tests.length > 0) return unsteady(one, spec);
    const judged = confirmed && one.base ? deviation(one, one.base, { spec, aimed: aimed(one), rewritten: (rewritten ?? false) && !systematic.has(one) }) : fragile(one, spec);
    return judged.length > 0 ? judged : unsteady(one, spec);
  });
}

function violates(test: PooledTest['test'], behaviour: Behaviour, spec: Spec): boolean {
  return behaviour.s !== 'unclear' && behaviour.s !== 'unstable' && !meets(test, behaviour, spec);
}

function unmet({ id, test }: PooledTest, { head, coordinate }: Observation, spec: Spec): Suspicion {
  const expected = 'assert' in test ? { $holds: test.assert } : test.expect;
  const { shrinks: _frozen, ...about } = common(coordinate.trial, head, spec);
  return {
    ...about, oracle: 'O1', criterion: id.slice(0, id.lastIndexOf('/')), expected, claim: `criterion test ${id} is not met: expected ${brief(expected)}, got ${brief(shown(head[0]))}`,
    program: testProgram(test, spec), trial: { trial: coordinate.trial, violations: (all) => all.filter((behaviour) => violates(test, behaviour, spec)).length },
  };
}

const fewestOthers = 3;

/** Drawn inputs that both trees answer, and otherwise. One may lie outside of the task; several do not. */
function otherAnswers(observations: Observation[], drawn: Set<string>, spec: Spec): Observation[] {
  const compare = compareOf(spec);
  const others = observations.filter(({ coordinate, head: [after], base }) => drawn.has(keyOf(coordinate.trial)) && base !== null && after.s === 'value' && base[0].s === 'value' && !sameBehaviour(after, base[0], compare));
  return others.length >= fewestOthers ? others : [];
}

interface Circumstances {
  spec: Spec;
  /** What an attacker aims at with this input. */
  aimed: PayloadClass | null;
  rewritten: boolean;
}

/**
 * Base answers steadily, head answers otherwise or not at all. Where head is another program altogether, an input outside of what the examples show counts only where base
 * refuses it and head takes it, and only as an attack.
 */
function deviation(observation: Observation, base: Pair, circumstances: Circumstances): Suspicion[] {
  const { coordinate, head } = observation;
  const { spec, aimed } = circumstances;
  const compare = compareOf(spec);
  const [before] = base;
  if (isHarmless(observation, before, circumstances)) return [];
  const differs = (behaviour: Behaviour) => behaviour.s !== 'unclear' && behaviour.s !== 'unstable' && !opaque(behaviour) && !sameBehaviour(before, behaviour, compare);
  if (!isAnswer(before) || !sameBehaviour(base[0], base[1], compare) || !head.every(differs) || (isAnswer(head[0]) && !sameBehaviour(head[0], head[1], compare))) return [];
  const criterion = nearestCriterion(coordinate.trial, spec);
  const expected = shown(before);
  const slow = head.every((behaviour) => behaviour.s === 'timeout');
  return [{
    ...common(coordinate.trial, head, spec), class: slow ? 'DOS' : aimed ?? 'GAP', oracle: slow ? 'O5' : 'O1', criterion, expected,
    claim: `${call(coordinate.trial, spec)} was ${brief(expected)} on base, which meets every criterion, and is ${brief(shown(head[0]))} now${criterion ? ` (nearest criterion: ${criterion})` : ''}`,
    program: sameAsProgram(coordinate.trial, before, spec), trial: slow ? null : { trial: coordinate.trial, violations: (all) => all.filter(differs).length },
  }];
}

/** To refuse an attack, where refusing is what the criteria ask for, harms nobody; nor does what a rewrite answers outside of the examples. */
function isHarmless({ coordinate, head }: Observation, before: Behaviour, { spec, aimed, rewritten }: Circumstances): boolean {
  const all = (state: Behaviour['s']): boolean => head.every((behaviour) => behaviour.s === state);
  if (aimed && refuses(spec) && all('raise')) return true;
  const letIn = aimed !== null && before.s === 'raise' && all('value');
  return rewritten && coordinate.doubtful && !letIn;
}

/** Some criterion test expects an exception. */
function refuses(spec: Spec): boolean {
  return criterionTests(spec).some(({ test }) => 'expect' in test && tagOf(test.expect)?.tag === '$raises');
}

/** Without a base to compare with, an input like the examples must be answered at all. */
function fragile({ coordinate, head }: Observation, spec: Spec): Suspicion[] {
  if (coordinate.doubtful) return [];
  const fails = (behaviour: Behaviour) => (behaviour.s === 'crash' && !opaque(behaviour)) || behaviour.s === 'timeout';
  if (!head.every(fails)) return [];
  const slow = head.every((behaviour) => behaviour.s === 'timeout');
  return [{
    ...common(coordinate.trial, head, spec), class: slow ? 'DOS' : 'GAP', oracle: slow ? 'O5' : 'O2', criterion: nearestCriterion(coordinate.trial, spec), expected: { $answers: true },
    claim: `${call(coordinate.trial, spec)} ${slow ? `does not answer within ${spec.timeoutMs ?? 5000} ms of CPU time` : `crashes (${brief(shown(head[0]))})`}, an input like those of the criteria`,
    program: answersProgram(coordinate.trial, spec), trial: slow ? null : { trial: coordinate.trial, violations: (all) => all.filter(fails).length },
  }];
}

/** Two answers to one question. The finding needs five different ones of five: less may be the machine's hour. */
function unsteady({ coordinate, head }: Observation, spec: Spec): Suspicion[] {
  const compare = compareOf(spec);
  if (coordinate.doubtful || !head.every(isAnswer) || sameBehaviour(head[0], head[1], compare)) return [];
  return [{
    ...common(coordinate.trial, head, spec), oracle: 'O2', criterion: nearestCriterion(coordinate.trial, spec), expected: { $steady: true }, actual: { $unstable: 'differs from run to run' },
    claim: `${call(coordinate.trial, spec)} answers differently each time it is asked`, program: steadyProgram(coordinate.trial, spec),
    trial: { trial: coordinate.trial, violations: (all) => (all.every((one, at) => isAnswer(one) && all.slice(at + 1).every((other) => !sameBehaviour(one, other, compare))) ? all.length : 0) },
  }];
}

function common(trial: Trial, head: Pair, spec: Spec): Pick<Suspicion, 'class' | 'place' | 'input' | 'actual' | 'onSurface' | 'shrinks'> {
  return { class: 'GAP', onSurface: true, shrinks: true, place: surfaceName(spec), input: trial, actual: shown(head[0]) };
}

/** A value that our runner cannot carry says something about the runner, not about the change. */
function opaque(behaviour: Behaviour): boolean {
  return behaviour.s === 'crash' && behaviour.why.startsWith('the value cannot be compared');
}

function call(trial: Trial, spec: Spec): string {
  if ('args' in trial && spec.surface?.kind === 'function') return `${spec.surface.export}(${trial.args.map(brief).join(', ')})`;
  if ('request' in trial) return trial.request.map(({ method, path, body }) => `${method} ${path}${body === undefined ? '' : ` ${brief(body)}`}`).join(', then ');
  if ('files' in trial) return `${surfaceName(spec)} with ${brief(trial.call ?? trial.argv ?? trial.files)}`;
  return 'stdin' in trial ? `stdin ${brief(trial.stdin)}` : keyOf(trial).slice(0, 120);
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
