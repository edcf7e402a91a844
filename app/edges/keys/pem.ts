/** A key in a file or in the environment, as PEM. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { SigningKey } from '../../core/ports/signing-key.ts';
import { hintOf, p256 } from '../sigstore/keys.ts';

/** Throws EVIDENCE_KEY_INVALID for any key but an EC key on P-256. */
export function pemKey(privateKeyPem: string): SigningKey {
  const privateKey = p256(createPrivateKey(privateKeyPem));
  const publicKey = createPublicKey(privateKey);
  return { keyId: hintOf(publicKey), publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), sign: async (message) => sign('sha256', message, privateKey) };
}
