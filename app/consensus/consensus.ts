/**
 * Consensus: do independent candidates behave the same on everything that was run, and is what was run good enough to tell? A pure
 * function of spec, base, candidates (as a set), seed and record, but for the sandbox it is given; `durationMs` apart, every run answers
 * the same. No model takes part. Throws AssayError where our own machinery fails; what a candidate does is never an error of ours.
 */
import type { Candidate, Cluster, ConsensusResult } from '../core/candidate.ts';
import { digestOf } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import { specDigest, untestedCriteria, type Spec } from '../core/spec.ts';
import { applyPatch, type Tree } from '../core/tree.ts';
import type { Outcome } from '../core/verdict.ts';
import { isAnswer, sameBehaviour, type Behaviour } from './behaviour.ts';
import { agreementOf, clustersOf, isEvidence, timingDecides, type Vector } from './cluster.ts';
import { dependentPairs, independentFamilies } from './dependence.ts';
import { dissentOf } from './dissent.ts';
import { generateInputs, keyOf } from './inputs.ts';
import { killMutants, type KillReport } from './kill.ts';
import { minedLiterals } from './literals.ts';
import { mutantsOf } from './mutants.ts';
import { observeAll, observeOne, type Scene, type Sighting } from './observe.ts';
import { builderTests, coordinatesOf, criterionTests, fits, meets, type Coordinate, type PooledTest } from './pool.ts';
import { confidenceOf, decide, requiredFamilies, type Standing } from './quorum.ts';
import { priorRecord, recordDigest, standing, type FamilyRecord } from './record.ts';
import { compareOf } from './values.ts';

export interface ConsensusRequest {
  spec: Spec;
  base: Tree;
  candidates: Candidate[];
  seed: number;
  record?: FamilyRecord;
}

export interface ConsensusTools {
  sandbox: Sandbox;
  progress?: (line: string) => void;
}

const inputCount = 64;
const heldOutCount = 40;
const mutantCap = 24;

export async function runConsensus(request: ConsensusRequest, tools: ConsensusTools): Promise<ConsensusResult> {
  const began = performance.now();
  const input = { ...request, candidates: inOrder(request.candidates), record: request.record ?? priorRecord() };
  const early = notComparable(input.spec);
  const result = early ? emptyResult(input, early) : await compare(input, tools);
  return { ...result, durationMs: Math.round(performance.now() - began) };
}

