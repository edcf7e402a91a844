/**
 * The signing edge: DSSE envelopes in Sigstore bundles, signed with the App's own P-256 key, where it is wanted with the time of a timestamp authority, and verified against
 * keys that the caller trusts. Whatever is thrown on the way is a refusal with an EVIDENCE_* code, never a pass.
 */
import { bundleToJSON, type Bundle } from '@sigstore/bundle';
import { DSSEBundleBuilder, MessageSignatureBundleBuilder, TSAWitness, type Witness } from '@sigstore/sign';
import { canonicalJson, sha256 } from '../../core/digest.ts';
import { AssayError } from '../../core/errors.ts';
import type { SignedStatement, Signer, Statement } from '../../core/ports/signer.ts';
import type { SigningKey } from '../../core/ports/signing-key.ts';
import { EvidenceRefusal, refusalOf } from '../../core/refusal.ts';
import { payloadType, readStatement, statementBytes } from '../../core/statement.ts';
import { pemKey } from '../keys/pem.ts';
import { keyTrust, openText } from './open.ts';
import { emptyRoot, readRoot } from './root.ts';

/** A signer with this private key (PEM, P-256). It trusts its own key and the public keys given, e.g. those it used before. */
export function openSigner({ privateKeyPem, trustedPublicKeyPems = [] }: { privateKeyPem: string; trustedPublicKeyPems?: string[] }): Signer {
  return signerWith(pemKey(privateKeyPem), { trustedPublicKeyPems });
}

export interface SignerOptions {
  trustedPublicKeyPems?: readonly string[];
  /** An RFC 3161 timestamp authority whose time each signature gets, so that it can be told later that it was made while its key was valid; `root` is the text of the trusted root that names it. */
  timestamps?: { url: string; root: string };
}

/** The same with a key that is kept elsewhere. */
export function signerWith(key: SigningKey, { trustedPublicKeyPems = [], timestamps }: SignerOptions = {}): Signer {
  const trusted = [key.publicKeyPem, ...trustedPublicKeyPems];
  return {
    keyHint: key.keyId,
    publicKeyPem: key.publicKeyPem,
    sign: (statement) => signStatement(statement, { key, witnesses: witnessesOf(timestamps?.url) }),
    verify: async (bundle) => verifyBundle(bundle, trusted, timestamps?.root),
  };
}

/** A signature over the bytes themselves, as `cosign verify-blob --key` takes it: the bundle as JSON text. */
export async function signBytesWith(key: SigningKey, data: Buffer): Promise<string> {
  const bundle = await built(() => new MessageSignatureBundleBuilder({ signer: signerOf(key), witnesses: [] }).create({ data }));
  return JSON.stringify(bundleToJSON(bundle));
}

function witnessesOf(url: string | undefined): Witness[] {
  return url === undefined ? [] : [new TSAWitness({ tsaBaseURL: url, timeout: 10_000, retry: { retries: 2 } })];
}

function signerOf(key: SigningKey): ConstructorParameters<typeof DSSEBundleBuilder>[0]['signer'] {
  return { sign: async (bytes) => ({ signature: Buffer.from(await key.sign(bytes)), key: { $case: 'publicKey', publicKey: key.publicKeyPem, hint: key.keyId } }) };
}

async function signStatement(statement: Statement, { key, witnesses }: { key: SigningKey; witnesses: Witness[] }): Promise<SignedStatement> {
  const data = statementBytes(readStatement(statementBytes(statement)));
  const bundle = await built(() => new DSSEBundleBuilder({ signer: signerOf(key), witnesses }).create({ data, type: payloadType }));
  // The key is named beside the envelope. Within it other verifiers expect another form of name, or none.
  for (const signature of bundle.content.dsseEnvelope.signatures) signature.keyid = '';
  return { statement, bundle: JSON.parse(canonicalJson(bundleToJSON(bundle))), payloadSha256: sha256(data) };
}

/** The library hides what the key or the authority said behind an error of its own. */
async function built<T extends Bundle>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (thrown) {
    for (let cause: unknown = thrown; cause instanceof Error; cause = cause.cause) if (cause instanceof AssayError) throw cause;
    throw new AssayError('SIGNING_FAILED', `nothing was signed: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { remedy: 'Look at whether the timestamp authority (ASSAY_TSA_URL) answers; without it nothing is signed, since its time is what is wanted.', cause: thrown });
  }
}

/** Verifies a bundle, as text or parsed, against the public keys (PEM) the caller trusts; answers the statement from the signed bytes. Signed times need the trusted root (text) that names their authority. */
export function verifyBundle(bundle: unknown, trustedPublicKeyPems: readonly string[], root?: string): Statement {
  try {
    const trust = keyTrust(trustedPublicKeyPems.map((publicKeyPem) => ({ publicKeyPem })), { timestamps: 0, root: root === undefined ? emptyRoot : readRoot(root) });
    const text = typeof bundle === 'string' ? bundle : canonicalJson(bundle);
    return readStatement(openText(text, trust).payload);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('EVIDENCE_')) throw thrown;
    const { code, message, remedy } = refusalOf(thrown);
    throw new EvidenceRefusal(code, message, { remedy, cause: thrown });
  }
}
