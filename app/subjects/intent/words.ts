/** Every sentence that a person reads about an intent. Pure: facts in, Markdown out; what others wrote is escaped. */
import type { Candidate } from '../../core/candidate.ts';
import { mayWrite } from '../../core/command-effects.ts';
import { code, codeBlock, plain, table } from '../../core/markdown.ts';
import { formatUsd } from '../../core/money.ts';
import type { IntentRuling } from '../../core/ruling.ts';
import type { Spec } from '../../core/spec.ts';
import { refusalWords } from '../refusals.ts';
import type { IntentFacts } from './facts.ts';
import type { Progress, Round } from './progress.ts';
import { executionMs, hours, isOverTime } from './time.ts';

/** The headline of the standing comment: where the intent stands and what is missing, from whom. */
export function headline(facts: IntentFacts, ruling: IntentRuling, progress: Progress): string {
  const { plan, round } = progress;
  if (facts.pullRequest) return changeHeadline(facts.pullRequest);
  if (facts.configProblem) return `**Configuration.** ${plain(facts.configProblem.message)} ${plain(facts.configProblem.remedy)}`;
  if (facts.effects.rejected) return `**Rejected** by ${plain(facts.effects.rejected.by)}: ${plain(facts.effects.rejected.reason)}. \`/revoke\` takes it back.`;
  if (facts.effects.stopped) return '**Stopped.** Finished work is kept; `/retry` goes on.';
  if (isOverTime(facts)) return `**Out of time.** Its work has run for ${hours(executionMs(facts.jobs, facts.now))}, and ${hours(facts.config.maxMs)} are allowed (\`hours\` in the configuration). Finished work is kept.`;
  if (!ruling.plan) return refusedHeadline(facts, ruling);
  if (plan.state === 'broken') return `**Planning failed** (\`${plan.problem.code}\`): ${plain(plan.problem.message)} ${plain(plan.problem.remedy)} Then comment \`/retry\`.`;
  if (plan.state !== 'done') return '**Planning.** The Planner reads the issue and the code and writes a spec.';
  if (plan.output.question) return `**One question before there can be a spec:** ${plain(plan.output.question, 600)} Edit the issue to answer it.`;
  if (!progress.spec || !round) return `**No spec** (${plan.output.outcome}): ${plain(plan.output.reason, 600)} Edit the issue, or comment \`/retry\`.`;
  if (!ruling.build && ruling.approval.outcome === 'pass') return heldHeadline(ruling);
  if (!ruling.build) return `**Waiting for approval** of spec ${code(progress.spec.digest.slice(0, 12))} by somebody with write permission.`;
  return roundHeadline(facts, round);
}

function changeHeadline(pullRequest: NonNullable<IntentFacts['pullRequest']>): string {
  const name = `#${pullRequest.number}`;
  if (pullRequest.state === 'merged') return `**Done.** ${name} was approved by a human and merged.`;
  if (pullRequest.state === 'closed') return `**Abandoned.** ${name} was closed without a merge.`;
  return `**A change is ready for review:** ${name} carries the evidence and the line that approves it.`;
}

function heldHeadline({ codes }: Pick<IntentRuling, 'codes'>): string {
  return `**Held.** ${codes.filter((one) => !one.startsWith('APPROVAL_')).map(refusalWords).join(' ')}`;
}

function refusedHeadline(facts: IntentFacts, { codes }: IntentRuling): string {
  const who = facts.issue.labelledBy?.login;
  if (!who) return '**Not started.** Assay cannot tell who put the `intent` label on. Somebody with write permission takes it off and puts it on again.';
  if (!mayWrite(facts.labellerPermission)) return `**Not started.** ${plain(who)} put the \`intent\` label on and has no write permission here. Somebody who has takes it off and puts it on again.`;
  return heldHeadline({ codes });
}

