/** Checking what authenticators answer. Every refusal is an AssayError with a PASSKEY_* code. Bytes are base64url, public keys COSE. */

/** Where the passkey is used: the host that it is bound to and the page's origin. */
export interface RelyingParty {
  rpId: string;
  origin: string;
}

export interface KnownCredential {
  id: string;
  publicKey: string;
  counter: number;
}

/** As browsers write it. */
export interface AssertionJson {
  id: string;
  rawId: string;
  type: 'public-key';
  response: { authenticatorData: string; clientDataJSON: string; signature: string };
}

export interface WebAuthn {
  /** The shape alone. Throws PASSKEY_RESPONSE. */
  readAssertion(value: unknown): AssertionJson;
  /** Answers the new count of signatures. Throws PASSKEY_RESPONSE, PASSKEY_CHALLENGE, PASSKEY_ORIGIN, PASSKEY_RP, PASSKEY_NOT_VERIFIED, PASSKEY_COUNTER or PASSKEY_SIGNATURE. */
  verifyAssertion(assertion: AssertionJson, expected: { challenge: string; party: RelyingParty; credential: KnownCredential }): Promise<number>;
  /** A new credential; attestation is not asked for: who made the authenticator is nobody's business here. */
  verifyRegistration(value: unknown, expected: { challenge: string; party: RelyingParty }): Promise<KnownCredential>;
}
