/** Public keys as this product names and takes them: P-256 (or Ed25519 for verifying), named by base64 of the SHA-256 of their DER, as other verifiers do. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { EvidenceRefusal } from '../../core/refusal.ts';

export function hintOf(publicKey: KeyObject): string {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
}

/** Throws EVIDENCE_KEY_INVALID for any other kind of key: the App signs with P-256 alone. */
export function p256(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  throw new EvidenceRefusal('EVIDENCE_KEY_INVALID', 'the key is not an EC key on P-256', { got: key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType });
}

/** A trusted key from its PEM: P-256 or Ed25519. */
export function trustedKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  return key.asymmetricKeyType === 'ed25519' ? key : p256(key);
}
