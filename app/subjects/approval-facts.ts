/** Approvals as policy wants to see them: who is who by account id, and what class of approval that makes. */
import { isAgent, type ApprovalFact } from '../core/command-effects.ts';
import type { PresenceNote } from '../core/presence.ts';
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

/** What there is to approve. */
export interface Approvable {
  /** The full digest or head that was current when the comment came; a bare `/approve` is taken to mean it. */
  published: string;
  /** What passkeys signed of exactly the present evidence. */
  presences: readonly PresenceNote[];
}

export function approvalFact(approval: ApprovalFact, hands: Hands, { published, presences }: Approvable): ChangeApproval {
  const { fact } = approval;
  return {
    actorId: fact.author.id,
    class: classOf(approval, hands),
    presence: presenceOf(approval, presences) ? 'passkey' : 'account',
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

/** A signature answers a comment that was there: one made later, by whoever holds the account's token, is not what the person signed for. */
export function presenceOf({ fact }: ApprovalFact, presences: readonly PresenceNote[]): PresenceNote | null {
  return presences.find((one) => one.account === fact.author.id && one.at >= fact.at) ?? null;
}

function classOf({ fact }: ApprovalFact, hands: Hands): ApprovalClass {
  if (isAgent(fact)) return 'agent';
  return hands.authors.has(fact.author.id) ? 'self-attested' : 'independent';
}
