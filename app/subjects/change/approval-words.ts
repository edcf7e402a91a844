/** What a person reads about the approval of a change: what is missing, how many, from when, and where to sign. Pure. */
import { code, codeBlock } from '../../core/markdown.ts';
import type { ChangeRuling } from '../../core/ruling.ts';
import type { CommandFact } from '../../core/command-fact.ts';
import type { Said } from '../orders.ts';
import { refusalWords } from '../refusals.ts';
import type { ChangeFacts } from './facts.ts';
import { isHighRisk } from './rule.ts';

/** The line that approves exactly what is published, or null while nothing is. */
export function approveLine(facts: ChangeFacts): string | null {
  return facts.manifest ? `/approve ${facts.change.headSha.slice(0, 12)} ${facts.manifest.digest.slice(0, 12)}` : null;
}

/** The reason, with what belongs to it here. */
export function approvalWords(facts: ChangeFacts, { approval, quorum }: ChangeRuling): string {
  if (approval.code === 'APPROVAL_QUORUM') return `${quorum.counted} of ${quorum.needed} approvals. ${refusalWords(approval.code)}`;
  return reasonWords(facts, approval.code);
}

export function approvalTitle({ approval, quorum }: ChangeRuling): string {
  if (approval.code === 'APPROVAL_NEEDED') return quorum.needed === 1 ? 'A human must approve' : `0 of ${quorum.needed} approvals`;
  return approval.code === 'APPROVAL_QUORUM' ? `${quorum.counted} of ${quorum.needed} approvals` : approval.code;
}

function reasonWords(facts: ChangeFacts, reason: string): string {
  const more = { APPROVAL_PRESENCE: signLink(facts), APPROVAL_COOL_DOWN: ` It counts from ${new Date(coolDownEnd(facts) ?? facts.now).toISOString()}.` }[reason];
  return `${refusalWords(reason)}${more ?? ''}`;
}

function signLink({ manifest, statusUrl }: ChangeFacts): string {
  return manifest ? ` [Sign with a passkey](${statusUrl.replace('/changes/', '/approve/')}/${manifest.digest})` : '';
}

/** When a self-attested approval begins to count; null while nothing is published. */
export function coolDownEnd(facts: ChangeFacts): number | null {
  if (!facts.manifest || !facts.head) return null;
  return Math.max(facts.head.at, facts.manifest.at) + facts.config.approval.coolDownMs[isHighRisk(facts) ? 'high' : 'normal'];
}

/** The answer to one `/approve`; null where policy judged none. */
export function approveAnswer(fact: CommandFact, facts: ChangeFacts, ruling: ChangeRuling): Said | null {
  const index = facts.effects.approvals.findIndex((approval) => approval.fact === fact);
  const judged = ruling.approvals[index]?.code;
  if (!judged) return null;
  if (judged === 'APPROVAL_OK') return { body: acceptedWords(facts, ruling, ruling.record.input.approvals[index]?.class ?? 'noted'), reaction: '+1' };
  if (judged === 'APPROVAL_PRESENCE' || judged === 'APPROVAL_COOL_DOWN') return { body: `Not counted yet (${code(judged)}). ${reasonWords(facts, judged)}`, reaction: 'eyes' };
  const line = ruling.ready ? approveLine(facts) : null;
  const next = line ? ` The line for what is here now:\n\n${codeBlock(line)}` : '';
  return { body: `Not counted (${code(judged)}). ${refusalWords(judged)}${next}`, reaction: fact.state === 'valid' ? '-1' : 'confused' };
}

function acceptedWords(facts: ChangeFacts, { quorum }: ChangeRuling, kind: string): string {
  const count = quorum.needed > 1 ? ` ${quorum.counted} of ${quorum.needed} approvals.` : '';
  return `Approved (${kind}): head ${code(facts.change.headSha)} with evidence ${code(facts.manifest?.digest ?? 'none')}.${count}`;
}
