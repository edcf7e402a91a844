/** Signed notes: one that another program wrote, our own, a witness's, and every way to alter one. */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkpointText, parseCheckpoint } from '../core/transparency/checkpoint.ts';
import { keyIdOf, noteOf, parseNote, parseVerifierKey, verifierKeyText } from '../core/transparency/note.ts';
import { openNote, openNoteSigner, verifierKeyOfPem } from './note.ts';

const pair = () => generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
const { privateKey, publicKey } = pair();
const signer = openNoteSigner({ name: 'log.example/audit', privateKeyPem: privateKey });
const key = parseVerifierKey(signer.verifierKey);
const text = checkpointText({ origin: 'log.example/audit', size: 12, root: new Uint8Array(32).fill(7) });
const code = (work: () => unknown): string => { try { work(); return 'none'; } catch (thrown) { return (thrown as { code: string }).code; } };

it('reads the note in the documentation of the library that notes come from', () => {
  const note = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  const theirs = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  expect(openNote(note, [theirs])).toMatchObject({ by: 'PeterNeumann', at: null, text: expect.stringMatching(/problem is\.\n$/) });
  expect(noteOf(parseNote(note))).toBe(note);
});

it('opens what it signed, by its own key alone', () => {
  const note = signer.sign(text);
  expect(openNote(note, [key])).toEqual({ text, by: 'log.example/audit', at: null });
  expect(parseCheckpoint(openNote(note, [verifierKeyOfPem(publicKey, 'log.example/audit')]).text)).toMatchObject({ origin: 'log.example/audit', size: 12 });
  const other = openNoteSigner({ name: 'log.example/audit', privateKeyPem: pair().privateKey });
  expect(code(() => openNote(other.sign(text), [key]))).toBe('NOTE_KEY_UNKNOWN');
  expect(code(() => openNote(note, []))).toBe('NOTE_KEY_UNKNOWN');
  const forged = { ...parseNote(other.sign(text)).signatures[0]!, keyId: key.keyId };
  expect(code(() => openNote(noteOf({ text, signatures: [forged] }), [key]))).toBe('NOTE_SIGNATURE');
});

it('does not open after any change of any single character', () => {
  const note = signer.sign(text);
  fc.assert(fc.property(fc.nat(note.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, letters) => {
    const changed = note.slice(0, at) + letters + note.slice(at + 1);
    fc.pre(changed !== note);
    expect(code(() => openNote(changed, [key]))).not.toBe('none');
  }), { numRuns: 500 });
});

it('tells when a witness signed, and believes no other time', () => {
  const witness = pair();
  const raw = verifierKeyOfPem(witness.publicKey, 'witness.example').key;
  const own = { name: 'witness.example', type: 4, key: raw };
  const trusted = parseVerifierKey(verifierKeyText({ ...own, keyId: keyIdOf(own) }));
  const cosigned = (seconds: bigint, stated: bigint): string => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(stated);
    const bytes = Buffer.concat([time, sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), createPrivateKey(witness.privateKey))]);
    return noteOf({ text, signatures: [...parseNote(signer.sign(text)).signatures, { name: 'witness.example', keyId: trusted.keyId, bytes }] });
  };
  expect(openNote(cosigned(1_700_000_000n, 1_700_000_000n), [trusted])).toEqual({ text, by: 'witness.example', at: 1_700_000_000_000 });
  expect(code(() => openNote(cosigned(1_700_000_000n, 1_800_000_000n), [trusted]))).toBe('NOTE_SIGNATURE');
});

it('refuses keys and checkpoints that are not in their one form', () => {
  for (const bad of ['', 'x', signer.verifierKey.replace('log', 'lag'), `${signer.verifierKey}=`, 'a+00000000+AQ==']) expect(code(() => parseVerifierKey(bad)), bad).toBe('NOTE_KEY_INVALID');
  for (const bad of ['', text.replace('12', '012'), text.replace('12', '-1'), `${text}more\n`, text.slice(0, -1), text.replace('12', '99999999999999999')]) expect(code(() => parseCheckpoint(bad)), bad).toBe('NOTE_INVALID');
});
