/** (facts, ruling) → steps. Pure and total: the same facts always give the same steps, and steps that are done answer `unchanged`. */
import type { IntentRuling } from '../../core/ruling.ts';
import type { Spec } from '../../core/spec.ts';
import type { Step } from '../../core/step.ts';
import type { Decision } from '../decision.ts';
import type { IntentFacts } from './facts.ts';
import { progressOf, seedOf, type Progress, type Round } from './progress.ts';
import { orderEntries, refusedApproval } from '../audit.ts';
import { votersFor } from '../voters.ts';
import { insistOnSeparateBuilders } from '../../agents/duties.ts';
import { answers } from './answers.ts';
import { maxTurns } from './forecast.ts';
import { countRound, recordGiven, recordUsed } from './record.ts';
import { isOverTime } from './time.ts';
import { standingComment, pullRequestBody, commitMessage } from './words.ts';

export function decide(facts: IntentFacts, ruling: IntentRuling): Decision {
  const progress = progressOf(facts);
  const ended = isEnded(facts);
  const stopped = facts.effects.stopped || isOverTime(facts);
  const work = ended || stopped ? [] : nextWork(facts, ruling, progress);
  const steps: Step[] = [
    { step: 'put-note', name: 'terms', value: { project: facts.key, grant: facts.budget.grant, fork: false } },
    ...(stopped || ended ? [{ step: 'cancel-jobs' } as const] : []),
    ...work,
    ...remember(facts, progress),
    ...countRound(facts, progress),
    ...(facts.issue.author ? [{ step: 'put-note', name: 'author', value: facts.issue.author.id } as const] : []),
    ...(facts.lastGood ? [{ step: 'put-note', name: 'config', value: facts.lastGood } as const] : []),
    ...(facts.budget.asked ? [{ step: 'put-note', name: 'grant', about: facts.budget.project, value: facts.budget.asked } as const] : []),
    { step: 'upsert-comment', issue: facts.issue.number, body: standingComment(facts, ruling, progress) },
    ...answers(facts, ruling, progress),
    ...orderEntries(facts.commands),
    ...refusedApprovals(facts, ruling, progress),
    ...audit(facts, ruling, progress),
    { step: 'audit-jobs', jobs: facts.jobs },
    ...closing(facts),
  ];
  return isSilent(facts) ? { steps: [], lookAgainAt: null, open: false } : { steps, lookAgainAt: lookAgain(facts), open: !ended };
}

/** An issue without the label, or closed before anything happened, is none of our business. */
function isSilent(facts: IntentFacts): boolean {
  return facts.plan === null && (facts.issue.state === 'closed' || !facts.issue.labels.includes('intent'));
}

function isEnded(facts: IntentFacts): boolean {
  if (facts.pullRequest) return facts.pullRequest.state !== 'open';
  return facts.issue.state === 'closed' || !facts.issue.labels.includes('intent');
}

function nextWork(facts: IntentFacts, ruling: IntentRuling, progress: Progress): Step[] {
  if (facts.configProblem || !ruling.plan || facts.pullRequest) return [];
  const { plan, spec, round } = progress;
  if (needsPlan(facts, progress)) return startPlan(facts);
  if (plan.state !== 'done' || !spec || !round || !ruling.build) return [];
  return round.builds.some(({ work }) => work.state === 'absent') ? startBuilds(facts, progress, round) : afterBuilds(facts, progress, round);
}

function afterBuilds(facts: IntentFacts, progress: Progress, round: Round): Step[] {
  if (round.builds.some(({ work }) => work.state === 'running') || round.candidates.length < 2) return [];
  if (round.consensus.state === 'absent') return [startConsensus(facts, progress, round)];
  if (round.consensus.state !== 'done' || round.consensus.output.outcome !== 'pass') return [];
  if (round.audit.state === 'absent') return startAudit(facts, progress, round);
  if (round.audit.state === 'done' && round.audit.output.reproduced) return openChange(facts, progress, round);
  return [];
}

function needsPlan(facts: IntentFacts, { plan }: Progress): boolean {
  return facts.plan === null || facts.plan.textDigest !== facts.textDigest || plan.state === 'absent';
}

/** The base is pinned when planning begins: everything after it is judged against the same tree. */
function startPlan(facts: IntentFacts): Step[] {
  const { issue } = facts;
  const current = facts.plan?.textDigest === facts.textDigest ? facts.plan : { textDigest: facts.textDigest, baseSha: issue.repository.defaultSha };
  const key = progressOf({ ...facts, plan: current }).plan.key;
  const intent = { number: issue.number, title: issue.title, body: issue.body, author: issue.author?.login ?? 'ghost' };
  const models = Object.fromEntries(votersFor(facts.families, facts.config, null).map(({ family, model }) => [family, model]));
  return [
    { step: 'put-note', name: 'plan', value: current },
    { step: 'start-job', key, trees: { base: current.baseSha }, job: { kind: 'plan', input: { intent, baseSha: current.baseSha, models, attempt: 0 } } },
  ];
}

