/** What a change tells the audit log. Pure: each entry names its fact, so that telling it again changes nothing. */
import type { Statement } from '../../core/ports/signer.ts';
import type { ChangeRuling } from '../../core/ruling.ts';
import type { Step } from '../../core/step.ts';
import { approvalStatement } from '../../evidence/statements.ts';
import { configEntry, orderEntries, refusedApproval } from '../audit.ts';
import { sharedOutcome } from './conclude.ts';
import type { ChangeFacts } from './facts.ts';
import { resourceOf, verdictStatements } from './manifest.ts';
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
  const about = { headSha: change.headSha, manifest: manifest.digest, policy };
  const published: Step = { step: 'append-audit', once: `manifest ${change.headSha} ${manifest.digest}`, actor: 'assay', action: 'manifest.signed', detail: about };
  const approval = ruling.approval.outcome === 'pass' ? approvalOf(facts, ruling) : null;
  if (!approval) return [published];
  const approved: Step = { step: 'append-audit', once: `approved ${change.headSha} ${manifest.digest}`, actor: String(ruling.approval.actorId), action: 'change.approved', detail: { ...about, class: ruling.approval.class, decision: 'allow' } };
  return [published, { step: 'sign-statement', note: `approval ${change.headSha}`, statement: approval }, approved];
}

/** Who approved which manifest by which comment, as a statement; null where policy names an approval that is not in the facts. */
function approvalOf(facts: ChangeFacts, ruling: ChangeRuling): Statement | null {
  const index = ruling.approvals.findIndex((judged) => judged.code === 'APPROVAL_OK' && judged.actorId === ruling.approval.actorId);
  const fact = facts.effects.approvals[index]?.fact;
  if (!fact || !facts.manifest || !ruling.approval.class) return null;
  return approvalStatement({
    subject: { resource: resourceOf(facts), headSha: facts.change.headSha }, manifestDigest: facts.manifest.digest, policyDigest: facts.policyDigest,
    actorId: fact.author.id, class: ruling.approval.class, presence: 'account', commentId: fact.comment, at: fact.at,
  });
}
