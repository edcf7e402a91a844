/** What a change tells the audit log. Pure: each entry names its fact, so that telling it again changes nothing. */
import type { ChangeRuling } from '../../core/ruling.ts';
import type { Step } from '../../core/step.ts';
import { statementDigest } from '../../core/statement.ts';
import { approvalStatement } from '../../evidence/statements.ts';
import { presenceOf } from '../approval-facts.ts';
import { configEntry, orderEntries, refusedApproval } from '../audit.ts';
import { sharedOutcome } from './conclude.ts';
import type { ChangeFacts } from './facts.ts';
import { resourceOf, verdictStatements } from './manifest.ts';
import { carriedFrom } from './rebase.ts';
import { presencesNow } from './rule.ts';
import type { Slots } from './slots.ts';

/** What was decided here: orders and approvals that did not count, verdicts, what they add up to, the manifest and its approval, and the work that was done. */
export function audit(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Step[] {
  return [...configEntry(facts.change.repository.id, facts.lastGood), ...orderEntries(facts.commands), ...refusedApprovals(facts, ruling), ...verdictEntries(facts, ruling, slots), ...evidenceEntries(facts, ruling), { step: 'audit-jobs', jobs: facts.jobs }];
}

function refusedApprovals({ change, effects, policyDigest }: ChangeFacts, ruling: ChangeRuling): Step[] {
  return ruling.approvals.flatMap(({ code }, index) => {
    const fact = effects.approvals[index]?.fact;
    return fact && code !== 'APPROVAL_OK' ? [refusedApproval(fact, { code, about: change.headSha, policy: policyDigest })] : [];
  });
}

function verdictEntries(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Step[] {
  const { change: { headSha }, manifest, policyDigest: policy } = facts;
  const entry = (once: string, action: string, detail: Record<string, unknown>): Step => ({ step: 'append-audit', once, actor: 'assay', action, detail: { headSha, ...detail, policy } });
  const outcome = sharedOutcome(facts, ruling);
  return [
    ...(verdictStatements(facts, slots) ?? []).map((verdict) => entry(`verdict ${verdict.digest}`, 'verdict.reached', { slot: verdict.slot, outcome: verdict.outcome, statement: verdict.digest })),
    ...(manifest ? [entry(`judged ${manifest.digest} ${outcome}`, 'change.judged', { outcome, kind: facts.kind, manifest: manifest.digest, decision: ruling.merge })] : []),
  ];
}

function evidenceEntries(facts: ChangeFacts, ruling: ChangeRuling): Step[] {
  const { change, manifest, policyDigest: policy } = facts;
  if (!manifest) return [];
  const published: Step = { step: 'append-audit', once: `manifest ${change.headSha} ${manifest.digest}`, actor: 'assay', action: 'manifest.signed', detail: { headSha: change.headSha, manifest: manifest.digest, policy } };
  if (ruling.approval.outcome !== 'pass') return [published];
  return [published, ...accepted(ruling).flatMap((index, place) => approvedSteps(facts, ruling, { index, place }))];
}

/** The approvals that count, one per person: the one that policy names first, then the others as they came. */
function accepted({ approvals, approval }: ChangeRuling): number[] {
  const counting = approvals.flatMap(({ code }, index) => (code === 'APPROVAL_OK' ? [index] : []));
  const people = new Map(counting.toReversed().map((index) => [approvals[index]!.actorId, index]));
  return [...people.values()].sort((a, b) => Number(approvals[b]!.actorId === approval.actorId) - Number(approvals[a]!.actorId === approval.actorId) || a - b);
}

/** Signed and told: who approved which manifest by which comment. */
function approvedSteps(facts: ChangeFacts, ruling: ChangeRuling, { index, place }: { index: number; place: number }): Step[] {
  const { change: { headSha }, manifest, policyDigest: policy } = facts;
  const judged = ruling.record.input.approvals[index];
  const approval = facts.effects.approvals[index];
  if (!manifest || !approval || !judged || judged.class === 'agent') return [];
  const { actorId, class: kind, presence } = judged;
  const from = approval.sha !== null && !headSha.startsWith(approval.sha) ? carriedFrom(facts) : null;
  const signed = presence === 'passkey' ? presenceOf(approval, presencesNow(facts)) : null;
  const statement = approvalStatement({
    subject: { resource: resourceOf(facts), headSha }, manifestDigest: manifest.digest, policyDigest: policy,
    actorId, class: kind, presence, commentId: approval.fact.comment, at: approval.fact.at, ...(from ? { carriedFrom: from } : {}), ...(signed ? { passkey: { subject: facts.key, ...signed.assertion } } : {}),
  });
  const note = place === 0 ? `approval ${headSha}` : `approval ${headSha} ${actorId}`;
  const once = place === 0 ? `approved ${headSha} ${manifest.digest}` : `approved ${headSha} ${manifest.digest} ${actorId}`;
  return [
    { step: 'sign-statement', note, statement },
    { step: 'append-audit', once, actor: String(actorId), action: 'change.approved', detail: { headSha, manifest: manifest.digest, statement: statementDigest(statement), policy, class: kind, presence, decision: 'allow', ...(from ? { carriedFrom: from.headSha } : {}) } },
  ];
}
