/** Approvals as policy wants to see them: who is who by account id, and what class of approval that makes. */
import { isAgent, type ApprovalFact } from '../core/command-effects.ts';
import type { ApprovalClass, ChangeApproval } from '../core/ruling.ts';

/** The people who had a hand in what is being approved, by account id. */
export interface Hands {
  /** Wrote the intent or opened the change: their approval is self-attested. */
  authors: ReadonlySet<number>;
  /** Pushed commits: disqualified. */
  pushers: ReadonlySet<number>;
  /** Some commits belong to no account: then everybody may have pushed. */
  someUnknown?: boolean;
}

/** `published` is the full digest or head that was current; a bare `/approve` is taken to mean it. */
export function approvalFact(approval: ApprovalFact, hands: Hands, published: string): ChangeApproval {
  const { fact } = approval;
  return {
    actorId: fact.author.id,
    class: classOf(approval, hands),
    presence: 'account',
    permission: fact.permission,
    headSha: approval.sha ?? published,
    manifestDigest: approval.digest,
    at: fact.at,
    exact: approval.sha !== null,
    revokedAt: approval.revokedAt ?? (fact.state === 'deleted' ? fact.at : null),
    edited: fact.state === 'edited' || fact.state === 'edited-in',
    viaApp: fact.viaApp,
    pusher: hands.someUnknown === true || hands.pushers.has(fact.author.id),
  };
}

function classOf({ fact }: ApprovalFact, hands: Hands): ApprovalClass {
  if (isAgent(fact)) return 'agent';
  return hands.authors.has(fact.author.id) ? 'self-attested' : 'independent';
}
