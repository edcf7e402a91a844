/** Smaller inputs that still show the same thing, by asking the attackers again about each smaller neighbour. */
import { canonicalJson } from '../../core/digest.ts';
import type { Spec } from '../../core/spec.ts';
import type { Trial } from '../../consensus/behaviour.ts';
import { criterionTests } from '../../consensus/pool.ts';
import { smallerCalls } from '../../consensus/shrink.ts';
import { suspect } from './behaviours.ts';
import { look } from './look.ts';
import type { Bench, Suspicion } from './suspicion.ts';

const rounds = 2;
// A call this short in JSON is as small as a reader needs.
const smallEnough = 24;

export async function minimise(suspicions: Suspicion[], spec: Spec, bench: Bench): Promise<Suspicion[]> {
  let current = suspicions;
  for (let round = 0; round < rounds; round++) {
    const large = current.filter((one) => one.shrinks && size(one) > smallEnough && one.trial !== null);
    const trials = [...new Map(large.flatMap((one) => smaller(one.trial?.trial, spec)).map((trial) => [canonicalJson(trial), trial])).values()];
    if (trials.length === 0) return current;
    const sight = await look(spec, trials.map((trial) => ({ trial, doubtful: false })), bench);
    const found = suspect(sight, spec).filter((one) => one.shrinks);
    current = current.map((one) => (large.includes(one) ? smallest(one, found) : one));
  }
  return current;
}

const size = (one: Suspicion): number => canonicalJson(one.trial?.trial ?? one.input).length;

function smaller(trial: Trial | undefined, spec: Spec): Trial[] {
  const examples = criterionTests(spec).flatMap(({ test }) => ('args' in test ? [test.args] : []));
  return trial && 'args' in trial ? smallerCalls(trial.args, examples).map((args) => ({ args })) : [];
}

function smallest(one: Suspicion, found: Suspicion[]): Suspicion {
  const alike = found.filter((other) => other.oracle === one.oracle && other.class === one.class && other.criterion === one.criterion && size(other) < size(one));
  return alike.sort((a, b) => size(a) - size(b) || (canonicalJson(a.input) < canonicalJson(b.input) ? -1 : 1))[0] ?? one;
}
