/**
 * The comparison itself, phase by phase, each only where it can still matter: tests for everybody; inputs for those that pass them; large
 * inputs for those that agree; mutants of whom would ship. What comes out is everything that was observed and the decision on it.
 */
import type { Cluster } from '../core/candidate.ts';
import { applyPatch } from '../core/tree.ts';
import { sameBehaviour, type Trial } from './behaviour.ts';
import { clusterOf } from './cluster.ts';
import { chooseWinner, outvoted } from './choose.ts';
import { probabilityOf, type Features } from './confidence.ts';
import { featuresOf } from './features.ts';
import { clearHurdles, type Hurdles } from './hurdles.ts';
import { killMutants, type KillReport } from './kill.ts';
import { mutantsOf } from './mutants.ts';
import { observeInputs, observeTests, type Scene, type Sighting } from './observe.ts';
import type { stopwatch } from './phases.ts';
import { decide, requiredFamilies, type Decision, type Standing } from './quorum.ts';
import type { Prepared } from './request.ts';
import { speedVote, type SpeedVote } from './speed.ts';
import type { Trials } from './trials.ts';
import { startsProgram } from './surfaces/cost.ts';
import { compareOf } from './values.ts';
import { evidenceOf, independentOf, suspectTest, viewOf, type View } from './view.ts';

const mutantCap = 24;
const dearMutantCap = 5;

export interface Comparison {
  input: Prepared;
  trials: Trials;
  scene: Scene;
  watch: ReturnType<typeof stopwatch>;
  say: (line: string) => void;
}

export interface Judged {
  decision: Decision;
  trials: Trials;
  seen: Sighting[];
  /** Candidates that got at the comparison, each with what shows it. */
  cheats: Record<string, string>;
  /** Indices of coordinates that count. */
  evidence: number[];
  view: View;
  /** After both votes: those that agree and are too slow stand alone. */
  clusters: Cluster[];
  /** The cluster that would ship; empty where nobody would. */
  members: Sighting[];
  independent: number;
  speed: SpeedVote | null;
  winner: Sighting | null;
  kills: KillReport | null;
  features: Features | null;
  confidence: number;
}

export async function judge(at: Comparison): Promise<Judged> {
  const { input, trials, scene, say, watch } = at;
  const { seen, hurdles } = await observed(at);
  const contenders = seen.filter((sighting) => sighting.contender);
  const evidence = evidenceOf(trials.coordinates, contenders.length > 0 ? contenders : seen);
  const view = viewOf(seen, evidence, input.spec);
  say(`${contenders.length} pass all criterion tests, ${view.leader ? `${view.leader.size} of them behave the same` : 'no two families behave the same'}`);
  const agreeing = seen.filter((sighting) => view.leader?.members.includes(sighting.candidate.id));
  const speed = view.leader && !trials.multiAnswer ? await watch.timed('speed', () => speedVote(agreeing, trials, scene)) : null;
  const members = speed && speed.inputs > 0 ? agreeing.filter((sighting) => speed.survivors.includes(sighting.candidate.id)) : agreeing;
  if (speed && speed.inputs > 0) say(`${members.length} of ${agreeing.length} survive ${speed.inputs} large inputs`);
  const logic: Logic = { ...at, hurdles, seen, evidence, view, speed, members };
  return { trials, seen, cheats: hurdles.cheats, evidence, view, speed, members, clusters: clustersAfter(seen, view, speed), ...await weighed(logic) };
}

/** Inputs are run where two families may agree, or where everybody fails alike and a test is suspect. */
async function observed({ input, trials, scene, watch, say }: Comparison): Promise<{ seen: Sighting[]; hurdles: Hurdles }> {
  const { testCount, coordinates } = trials;
  say(`running ${input.candidates.length} candidates on ${testCount} tests`);
  const first = await watch.timed('tests', () => observeTests(input.candidates, scene, testCount));
  const { seen: tested, hurdles } = await watch.timed('hurdles', () => clearHurdles(first, scene));
  const contenders = tested.filter((sighting) => sighting.contender);
  const families = new Set(contenders.map(({ candidate }) => candidate.family)).size;
  const alike = contenders.length === 0 && tested.length > 1 && viewOf(tested, coordinates.slice(0, testCount).map((_, at) => at), input.spec).clusters.length === 1;
  if (families < requiredFamilies && !alike) return { seen: tested, hurdles };
  say(`running ${alike ? tested.length : contenders.length} of them on ${coordinates.length - testCount} inputs`);
  const asked = alike ? tested : contenders;
  const complete = await watch.timed('logic', () => observeInputs(asked, scene, testCount));
  return { seen: tested.map((sighting) => complete[asked.indexOf(sighting)] ?? sighting), hurdles };
}

function clustersAfter(seen: Sighting[], { clusters, leader }: View, speed: SpeedVote | null): Cluster[] {
  if (!leader || !speed || speed.inputs === 0) return clusters;
  const slow = leader.members.filter((id) => !speed.survivors.includes(id));
  const surviving = seen.filter(({ candidate }) => speed.survivors.includes(candidate.id)).map(({ candidate }) => candidate);
  return clusters.flatMap((cluster) => (cluster === leader ? [clusterOf(surviving), ...slow.map((id) => clusterOf(seen.map(({ candidate }) => candidate).filter((candidate) => candidate.id === id)))].filter(({ size }) => size > 0) : [cluster]));
}