function roundHeadline(facts: IntentFacts, round: Round): string {
  const ready = round.builds.filter(({ work }) => work.state === 'done' || work.state === 'broken').length;
  if (facts.families.length < 2) return `**Cannot go on.** Consensus needs at least two model families with a key${facts.config.residency ? ' whose endpoint stands where `residency` of the configuration allows (`ASSAY_MODEL_REGIONS` of the App says where they stand)' : ''}. Add one and comment \`/retry\`.`;
  if (ready < round.builds.length) return `**Building.** ${ready} of ${round.builds.length} builders have finished; they work apart and never see each other.`;
  if (round.candidates.length < 2) return '**Too few candidates.** Fewer than two builders came to an end that passes its own tests. Comment `/retry` for another round.';
  const { consensus, audit } = round;
  if (consensus.state === 'broken') return `**Comparing failed** (\`${consensus.problem.code}\`): ${plain(consensus.problem.message)} Comment \`/retry\`.`;
  if (consensus.state !== 'done') return '**Comparing.** The candidates run on the same inputs; only behaviour counts.';
  if (consensus.output.outcome !== 'pass') return `**No consensus** (\`${consensus.output.outcome}\`): ${plain(consensus.output.reason, 600)} Make the issue clearer, or comment \`/retry\`.`;
  if (!round.auditor) return '**Cannot audit.** No family is left that did not write the winner. Add a key and comment `/retry`.';
  if (audit.state === 'broken') return `**Audit failed** (\`${audit.problem.code}\`): ${plain(audit.problem.message)} Comment \`/retry\`.`;
  if (audit.state !== 'done') return `**Auditing.** ${round.auditor} rebuilds the result from a clean start.`;
  return audit.output.reproduced ? '**Proven.** The pull request is being opened.' : `**Not reproduced:** ${plain(audit.output.reason, 600)} Comment \`/retry\`.`;
}

export function standingComment(facts: IntentFacts, ruling: IntentRuling, progress: Progress): string {
  const parts = [
    '### Assay', headline(facts, ruling, progress),
    progress.spec ? specSection(facts, ruling, progress, progress.spec) : null,
    progress.round && isApproved(facts, ruling, progress) ? buildersSection(progress.round) : null,
    progress.round ? consensusSection(progress.round) : null,
    facts.pullRequest?.state === 'merged' ? narrative(facts, ruling, progress) : null,
    `<sub>Cost so far ${formatUsd(facts.budget.settled)} of ${formatUsd(facts.budget.grant)} granted (cap ${formatUsd(facts.budget.cap)}) · [status](${facts.statusUrl})</sub>`,
  ];
  return parts.filter((part) => part !== null).join('\n\n');
}

function specSection(facts: IntentFacts, ruling: IntentRuling, { plan }: Progress, { spec, digest }: { spec: Spec; digest: string }): string {
  const output = plan.state === 'done' ? plan.output : null;
  const approve = isApproved(facts, ruling, { plan, spec: { spec, digest }, round: null }) || facts.pullRequest ? [] : ['To approve exactly this spec, comment:', codeBlock(`/approve ${digest.slice(0, 12)}`)];
  return [
    `#### Spec ${code(digest.slice(0, 12))}`,
    `**${plain(spec.title)}**${spec.text ? `\n\n${plain(spec.text, 2000)}` : ''}`,
    table(['criterion', 'text', 'frozen tests'], spec.criteria.map((one) => [code(one.id), plain(one.text, 500), String(one.tests.length)])),
    `Locked surface: ${surfaceWords(spec)} · risk tier **${output?.riskTier ?? 'unknown'}** · difficulty ${spec.difficulty ?? 'medium'}`,
    output && output.assumptions.length > 0 ? `Assumptions:\n${output.assumptions.map((one) => `- ${plain(one)}`).join('\n')}` : 'Assumptions: none.',
    output?.removed && output.removed.length > 0 ? `Left out of what the Planner read, because no reader of the issue sees it: ${output.removed.slice(0, 10).map((one) => code(one, 120)).join(', ')}` : null,
    output?.uncovered && output.uncovered.length > 0 ? `No criterion speaks of these sentences of the issue; what is not in the spec is not built:\n${output.uncovered.map((one) => `- ${plain(one)}`).join('\n')}` : null,
    `Forecast: about ${formatUsd(facts.forecast?.expected ?? 0)} and ${facts.forecast?.minutes ?? 0} minutes, at most ${formatUsd(facts.budget.grant)}.`,
    ...approve,
    `<details><summary>The whole spec, as it will be judged</summary>\n\n${codeBlock(JSON.stringify(spec, null, 2), 'json', 20_000)}\n\n</details>`,
  ].filter((part) => part !== null).join('\n\n');
}

function isApproved(facts: IntentFacts, ruling: IntentRuling, { spec }: Progress): boolean {
  return ruling.build || (spec !== null && facts.approved?.digest === spec.digest);
}