/** Each builder gets the spec and the base, and nothing that another one wrote. */
function startBuilds(facts: IntentFacts, progress: Progress, round: Round): Step[] {
  const spec = progress.spec!.spec;
  const inputs = round.builds.map(({ voter, work }) => ({ work, input: {
    spec, family: voter.family, model: voter.model, candidateId: `${voter.family}-${round.number + 1}`,
    testCommand: facts.config.testCommand ?? usualTestCommand[spec.language], maxTurns, attempt: round.number,
    ...(facts.config.cliBuilders.includes(voter.family) ? { via: 'cli' as const } : {}),
  } }));
  insistOnSeparateBuilders(inputs.map(({ input }) => input));
  return inputs.filter(({ work }) => work.state === 'absent')
    .map(({ work, input }) => ({ step: 'start-job', key: work.key, trees: { base: facts.plan!.baseSha }, job: { kind: 'build', input } }));
}

// What a repository of that language answers to where the configuration says nothing.
const usualTestCommand: Record<Spec['language'], string[]> = {
  typescript: ['node', '--test'], javascript: ['node', '--test'], python: ['python3', '-m', 'unittest', 'discover'],
};


function startConsensus(facts: IntentFacts, progress: Progress, round: Round): Step {
  const { spec, digest } = progress.spec!;
  return {
    step: 'start-job', key: round.consensus.key, trees: { base: facts.plan!.baseSha },
    job: { kind: 'consensus', input: { spec, candidates: round.candidates, seed: seedOf(digest), ...recordGiven(facts) } },
  };
}

function startAudit(facts: IntentFacts, progress: Progress, round: Round): Step[] {
  const { spec, digest } = progress.spec!;
  if (round.consensus.state !== 'done' || !round.consensus.output.winner || !round.auditor) return [];
  const { winner, fingerprint } = round.consensus.output;
  return [{
    step: 'start-job', key: round.audit.key, trees: { base: facts.plan!.baseSha },
    job: { kind: 'audit', input: { spec, candidates: round.candidates, winner, expected: fingerprint, seed: seedOf(digest), family: round.auditor, ...recordUsed(facts, fingerprint) } },
  }];
}

function openChange(facts: IntentFacts, progress: Progress, round: Round): Step[] {
  if (round.consensus.state !== 'done') return [];
  const { winner } = round.consensus.output;
  const candidate = round.candidates.find((one) => one.id === winner);
  if (!candidate) return [];
  const { issue } = facts;
  return [{
    step: 'open-pull-request',
    branch: `assay/intent-${issue.number}-${progress.spec!.digest.slice(0, 7)}${round.number ? `-${round.number + 1}` : ''}`,
    base: issue.repository.defaultBranch, parent: facts.plan!.baseSha, patch: candidate.patch,
    title: progress.spec!.spec.title, body: pullRequestBody(facts, progress, round, candidate), message: commitMessage(facts, progress, candidate),
  }];
}

/** Since when the spec that is shown has been shown; approvals are judged against it. */
function remember(facts: IntentFacts, { spec, plan }: Progress): Step[] {
  if (!spec || plan.state !== 'done' || plan.output.outcome !== 'pass' || facts.published?.digest === spec.digest) return [];
  return [{ step: 'put-note', name: 'published', value: { digest: spec.digest, at: facts.now }, again: true }];
}

function refusedApprovals({ effects }: IntentFacts, ruling: IntentRuling, { spec }: Progress): Step[] {
  return ruling.approvals.flatMap(({ code }, index) => {
    const fact = effects.approvals[index]?.fact;
    return fact && code !== 'APPROVAL_OK' ? [refusedApproval(fact, { code, about: spec?.digest ?? 'no spec', policy: null })] : [];
  });
}

function audit(facts: IntentFacts, ruling: IntentRuling, { spec }: Progress): Step[] {
  if (!spec || !ruling.build) return [];
  return [
    { step: 'append-audit', once: `spec approved ${spec.digest}`, actor: String(ruling.approval.actorId), action: 'spec.approved', detail: { specSha256: spec.digest, class: ruling.approval.class, issue: facts.issue.number } },
    { step: 'put-note', name: 'approved spec', value: { digest: spec.digest, spec: spec.spec, baseSha: facts.plan!.baseSha, class: ruling.approval.class ?? 'unknown' } },
  ];
}

function closing(facts: IntentFacts): Step[] {
  if (facts.pullRequest?.state !== 'merged') return [];
  return [
    { step: 'append-audit', once: 'intent done', actor: 'assay', action: 'intent.done', detail: { pullRequest: facts.pullRequest.number, mergeSha: facts.pullRequest.mergeSha } },
    { step: 'close-issue', issue: facts.issue.number, reason: 'completed' },
  ];
}

/** While work runs, its time is looked at; everything else is news that arrives. */
function lookAgain(facts: IntentFacts): number | null {
  return facts.jobs.some((job) => job.state === 'running') ? facts.now + 5 * 60_000 : null;
}
