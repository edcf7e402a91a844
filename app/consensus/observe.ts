/**
 * Runs candidates on coordinates. Everybody runs the tests; the contenders – those that pass all frozen tests – also run the generated
 * inputs, and all of it a second time under another hash seed and time zone. What differs between two runs is `unstable` and equals nothing.
 */
import type { Candidate } from '../core/candidate.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import type { Spec } from '../core/spec.ts';
import { applyPatch, type Tree } from '../core/tree.ts';
import { isAnswer, notRun, sameBehaviour, type Behaviour, type Observed } from './behaviour.ts';
import { cpuLimitOf, runTrials } from './execute.ts';
import type { Kept } from './kept.ts';
import { meets, type Coordinate } from './pool.ts';
import { compareOf } from './values.ts';

export interface Sighting {
  candidate: Candidate;
  behaviours: Behaviour[];
  /** Passes all frozen criterion tests. */
  contender: boolean;
  /** What keeps one that passes them from being a contender. */
  stopped?: string;
}

export interface Scene {
  spec: Spec;
  base: Tree;
  coordinates: Coordinate[];
  sandbox: Sandbox;
  kept?: Kept | undefined;
}

const atOnce = 2;
// A small input shows logic; a program that needs longer for it shows nothing more by being waited for.
const smallInputMs = 1500;
const smallInputStrikes = 3;

export async function inPairs<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += atOnce) done.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))));
  return done;
}

/** Every candidate on the first `testCount` coordinates; the rest of its vector is `not run`. */
export async function observeTests(candidates: Candidate[], scene: Scene, testCount: number): Promise<Sighting[]> {
  return inPairs(candidates, async (candidate) => {
    const seen = await once(candidate, { ...scene, coordinates: scene.coordinates.slice(0, testCount) }, 0);
    const behaviours = [...seen, ...scene.coordinates.slice(testCount).map(() => notRun)];
    return { candidate, behaviours, contender: passesFrozen(behaviours, scene) };
  });
}

/** The given sightings completed by the generated inputs, and by the second run of everything that was answered. */
export async function observeInputs(sightings: Sighting[], scene: Scene, testCount: number): Promise<Sighting[]> {
  return inPairs(sightings, async (sighting) => {
    const inputs = await once(sighting.candidate, { ...scene, coordinates: scene.coordinates.slice(testCount) }, 0, smallInputMs);
    const first = [...sighting.behaviours.slice(0, testCount), ...inputs];
    // Who is slow on several small inputs is asked no more, and cannot shrink what the others are compared on.
    if (inputs.includes(notRun)) return { ...sighting, behaviours: first, contender: false, stopped: 'too slow on small inputs' };
    const behaviours = await confirmed(sighting.candidate, first, scene);
    return { ...sighting, behaviours, contender: sighting.contender && passesFrozen(behaviours, scene) };
  });
}

async function confirmed(candidate: Candidate, first: Behaviour[], scene: Scene): Promise<Behaviour[]> {
  const answered = first.flatMap((behaviour, at) => (isAnswer(behaviour) ? [at] : []));
  const second = await once(candidate, { ...scene, coordinates: answered.flatMap((at) => scene.coordinates[at] ?? []) }, 1);
  const again = new Map(answered.map((at, index) => [at, second[index]]));
  return first.map((behaviour, at) => merged(behaviour, again.get(at), scene));
}

/** All coordinates twice, for one program alone. */
export async function observeOne(candidate: Candidate, scene: Scene): Promise<Sighting> {
  const behaviours = await confirmed(candidate, await once(candidate, scene, 0), scene);
  return { candidate, behaviours, contender: passesFrozen(behaviours, scene) };
}

/** One run, without the check for stability. With a limit of our own, which only ever lowers the spec's, a program that is slow several times is asked no more. */
export async function once(candidate: Candidate, scene: Scene, salt: number, ownLimitMs?: number): Promise<Behaviour[]> {
  const trials = scene.coordinates.map((coordinate) => coordinate.trial);
  const cpuMs = Math.min(ownLimitMs ?? Infinity, cpuLimitOf(scene.spec));
  const strikes = ownLimitMs === undefined ? {} : { strikes: smallInputStrikes, strikeMs: cpuMs / 2 };
  const [row = []] = await runTrials({ spec: scene.spec, tree: applyPatch(scene.base, candidate.patch), trials, salt, cpuMs, ...strikes, kept: scene.kept }, scene.sandbox);
  const behaviours = row.map((observed: Observed) => observed.behaviour);
  return ownLimitMs === undefined ? behaviours : untilStruck(behaviours);
}

function untilStruck(behaviours: Behaviour[]): Behaviour[] {
  let strikes = 0;
  return behaviours.map((behaviour) => {
    if (strikes >= smallInputStrikes) return notRun;
    if (behaviour.s === 'timeout' || behaviour.s === 'unclear') strikes += 1;
    return behaviour;
  });
}

export function passesFrozen(behaviours: Behaviour[], scene: Scene): boolean {
  return scene.coordinates.every((coordinate, at) => coordinate.tests.every((pooled) => {
    const behaviour = behaviours[at];
    return pooled.author !== null || (behaviour !== undefined && meets(pooled.test, behaviour, scene.spec));
  }));
}

function merged(first: Behaviour, second: Behaviour | undefined, scene: Scene): Behaviour {
  if (second === undefined) return first;
  if (second.s === 'unclear' || second.s === 'timeout') return { s: 'unclear' };
  return sameBehaviour(first, second, compareOf(scene.spec)) ? first : { s: 'unstable' };
}
