/**
 * An authenticator made of node's crypto, with every lever that a forger would have: what it counts, whether it verified its user, which host and page it believes
 * to be on. It answers in the JSON that browsers give. Its attestation is `none`, its key P-256.
 */
import { createHash, generateKeyPairSync, randomBytes, sign as signBytes } from 'node:crypto';

export interface Levers {
  rpId?: string;
  origin?: string;
  challenge?: string;
  counter?: number;
  verified?: boolean;
  crossOrigin?: boolean;
  type?: string;
}

export interface Authenticator {
  id: string;
  creates(options: { challenge: string }, levers?: Levers): unknown;
  signs(options: { challenge: string }, levers?: Levers): { id: string; rawId: string; type: 'public-key'; response: { authenticatorData: string; clientDataJSON: string; signature: string }; clientExtensionResults: object };
}

const present = 0x01;
const userVerified = 0x04;
const attested = 0x40;

export function authenticator(publicUrl: string): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  const name = id.toString('base64url');
  let count = 0;
  const here = { rpId: new URL(publicUrl).hostname, origin: new URL(publicUrl).origin };

  function data({ rpId = here.rpId, counter, verified = true }: Levers, more: Buffer | null): Buffer {
    count = counter ?? count + 1;
    const counted = Buffer.alloc(4);
    counted.writeUInt32BE(count);
    const flags = present | (verified ? userVerified : 0) | (more ? attested : 0);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(flags), counted, more ?? Buffer.alloc(0)]);
  }

  function client(type: string, { challenge }: { challenge: string }, levers: Levers): Buffer {
    return Buffer.from(JSON.stringify({ type: levers.type ?? type, challenge: levers.challenge ?? challenge, origin: levers.origin ?? here.origin, crossOrigin: levers.crossOrigin ?? false }));
  }

  function cose(): Buffer {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const part = (label: number, text: string): Buffer => Buffer.concat([Buffer.of(label, 0x58, 0x20), Buffer.from(text, 'base64url')]);
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    return Buffer.concat([Buffer.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01), part(0x21, x), part(0x22, y)]);
  }

  return {
    id: name,
    creates(options, levers = {}) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const authData = data(levers, Buffer.concat([Buffer.alloc(16), length, id, cose()]));
      const size = Buffer.alloc(2);
      size.writeUInt16BE(authData.length);
      const text = (word: string): Buffer => Buffer.concat([Buffer.of(0x60 | word.length), Buffer.from(word)]);
      // {fmt: "none", attStmt: {}, authData}
      const attestationObject = Buffer.concat([Buffer.of(0xa3), text('fmt'), text('none'), text('attStmt'), Buffer.of(0xa0), text('authData'), Buffer.of(0x59), size, authData]);
      return { id: name, rawId: name, type: 'public-key', clientExtensionResults: {}, response: { attestationObject: attestationObject.toString('base64url'), clientDataJSON: client('webauthn.create', options, levers).toString('base64url') } };
    },
    signs(options, levers = {}) {
      const authenticatorData = data(levers, null);
      const clientDataJSON = client('webauthn.get', options, levers);
      const signature = signBytes('sha256', Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJSON).digest()]), privateKey);
      return {
        id: name, rawId: name, type: 'public-key', clientExtensionResults: {},
        response: { authenticatorData: authenticatorData.toString('base64url'), clientDataJSON: clientDataJSON.toString('base64url'), signature: signature.toString('base64url') },
      };
    },
  };
}
