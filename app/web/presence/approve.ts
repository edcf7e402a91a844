/**
 * Approving by passkey: the account that signed in is shown exactly what there is, and its passkey signs the digest of that. What was signed is kept with the
 * subject, which is then looked at again; whether the approval counts stays policy's word, on the comment that the signature answers.
 */
import { z } from 'zod';
import { accountSubject, subjectResource } from '../../core/account.ts';
import { authorize, withObligations, type Authorization, type Environment } from '../../core/authorize.ts';
import { AssayError } from '../../core/errors.ts';
import type { GitHubApp } from '../../core/ports/github.ts';
import type { Policy } from '../../core/ports/policy.ts';
import { presenceChallenge, presenceNoteName, type PresenceNote, type SignedAct } from '../../core/presence.ts';
import { approvable, type Approvable, type Named } from './evidence.ts';
import { assertedBy, refused, requestFor, shaped, usable, type PasskeyOptions } from './passkeys.ts';
import type { Session } from './sessions.ts';

export interface ApproveOptions extends PasskeyOptions {
  app: Pick<GitHubApp, 'installation'>;
  policy: Policy;
  /** Something was signed: look at its subject again. */
  onSigned: () => void;
}

const Ticket = z.object({ session: z.string(), digest: z.string(), sha: z.string(), subject: z.string() });
const Signed = z.object({ ticket: z.string(), response: z.unknown() });

/** What this person may approve. Throws APPROVE_EVIDENCE, APPROVE_PERMISSION. */
export async function shownTo(options: ApproveOptions, session: Session, named: Named): Promise<Approvable> {
  const found = await approvable(options.store, named);
  if (!found) throw new AssayError('APPROVE_EVIDENCE', 'this is not the evidence that is shown now', { remedy: 'Read what the pull request or the issue shows now, and comment its line.' });
  const { allow, reason } = await authorizationOf(options, session, { found, authStrength: 'password' });
  if (!allow) throw new AssayError('APPROVE_PERMISSION', `this account may not approve in this repository: ${reason}`, { remedy: 'Somebody with write permission must approve.' });
  return found;
}

/** With the account's permission of this moment. */
async function authorizationOf({ app, policy, now }: ApproveOptions, session: Session, { found, authStrength }: { found: Approvable; authStrength: Environment['authStrength'] }): Promise<Authorization> {
  const { repository, subject } = found;
  const permission = await (await app.installation(repository.installationId)).permission(repository, session.login);
  return authorize(policy, {
    subject: accountSubject({ id: session.account, permission, isAgent: false, repositoryId: repository.id }), action: 'approve', resource: subjectResource(subject, repository.id),
    environment: { now: now(), authStrength, deviceTrusted: false, approvedBy: null },
  });
}

/** The challenge names the act, and its nonce makes it the only one. */
export async function signingOptions(options: ApproveOptions, session: Session, named: Named): Promise<unknown> {
  const { store, sessions, party, now } = options;
  const { subject, sha, digest } = await shownTo(options, session, named);
  const passkeys = await usable(store, session.account, now());
  const ticket = await sessions.put({ session: session.id, subject, sha, digest });
  const challenge = presenceChallenge({ subject, sha, digest, account: session.account, nonce: ticket });
  return { ticket, options: await requestFor(passkeys, { party, challenge }) };
}

/** Throws PASSKEY_*, APPROVE_*. */
export async function sign(options: ApproveOptions, session: Session, { named, body }: { named: Named; body: unknown }): Promise<{ signed: true }> {
  const { store, sessions, party, now } = options;
  const { ticket, response } = shaped(Signed, body);
  const asked = Ticket.safeParse(await sessions.take(ticket)).data;
  if (asked?.session !== session.id || asked.digest !== named.digest) throw refused('PASSKEY_REPLAY', 'this was asked for once and is used up, or too old');
  const found = await shownTo(options, session, named);
  const { subject, sha, digest } = found;
  if (asked.subject !== subject || asked.sha !== sha) throw refused('APPROVE_EVIDENCE', 'another commit came while you were reading');
  const act: SignedAct = { subject, sha, digest, account: session.account, nonce: ticket };
  const assertion = options.webAuthn.readAssertion(response);
  const passkey = await assertedBy(options, { account: session.account, challenge: presenceChallenge(act), assertion });
  const { authenticatorData, clientDataJSON, signature } = assertion.response;
  const note: PresenceNote = {
    account: session.account, sha, digest, at: now(),
    assertion: { credential: { id: passkey.id, publicKey: passkey.publicKey }, rpId: party.rpId, origin: party.origin, nonce: ticket, authenticatorData, clientDataJSON, signature },
  };
  const keep = async () => {
    await store.putNote(subject, presenceNoteName(act), note);
    await store.mark(subject);
  };
  await withObligations(keep, await authorizationOf(options, session, { found, authStrength: 'passkey' }), {
    log: async ({ auditId }) => { await store.append({ actor: String(session.account), action: 'approval.signed', subject, detail: { sha, digest, authenticator: passkey.id, login: session.login, authorization: auditId } }); },
  });
  options.onSigned();
  return { signed: true };
}
