/** The verdicts of a change for its present head, read from finished work. A slot is null while there is nothing to read. */
import type { GuardReport } from '../../core/finding.ts';
import { currentAttempt } from '../../core/job-id.ts';
import type { AcceptOutput, JobAnswer, JobKind, JobOutputs, OutsideRun, SabotageOutput } from '../../core/job.ts';
import type { Problem } from '../../core/errors.ts';
import type { JobRow } from '../../core/ports/store.ts';
import type { SlotInput, SlotName } from '../../core/ruling.ts';
import type { Outcome } from '../../core/verdict.ts';
import { boundTo, reboundMerge } from './binding.ts';
import type { ChangeFacts } from './facts.ts';
import { waiversKey } from './waivers.ts';
import { type GuardSlot, guardSlot, packExecutes } from './guard-slot.ts';
import { judgeSupply } from './supply.ts';

export type WorkSlot = Exclude<SlotName, 'supplyChain'>;

/** `content` is what the verdict statement is about; the manifest binds its digest. */
export interface SlotVerdict {
  outcome: Outcome;
  sha: string;
  reason: string;
  /** When it was reached. */
  at: number;
  content: unknown;
  /** How the work was done that it rests on; absent where no work of its own was. */
  grade?: Grade;
  works: Works;
}

export interface Grade { sandbox: string; run: OutsideRun | null }

/** What is known of how the parts were done that only read the change, and that execute it; null: there are none. */
export type Works = Pick<SlotInput, 'reading' | 'executing'>;

/** The App read it itself, from blobs. */
const recomputed: Works = { reading: 'recomputed', executing: null };
const nothingDone: Works = { reading: null, executing: null };

export interface SlotWork {
  kind: JobKind | null;
  key: string;
  state: 'none' | 'absent' | 'running' | 'ended';
  verdict: SlotVerdict | null;
  /** False where what is still to start only reads, and so waits for nobody. */
  executes?: boolean;
}

export interface Slots {
  guardrails: GuardSlot;
  consensus: SlotWork & { accept: AcceptOutput | null };
  saboteur: SlotWork & { sabotage: SabotageOutput | null };
  supplyChain: SlotWork;
}

const execPart = ' exec';

export function slotsOf(facts: ChangeFacts): Slots {
  const guards = (packExecutes(facts.config) ? [false, true] : [false]).map((executes) => {
    const { work, output } = jobSlot<'guard'>(facts, 'guard', guardReason, executes ? execPart : '');
    return { work, report: output, executes };
  });
  const guard = guardSlot(guards, guardReason);
  const sabotage = jobSlot<'sabotage'>(facts, 'sabotage', (output) => output.reason);
  return {
    guardrails: { ...guard, ...sufficient(facts, guard) },
    consensus: consensusSlot(facts),
    saboteur: { ...sabotage.work, sabotage: sabotage.output },
    supplyChain: supplySlot(facts),
  };
}

/** No job: the App reads the lock files itself. */
function supplySlot(facts: ChangeFacts): SlotWork {
  const judged = judgeSupply(facts);
  const isPending = facts.traces !== null && facts.traces.ruling === null;
  const verdict = judged && facts.supply && !isPending ? { outcome: judged.outcome, sha: facts.supply.head, reason: judged.reason, at: facts.supply.at, content: judged.content, works: recomputed } : null;
  return { kind: null, key: '', state: 'none', verdict };
}

function guardReason(report: GuardReport): string {
  const objecting = report.guardrails.filter((one) => one.mode === 'enforce' && one.outcome !== 'pass' && one.outcome !== 'not_applicable').map((one) => one.id);
  return objecting.length > 0 ? `${objecting.join(', ')} object` : `${report.guardrails.length} guardrails, none objects`;
}

/** A change that only takes files away leaves the guardrails nothing to look at, and that is fine; anything else they could not look at is not. */
function sufficient({ files }: ChangeFacts, work: SlotWork): SlotWork {
  const onlyRemoves = files.files.length > 0 && files.files.every((file) => file.status === 'removed');
  if (work.verdict?.outcome !== 'not_applicable' || !onlyRemoves) return work;
  return { ...work, verdict: { ...work.verdict, outcome: 'pass', reason: 'files are only removed; no guardrail applies' } };
}

/** What a job is about: the same head, merge base, policy pack and spec are not judged twice; nor the same merge, where what executes is judged in it. */
function jobKey(facts: ChangeFacts, kind: JobKind, part: string): string {
  const about = kind === 'guard' ? `${facts.config.pack}${waiversKey(facts)}` : facts.intent?.approved?.digest ?? 'no spec';
  const bound = boundTo(facts.binding);
  const merged = reboundMerge(facts.binding);
  const anew = merged && (kind !== 'guard' || part !== '') ? ` merge ${merged.mergeTree}` : bound?.cause === 'retargeted' ? ` into ${bound.baseRef}` : '';
  return `${facts.change.headSha} ${facts.files.mergeBase} ${about}${part}${anew}`;
}

