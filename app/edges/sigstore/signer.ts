/**
 * The signing edge: DSSE envelopes in Sigstore bundles, signed with the App's own P-256 key and verified against keys that the caller trusts. Whatever is thrown on
 * the way is a refusal with an EVIDENCE_* code, never a pass.
 */
import { createPrivateKey, createPublicKey, sign as signBytes, type KeyObject } from 'node:crypto';
import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder } from '@sigstore/sign';
import { canonicalJson, sha256 } from '../../core/digest.ts';
import { AssayError } from '../../core/errors.ts';
import type { SignedStatement, Signer, Statement } from '../../core/ports/signer.ts';
import { EvidenceRefusal, refusalOf } from '../../core/refusal.ts';
import { payloadType, readStatement, statementBytes } from '../../core/statement.ts';
import { hintOf, p256 } from './keys.ts';
import { keyTrust, openText } from './open.ts';
import { emptyRoot } from './root.ts';

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
  // The key is named beside the envelope. Within it other verifiers expect another form of name, or none.
  for (const signature of bundle.content.dsseEnvelope.signatures) signature.keyid = '';
  return { statement, bundle: JSON.parse(canonicalJson(bundleToJSON(bundle))), payloadSha256: sha256(data) };
}

/** Verifies a bundle, as text or parsed, against the public keys (PEM) the caller trusts; answers the statement from the signed bytes. */
export function verifyBundle(bundle: unknown, trustedPublicKeyPems: string[]): Statement {
  try {
    const trust = keyTrust(trustedPublicKeyPems.map((publicKeyPem) => ({ publicKeyPem })), { timestamps: 0, root: emptyRoot });
    const text = typeof bundle === 'string' ? bundle : canonicalJson(bundle);
    return readStatement(openText(text, trust).payload);
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('EVIDENCE_')) throw thrown;
    const { code, message, remedy } = refusalOf(thrown);
    throw new EvidenceRefusal(code, message, { remedy, cause: thrown });
  }
}
