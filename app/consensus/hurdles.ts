/** What a candidate must clear beside the criterion tests: the canaries, and the base's own test suite. Asked of those that pass the tests. */
import { passedCanaries } from './canary.ts';
import type { Scene, Sighting } from './observe.ts';
import { suiteFailures } from './regression/suite.ts';

export interface Hurdles {
  /** Candidate and test of the first canary that was passed. */
  canary: string | null;
  /** Every candidate that passes a canary, and what it passes. */
  cheats: Record<string, string>;
  /** Why the base's suite does not even pass on the base. */
  suite: string | null;
}

/** The sightings, with those that fail a hurdle no longer contenders and told why. */
export async function clearHurdles(tested: Sighting[], scene: Scene): Promise<{ seen: Sighting[]; hurdles: Hurdles }> {
  const cheats = await passedCanaries(tested, scene);
  const said = Object.fromEntries(Object.entries(cheats).map(([id, test]) => [id, `passes a test that contradicts ${test}`]));
  const contenders = tested.filter(({ candidate, contender }) => contender && !(candidate.id in cheats));
  const failures = await suiteFailures(contenders.map(({ candidate }) => candidate), scene);
  const seen = tested.map((sighting): Sighting => {
    const { id } = sighting.candidate;
    const stopped = said[id] ?? failures[id];
    if (stopped === undefined) return sighting;
    // What it answers is nobody's evidence any more: it agrees with nobody.
    return { ...sighting, contender: false, stopped, behaviours: sighting.behaviours.map(() => ({ s: 'crash', why: stopped })) };
  });
  const [first] = Object.keys(cheats).sort();
  return { seen, hurdles: { canary: first === undefined ? null : `${first} ${said[first]}`, cheats: said, suite: failures.base ?? null } };
}
