import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../core/digest.ts';
import { problemOf } from '../../core/errors.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { payloadType, statementBytes, statementType } from '../../core/statement.ts';
import { openSigner, verifyBundle } from './signer.ts';

function newKey(): { pem: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

const key = newKey();
const signer = openSigner({ privateKeyPem: key.pem });
const statement: Statement = {
  _type: statementType, subject: [{ name: 'o/r#7', digest: { gitCommit: 'a'.repeat(40) } }],
  predicateType: 'https://slsa.dev/verification_summary/v1', predicate: { verificationResult: 'PASSED', umlaut: 'ü' },
};
const signed = await signer.sign(statement);
const text = canonicalJson(signed.bundle);

interface Envelope { payload: string; payloadType: string; signatures: { sig: string; keyid?: string }[] }
interface BundleJson { mediaType: string; verificationMaterial: Record<string, unknown>; dsseEnvelope: Envelope }
function altered(change: (bundle: BundleJson) => void): BundleJson {
  const bundle: BundleJson = JSON.parse(text);
  change(bundle);
  return bundle;
}

/** A bundle over any bytes, truly signed with the trusted key: only what the signature does not cover is wrong with it. */
function trulySigned(payload: Buffer, type = payloadType): BundleJson {
  const encoded = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
  return altered((bundle) => {
    bundle.dsseEnvelope.payload = payload.toString('base64');
    bundle.dsseEnvelope.payloadType = type;
    bundle.dsseEnvelope.signatures[0]!.sig = signBytes('sha256', encoded, key.pem).toString('base64');
  });
}

function refusal(bundle: unknown, trusted = [key.publicPem]): string {
  try {
    return `accepted ${JSON.stringify(verifyBundle(bundle, trusted))}`;
  } catch (thrown) {
    return problemOf(thrown).code;
  }
}

describe('a signed statement', () => {
  it('is a v0.3 bundle whose payload is the canonical statement, and verifies as text and as JSON, again and again', async () => {
    expect(signed.bundle).toMatchObject({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: { payloadType, signatures: [{ sig: expect.any(String) }] } });
    expect(signed.payloadSha256).toBe(sha256(statementBytes(statement)));
    for (const form of [text, signed.bundle, JSON.parse(text)]) expect(await signer.verify(form)).toEqual(statement);
    const again = await signer.sign(statement);
    expect(again.payloadSha256).toBe(signed.payloadSha256);
    expect(await signer.verify(again.bundle)).toEqual(statement);
  });

  it('carries the hint by which others name the key: base64 of its SHA-256', () => {
    const der = Buffer.from(key.publicPem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    expect(signer.keyHint).toBe(createHash('sha256').update(der).digest('base64'));
    expect(signer.publicKeyPem).toBe(key.publicPem);
  });

  it('is refused after any change of any single byte', () => {
    const bytes = Buffer.from(text);
    fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(bytes);
      changed[at]! ^= flip;
      expect(refusal(changed.toString('latin1'))).toMatch(/^EVIDENCE_/);
    }), { numRuns: 1500 });
  });

  it('is refused after any byte is lost or put in', () => {
    fc.assert(fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 3 }), fc.boolean(), (at, more, cut) => {
      const changed = cut ? text.slice(0, at) + text.slice(at + 1) : text.slice(0, at) + more + text.slice(at);
      fc.pre(!/^\s+$/.test(more) || cut);
      expect(refusal(changed)).toMatch(/^EVIDENCE_/);
    }), { numRuns: 300 });
  });

  it('is refused with anything that is no bundle', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(refusal(value)).toMatch(/^EVIDENCE_/);
    }));
    for (const value of [undefined, null, '', '{}', [], 5n, () => 1]) expect(refusal(value)).toMatch(/^EVIDENCE_/);
  });
});

