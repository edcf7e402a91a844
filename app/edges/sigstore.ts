/**
 * The signing edge: DSSE envelopes in Sigstore bundles, signed with the App's own P-256 key and verified against keys that the caller trusts.
 * The library checks the signature; what it leaves out is checked here: size, one exact form of the bundle, payload type, one signature, strict
 * JSON and Statement v1. Whatever is thrown on the way is a refusal with an EVIDENCE_* code, never a pass.
 */
import { createHash, createPrivateKey, createPublicKey, sign as signBytes, type KeyObject } from 'node:crypto';
import { bundleFromJSON, bundleToJSON, isBundleWithDsseEnvelope, isBundleWithPublicKey, type BundleWithDsseEnvelope } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { DSSEBundleBuilder } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { canonicalJson, sha256 } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { SignedStatement, Signer, Statement } from '../core/ports/signer.ts';
import { payloadType, statementBytes, statementLimits, StatementSchema } from '../core/statement.ts';
import { parseStrictJson, utf8Text } from '../core/strict-json.ts';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const maxBundleBytes = 24 * 1024 * 1024;
const noRoot = TrustedRoot.fromJSON({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1', tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [] });

/** A signer with this private key (PEM, P-256). It trusts its own key and the public keys given, e.g. those it used before. */
export function openSigner(options: { privateKeyPem: string; trustedPublicKeyPems?: string[] }): Signer {
  const privateKey = p256(createPrivateKey(options.privateKeyPem));
  const publicKey = createPublicKey(privateKey);
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const trusted = [publicKeyPem, ...(options.trustedPublicKeyPems ?? [])];
  return {
    keyHint: hintOf(publicKey),
    publicKeyPem,
    sign: (statement) => signStatement(statement, privateKey),
    verify: async (bundle) => verifyBundle(bundle, trusted),
  };
}

async function signStatement(statement: Statement, privateKey: KeyObject): Promise<SignedStatement> {
  const data = statementBytes(readStatement(statementBytes(statement)));
  const publicKey = createPublicKey(privateKey);
  const signer = {
    sign: async (bytes: Buffer) => ({
      signature: signBytes('sha256', bytes, privateKey),
      key: { $case: 'publicKey' as const, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(), hint: hintOf(publicKey) },
    }),
  };
  const bundle = await new DSSEBundleBuilder({ signer, witnesses: [] }).create({ data, type: payloadType });
  return { statement, bundle: JSON.parse(canonicalJson(bundleToJSON(bundle))), payloadSha256: sha256(data) };
}

/** Verifies a bundle, as text or parsed, against the public keys (PEM) the caller trusts; answers the statement from the signed bytes. */
export function verifyBundle(bundle: unknown, trustedPublicKeyPems: string[]): Statement {
  try {
    const read = readBundle(bundle);
    checkSignature(read, trustedPublicKeyPems);
    return readStatement(read.content.dsseEnvelope.payload);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('EVIDENCE_')) throw thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof AssayError) throw refusal(`EVIDENCE_${thrown.code}`, message);
    throw refusal('EVIDENCE_UNREADABLE', message);
  }
}

function readBundle(given: unknown): BundleWithDsseEnvelope {
  const text = typeof given === 'string' ? given : canonicalJson(given);
  if (text.length > maxBundleBytes) throw refusal('EVIDENCE_TOO_LARGE', `the bundle is larger than ${maxBundleBytes} bytes`);
  const json = parseStrictJson(text);
  const bundle = bundleOf(json);
  if (bundle.mediaType !== mediaType) throw refusal('EVIDENCE_BUNDLE', `the media type ${bundle.mediaType} is not ${mediaType}`);
  if (!isBundleWithDsseEnvelope(bundle)) throw refusal('EVIDENCE_BUNDLE', 'the bundle has no DSSE envelope');
  if (!isBundleWithPublicKey(bundle)) throw refusal('EVIDENCE_KEY_KIND', 'a certificate was offered where the key is configured');
  const envelope = bundle.content.dsseEnvelope;
  if (envelope.payloadType !== payloadType) throw refusal('EVIDENCE_PAYLOAD_TYPE', `the payload type ${envelope.payloadType} is not ${payloadType}`);
  if (envelope.payload.length > statementLimits.payloadBytes) throw refusal('EVIDENCE_TOO_LARGE', `the payload is larger than ${statementLimits.payloadBytes} bytes`);
  // Fields the library ignores, other base64 or a key id would make two bundles of one signature: there is one form only.
  if (canonicalJson(bundleToJSON(bundle)) !== canonicalJson(json)) throw refusal('EVIDENCE_BUNDLE', 'the bundle is not in its one exact form');
  if (envelope.signatures[0]?.keyid !== bundle.verificationMaterial.content.publicKey.hint) throw refusal('EVIDENCE_BUNDLE', 'the envelope names another key than the bundle');
  return bundle;
}

function bundleOf(json: unknown): ReturnType<typeof bundleFromJSON> {
  try {
    return bundleFromJSON(json);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (/signatures/.test(fieldsOf(thrown))) throw refusal('EVIDENCE_SIGNATURES', 'the envelope has not exactly one signature');
    throw refusal('EVIDENCE_BUNDLE', `no Sigstore bundle: ${message}`);
  }
}

function fieldsOf(thrown: unknown): string {
  return thrown instanceof Error && 'fields' in thrown && Array.isArray(thrown.fields) ? thrown.fields.join(' ') : '';
}

function checkSignature(bundle: BundleWithDsseEnvelope, trustedPublicKeyPems: string[]): void {
  const keys = new Map(trustedPublicKeyPems.map((pem) => createPublicKey(pem)).map((key) => [hintOf(p256(key)), key] as const));
  const trust = toTrustMaterial(noRoot, (hint) => {
    const publicKey = keys.get(hint);
    if (!publicKey) throw refusal('EVIDENCE_KEY_UNKNOWN', `signed with the key ${hint.slice(0, 60)}, which is not trusted here`);
    return { publicKey, validFor: () => true };
  });
  try {
    new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw refusal('EVIDENCE_SIGNATURE', `the signature does not hold: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function readStatement(payload: Buffer): Statement {
  const parsed = StatementSchema.safeParse(parseStrictJson(utf8Text(payload)));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw refusal('EVIDENCE_STATEMENT', `no in-toto Statement v1: ${issue.path.join('.')} ${issue.message}`);
}

/** Base64 of the SHA-256 of the public key's DER, as other verifiers name a key. */
function hintOf(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
}

function p256(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  throw refusal('EVIDENCE_KEY_INVALID', 'the key is not an EC key on P-256');
}

function refusal(code: string, message: string): AssayError {
  return new AssayError(code, message, { remedy: 'Do not rely on this evidence. Get the bundle again from Assay, and compare the trusted key with the one Assay shows.' });
}
