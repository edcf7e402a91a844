/**
 * Signed notes as C2SP specifies them, without the cryptography: a text that ends with a line feed, an empty line, and one line per signature
 * (`— <name> <base64 of 4 bytes of key id and the signature>`). There is one way to write a note; everything else is refused.
 */
import { AssayError } from '../errors.ts';
import { sha256Bytes } from '../digest.ts';

export interface NoteSignature { name: string; keyId: string; bytes: Uint8Array }
export interface Note { text: string; signatures: NoteSignature[] }

/** `<name>+<key id in hex>+<base64 of the type byte and the key>`. Type 1: Ed25519 over the text; type 4: a witness, over the time and the text. */
export interface VerifierKey { name: string; keyId: string; type: number; key: Uint8Array }

export const noteKeyTypes = { ed25519: 1, cosignature: 4 } as const;

const maxSignatures = 100;
const lineShape = /^\u2014 (\S{1,255}) ([A-Za-z0-9+/]+={0,2})$/;

/** Throws NOTE_INVALID. Says nothing about whether a signature holds. */
export function parseNote(whole: string): Note {
  const cut = whole.lastIndexOf('\n\n');
  const lines = whole.slice(cut + 2).split('\n');
  if (whole.length > 1_000_000 || cut < 0 || lines.pop() !== '' || lines.length === 0 || lines.length > maxSignatures) throw invalid('it is not a text, an empty line and signatures');
  return { text: whole.slice(0, cut + 1), signatures: lines.map(signatureOf) };
}

function signatureOf(line: string): NoteSignature {
  const [, name, encoded] = lineShape.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || name.includes('+') || bytes.length < 5 || bytes.toString('base64') !== encoded) throw invalid('a line after the empty one is no signature');
  return { name, keyId: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4) };
}

export function noteOf({ text, signatures }: Note): string {
  const lines = signatures.map(({ name, keyId, bytes }) => `\u2014 ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), bytes]).toString('base64')}\n`);
  return `${text}\n${lines.join('')}`;
}

export function keyIdOf({ name, type, key }: Omit<VerifierKey, 'keyId'>): string {
  return Buffer.from(sha256Bytes(Buffer.from(`${name}\n`), Uint8Array.of(type), key)).subarray(0, 4).toString('hex');
}

export function verifierKeyText({ name, keyId, type, key }: VerifierKey): string {
  return `${name}+${keyId}+${Buffer.concat([Uint8Array.of(type), key]).toString('base64')}`;
}

/** Throws NOTE_KEY_INVALID. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, keyId, encoded] = /^([^\s+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  const found = { name: name ?? '', type: bytes[0] ?? 0, key: new Uint8Array(bytes.subarray(1)) };
  const known = found.type === noteKeyTypes.ed25519 || found.type === noteKeyTypes.cosignature;
  if (keyId !== undefined && known && bytes.toString('base64') === encoded && found.key.length === 32 && keyIdOf(found) === keyId) return { ...found, keyId };
  throw new AssayError('NOTE_KEY_INVALID', `"${text.slice(0, 100)}" is no Ed25519 verifier key`, { remedy: 'Give the line that Assay shows at /audit-key: <name>+<key id>+<base64>.' });
}

export function invalid(why: string): AssayError {
  return new AssayError('NOTE_INVALID', `no signed note: ${why}`, { remedy: 'Fetch the checkpoint again, byte for byte, from where Assay published it.' });
}