describe('what the library leaves out is refused by name', () => {
  it('another payload type, swapped or truly signed', () => {
    expect(refusal(altered((bundle) => { bundle.dsseEnvelope.payloadType = 'text/plain'; }))).toBe('EVIDENCE_PAYLOAD_TYPE');
    expect(refusal(trulySigned(statementBytes(statement), 'text/plain'))).toBe('EVIDENCE_PAYLOAD_TYPE');
  });

  it('a second signature, or none', () => {
    expect(refusal(altered(({ dsseEnvelope }) => { dsseEnvelope.signatures.push(dsseEnvelope.signatures[0]!); }))).toBe('EVIDENCE_SIGNATURES');
    expect(refusal(altered(({ dsseEnvelope }) => { dsseEnvelope.signatures = []; }))).toBe('EVIDENCE_SIGNATURES');
  });

  it('duplicate keys, in the bundle and in what is truly signed', () => {
    expect(refusal(text.replace('{"', '{"mediaType":"x","'))).toBe('EVIDENCE_JSON_DUPLICATE_KEY');
    const twice = statementBytes(statement).toString().replace('"predicateType"', '"predicateType":"https://slsa.dev/other","predicateType"');
    expect(refusal(trulySigned(Buffer.from(twice)))).toBe('EVIDENCE_JSON_DUPLICATE_KEY');
  });

  it('a payload that is no statement, though truly signed', () => {
    const cases: Record<string, unknown>[] = [
      { ...statement, _type: 'https://in-toto.io/Statement/v0.1' }, { ...statement, subject: [] }, { ...statement, Subject: statement.subject },
      { ...statement, predicate: null }, { ...statement, predicateType: 'x' }, { ...statement, subject: Array(1025).fill(statement.subject[0]) },
      { ...statement, subject: [{ name: 'x', digest: {} }] }, { ...statement, subject: [{ name: 'x', digest: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`d${at}`, 'a'.repeat(40)])) }] },
      { ...statement, extra: 1 },
    ];
    for (const wrong of cases) expect(refusal(trulySigned(Buffer.from(JSON.stringify(wrong))))).toBe('EVIDENCE_STATEMENT');
    for (const junk of ['garbage', '[]', '"x"']) expect(refusal(trulySigned(Buffer.from(junk)))).toMatch(/^EVIDENCE_(JSON_INVALID|STATEMENT)$/);
    expect(refusal(trulySigned(Buffer.from([0x7b, 0xff, 0x7d])))).toBe('EVIDENCE_JSON_INVALID');
    expect(refusal(trulySigned(Buffer.from(`\ufeff${statementBytes(statement).toString()}`)))).toBe('EVIDENCE_JSON_INVALID');
  });

  it('a key that is not trusted, whatever the bundle says of it', () => {
    const other = newKey();
    expect(refusal(text, [other.publicPem])).toBe('EVIDENCE_KEY_UNKNOWN');
    expect(refusal(text, [])).toBe('EVIDENCE_KEY_UNKNOWN');
    const naming = (hint: string): BundleJson => altered((bundle) => { bundle.verificationMaterial.publicKey = { hint }; });
    for (const hint of ['x', '__proto__', 'constructor']) expect(refusal(naming(hint))).toBe('EVIDENCE_KEY_UNKNOWN');
    expect(refusal(naming(''))).toMatch(/^EVIDENCE_/);
    expect(refusal(altered((bundle) => { bundle.dsseEnvelope.signatures[0]!.keyid = signer.keyHint; }))).toBe('EVIDENCE_BUNDLE');
    const claimed = openSigner({ privateKeyPem: other.pem }).keyHint;
    expect(refusal(naming(claimed), [other.publicPem])).toBe('EVIDENCE_SIGNATURE');
  });

  it('a certificate where the key is configured', () => {
    expect(refusal(altered((bundle) => { delete bundle.verificationMaterial.publicKey; bundle.verificationMaterial.certificate = { rawBytes: 'AAAA' }; }))).toBe('EVIDENCE_KEY_KIND');
  });

  it('another media type, unknown fields, a key id, other base64', () => {
    expect(refusal(altered((bundle) => { bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v0.9+json'; }))).toBe('EVIDENCE_BUNDLE');
    expect(refusal(altered((bundle) => { Object.assign(bundle, { note: 'x' }); }))).toBe('EVIDENCE_BUNDLE');
    expect(refusal(altered((bundle) => { bundle.dsseEnvelope.signatures[0]!.keyid = 'x'; }))).toBe('EVIDENCE_BUNDLE');
    expect(refusal(altered((bundle) => { bundle.dsseEnvelope.payload = bundle.dsseEnvelope.payload.replace(/=*$/, ''); bundle.dsseEnvelope.payload += '\n'; }))).toBe('EVIDENCE_BUNDLE');
  });

  it('what is too large', () => {
    expect(refusal(' '.repeat(25 * 1024 * 1024))).toBe('EVIDENCE_TOO_LARGE');
    expect(refusal(trulySigned(Buffer.alloc(16 * 1024 * 1024 + 1, 0x20)))).toBe('EVIDENCE_TOO_LARGE');
  });
});

describe('the signer', () => {
  it('verifies what a key it used before has signed, and only with that key given', async () => {
    const next = newKey();
    const rotated = openSigner({ privateKeyPem: next.pem, trustedPublicKeyPems: [key.publicPem] });
    expect(await rotated.verify(signed.bundle)).toEqual(statement);
    await expect(openSigner({ privateKeyPem: next.pem }).verify(signed.bundle)).rejects.toMatchObject({ code: 'EVIDENCE_KEY_UNKNOWN' });
  });

  it('signs statements only, and only with P-256', async () => {
    await expect(signer.sign({ ...statement, subject: [] })).rejects.toMatchObject({ code: 'EVIDENCE_STATEMENT' });
    const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(() => openSigner({ privateKeyPem: ed25519 })).toThrow(expect.objectContaining({ code: 'EVIDENCE_KEY_INVALID' }));
  });
});
