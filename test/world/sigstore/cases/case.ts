/** One bundle with all that is needed to judge it, and the code with which it must be refused; `verified` for the honest ones, without which no refusal means anything. */
import type { TrustDomain } from '../../../../app/edges/sigstore/open.ts';
import type { Expectation } from '../../../../app/evidence/verification/expectation.ts';
import { claims, type Claims } from '../claims.ts';
import { signStatement, witnessesOf, workflowSigner, type Witnesses } from '../sign.ts';
import type { Sigstore } from '../start.ts';
import { artifact, expect, statementOf } from '../statements.ts';

export interface EvidenceCase {
  /** The attack's id, or `honest`. */
  id: string;
  name: string;
  /** A code, or `verified`. */
  expected: string;
  domain: TrustDomain;
  bundle: Buffer;
  artifact: Buffer;
  expectation: Expectation;
}

export interface Ingredients {
  id: string;
  name: string;
  expected: string;
  claims?: Partial<Claims>;
  statement?: unknown;
  type?: string;
  witnesses?: Witnesses;
  expectation?: Expectation;
  /** What becomes of the bundle after it was signed. */
  alter?: (bundle: BundleJson) => void;
}

export interface BundleJson {
  mediaType: string;
  verificationMaterial: { certificate?: { rawBytes: string }; publicKey?: { hint: string }; tlogEntries: LogEntry[]; timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] } };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid: string }[] };
}

export interface LogEntry {
  logId: { keyId: string };
  integratedTime: string;
  logIndex: string;
  canonicalizedBody: string;
  inclusionPromise?: { signedEntryTimestamp: string } | undefined;
  inclusionProof?: { hashes: string[]; rootHash: string; checkpoint: { envelope: string } } | undefined;
}

/** A provenance of the public good instance unless it says otherwise. */
export async function workflowCase(sigstore: Sigstore, given: Ingredients): Promise<EvidenceCase> {
  const of = claims(given.claims);
  const witnesses = given.witnesses ?? 'log';
  const authority = witnesses === 'time' ? 'private' : 'public';
  const signed = await signStatement(given.statement ?? statementOf('provenance', {}, of), { signer: workflowSigner(sigstore, of, authority), witnesses: witnessesOf(sigstore, witnesses), ...(given.type === undefined ? {} : { type: given.type }) });
  return {
    id: given.id, name: given.name, expected: given.expected, artifact, expectation: given.expectation ?? expect('provenance'),
    domain: authority === 'public' ? { domain: 'public-good', root: sigstore.root } : { domain: 'github-private', root: sigstore.privateRoot },
    bundle: given.alter ? altered(signed, given.alter) : signed,
  };
}

/** One after the other: the stand-in does its sums in the thread that asks. */
export async function inTurn(sigstore: Sigstore, given: readonly Ingredients[]): Promise<EvidenceCase[]> {
  const made: EvidenceCase[] = [];
  for (const each of given) made.push(await workflowCase(sigstore, each));
  return made;
}

export function altered(bundle: Buffer, change: (bundle: BundleJson) => void): Buffer {
  const json = JSON.parse(bundle.toString('utf8')) as BundleJson;
  change(json);
  return Buffer.from(JSON.stringify(json));
}