/** By id, so that no order of arguments can matter; two candidates with one id would be one voter twice. */
function inOrder(candidates: Candidate[]): Candidate[] {
  const ids = new Set(candidates.map((candidate) => candidate.id));
  if (candidates.length === 0 || ids.size !== candidates.length) throw new AssayError('CANDIDATE_INVALID', candidates.length === 0 ? 'There is no candidate.' : 'Two candidates have the same id.', { remedy: 'Give each candidate its own id in assay-candidate.json.' });
  return [...candidates].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The verdict that needs no run, or null. Surfaces of kind http and files are not compared by this version, and said so. */
export function notComparable(spec: Spec): { outcome: Outcome; reason: string } | null {
  if (!spec.surface) return { outcome: 'not_comparable', reason: 'no surface: the spec locks no interface on which candidates could be compared' };
  if (spec.surface.kind !== 'function' && spec.surface.kind !== 'cli') return { outcome: 'not_comparable', reason: `surface ${spec.surface.kind}: only functions and commands can be compared` };
  const gaps = untestedCriteria(spec);
  if (gaps.length > 0 || spec.criteria.length === 0) return { outcome: 'spec_gap', reason: gaps.length > 0 ? `untested criteria: ${gaps.join(', ')}` : 'no criteria: the spec has none' };
  const misfit = criterionTests(spec).find((pooled) => !fits(pooled.test, spec));
  return misfit ? { outcome: 'spec_gap', reason: `unfit test: ${misfit.id} does not fit a ${spec.surface.kind} surface` } : null;
}

type Prepared = Required<ConsensusRequest>;

function emptyResult(input: Prepared, decision: { outcome: Outcome; reason: string }): ConsensusResult {
  return {
    ...decision, winner: null, confidence: 0, clusters: [], quorum: { families: 0, required: requiredFamilies }, fingerprint: digestOf({ spec: specDigest(input.spec), seed: input.seed, ...decision }),
    inputsRun: 0, testsPooled: 0, testsDropped: [], mutationScore: null, agreement: {}, dissent: [], record: { sha256: recordDigest(input.record) }, seed: input.seed, durationMs: 0,
  };
}

async function compare(input: Prepared, tools: ConsensusTools): Promise<ConsensusResult> {
  const say = tools.progress ?? (() => {});
  const { coordinates, dropped, heldOut } = trialsOf(input);
  const scene: Scene = { spec: input.spec, base: input.base, coordinates, sandbox: tools.sandbox };
  say(`running ${input.candidates.length} candidates on ${coordinates.length} tests and inputs`);
  const seen = await observeAll(input.candidates, scene);
  const contenders = seen.filter((sighting) => sighting.contender);
  const evidence = evidenceOf(coordinates, contenders.length > 0 ? contenders : seen);
  const view = viewOf(seen, evidence, input.spec);
  say(`${contenders.length} pass all criterion tests, ${view.leader ? `${view.leader.size} of them behave the same` : 'no two families behave the same'}`);
  const winner = view.leader ? chooseWinner(view.leader, seen, input.record) : null;
  const kills = winner ? await killsOf(winner, { input, scene, evidence, heldOut }) : null;
  if (kills) say(`${kills.killed} mutants killed, ${kills.survived} survive, ${kills.equivalent} equivalent`);
  const decision = decide(standingOf({ input, seen, evidence, view, kills, coordinates }));
  const inside = seen.filter((sighting) => (view.leader ?? view.clusters[0])?.members.includes(sighting.candidate.id));
  const dissent = await dissentOf({ inside, outside: seen.filter((sighting) => !inside.includes(sighting)), evidence }, scene);
  const poor = [...dropped, ...failingOwn(seen, coordinates, input.spec), ...await trivialTests({ input, scene, kills, evidence, tools })];
  const inputsRun = evidence.filter((at) => coordinates[at]?.tests.length === 0).length;
  const families = view.leader ? independentOf(view.leader, input) : 0;
  const passed = decision.outcome === 'pass' && winner !== null;
  return {
    ...decision, winner: passed ? winner.candidate.id : null,
    confidence: confidenceOf(decision, { independent: families, inputs: inputsRun, mutationScore: kills?.score ?? null, alone: seen.length === inside.length && seen.length < 3 }),
    clusters: view.clusters, quorum: { families, required: requiredFamilies }, fingerprint: fingerprintOf(input, { coordinates, seen, winner, decision: decision.outcome }),
    inputsRun, testsPooled: coordinates.reduce((sum, coordinate) => sum + coordinate.tests.length, 0) - poor.length + dropped.length, testsDropped: poor,
    mutationScore: kills?.score ?? null, agreement: view.agreement, dissent, record: { sha256: recordDigest(input.record) }, seed: input.seed, durationMs: 0,
  };
}

function trialsOf(input: Prepared): { coordinates: Coordinate[]; dropped: { id: string; why: string }[]; heldOut: Coordinate['trial'][] } {
  const frozen = criterionTests(input.spec);
  const own = builderTests(input.spec, input.candidates);
  const usable = own.filter((pooled) => fits(pooled.test, input.spec));
  const dropped = own.filter((pooled) => !usable.includes(pooled)).map((pooled) => ({ id: pooled.id, why: 'it does not fit the surface' }));
  // Only frozen examples teach the generators: a builder's test may itself be an invalid input.
  const request = { spec: input.spec, examples: frozen.map((pooled) => pooled.test), literals: minedLiterals(input.spec, input.candidates.map((candidate) => candidate.patch)) };
  const coordinates = coordinatesOf([...frozen, ...usable], generateInputs({ ...request, seed: input.seed, count: inputCount }));
  const known = new Set(coordinates.map((coordinate) => keyOf(coordinate.trial)));
  const heldOut = generateInputs({ ...request, seed: input.seed + 1, count: 4 * inputCount }).map((one) => one.trial).filter((trial) => !known.has(keyOf(trial)));
  return { coordinates, dropped, heldOut: heldOut.slice(-heldOutCount) };
}

/** Indices of coordinates that count. A builder's test that fails on its own candidate is no evidence. */
function evidenceOf(coordinates: Coordinate[], judges: Sighting[]): number[] {
  return coordinates.flatMap((coordinate, at) => (isEvidence(coordinate, judges.flatMap((sighting) => sighting.behaviours[at] ?? [])) ? [at] : []));
}

interface View {
  clusters: Cluster[];
  leader: Cluster | null;
  agreement: Record<string, number>;
  timing: boolean;
}

function viewOf(seen: Sighting[], evidence: number[], spec: Spec): View {
  const comparison = compareOf(spec);
  const vectors: Vector[] = seen.map((sighting) => ({ id: sighting.candidate.id, family: sighting.candidate.family, behaviours: evidence.flatMap((at) => sighting.behaviours[at] ?? []) }));
  const clusters = clustersOf(vectors, comparison);
  const able = new Set(seen.filter((sighting) => sighting.contender).map((sighting) => sighting.candidate.id));
  const leader = clusters.find((cluster) => cluster.families.length >= requiredFamilies && cluster.members.every((id) => able.has(id))) ?? null;
  const members = seen.filter((sighting) => leader?.members.includes(sighting.candidate.id));
  const timing = (members[0]?.behaviours ?? []).some((_, at) => timingDecides(members.flatMap((sighting) => sighting.behaviours[at] ?? []), comparison));
  return { clusters, leader, agreement: agreementOf(vectors, comparison), timing };
}

/** Inside the winning cluster: the family's record, then the shorter patch, then its digest. */
function chooseWinner(leader: Cluster, seen: Sighting[], record: FamilyRecord): Sighting | null {
  const members = seen.filter((sighting) => leader.members.includes(sighting.candidate.id)).map((sighting) => ({
    sighting, record: standing(record, sighting.candidate.family), size: JSON.stringify(sighting.candidate.patch).length, digest: digestOf([sighting.candidate.patch, sighting.candidate.id]),
  }));
  return members.sort((a, b) => b.record - a.record || a.size - b.size || (a.digest < b.digest ? -1 : 1))[0]?.sighting ?? null;
}

function independentOf(leader: Cluster, input: Prepared): number {
  const authors = input.candidates.filter((candidate) => leader.members.includes(candidate.id));
  return independentFamilies(authors, dependentPairs(authors, input));
}

interface KillScene {
  input: Prepared;
  scene: Scene;
  evidence: number[];
  heldOut: Coordinate['trial'][];
}

async function killsOf(winner: Sighting, { input, scene, evidence, heldOut }: KillScene): Promise<KillReport> {
  const pool = evidence.flatMap((at) => {
    const coordinate = scene.coordinates[at];
    const behaviour = winner.behaviours[at];
    return coordinate && behaviour ? [{ trial: coordinate.trial, behaviour }] : [];
  });
  const mutants = mutantsOf({ spec: input.spec, base: input.base, patch: winner.candidate.patch }, mutantCap);
  return killMutants({ spec: input.spec, tree: applyPatch(input.base, winner.candidate.patch), mutants, pool, heldOut }, scene.sandbox);
}

interface Whole {
  input: Prepared;
  seen: Sighting[];
  evidence: number[];
  view: View;
  kills: KillReport | null;
  coordinates: Coordinate[];
}

function standingOf({ input, seen, evidence, view, kills, coordinates }: Whole): Standing {
  const lead = seen.find((sighting) => view.leader?.members.includes(sighting.candidate.id));
  const others = seen.filter((sighting) => !view.leader?.members.includes(sighting.candidate.id));
  const apart = others.some((other) => evidence.some((at) => { const [a, b] = [lead?.behaviours[at], other.behaviours[at]]; return a !== undefined && b !== undefined && !sameBehaviour(a, b, compareOf(input.spec)); }));
  return {
    candidates: seen.length, contenders: seen.filter((sighting) => sighting.contender).length, difficulty: input.spec.difficulty, leader: view.leader,
    independent: view.leader ? independentOf(view.leader, input) : 0, mutationScore: kills?.score ?? null,
    mutants: kills ?? { killed: 0, survived: 0, equivalent: 0 }, discriminates: (lead !== undefined && apart) || (kills?.killed ?? 0) > 0,
    timingDecides: view.timing, suspectTest: suspectTest(seen, view, { coordinates, spec: input.spec }),
  };
}

/** A frozen test that all candidates, of two families or more and alike everywhere, fail with the same answer. */
function suspectTest(seen: Sighting[], view: View, { coordinates, spec }: { coordinates: Coordinate[]; spec: Spec }): string | null {
  const only = view.clusters[0];
  if (view.clusters.length !== 1 || !only || only.families.length < requiredFamilies || view.leader) return null;
  const failed = coordinates.flatMap((coordinate, at) => coordinate.tests.filter((pooled) => { const behaviour = seen[0]?.behaviours[at]; return pooled.author === null && behaviour !== undefined && isAnswer(behaviour) && !meets(pooled.test, behaviour, spec); }));
  return failed[0]?.id ?? null;
}

function failingOwn(seen: Sighting[], coordinates: Coordinate[], spec: Spec): { id: string; why: string }[] {
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
  tools: ConsensusTools;
}

/** Builders' tests that the base passes already and that kill no mutant. */
async function trivialTests({ input, scene, kills, evidence }: TrivialScene): Promise<{ id: string; why: string }[]> {
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

interface FingerprintParts {
  coordinates: Coordinate[];
  seen: Sighting[];
  winner: Sighting | null;
  decision: Outcome;
}

/** What the Auditor recomputes: the question, and what the winner answered to every part of it. Timing words carry no detail. */
function fingerprintOf(input: Prepared, { coordinates, seen, winner, decision }: FingerprintParts): string {
  const vectors = (winner ? [winner] : seen).map((sighting) => ({ id: sighting.candidate.id, behaviours: sighting.behaviours.map((behaviour) => (isAnswer(behaviour) ? behaviour : { s: behaviour.s })) }));
  const candidates = input.candidates.map((candidate) => ({ id: candidate.id, family: candidate.family, patch: digestOf(candidate.patch), tests: digestOf(candidate.tests) }));
  return digestOf({ version: 1, spec: specDigest(input.spec), base: digestOf(input.base), candidates, seed: input.seed, decision, trials: coordinates.map((coordinate) => keyOf(coordinate.trial)), vectors });
}