interface Logic extends Comparison, Pick<Judged, 'seen' | 'evidence' | 'view' | 'speed' | 'members'> {
  hurdles: Hurdles;
}

type Weighed = Pick<Judged, 'decision' | 'winner' | 'kills' | 'features' | 'confidence' | 'independent'>;

/** The decision; mutants are only made where everything else already says pass. */
async function weighed(at: Logic): Promise<Weighed> {
  const independent = independentOf(at.members.map(({ candidate }) => candidate.id), at.input);
  const standing = standingOf(at, independent);
  const without: Weighed = { decision: decide(standing), winner: null, kills: null, features: null, confidence: 0, independent };
  const winner = without.decision.outcome === 'pass' ? chooseWinner({ members: at.members, record: at.input.record, kind: kindOf(at), ms: at.speed?.ms ?? {} }) : null;
  if (!winner) return without;
  const kills = await at.watch.timed('mutants', () => killsOf(winner, at));
  at.say(`${kills.killed} mutants killed, ${kills.survived} survive, ${kills.equivalent} equivalent`);
  const features = featuresOf({ ...at, winner: winner.candidate, independent, inputs: inputCounts(at), frozenTests: frozenTests(at), mutationScore: kills.score, agreement: at.view.agreement });
  const confidence = probabilityOf(features, kindOf(at));
  const decision = decide({ ...standing, discriminates: kills.killed > 0 || isApart(at), mutationScore: kills.score, mutants: kills, confidence });
  return { decision, winner, kills, features, confidence, independent };
}

const kindOf = ({ input }: Logic): string => input.spec.surface?.kind ?? '';

function inputCounts({ trials, evidence, speed }: Logic): { run: number; counted: number; source: string; doubt: number; large: number } {
  const { testCount, coordinates, source } = trials;
  return { run: coordinates.length - testCount, counted: evidence.filter((at) => at >= testCount).length, source, doubt: trials.doubt.length, large: speed?.inputs ?? 0 };
}

function frozenTests({ trials }: Logic): number {
  return trials.coordinates.reduce((sum, { tests }) => sum + tests.filter(({ author }) => author === null).length, 0);
}

/** Before the mutants: what they would say is taken to be good. */
function standingOf(at: Logic, independent: number): Standing {
  const { input, seen, view, speed, members, trials } = at;
  const { difficulty, surface } = input.spec;
  return {
    ...at.hurdles, candidates: seen.length, contenders: seen.filter((sighting) => sighting.contender).length, difficulty, leader: view.leader, independent: view.leader ? independentOf(view.leader.members, input) : 0,
    mutationScore: null, mutants: { killed: 0, survived: 0, equivalent: 0 }, discriminates: true, timingDecides: view.timing, suspectTest: suspectTest(seen, view, { coordinates: trials.coordinates, spec: input.spec }),
    multiAnswer: trials.multiAnswer, speed: speed && { inputs: speed.inputs, families: independent, size: members.length, timing: speed.timing, differ: speed.differ },
    needsLarge: surface?.kind === 'cli' && (difficulty === 'medium' || difficulty === 'hard'),
    outvoted: view.leader ? outvoted(members, seen.filter((sighting) => !view.leader?.members.includes(sighting.candidate.id)), { record: input.record, kind: kindOf(at) }) : null, confidence: null, requiredConfidence: input.requiredConfidence,
  };
}

/** A cheater tells nobody apart: what it answers is not its own. */
function isApart({ seen, members, evidence, input, speed, hurdles }: Logic): boolean {
  const [lead] = members;
  if (Object.keys(speed?.failed ?? {}).length > 0) return true;
  const others = seen.filter((sighting) => !members.includes(sighting) && !(sighting.candidate.id in hurdles.cheats));
  return others.some((other) => evidence.some((at) => { const [a, b] = [lead?.behaviours[at], other.behaviours[at]]; return a !== undefined && b !== undefined && !sameBehaviour(a, b, compareOf(input.spec)); }));
}

async function killsOf(winner: Sighting, { input, scene, evidence, trials }: Logic): Promise<KillReport> {
  const pool = evidence.flatMap((at): { trial: Trial; behaviour: Sighting['behaviours'][number] }[] => {
    const [coordinate, behaviour] = [scene.coordinates[at], winner.behaviours[at]];
    return coordinate && behaviour ? [{ trial: coordinate.trial, behaviour }] : [];
  });
  const mutants = mutantsOf({ spec: input.spec, base: input.base, patch: winner.candidate.patch }, startsProgram(input.spec) ? dearMutantCap : mutantCap);
  return killMutants({ spec: input.spec, tree: applyPatch(input.base, winner.candidate.patch), mutants, pool, heldOut: trials.heldOut, kept: scene.kept }, scene.sandbox);
}
