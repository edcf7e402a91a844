/** What a bundle proves once its cryptography holds, and the port behind which that is decided. Trust is configured before a bundle is seen. */
import type { Refusal } from '../refusal.ts';

export interface SignedTime {
  source: 'log' | 'authority';
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * What the certificate says of who signed. `extensions` holds the values of 1.3.6.1.4.1.57264.1.N by N, as text.
 * Source: the certificate authority's list of object identifiers.
 */
export interface CertificateSigner {
  kind: 'certificate';
  subjectAlternativeName: string;
  extensions: Record<string, string>;
}

/** A key has no identity: all that is known is which of the trusted keys it is. `hint` is base64 of the SHA-256 of its DER. */
export interface KeySigner {
  kind: 'key';
  hint: string;
}

export interface OpenedBundle {
  payload: Uint8Array;
  /** SHA-256, lower-case hex, of the signed payload and of the bundle's bytes as given. */
  payloadSha256: string;
  bundleSha256: string;
  signer: CertificateSigner | KeySigner;
  times: SignedTime[];
}

/** A workflow run as the forge describes it, and the SHA-256 of what it left. */
export interface RunFacts {
  repository: { id: number; owner: string; name: string };
  ownerId: number;
  visibility: 'public' | 'private' | 'internal';
  id: number;
  attempt: number;
  /** The caller's workflow file, the branch it was dispatched on and the commit of that branch. */
  path: string;
  branch: string;
  headSha: string;
  artefact: string;
}

export interface RunVerifier {
  /** Whether anybody is trusted to sign for such a repository. */
  judges(run: RunFacts): boolean;
  /** Null where the bundle proves that this run left these bytes, and was not shown for another use before. Throws STORE_* alone, where what was shown before cannot be read. */
  refusal(bundle: Uint8Array, run: RunFacts, use: string): Promise<Refusal | null>;
}

export interface BundleVerifier {
  /** Throws EvidenceRefusal, or anything else: every throw is a refusal. */
  open(bundle: Uint8Array): OpenedBundle;
}
