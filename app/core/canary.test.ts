import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findEncoded } from './canary.ts';

const secret = `run-${randomBytes(24).toString('base64url')}`;
const b64 = (text: string) => Buffer.from(text).toString('base64');

describe('a secret in text', () => {
  it.each([
    ['as it is', `x${secret}y`], ['backwards', [...secret].reverse().join('')], ['as hex', Buffer.from(secret).toString('hex')], ['as base64', b64(secret)],
    ['as base64', b64(`key=${secret};`)], ['as base64', b64(`a${secret}`)], ['as base64', Buffer.from(`ab${secret}`).toString('base64url')], ['in pieces', `first ${secret.slice(0, 18)} later ${secret.slice(18)}`],
  ])('is found %s', (how, text) => expect(findEncoded(text, secret)).toBe(how));

  it.each([
    ['spaces', [...secret].join(' ')], ['zero-width characters', [...secret].join('\u200b')], ['lines', secret.match(/.{1,7}/g)!.join('\n')], ['quotes and plus signs', secret.match(/.{1,5}/g)!.join("' + '")],
    ['percent escapes', [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join('')],
  ])('is found through %s', (_how, text) => expect(findEncoded(text, secret)).not.toBeNull());

  it('is not found where it is not', () => {
    for (const text of ['', 'run-', secret.slice(0, 10), b64('something else entirely, long enough to be a secret'), randomBytes(64).toString('hex')]) expect(findEncoded(text, secret)).toBeNull();
    expect(findEncoded('short', 'short')).toBeNull();
  });
});
