/**
 * WebAuthn through @simplewebauthn/server, each refusal with a code of its own. The library says why in sentences; what must be told apart is looked at here first,
 * and its own check follows in full, so that nothing passes that it would not let pass.
 */
import { verifyAuthenticationResponse, verifyRegistrationResponse, type AuthenticationResponseJSON, type RegistrationResponseJSON } from '@simplewebauthn/server';
import { decodeClientDataJSON, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { sha256 } from '../../core/digest.ts';
import { presenceChallenge, type Assertion, type SignedAct } from '../../core/presence.ts';
import type { AssertionJson, KnownCredential, RelyingParty, WebAuthn } from '../../core/ports/webauthn.ts';

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+$/).max(20_000);
const common = { id: Base64Url, rawId: Base64Url, type: z.literal('public-key') };
const AssertionResponse = z.object({ ...common, response: z.object({ authenticatorData: Base64Url, clientDataJSON: Base64Url, signature: Base64Url }) });
const AttestationResponse = z.object({ ...common, response: z.object({ clientDataJSON: Base64Url, attestationObject: Base64Url, transports: z.array(z.string().max(40)).max(10).optional() }) });

export const webAuthn: WebAuthn = { readAssertion, verifyAssertion, verifyRegistration };

function readAssertion(value: unknown): AssertionJson {
  return shaped(AssertionResponse, value);
}

async function verifyAssertion(assertion: AssertionJson, expected: { challenge: string; party: RelyingParty; credential: KnownCredential }): Promise<number> {
  const { challenge, party, credential } = expected;
  const authenticator = parsed(() => parseAuthenticatorData(Buffer.from(assertion.response.authenticatorData, 'base64url')));
  checkClient(assertion.response.clientDataJSON, { type: 'webauthn.get', challenge, party });
  if (Buffer.from(authenticator.rpIdHash).toString('hex') !== sha256(party.rpId)) throw refused('PASSKEY_RP', 'the passkey was used for another host');
  if (!authenticator.flags.up || !authenticator.flags.uv) throw refused('PASSKEY_NOT_VERIFIED', 'the authenticator did not verify its user');
  if ((authenticator.counter > 0 || credential.counter > 0) && authenticator.counter <= credential.counter) throw refused('PASSKEY_COUNTER', 'the authenticator counts fewer signatures than before: it may be a copy, or the signature an old one');
  const { verified } = await parsedLater(() => verifyAuthenticationResponse({
    response: { ...assertion, clientExtensionResults: {} } satisfies AuthenticationResponseJSON, expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.rpId, requireUserVerification: true,
    credential: { id: credential.id, publicKey: new Uint8Array(Buffer.from(credential.publicKey, 'base64url')), counter: credential.counter },
  }));
  if (!verified) throw refused('PASSKEY_SIGNATURE', 'the signature is not this passkey\'s');
  return authenticator.counter;
}

async function verifyRegistration(value: unknown, { challenge, party }: { challenge: string; party: RelyingParty }): Promise<KnownCredential> {
  const response = shaped(AttestationResponse, value);
  checkClient(response.response.clientDataJSON, { type: 'webauthn.create', challenge, party });
  const { verified, registrationInfo } = await parsedLater(() => verifyRegistrationResponse({
    response: { ...response, clientExtensionResults: {} } as RegistrationResponseJSON, expectedChallenge: challenge, expectedOrigin: party.origin, expectedRPID: party.rpId, requireUserVerification: true,
  }));
  if (!verified) throw refused('PASSKEY_SIGNATURE', 'the new passkey does not verify');
  const { id, publicKey, counter } = registrationInfo.credential;
  return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter };
}

/** Checks again, without the server, what a passkey signed: that it is this act, by this key, with its user verified. Throws PASSKEY_*. */
export async function checkSigned(act: SignedAct, assertion: Assertion): Promise<void> {
  const { credential: { id, publicKey }, rpId, origin, authenticatorData, clientDataJSON, signature } = assertion;
  const json: AssertionJson = { id, rawId: id, type: 'public-key', response: { authenticatorData, clientDataJSON, signature } };
  // How far the authenticator had counted, only the server knew.
  await verifyAssertion(json, { challenge: presenceChallenge(act), party: { rpId, origin }, credential: { id, publicKey, counter: 0 } });
}

function checkClient(clientDataJSON: string, { type, challenge, party }: { type: string; challenge: string; party: RelyingParty }): void {
  const client = parsed(() => decodeClientDataJSON(clientDataJSON));
  if (client.type !== type) throw refused('PASSKEY_RESPONSE', 'it is the answer to another kind of request');
  if (client.challenge !== challenge) throw refused('PASSKEY_CHALLENGE', 'something else was signed than was asked for');
  if (client.origin !== party.origin || client.crossOrigin === true) throw refused('PASSKEY_ORIGIN', 'it was signed on another page');
}

function shaped<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (!read.success) throw refused('PASSKEY_RESPONSE', 'this is no answer of an authenticator');
  return read.data;
}

function parsed<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw refused('PASSKEY_RESPONSE', 'the authenticator\'s answer cannot be read', cause);
  }
}

async function parsedLater<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw refused('PASSKEY_SIGNATURE', cause instanceof Error ? cause.message.slice(0, 200) : 'it does not verify', cause);
  }
}

function refused(code: string, message: string, cause?: unknown): AssayError {
  return new AssayError(code, message, { remedy: 'Load the page again and sign with the passkey that belongs to this account here.', cause });
}
