/** Builders' tests that say nothing for the pool, each with the reason: failing on their own candidate, flaky, trivial. */
import type { Spec } from '../core/spec.ts';
import type { Behaviour } from './behaviour.ts';
import type { KillReport } from './kill.ts';
import { observeOne, type Scene, type Sighting } from './observe.ts';
import { meets, type Coordinate, type PooledTest } from './pool.ts';
import type { Prepared } from './request.ts';

export function failingOwn(seen: Sighting[], coordinates: Coordinate[], spec: Spec): { id: string; why: string }[] {
  return ownTests(coordinates).flatMap(({ pooled, at }) => {
    const behaviour = seen.find((sighting) => sighting.candidate.id === pooled.author)?.behaviours[at];
    if (behaviour?.s === 'unstable') return [{ id: pooled.id, why: 'flaky: it flips between two runs of its own candidate' }];
    return behaviour && meets(pooled.test, behaviour, spec) ? [] : [{ id: pooled.id, why: 'it fails on its own candidate' }];
  });
}

function ownTests(coordinates: Coordinate[]): { pooled: PooledTest; at: number }[] {
  return coordinates.flatMap((coordinate, at) => coordinate.tests.filter((pooled) => pooled.author !== null).map((pooled) => ({ pooled, at })));
}

interface TrivialScene {
  input: Prepared;
  scene: Scene;
  kills: KillReport | null;
  evidence: number[];
}

/** Builders' tests that the base passes already and that kill no mutant. */
export async function trivialTests({ input, scene, kills, evidence }: TrivialScene): Promise<{ id: string; why: string }[]> {
  const own = ownTests(scene.coordinates);
  if (own.length === 0 || !kills || Object.keys(input.base).length === 0) return [];
  const coordinates = own.flatMap(({ at }) => scene.coordinates[at] ?? []);
  const { behaviours } = await observeOne({ id: 'base', family: 'none', model: 'none', patch: {}, tests: [] }, { ...scene, coordinates });
  return own.flatMap(({ pooled, at }, index) => {
    const behaviour: Behaviour | undefined = behaviours[index];
    const passesBase = behaviour !== undefined && meets(pooled.test, behaviour, input.spec);
    return passesBase && !kills.killing.has(evidence.indexOf(at)) ? [{ id: pooled.id, why: 'trivial: the base passes it and it kills no mutant' }] : [];
  });
}