function surfaceWords({ surface }: Spec): string {
  if (!surface) return 'none';
  if (surface.kind === 'function') return `function ${code(surface.export)} of ${code(surface.module)}`;
  if (surface.kind === 'cli') return `command ${code(surface.command.join(' '))}`;
  if (surface.kind === 'http') return `server ${code(surface.start.join(' '))}: ${surface.routes.map(({ method, path }) => code(`${method} ${path}`)).join(', ')}`;
  return `files ${surface.outputs.map((path) => code(path)).join(', ')} of ${code(surface.command?.join(' ') ?? `${surface.export} in ${surface.module}`)}`;
}

function buildersSection(round: Round): string {
  const rows = round.builds.map(({ voter, work }) => {
    const state = work.state === 'done' ? work.output.outcome : work.state === 'broken' ? code(work.problem.code) : work.state;
    const detail = work.state === 'done' ? `${work.output.turns} turns, ${work.output.testRuns.length} test runs` : plain(voter.why, 120);
    return [voter.family, code(work.state === 'done' && work.output.candidate ? work.output.candidate.model : voter.model), state, detail];
  });
  return [`#### Builders${round.number ? ` (round ${round.number + 1})` : ''}`, table(['family', 'model', 'outcome', 'detail'], rows)].join('\n\n');
}

export function consensusSection(round: Round): string | null {
  if (round.consensus.state !== 'done') return null;
  const { outcome, reason, clusters, inputsRun, dissent, mutationScore, winner } = round.consensus.output;
  const audit = round.audit.state === 'done' ? (round.audit.output.reproduced ? `reproduced by ${round.auditor}` : 'not reproduced') : 'not yet audited';
  return [
    '#### Consensus',
    `**${outcome}** – ${plain(reason, 500)} · ${inputsRun} inputs · mutation score ${mutationScore === null ? 'none' : `${Math.round(mutationScore * 100)} %`} · ${audit}`,
    table(['behaves the same', 'families'], clusters.map((cluster) => [cluster.members.map((member) => code(member) + (member === winner ? ' (shipped)' : '')).join(', '), cluster.families.join(', ')])),
    ...dissent.slice(0, 1).map((one) => `The input that tells them apart: ${code(JSON.stringify(one.input))}\n\n${table(['candidate', 'answer'], Object.entries(one.outputs).map(([id, output]) => [code(id), code(JSON.stringify(output))]))}`),
  ].join('\n\n');
}

/** How it came to be merged, in one place: what the issue keeps when it closes. */
function narrative(facts: IntentFacts, ruling: IntentRuling, { spec, round }: Progress): string {
  const result = round?.consensus.state === 'done' ? round.consensus.output : null;
  const lines = [
    `1. ${plain(facts.issue.author?.login ?? 'ghost')} asked for it in this issue.`,
    `2. Spec ${code(spec?.digest.slice(0, 12) ?? 'none')} was approved (${facts.approved?.class ?? ruling.approval.class ?? 'class unknown'}).`,
    `3. ${round?.builds.length ?? 0} families built it apart; ${result?.quorum.families ?? 0} behaved the same on ${result?.inputsRun ?? 0} inputs${result?.dissent.length ? ', one did not' : ''}.`,
    `4. ${round?.auditor ?? 'The auditor'} reproduced the result from a clean start.`,
    `5. #${facts.pullRequest?.number} passed all checks, a human approved its evidence, and it was merged as ${code(facts.pullRequest?.mergeSha?.slice(0, 12) ?? 'unknown')}.`,
    `6. It took ${facts.budget.calls} model calls and ${formatUsd(facts.budget.settled)}.`,
  ];
  return `#### How this was decided\n\n${lines.join('\n')}`;
}

export function pullRequestBody(facts: IntentFacts, { spec }: Progress, round: Round, candidate: Candidate): string {
  return [
    `Closes #${facts.issue.number}`,
    `Built by Assay from spec ${code(spec!.digest.slice(0, 12))}: ${plain(spec!.spec.title)}`,
    table(['criterion', 'text'], spec!.spec.criteria.map((one) => [code(one.id), plain(one.text, 500)])),
    consensusSection(round) ?? '',
    `Shipped: ${code(candidate.id)} (${candidate.family}, ${code(candidate.model)}). The evidence and the approval line are in the comment below.`,
  ].join('\n\n');
}

export function commitMessage(facts: IntentFacts, { spec }: Progress, candidate: Candidate): string {
  const title = spec!.spec.title.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 72);
  return `${title}\n\nAssay-Intent: #${facts.issue.number}\nAssay-Spec: sha256:${spec!.digest}\nAssay-Candidate: ${candidate.id}\nAssay-Model: ${candidate.family}/${candidate.model}\n`;
}
