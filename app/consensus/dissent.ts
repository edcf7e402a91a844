/** Where candidates part: one small input for each candidate outside the winner's cluster, smallest first, with what everybody answers. */
import type { ConsensusResult } from '../core/candidate.ts';
import { canonicalJson } from '../core/digest.ts';
import { isAnswer, sameBehaviour, shown, type Behaviour, type Trial } from './behaviour.ts';
import { keyOf } from './inputs.ts';
import { once, type Scene, type Sighting } from './observe.ts';
import { smallerCalls } from './shrink.ts';
import { compareOf } from './values.ts';

type Dissent = ConsensusResult['dissent'];

export interface Split {
  /** Candidates that agree with each other; the first one speaks for them. */
  inside: Sighting[];
  outside: Sighting[];
  /** Indices of the coordinates that are evidence. */
  evidence: number[];
}

const most = 5;
const rounds = 2;
// A call this short in JSON is as small a question as a human needs.
const smallEnough = 24;

export async function dissentOf(split: Split, scene: Scene): Promise<Dissent> {
  const found = new Map<string, Dissent[number]>();
  for (const other of split.outside) {
    const entry = await smallestDifference(other, split, scene);
    if (entry) found.set(canonicalJson(entry.input), entry);
  }
  return [...found.values()].sort((a, b) => size(a.input) - size(b.input) || (canonicalJson(a.input) < canonicalJson(b.input) ? -1 : 1)).slice(0, most);
}

async function smallestDifference(other: Sighting, split: Split, scene: Scene): Promise<Dissent[number] | null> {
  const speaker = split.inside[0];
  if (!speaker) return null;
  const differing = split.evidence.filter((at) => differ(speaker.behaviours[at], other.behaviours[at], scene));
  // Two answers side by side are a better question to a human than an answer beside a crash.
  const both = differing.filter((at) => [speaker, other].every((sighting) => { const behaviour = sighting.behaviours[at]; return behaviour !== undefined && isAnswer(behaviour); }));
  const best = (both.length > 0 ? both : differing).sort((a, b) => trialSize(scene, a) - trialSize(scene, b) || a - b)[0];
  if (best === undefined) return null;
  const coordinate = scene.coordinates[best];
  const everybody = [...split.inside, ...split.outside];
  const entry = coordinate ? entryOf(coordinate.trial, everybody, (sighting) => sighting.behaviours[best]) : null;
  return both.length > 0 && coordinate && 'args' in coordinate.trial && coordinate.tests.length === 0 && trialSize(scene, best) > smallEnough ? (await shrunk(coordinate.trial, { speaker, other, everybody }, scene)) ?? entry : entry;
}

/** Tries smaller calls on all candidates, a few rounds; null where none of them still shows the difference. */
async function shrunk(trial: Trial, who: { speaker: Sighting; other: Sighting; everybody: Sighting[] }, scene: Scene): Promise<Dissent[number] | null> {
  let best: Dissent[number] | null = null;
  let current = trial;
  for (let round = 0; round < rounds; round++) {
    const examples = scene.coordinates.flatMap((coordinate) => (coordinate.doubtful || !('args' in coordinate.trial) ? [] : [coordinate.trial.args]));
    const smaller = 'args' in current ? smallerCalls(current.args, examples) : [];
    if (smaller.length === 0) return best;
    const trials = smaller.map((args) => ({ trial: { args }, tests: [], doubtful: true }));
    const again = await Promise.all(who.everybody.map(async (sighting) => [sighting.candidate.id, await once(sighting.candidate, { ...scene, coordinates: trials }, 0)] as const));
    const rows = new Map(again);
    const of = (sighting: Sighting) => rows.get(sighting.candidate.id) ?? [];
    const at = smaller.findIndex((_, column) => stillDiffers(of(who.speaker)[column], of(who.other)[column], scene));
    const args = smaller[at];
    if (args === undefined) return best;
    current = { args };
    best = entryOf(current, who.everybody, (sighting) => of(sighting)[at]);
  }
  return best;
}

function stillDiffers(a: Behaviour | undefined, b: Behaviour | undefined, scene: Scene): boolean {
  return a !== undefined && b !== undefined && isAnswer(a) && isAnswer(b) && !sameBehaviour(a, b, compareOf(scene.spec));
}

function differ(a: Behaviour | undefined, b: Behaviour | undefined, scene: Scene): boolean {
  return a !== undefined && b !== undefined && !sameBehaviour(a, b, compareOf(scene.spec));
}

function entryOf(trial: Trial, sightings: Sighting[], behaviour: (sighting: Sighting) => Behaviour | undefined): Dissent[number] {
  const outputs = sightings.map((sighting) => [sighting.candidate.id, shown(behaviour(sighting) ?? { s: 'crash', why: 'not run' })] as const);
  return { input: trial, outputs: Object.fromEntries(outputs.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function trialSize(scene: Scene, at: number): number {
  const coordinate = scene.coordinates[at];
  return coordinate ? keyOf(coordinate.trial).length : Infinity;
}

const size = (input: unknown): number => canonicalJson(input).length;

