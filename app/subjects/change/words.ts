/** Every sentence that a person reads about a change. Pure: facts in, Markdown out; what others wrote is escaped. */
import type { GuardReport } from '../../core/finding.ts';
import type { AcceptOutput, SabotageFinding } from '../../core/job.ts';
import { code, codeBlock, plain, table } from '../../core/markdown.ts';
import { formatUsd } from '../../core/money.ts';
import { slotNames, type ChangeRuling, type SlotName } from '../../core/ruling.ts';
import type { Outcome } from '../../core/verdict.ts';
import type { Annotation } from '../../core/ports/github.ts';
import { refusalWords } from '../refusals.ts';
import { approvalTitle, approvalWords, approveLine } from './approval-words.ts';
import { bindingWords } from './binding-words.ts';
import { businessRows } from './business.ts';
import { builtWords } from './consensus-words.ts';
import { outcomeOf, sharedOutcome } from './conclude.ts';
import { evidenceRows } from './evidence-rows.ts';
import type { ChangeFacts } from './facts.ts';
import { mergeFault, mergeFaults } from './merged.ts';
import { rebaseWords } from './rebase.ts';
import type { Grade, Slots, Works } from './slots.ts';
import { waiverWords } from './waivers.ts';

export function headline(facts: ChangeFacts, ruling: ChangeRuling): string {
  const { change } = facts;
  if (change.state === 'merged') return mergedWords(facts, ruling);
  if (change.state === 'closed') return '**Closed** without a merge.';
  if (facts.configProblem) return `**Blocked by the configuration.** ${plain(facts.configProblem.message)} ${plain(facts.configProblem.remedy)}`;
  if (facts.effects.rejected) return `**Rejected** by ${plain(facts.effects.rejected.by)}: ${plain(facts.effects.rejected.reason)}`;
  if (facts.effects.stopped) return '**Stopped.** Finished work is kept; `/retry` goes on.';
  if (outcomeOf(facts, ruling) === 'pass') return passHeadline(facts, ruling);
  if (!ruling.ready) return [`**Not ready:** ${openSlots(ruling)}.`, ...holds(ruling).map(refusalWords)].join(' ');
  return `**Waiting for a human.** All evidence is in. ${approvalWords(facts, ruling)}`;
}

function mergedWords(facts: ChangeFacts, ruling: ChangeRuling): string {
  const fault = mergeFault(facts, ruling);
  const by = code(facts.change.mergeSha?.slice(0, 12) ?? 'unknown');
  return fault ? `**Merged as ${by}, but not as approved** (${code(fault)}). ${mergeFaults[fault]}` : `**Merged** as ${by}, as approved.`;
}

/** Why nothing more is started now; what it costs is said by the budget's own code. */
function holds({ codes }: ChangeRuling): string[] {
  return codes.filter((one) => one === 'EXECUTE_NEEDS_RETRY' || /^(AGENT_(?!COST)|BUDGET_|BINDING_)/.test(one));
}

/** What is still missing, slot by slot. */
function openSlots({ slots }: ChangeRuling): string {
  const names: Record<SlotName, string> = { guardrails: 'guardrails', consensus: 'consensus', saboteur: 'saboteur', supplyChain: slots.supplyChain.code === 'SLOT_PENDING' ? 'manifest' : 'supply chain' };
  const states: Record<string, string> = { SLOT_PENDING: 'has no verdict yet', SLOT_STALE_SHA: 'is about another commit', SLOT_NOT_APPLICABLE: 'found nothing it could look at' };
  const open = slotNames.filter((name) => slots[name].need === 'required' && slots[name].code !== 'SLOT_PASS');
  return open.map((name) => `${names[name]}: ${states[slots[name].code] ?? slots[name].code.replace('SLOT_', '').toLowerCase()}`).join(', ');
}

function passHeadline(facts: ChangeFacts, ruling: ChangeRuling): string {
  if (facts.mergeRefused) return `**Approved, but GitHub refuses the merge** (${facts.mergeRefused.status}): ${plain(facts.mergeRefused.message)} Assay tries again.`;
  if (sharedOutcome(facts, ruling) !== 'pass') return `**Approved, but its head is also that of** ${facts.others.map(({ number }) => `#${number}`).join(', ')}, which is not ready; the check \`assay\` shows the worst of them. Close the other one, or get it approved too.`;
  if (facts.change.mergeable === 'conflicting') return '**Approved, but in conflict with its base.** Bring it up to date; the new head needs a new approval.';
  if (ruling.merge === 'human') return '**Approved.** `merge: human` is configured: somebody merges it by hand.';
  return ruling.merge === 'now' ? '**Approved.** Assay merges it.' : `**Approved.** ${ruling.codes.filter((one) => one !== 'ASSAY_PASS').map(refusalWords).join(' ')}`;
}