/** What is run: head over its merge base; where the base has moved into the change, their merge over the base. What only reads, reads the change. */
export function judgedTrees(facts: ChangeFacts): { base: string; head: string } {
  const merged = reboundMerge(facts.binding);
  return merged ? { base: merged.baseSha, head: merged.mergeSha } : { base: facts.files.mergeBase, head: facts.change.headSha };
}

function consensusSlot(facts: ChangeFacts): Slots['consensus'] {
  const sha = facts.change.headSha;
  const ended = (outcome: Outcome, reason: string, basis: { at: number; content: unknown }): Slots['consensus'] =>
    ({ kind: null, key: '', state: 'none', verdict: { outcome, sha, reason, ...basis, works: nothingDone }, accept: null });
  if (facts.built) {
    const { consensus, audit, auditedAt: at, prompts } = facts.built;
    const outcome = consensus.outcome === 'pass' && !audit.reproduced ? 'not_reproduced' : consensus.outcome;
    return ended(outcome, audit.reproduced ? `${consensus.reason}; reproduced by the Auditor` : audit.reason, { at, content: { consensus, audit, prompts } });
  }
  if (facts.intent?.approved) {
    const { work, output } = jobSlot<'accept'>(facts, 'accept', (answer) => answer.reason);
    return { ...work, accept: output };
  }
  return ended('not_comparable', 'The pull request names no intent with an approved spec, so there is no agreed behaviour to compare with.', { at: facts.head?.at ?? facts.now, content: null });
}

function jobSlot<K extends 'guard' | 'accept' | 'sabotage'>(
  facts: ChangeFacts, kind: K, reasonOf: (output: JobOutputs[K]) => string, part = '',
): { work: SlotWork; output: JobOutputs[K] | null } {
  const { key, job } = currentAttempt({ subject: facts.key, jobs: facts.jobs, kind, key: jobKey(facts, kind, part) }, facts.effects.retriesAt, (one, at) => passed(one) && !(part !== '' && tracesAged(facts, one, at)));
  if (!job) return { work: { kind, key, state: 'absent', verdict: null }, output: null };
  if (job.state === 'queued' || job.state === 'running') return { work: { kind, key, state: 'running', verdict: null }, output: null };
  const answer = job.answer;
  if (answer?.ok) {
    const output = answer.output as JobOutputs[K];
    const verdict = { outcome: output.outcome, sha: facts.change.headSha, reason: reasonOf(output), at: job.finishedAt ?? job.createdAt, content: output, grade: gradeOf(answer), works: worksOf(answer, { executes: kind !== 'guard' || part !== '' }) };
    return { work: { kind, key, state: 'ended', verdict }, output };
  }
  return { work: { kind, key, state: 'ended', verdict: failure(facts, answer?.problem ?? stopped, job) }, output: null };
}

/** Traces that must be there and have grown old are made anew, where somebody asks for it. */
function tracesAged({ config }: ChangeFacts, { finishedAt, createdAt }: JobRow, at: number): boolean {
  return config.evidence.traces === 'required' && at - (finishedAt ?? createdAt) > config.evidence.maxAgeMs;
}

/** The run of the change's code, as far as it is; null where no guardrail of the pack runs any. */
export function execWork(facts: ChangeFacts): { key: string; state: SlotWork['state']; report: GuardReport | null; at: number } | null {
  if (!packExecutes(facts.config)) return null;
  const { work, output } = jobSlot<'guard'>(facts, 'guard', guardReason, execPart);
  return { key: work.key, state: work.state, report: output, at: work.verdict?.at ?? facts.now };
}

function worksOf({ run }: JobAnswer, { executes }: { executes: boolean }): Works {
  if (executes) return { reading: null, executing: run ? (run.attested ? 'attested' : 'dispatched') : 'local' };
  return { reading: run ? (run.attested ? 'attested' : 'unattested') : 'recomputed', executing: null };
}

function gradeOf({ sandbox, run }: JobAnswer): Grade {
  return { sandbox, run: run ?? null };
}

const stopped: Problem = { code: 'STOPPED', message: 'This work was stopped by a person.', remedy: 'Comment /retry to start it again.' };

function failure(facts: ChangeFacts, problem: Problem, job: JobRow): SlotVerdict {
  return { outcome: 'error', sha: facts.change.headSha, reason: `${problem.code}: ${problem.message} ${problem.remedy}`, at: job.finishedAt ?? job.createdAt, content: problem, works: nothingDone };
}

function passed(job: JobRow): boolean {
  if (job.state === 'cancelled' || !job.answer?.ok) return false;
  const { outcome } = job.answer.output;
  return outcome === 'pass' || outcome === 'not_applicable';
}
