/**
 * Adding, confirming and removing the passkeys of the account that signed in. The first comes with a fresh sign-in. Every further one takes the word of one that is
 * there, or waits a day before it signs anything, so that a stolen sign-in alone approves nothing today and its owner sees it coming. All of it is in the audit log.
 */
import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { AssertionJson, RelyingParty, WebAuthn } from '../../core/ports/webauthn.ts';
import type { Store, StoredPasskey } from '../../core/ports/store.ts';
import { isFresh, random, type Session, type Sessions } from './sessions.ts';

export interface PasskeyOptions {
  store: Store;
  sessions: Sessions;
  webAuthn: WebAuthn;
  party: RelyingParty;
  now: () => number;
}

export const coolOffMs = 86_400_000;
const Challenge = z.object({ kind: z.enum(['add', 'confirm']), session: z.string(), challenge: z.string() });
const Added = z.object({ ticket: z.string(), name: z.string().trim().max(60).default('passkey'), response: z.unknown() });
const Confirmed = z.object({ ticket: z.string(), response: z.unknown() });
const Removed = z.object({ id: z.string().max(2_000) });

export async function addingOptions({ store, sessions, party }: PasskeyOptions, session: Session): Promise<unknown> {
  const challenge = random();
  const options = await generateRegistrationOptions({
    rpName: 'Assay', rpID: party.rpId, userName: session.login, userID: new TextEncoder().encode(`github:${session.account}`), challenge: bytes(challenge), attestationType: 'none',
    excludeCredentials: live(await store.passkeys(session.account)).map(({ id }) => ({ id })), authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  });
  return { ticket: await sessions.put({ kind: 'add', session: session.id, challenge }), options };
}

/** Throws PASSKEY_*, SIGN_IN_AGAIN. */
export async function add(options: PasskeyOptions, session: Session, body: unknown): Promise<{ usableAt: number }> {
  const { store, party, now, webAuthn } = options;
  const { ticket, name, response } = shaped(Added, body);
  const credential = await webAuthn.verifyRegistration(response, { challenge: await taken(options, { ticket, kind: 'add', session }), party });
  const at = now();
  const usableAt = usableFrom(await store.passkeys(session.account), { session, now: at });
  const result = await store.addPasskey({ ...credential, account: session.account, name, createdAt: at, usableAt });
  if (result === 'unchanged') throw refused('PASSKEY_KNOWN', 'this passkey is bound already');
  await store.append({ actor: String(session.account), action: 'passkey.added', subject: `account:${session.account}`, detail: { authenticator: credential.id, login: session.login, usableAt, coolOff: usableAt > at } });
  return { usableAt };
}

/** Also one that was removed counts: else removing all of them would make the next one the first. */
function usableFrom(known: StoredPasskey[], { session, now }: { session: Session; now: number }): number {
  if (known.length > 0 && isFresh(session.verifiedAt, now)) return now;
  if (!isFresh(session.signedInAt, now)) throw new AssayError('SIGN_IN_AGAIN', 'this sign-in is older than ten minutes', { remedy: 'Sign in again, then add the passkey.' });
  return known.length === 0 ? now : now + coolOffMs;
}

export async function confirmingOptions({ store, sessions, party, now }: PasskeyOptions, session: Session): Promise<unknown> {
  const challenge = random();
  const options = await requestFor(await usable(store, session.account, now()), { party, challenge });
  return { ticket: await sessions.put({ kind: 'confirm', session: session.id, challenge }), options };
}

export async function confirm(options: PasskeyOptions, session: Session, body: unknown): Promise<{ verifiedAt: number }> {
  const { ticket, response } = shaped(Confirmed, body);
  await assertedBy(options, { account: session.account, challenge: await taken(options, { ticket, kind: 'confirm', session }), assertion: options.webAuthn.readAssertion(response) });
  return { verifiedAt: options.sessions.confirmed(session) };
}

export async function remove({ store, now }: PasskeyOptions, session: Session, body: unknown): Promise<{ removed: true }> {
  const { id } = shaped(Removed, body);
  if (!isFresh(session.signedInAt, now()) && !isFresh(session.verifiedAt, now())) throw new AssayError('SIGN_IN_AGAIN', 'this sign-in is older than ten minutes', { remedy: 'Sign in again, then remove the passkey.' });
  if (!await store.removePasskey({ id, account: session.account, at: now() })) throw refused('PASSKEY_UNKNOWN', 'this account has no such passkey');
  await store.append({ actor: String(session.account), action: 'passkey.removed', subject: `account:${session.account}`, detail: { authenticator: id, login: session.login } });
  return { removed: true };
}

/** What the browser is asked for. */
export async function requestFor(passkeys: StoredPasskey[], { party, challenge }: { party: RelyingParty; challenge: string }): Promise<unknown> {
  return generateAuthenticationOptions({ rpID: party.rpId, challenge: bytes(challenge), userVerification: 'required', allowCredentials: passkeys.map(({ id }) => ({ id })) });
}

/** The account's passkey that signed this, its count taken. Throws PASSKEY_*. */
export async function assertedBy({ store, party, now, webAuthn }: PasskeyOptions, { account, challenge, assertion }: { account: number; challenge: string; assertion: AssertionJson }): Promise<StoredPasskey> {
  const passkey = (await store.passkeys(account)).find(({ id }) => id === assertion.id);
  if (!passkey) throw refused('PASSKEY_UNKNOWN', 'this passkey is not bound to this account');
  if (passkey.removedAt !== null) throw refused('PASSKEY_REMOVED', 'this passkey was removed');
  if (passkey.usableAt > now()) throw refused('PASSKEY_COOLING_OFF', `this passkey was added without another one's word and signs from ${new Date(passkey.usableAt).toISOString()}`);
  const counter = await webAuthn.verifyAssertion(assertion, { challenge, party, credential: passkey });
  if (!await store.usePasskey({ id: passkey.id, account, counter, at: now() })) throw refused('PASSKEY_COUNTER', 'this passkey has counted further meanwhile, or was removed');
  return passkey;
}

/** Throws PASSKEY_NONE. */
export async function usable(store: Store, account: number, now: number): Promise<StoredPasskey[]> {
  const ready = live(await store.passkeys(account)).filter(({ usableAt }) => usableAt <= now);
  if (ready.length === 0) throw new AssayError('PASSKEY_NONE', 'this account has no passkey here that signs today', { remedy: 'Add one at /passkeys.' });
  return ready;
}

export function live(passkeys: StoredPasskey[]): StoredPasskey[] {
  return passkeys.filter(({ removedAt }) => removedAt === null);
}

async function taken({ sessions }: PasskeyOptions, { ticket, kind, session }: { ticket: string; kind: 'add' | 'confirm'; session: Session }): Promise<string> {
  const asked = Challenge.safeParse(await sessions.take(ticket)).data;
  if (asked?.kind !== kind || asked.session !== session.id) throw refused('PASSKEY_REPLAY', 'this was asked for once and is used up, or too old');
  return asked.challenge;
}

function bytes(challenge: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(challenge, 'base64url'));
}

export function shaped<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (!read.success) throw refused('PASSKEY_RESPONSE', 'the page sent something else');
  return read.data;
}

export function refused(code: string, message: string): AssayError {
  return new AssayError(code, message, { remedy: 'Load the page again and begin anew.' });
}