const forkWords: Record<ChangeFacts['executor'], string> = {
  local: 'This pull request comes from a fork. Guardrails that only read it are recomputed by the App from its files as data, and supply chain with them; nothing that runs its code is taken by the local executor.',
  actions: 'This pull request comes from a fork. Its guardrails run in Actions, on a runner that is thrown away; their verdict is not attested. Work that asks models runs on the App\'s machine and takes nothing from forks.',
};

export function standingComment(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): string {
  const line = approveLine(facts);
  const parts = [
    '### Assay', headline(facts, ruling),
    evidenceTable(facts, ruling, slots),
    bindingWords(facts),
    rebaseWords(facts),
    waiverWords(facts),
    facts.weakening.length > 0 ? `**Weakening.** This change makes passing easier:\n\n${facts.weakening.map((one) => `- ${one}`).join('\n')}` : null,
    facts.change.state === 'open' && line && ruling.approval.outcome !== 'pass' && ruling.ready ? `To approve exactly this evidence, comment:\n\n${codeBlock(line)}` : null,
    facts.others.length > 0 ? `This head is shared with ${facts.others.map(({ number }) => `#${number}`).join(', ')}; the check \`assay\` shows the worst of them.` : null,
    facts.change.fork ? forkWords[facts.executor] : null,
    `<sub>Head ${code(facts.change.headSha.slice(0, 12))} · base ${code(facts.files.mergeBase.slice(0, 12))} · policy ${code(facts.policyDigest.slice(0, 12))} · cost ${formatUsd(facts.budget.settled)} of ${formatUsd(facts.budget.grant)} · [status](${facts.statusUrl})</sub>`,
  ];
  return parts.filter((part) => part !== null).join('\n\n');
}

function evidenceTable(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): string {
  const state = (slot: Slots[keyof Slots], name: keyof Slots) => {
    if (ruling.slots[name].need === 'not_applicable') return ['not_applicable', code(ruling.slots[name].code)];
    if (slot.verdict) return [slot.verdict.outcome, plain(slot.verdict.reason, 240)];
    return slot.state === 'running' ? ['running', ''] : ['waiting', ruling.execute ? '' : refusalWords('EXECUTE_NEEDS_RETRY')];
  };
  return table(['evidence', 'verdict', 'detail'], [
    ['guardrails', ...state(slots.guardrails, 'guardrails')],
    ['consensus', ...state(slots.consensus, 'consensus')],
    ['saboteur', ...state(slots.saboteur, 'saboteur')],
    ['supply chain', ...state(slots.supplyChain, 'supplyChain')],
    ['manifest', ruling.slots.supplyChain.code === 'SLOT_PENDING' ? 'waiting' : 'pass', facts.manifest ? code(facts.manifest.digest.slice(0, 12)) : ''],
    ['approval', ruling.approval.outcome, ruling.approval.class ?? approvalWords(facts, ruling)],
  ]);
}

/** What is known of how the work on a fork's change was done, and what the configuration asks for. */
export function forkGrade({ config: { forks } }: ChangeFacts, { reading, executing }: Works): string {
  const done = [reading ? `read: **${reading}**` : null, executing ? `run: **${executing}**` : null].filter((one) => one !== null).join(', ');
  return `From a fork; graded ${done || '**unattested**'}. What counts: read ${forks.reading} or better, run ${forks.executing} or better (\`forks\` of the configuration).`;
}

/** Under what the work was done that a verdict rests on. */
export function graded({ sandbox, run }: Grade): string {
  const grade = `Sandbox: ${plain(sandbox)}.`;
  return run ? `${grade} Done in [Actions run ${run.id}](${run.url}), which the App dispatched itself; ${run.attested ? 'attested by its signature' : 'not attested'}.` : grade;
}

export function guardrailsCheck({ guardrails }: Slots): { title: string; summary: string; text?: string } {
  const report = guardrails.report;
  if (!report) return { title: guardrails.verdict ? 'Guardrails could not run' : 'Scanning', summary: guardrails.verdict ? plain(guardrails.verdict.reason, 2000) : 'Nothing of the pull request is executed for this.' };
  if (!guardrails.verdict) return { title: 'Scanned; guardrails that run the change are still to come', summary: guardrailTable(report) };
  const findings = report.guardrails.flatMap((one) => one.findings.map((finding) => ({ ...finding, id: one.id, mode: one.mode })));
  const failed = report.guardrails.filter((one) => one.mode === 'enforce' && one.outcome !== 'pass' && one.outcome !== 'not_applicable');
  return {
    title: failed.length === 0 ? `${report.guardrails.length} guardrails, none objects` : `${failed.map((one) => one.id).join(', ')} object`,
    summary: guardrailTable(report),
    text: findings.slice(0, 100).map((one) => `- ${code(`${one.path}:${one.startLine}`)} **${one.id} ${code(one.code)}** ${plain(one.message, 400)} ${plain(one.remedy, 300)}`).join('\n') || 'No findings.',
  };
}

