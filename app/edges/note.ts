/** Notes signed with Ed25519: the App's own, and those that a witness signed together with the time. */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { AssayError } from '../core/errors.ts';
import type { NoteSigner } from '../core/ports/notary.ts';
import { keyIdOf, noteKeyTypes, noteOf, parseNote, verifierKeyText, type NoteSignature, type VerifierKey } from '../core/transparency/note.ts';

/** `name` is the log's origin; it has no white space and no plus sign. */
export function openNoteSigner({ name, privateKeyPem }: { name: string; privateKeyPem: string }): NoteSigner {
  const privateKey = createPrivateKey(privateKeyPem);
  const own = { name, type: noteKeyTypes.ed25519, key: rawOf(createPublicKey(privateKey)) };
  const keyId = keyIdOf(own);
  return {
    verifierKey: verifierKeyText({ ...own, keyId }),
    sign: (text) => noteOf({ text, signatures: [{ name, keyId, bytes: sign(null, Buffer.from(text), privateKey) }] }),
  };
}

/** Throws NOTE_INVALID, NOTE_KEY_UNKNOWN where no trusted key signed it, NOTE_SIGNATURE where a signature that claims to be of one does not hold. */
export function openNote(note: string, trusted: readonly VerifierKey[]): { text: string; by: string; at: number | null } {
  const { text, signatures } = parseNote(note);
  const signed = signatures.flatMap((signature) => trusted.filter(({ name, keyId }) => name === signature.name && keyId === signature.keyId).map((key) => ({ signature, key })));
  const [first] = signed;
  if (!first) throw refusal('NOTE_KEY_UNKNOWN', `it is signed by ${signatures.map(({ name, keyId }) => `${name}+${keyId}`).join(', ').slice(0, 300)}, which is not trusted here`);
  if (!signed.every(({ signature, key }) => holds(text, signature, key))) throw refusal('NOTE_SIGNATURE', `the signature of ${first.key.name} does not hold`);
  return { text, by: first.key.name, at: first.key.type === noteKeyTypes.cosignature ? timeOf(first.signature) : null };
}

function holds(text: string, { bytes }: NoteSignature, { type, key }: VerifierKey): boolean {
  if (type === noteKeyTypes.ed25519) return bytes.length === 64 && verify(null, Buffer.from(text), publicKeyOf(key), bytes);
  if (bytes.length !== 72) return false;
  const seconds = Buffer.from(bytes).readBigUInt64BE();
  return verify(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), publicKeyOf(key), bytes.subarray(8));
}

/** Milliseconds since the epoch. */
function timeOf({ bytes }: NoteSignature): number {
  return Number(Buffer.from(bytes).readBigUInt64BE()) * 1000;
}

/** The verifier key in a PEM of an Ed25519 public key, under the name it is said to have. Throws NOTE_KEY_INVALID. */
export function verifierKeyOfPem(pem: string, name: string): VerifierKey {
  const own = { name, type: noteKeyTypes.ed25519, key: rawOf(createPublicKey(pem)) };
  return { ...own, keyId: keyIdOf(own) };
}

function rawOf(key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType !== 'ed25519') throw refusal('NOTE_KEY_INVALID', 'the key is not an Ed25519 key');
  return new Uint8Array(Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url'));
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }, format: 'jwk' });
}

function refusal(code: string, message: string): AssayError {
  return new AssayError(code, `no note to rely on: ${message}`, { remedy: 'Fetch the checkpoint again, and compare the key with the one that Assay shows at /audit-key.' });
}
