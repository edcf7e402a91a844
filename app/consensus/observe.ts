/**
 * Runs every candidate on every coordinate, and the contenders – those that pass all frozen tests – a second time under another hash seed
 * and time zone. What differs between the two runs is `unstable` and equals nothing.
 */
import type { Candidate } from '../core/candidate.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import type { Spec } from '../core/spec.ts';
import { applyPatch, type Tree } from '../core/tree.ts';
import { isAnswer, sameBehaviour, type Behaviour, type Observed } from './behaviour.ts';
import { runTrials } from './execute.ts';
import { meets, type Coordinate } from './pool.ts';
import { compareOf } from './values.ts';

export interface Sighting {
  candidate: Candidate;
  behaviours: Behaviour[];
  /** Passes all frozen criterion tests. */
  contender: boolean;
}

export interface Scene {
  spec: Spec;
  base: Tree;
  coordinates: Coordinate[];
  sandbox: Sandbox;
}

const atOnce = 2;

export async function observeAll(candidates: Candidate[], scene: Scene): Promise<Sighting[]> {
  const sightings: Sighting[] = [];
  for (let at = 0; at < candidates.length; at += atOnce) sightings.push(...(await Promise.all(candidates.slice(at, at + atOnce).map((candidate) => observeOne(candidate, scene)))));
  return sightings;
}

export async function observeOne(candidate: Candidate, scene: Scene): Promise<Sighting> {
  const first = await once(candidate, scene, 0);
  const passing = (behaviours: Behaviour[]) => passesFrozen(behaviours, scene);
  if (!passing(first)) return { candidate, behaviours: first, contender: false };
  const second = await once(candidate, scene, 1);
  const behaviours = first.map((behaviour, at) => merged(behaviour, second[at], scene));
  return { candidate, behaviours, contender: passing(behaviours) };
}

/** One run, without the check for stability. */
export async function once(candidate: Candidate, scene: Scene, salt: number): Promise<Behaviour[]> {
  const run = { spec: scene.spec, tree: applyPatch(scene.base, candidate.patch), trials: scene.coordinates.map((coordinate) => coordinate.trial), salt };
  const [row] = await runTrials(run, scene.sandbox);
  return (row ?? []).map((observed: Observed) => observed.behaviour);
}

export function passesFrozen(behaviours: Behaviour[], scene: Scene): boolean {
  return scene.coordinates.every((coordinate, at) => coordinate.tests.every((pooled) => {
    const behaviour = behaviours[at];
    return pooled.author !== null || (behaviour !== undefined && meets(pooled.test, behaviour, scene.spec));
  }));
}

function merged(first: Behaviour, second: Behaviour | undefined, scene: Scene): Behaviour {
  if (second === undefined || (!isAnswer(first) && first.s === second.s)) return first;
  if (first.s === 'unclear' || second.s === 'unclear' || first.s === 'timeout' || second.s === 'timeout') return { s: 'unclear' };
  return sameBehaviour(first, second, compareOf(scene.spec)) ? first : { s: 'unstable' };
}