function guardrailTable(report: GuardReport): string {
  return table(['guardrail', 'verdict', 'findings', 'engine'], report.guardrails.map((one) => [`${one.id} ${plain(one.slug)}`, one.outcome, `${one.findings.length}${one.waived ? ` (${one.waived} waived)` : ''}`, `${plain(one.tool.name)} ${plain(one.tool.version)}`]));
}

export function consensusCheck(facts: ChangeFacts, ruling: ChangeRuling, { consensus }: Slots): { title: string; summary: string; text?: string; annotations?: Annotation[] } {
  if (!consensus.verdict) return { title: 'Comparing behaviour', summary: 'Independent families write acceptance tests from the approved spec, blind to this diff; then they run.' };
  const cheats = Object.entries(facts.built?.consensus.disqualified ?? {});
  const title = `${consensus.verdict.outcome}: ${facts.built ? `candidates compared${cheats.length > 0 ? `, ${cheats.length} disqualified` : ''}` : 'acceptance tests'}`;
  if (consensus.accept) return { title, summary: acceptSummary(consensus.accept), text: consensus.accept.missing.map((one) => codeBlock(one.program)).slice(0, 5).join('\n\n') };
  if (ruling.slots.consensus.code === 'SLOT_NOT_COMPARABLE') return { title, summary: `${plain(consensus.verdict.reason)} Name the intent in the pull request's description, e.g. \`Intent: #12\`.` };
  if (!facts.built) return { title, summary: plain(consensus.verdict.reason, 2000) };
  const { summary, text } = builtWords(facts.built.consensus);
  return { title, summary: [plain(consensus.verdict.reason, 2000), summary].join('\n\n'), text, annotations: cheats.map((cheat) => cheatAnnotation(cheat, facts)) };
}

/** Red, though the check may be green: GitHub shows it with the files, of which the first stands for the change. */
function cheatAnnotation([id, why]: [string, string], { files }: ChangeFacts): Annotation {
  const [shown] = files.files.filter(({ status }) => status !== 'removed');
  return { path: shown?.path ?? '.github/assay.yml', startLine: 1, endLine: 1, level: 'failure', title: `Candidate ${plain(id, 60)} was disqualified`, message: `It ${plain(why, 400)}: it got at the comparison instead of answering. Nothing of it is in this change. Find out what made it cheat before you approve.` };
}

function acceptSummary(accept: AcceptOutput): string {
  const rows = accept.missing.slice(0, 20).map((one) => [code(JSON.stringify(one.input)), code(JSON.stringify(one.expected)), code(JSON.stringify(one.actual)), one.families.join(', ')]);
  return [plain(accept.reason, 1000), rows.length > 0 ? table(['input', 'expected', 'this change', 'expected by'], rows) : `${accept.inputsRun} behaviours as expected.`].join('\n\n');
}

export function saboteurCheck(ruling: ChangeRuling, { saboteur }: Slots): { title: string; summary: string; text?: string } {
  const output = saboteur.sabotage;
  if (!output) return { title: saboteur.verdict ? 'The Saboteur could not run' : 'Attacking', summary: saboteur.verdict ? plain(saboteur.verdict.reason, 2000) : 'A finding is a program that fails on this change and not on its base.' };
  const confirmed = output.findings.filter((one) => !one.preExisting);
  const controls = output.controls.map((one) => `${one.name}: ${one.ok ? 'ok' : 'MISSED'}`).join(' · ');
  return {
    title: confirmed.length === 0 ? `${output.outcome}: nothing reproducible found` : `${confirmed.length} reproducible ${confirmed.length === 1 ? 'break' : 'breaks'}`,
    summary: [plain(output.reason, 1000), findingTable(output.findings), `Controls: ${controls || 'none'} · ${output.inputsRun} inputs · ${code(ruling.slots.saboteur.code)}`].join('\n\n'),
    text: confirmed.slice(0, 5).map((one) => `${plain(one.claim)}\n\n${codeBlock(one.program)}`).join('\n\n') || 'Nothing to reproduce.',
  };
}

