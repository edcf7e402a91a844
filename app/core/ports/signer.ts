/** Signs bytes as a DSSE envelope in a Sigstore bundle; verifies with the trust it was configured with, never with what a bundle brings. */
export interface Statement {
  _type: 'https://in-toto.io/Statement/v1';
  subject: { name: string; digest: Record<string, string> }[];
  predicateType: string;
  predicate: unknown;
}

export interface SignedStatement {
  statement: Statement;
  /** Sigstore bundle v0.3 as JSON. */
  bundle: unknown;
  /** SHA-256 of the DSSE payload. */
  payloadSha256: string;
}

export interface Signer {
  readonly keyHint: string;
  readonly publicKeyPem: string;
  sign(statement: Statement): Promise<SignedStatement>;
  /** Throws AssayError EVIDENCE_* with the stable reason. Answers the statement it verified, parsed from the signed bytes. */
  verify(bundle: unknown): Promise<Statement>;
}
