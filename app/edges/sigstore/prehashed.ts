/**
 * Signatures over an artifact of which only the digest is known. The platform hashes what it is given, so the digest is put to the curve itself; for RSA the signature
 * is opened and compared. Ed25519 signs the bytes and not their digest: with a digest alone it cannot be checked, and that is a refusal.
 */
import { constants, publicDecrypt, timingSafeEqual, type KeyObject } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { EvidenceRefusal } from '../../core/refusal.ts';

const curves: Record<string, typeof p256> = { prime256v1: p256, secp384r1: p384, secp521r1: p521 };
/** DER of DigestInfo before a SHA-256 (RFC 8017 §9.2). */
const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Whether the signature (DER for curves) is the key's over what has this SHA-256. Throws EVIDENCE_ARTIFACT_NEEDED for a key that signs no digest. */
export function verifyDigest(key: KeyObject, sha256: Uint8Array, signature: Uint8Array): boolean {
  if (key.asymmetricKeyType === 'rsa') return verifyRsa(key, sha256, signature);
  const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (!curve) throw new EvidenceRefusal('EVIDENCE_ARTIFACT_NEEDED', 'a signature of this kind of key cannot be checked against a digest alone', { got: key.asymmetricKeyType, remedy: 'Give the artifact itself in place of its digest.' });
  const { x, y } = key.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x ?? '', 'base64url'), Buffer.from(y ?? '', 'base64url')]);
  return curve.verify(signature, sha256, point, { prehash: false, format: 'der', lowS: false });
}

function verifyRsa(key: KeyObject, sha256: Uint8Array, signature: Uint8Array): boolean {
  const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
  const expected = Buffer.concat([sha256Info, sha256]);
  return opened.length === expected.length && timingSafeEqual(opened, expected);
}