function findingTable(findings: SabotageFinding[]): string {
  if (findings.length === 0) return 'No finding.';
  return table(['class', 'claim', 'on this change', 'on base'], findings.slice(0, 20).map((one) => [one.class, plain(one.claim), `${one.onHead}/5`, `${one.onBase}/5${one.preExisting ? ' (pre-existing)' : ''}`]));
}

export function policyCheck(facts: ChangeFacts, ruling: ChangeRuling): { title: string; summary: string; text?: string } {
  const { configProblem, budget } = facts;
  const money = `Spent ${formatUsd(budget.settled)}, reserved ${formatUsd(budget.committed - budget.settled)}, granted ${formatUsd(budget.grant)}, cap ${formatUsd(budget.cap)}.`;
  if (configProblem) return { title: configProblem.code, summary: `${plain(configProblem.message, 1000)} ${plain(configProblem.remedy)}` };
  const codes = ruling.codes.filter((one) => /^(BUDGET|FINOPS|INPUT)_/.test(one));
  const rules = table(['', 'business rule', 'verdict', 'why'], businessRows(ruling.business).map(([number, rule, verdict, why]) => [number!, rule!, verdict!, refusalWords(why!)]));
  return { title: codes[0] ?? 'Configuration and budget are in order', text: rules, summary: `${codes.map(refusalWords).join(' ')} ${money} Policy ${code(facts.policyDigest.slice(0, 12))}.`.trim() };
}

export function approvalCheck(facts: ChangeFacts, ruling: ChangeRuling): { title: string; summary: string } {
  const { approval } = ruling;
  if (approval.outcome === 'pass') return { title: `Approved (${approval.class})`, summary: `${approval.class === 'self-attested' ? 'By the person who asked for the change: honest, but no second pair of eyes.' : 'By somebody who neither asked for nor wrote the change.'} ${code(approveLine(facts) ?? '')}` };
  const line = ruling.ready ? approveLine(facts) : null;
  return { title: approvalTitle(ruling), summary: [approvalWords(facts, ruling), line ? `Comment:\n\n${codeBlock(line)}` : 'The line to approve with appears when the evidence is complete and passes.'].join('\n\n') };
}

export function assayCheck(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): { title: string; summary: string; text: string } {
  const shared = sharedOutcome(facts, ruling);
  const worse = shared !== outcomeOf(facts, ruling) ? `\n\nShown is the worst verdict of the pull requests that share this head: ${facts.others.map(({ number, outcome }) => `#${number} ${outcome ?? 'not judged yet'}`).join(', ')}.` : '';
  return { title: assayTitle(facts, ruling, shared), summary: `${headline(facts, ruling)}\n\n${evidenceTable(facts, ruling, slots)}${worse}`, text: evidenceRows(facts, slots) };
}

function assayTitle(facts: ChangeFacts, ruling: ChangeRuling, shared: Outcome): string {
  if (facts.configProblem) return facts.configProblem.code;
  if (shared === 'pass') return 'Every required slot suffices';
  if (!ruling.ready) return `Not ready: ${openSlots(ruling)}`;
  return ['APPROVAL_NEEDED', 'APPROVAL_QUORUM'].includes(ruling.approval.code) ? approvalTitle(ruling) : ruling.assay.codes.join(', ') || shared;
}

export function notApplicable(reason: string): string {
  const why: Record<string, string> = { DOCS_ONLY: 'Only prose changes, so there is no behaviour to compare or attack.', WAIVER_ONLY: 'A waiver pull request changes no behaviour.', CONFIG_ONLY: 'Only the configuration of Assay changes.' };
  return why[reason] ?? code(reason);
}

export function held(facts: ChangeFacts, ruling: ChangeRuling): { title: string; summary: string } {
  if (facts.configProblem) return { title: facts.configProblem.code, summary: plain(facts.configProblem.message) };
  if (facts.effects.stopped) return { title: 'STOPPED', summary: 'Somebody commented `/stop`. `/retry` goes on.' };
  const reason = ruling.codes.find((one) => one === 'EXECUTE_NEEDS_RETRY' || /^(AGENT|BUDGET|FINOPS)_/.test(one)) ?? 'SLOT_PENDING';
  return { title: reason, summary: refusalWords(reason) };
}

export function mergeWords(facts: ChangeFacts): { title: string; message: string } {
  const { change, manifest } = facts;
  return { title: `${change.title.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 100)} (#${change.number})`, message: `Assay-Manifest: sha256:${manifest?.digest ?? 'none'}\n` };
}

