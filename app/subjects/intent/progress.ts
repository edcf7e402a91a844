/** How far an intent has come: a pure reading of its jobs, so that nothing has to remember a state that could be wrong. */
import type { ConsensusResult, Candidate } from '../../core/candidate.ts';
import type { Problem } from '../../core/errors.ts';
import { currentAttempt, type Attempt } from '../../core/job-id.ts';
import type { AuditOutput, BuildOutput, JobAnswer, JobKind, JobOutputs, PlanOutput } from '../../core/job.ts';
import type { JobRow } from '../../core/ports/store.ts';
import { specDigest, type Spec } from '../../core/spec.ts';
import { auditorFor } from '../../agents/duties.ts';
import type { Family } from '../../core/family.ts';
import { votersFor, type Voter } from '../voters.ts';
import type { IntentFacts } from './facts.ts';

/** A job's state as a person thinks of it. */
export type Work<T> =
  | { state: 'absent' | 'running'; key: string }
  | { state: 'broken'; key: string; finishedAt: number; problem: Problem }
  | { state: 'done'; key: string; finishedAt: number; output: T };

export interface Round {
  number: number;
  builds: { voter: Voter; work: Work<BuildOutput> }[];
  candidates: Candidate[];
  consensus: Work<ConsensusResult>;
  audit: Work<AuditOutput>;
  auditor: Family | null;
}

export interface LockedSpec {
  spec: Spec;
  digest: string;
}

export interface Progress {
  plan: Work<PlanOutput>;
  spec: LockedSpec | null;
  /** The builders' current round; null before there is a spec. */
  round: Round | null;
}

export function progressOf(facts: IntentFacts): Progress {
  // An issue that was edited since is another text: its old spec is not offered any more. Once there is a change, the spec is that of the change.
  const isEdited = facts.plan !== null && facts.plan.textDigest !== facts.textDigest && facts.pullRequest === null;
  const plan: Work<PlanOutput> = isEdited ? { state: 'absent', key: facts.textDigest } : workOf<PlanOutput>(attempt(facts, 'plan', planKey(facts), passedPlan));
  const spec = plan.state === 'done' && plan.output.outcome === 'pass' && plan.output.spec ? { spec: plan.output.spec, digest: specDigest(plan.output.spec) } : null;
  return { plan, spec, round: spec ? currentRound(facts, spec) : null };
}

export function planKey(facts: IntentFacts): string {
  return facts.plan ? `${facts.plan.textDigest} ${facts.plan.baseSha}` : facts.textDigest;
}

/** A seed that everybody can recompute from what was approved. */
export function seedOf(digest: string): number {
  return Number.parseInt(digest.slice(0, 8), 16);
}

/**
 * Rounds of building. One in which all candidates differ gets a second chance by itself; after that a person asks with `/retry`.
 * The last round that was started or may be started is the current one.
 */
function currentRound(facts: IntentFacts, spec: LockedSpec): Round {
  for (let number = 0; ; number += 1) {
    const round = roundOf(facts, spec, number);
    const ended = endOf(round);
    const again = ended !== null && !(round.consensus.state === 'done' && round.consensus.output.outcome === 'pass')
      && ((number === 0 && allDiffer(round)) || facts.effects.retriesAt.some((at) => at > ended));
    if (!again) return round;
  }
}

function roundOf(facts: IntentFacts, { spec, digest }: LockedSpec, number: number): Round {
  const voters = votersFor(facts.families, facts.config, { spec, failedRounds: number });
  const suffix = number === 0 ? digest : `${digest} round ${number}`;
  const builds = voters.map((voter) => ({ voter, work: buildWork(facts, `${suffix} ${voter.family}`) }));
  const candidates = builds.flatMap(({ work }) => (work.state === 'done' && work.output.candidate && work.output.outcome === 'pass' ? [work.output.candidate] : []));
  const consensus = workOf<ConsensusResult>(attempt(facts, 'consensus', suffix, anyAnswer));
  const winner = consensus.state === 'done' ? candidates.find((candidate) => candidate.id === consensus.output.winner) : undefined;
  const auditor = winner && consensus.state === 'done' ? auditorOf(winner, consensus.output, facts.families) : null;
  const audit = workOf<AuditOutput>(attempt(facts, 'audit', suffix, (job) => outputOf<'audit'>(job)?.reproduced === true));
  return { number, builds, candidates, consensus, audit, auditor };
}

/** A build that was stopped and is wanted again is the same build: it goes on from where it was kept, and no new round begins. */
function buildWork(facts: IntentFacts, key: string): Work<BuildOutput> {
  const found = attempt(facts, 'build', key, anyAnswer);
  const { job } = found;
  const stoppedAt = job?.state === 'cancelled' ? job.finishedAt ?? job.createdAt : null;
  const isWantedAgain = stoppedAt !== null && facts.effects.retriesAt.some((at) => at > stoppedAt);
  return workOf<BuildOutput>(isWantedAgain ? { ...found, job: undefined } : found);
}

/** When this round came to its end without a winner, or null while it may still have one. */
function endOf(round: Round): number | null {
  const comparing = round.candidates.length >= 2 ? [round.consensus] : [];
  const work = [...round.builds.map((build) => build.work), ...comparing];
  const ends = work.map((one) => (one.state === 'done' || one.state === 'broken' ? one.finishedAt : null));
  return ends.some((end) => end === null) || ends.length === 0 ? null : Math.max(...ends.map((end) => end ?? 0));
}

/** Somebody who did not write the winner, best of all somebody outside the winning cluster; null where nobody is left. */
function auditorOf(winner: Candidate, result: ConsensusResult, available: readonly Family[]): Family | null {
  const cluster = result.clusters.find(({ members }) => members.includes(winner.id))?.families ?? [];
  const others = available.filter((family) => family !== winner.family);
  return others.length === 0 ? null : auditorFor({ winner: winner.family as Family, cluster: cluster as Family[], available });
}

function allDiffer(round: Round): boolean {
  return round.consensus.state === 'done' && round.consensus.output.clusters.length >= 3
    && round.consensus.output.clusters.every((cluster) => cluster.size === 1);
}

function attempt(facts: IntentFacts, kind: JobKind, key: string, passed: (job: JobRow) => boolean): Attempt {
  return currentAttempt({ subject: facts.key, jobs: facts.jobs, kind, key }, facts.effects.retriesAt, passed);
}

export function outputOf<K extends JobKind>(job: JobRow | undefined): JobOutputs[K] | null {
  const answer = job?.state === 'done' ? (job.answer as JobAnswer<K> | null) : null;
  return answer?.ok ? answer.output : null;
}

// Builders and consensus are not tried again one by one but as a round.
function anyAnswer(): boolean {
  return true;
}

function passedPlan(job: JobRow): boolean {
  return outputOf<'plan'>(job)?.outcome === 'pass';
}

function workOf<T>({ key, job }: Attempt): Work<T> {
  if (!job) return { state: 'absent', key };
  const finishedAt = job.finishedAt ?? job.createdAt;
  if (job.state === 'cancelled') return { state: 'broken', key, finishedAt, problem: stoppedProblem };
  if (job.state !== 'done' || !job.answer) return { state: 'running', key };
  const answer = job.answer;
  return answer.ok ? { state: 'done', key, finishedAt, output: answer.output as T } : { state: 'broken', key, finishedAt, problem: answer.problem };
}

const stoppedProblem: Problem = { code: 'STOPPED', message: 'This work was stopped by a person.', remedy: 'Comment `/retry` to start it again.' };
