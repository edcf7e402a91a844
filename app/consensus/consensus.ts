/**
 * Consensus: do independent candidates behave the same on everything that was run, and is what was run good enough to tell? A pure
 * function of spec, base, candidates (as a set), seed and record, but for the sandbox it is given; `durationMs` apart, every run answers
 * the same. No model takes part. Throws AssayError where our own machinery fails; what a candidate does is never an error of ours.
 */
import type { Candidate, ConsensusResult } from '../core/candidate.ts';
import { digestOf } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import { specDigest, untestedCriteria, type Spec } from '../core/spec.ts';
import { applyPatch } from '../core/tree.ts';
import type { Outcome } from '../core/verdict.ts';
import { sameBehaviour } from './behaviour.ts';
import { dissentOf } from './dissent.ts';
import { failingOwn, trivialTests } from './dropped.ts';
import { fingerprintOf } from './fingerprint.ts';
import { killMutants, type KillReport } from './kill.ts';
import { mutantsOf } from './mutants.ts';
import { observeAll, type Scene, type Sighting } from './observe.ts';
import { criterionTests, fits, type Coordinate } from './pool.ts';
import { confidenceOf, decide, requiredFamilies, type Standing } from './quorum.ts';
import { priorRecord, recordDigest } from './record.ts';
import type { ConsensusRequest, ConsensusTools, Prepared } from './request.ts';
import { trialsOf } from './trials.ts';
import { compareOf } from './values.ts';
import { chooseWinner, evidenceOf, independentOf, suspectTest, viewOf, type View } from './view.ts';

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

/** The verdict that needs no run, or null. */
export function notComparable(spec: Spec): { outcome: Outcome; reason: string } | null {
  if (!spec.surface) return { outcome: 'not_comparable', reason: 'no surface: the spec locks no interface on which candidates could be compared' };
  const gaps = untestedCriteria(spec);
  if (gaps.length > 0 || spec.criteria.length === 0) return { outcome: 'spec_gap', reason: gaps.length > 0 ? `untested criteria: ${gaps.join(', ')}` : 'no criteria: the spec has none' };
  const misfit = criterionTests(spec).find((pooled) => !fits(pooled.test, spec));
  return misfit ? { outcome: 'spec_gap', reason: `unfit test: ${misfit.id} does not fit a ${spec.surface.kind} surface` } : null;
}

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
  const poor = [...dropped, ...failingOwn(seen, coordinates, input.spec), ...await trivialTests({ input, scene, kills, evidence })];
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
