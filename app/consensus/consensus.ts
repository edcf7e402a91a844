/**
 * Consensus: do independent candidates behave the same on everything that was run, and is what was run good enough to tell? A pure
 * function of spec, base, candidates (as a set), seed and record, but for the sandbox it is given; `durationMs` and the phases' `ms` apart,
 * every run answers the same. Logic and speed are two votes. No model takes part. Throws AssayError where our own machinery fails; what a candidate does is never an error of ours.
 */
import type { Candidate, ConsensusResult } from '../core/candidate.ts';
import { digestOf } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import { specDigest } from '../core/spec.ts';
import type { Outcome } from '../core/verdict.ts';
import { missingSurface, notComparable } from './askable.ts';
import { judge, type Judged } from './compare.ts';
import { dissentOf } from './dissent.ts';
import { failingOwn, trivialTests } from './dropped.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Scene } from './observe.ts';
import { untouchedDecision, untouchedDifferences } from './regression/untouched.ts';
import { outsideWords } from './outside.ts';
import { stopwatch } from './phases.ts';
import { defaultConfidence, requiredFamilies } from './quorum.ts';
import { priorRecord, recordDigest } from './record.ts';
import type { ConsensusRequest, ConsensusTools, Prepared } from './request.ts';
import { trialsOf } from './trials.ts';

export async function runConsensus(request: ConsensusRequest, tools: ConsensusTools): Promise<ConsensusResult> {
  const began = performance.now();
  const input = { ...request, candidates: inOrder(request.candidates), record: request.record ?? priorRecord(), requiredConfidence: request.requiredConfidence ?? defaultConfidence };
  const early = notComparable(input.spec) ?? missingSurface(input.spec, input);
  const result = early ? emptyResult(input, early) : await compare(input, tools);
  return { ...result, durationMs: Math.round(performance.now() - began) };
}

/** By id, so that no order of arguments can matter; two candidates with one id would be one voter twice. */
function inOrder(candidates: Candidate[]): Candidate[] {
  const ids = new Set(candidates.map((candidate) => candidate.id));
  if (candidates.length === 0 || ids.size !== candidates.length) throw new AssayError('CANDIDATE_INVALID', candidates.length === 0 ? 'There is no candidate.' : 'Two candidates have the same id.', { remedy: 'Give each candidate its own id in assay-candidate.json.' });
  return [...candidates].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function emptyResult(input: Prepared, decision: { outcome: Outcome; reason: string }): ConsensusResult {
  return {
    ...decision, winner: null, confidence: 0, clusters: [], quorum: { families: 0, required: requiredFamilies }, fingerprint: digestOf({ spec: specDigest(input.spec), seed: input.seed, ...decision }),
    inputsRun: 0, testsPooled: 0, testsDropped: [], mutationScore: null, agreement: {}, dissent: [], record: { sha256: recordDigest(input.record) }, seed: input.seed, durationMs: 0,
  };
}

async function compare(input: Prepared, tools: ConsensusTools): Promise<ConsensusResult> {
  const watch = stopwatch();
  const trials = await watch.timed('inputs', async () => trialsOf(input));
  const scene: Scene = { spec: input.spec, base: input.base, coordinates: trials.coordinates, sandbox: tools.sandbox, kept: tools.kept };
  const agreed = await judge({ input, trials, scene, watch, say: tools.progress ?? (() => {}) });
  const changed = await watch.timed('untouched', () => changedBeside(agreed, scene, input.seed));
  const judged = changed.length === 0 ? agreed : { ...agreed, decision: untouchedDecision(changed) };
  const { seen, evidence, members, view } = judged;
  const inside = members.length > 0 ? members : seen.filter((sighting) => view.clusters[0]?.members.includes(sighting.candidate.id));
  const outside = seen.filter((sighting) => !inside.includes(sighting));
  const dissent = [...changed, ...await watch.timed('dissent', () => dissentOf({ inside, outside, evidence }, scene))];
  const poor = [...trials.dropped, ...failingOwn(seen, trials.coordinates, input.spec), ...await trivialTests({ input, scene, kills: judged.kills, evidence })];
  const pooled = trials.coordinates.reduce((sum, coordinate) => sum + coordinate.tests.length, 0);
  return { ...resultOf(input, judged), testsPooled: pooled - poor.length + trials.dropped.length, testsDropped: poor, dissent, outside: outsideWords(judged, input.spec), phases: watch.phases };
}

/** What the winner would change beside what it was asked for; looked for where it would ship and there is a base. */
async function changedBeside({ decision, winner }: Judged, scene: Scene, seed: number): Promise<ConsensusResult['dissent']> {
  return decision.outcome === 'pass' && winner && Object.keys(scene.base).length > 0 ? untouchedDifferences(winner.candidate, scene, seed) : [];
}

type Counted = 'testsPooled' | 'testsDropped' | 'dissent';

function resultOf(input: Prepared, judged: Judged): Omit<ConsensusResult, Counted> {
  const { decision, seen, evidence, view, trials, speed, winner, kills } = judged;
  const passed = decision.outcome === 'pass' && winner !== null;
  const survivors = speed && speed.inputs > 0 ? speed.survivors : null;
  return {
    ...decision, winner: passed ? winner.candidate.id : null, confidence: passed ? judged.confidence : 0,
    clusters: judged.clusters, quorum: { families: judged.independent, required: requiredFamilies },
    fingerprint: fingerprintOf(input, { coordinates: trials.coordinates, seen, winner, decision: decision.outcome, survivors }),
    inputsRun: evidence.filter((at) => at >= trials.testCount).length, mutationScore: kills?.score ?? null, agreement: view.agreement,
    inputs: { source: trials.source, doubt: trials.doubt.slice(0, 20) }, ...(speed && speed.inputs > 0 ? { speed: { inputs: speed.inputs, survivors: speed.survivors, failed: speed.failed } } : {}),
    ...(judged.features ? { features: judged.features } : {}), ...(Object.keys(judged.cheats).length > 0 ? { disqualified: judged.cheats } : {}), record: { sha256: recordDigest(input.record) }, seed: input.seed, durationMs: 0,
  };
}
