/** The key service's edge against a stand-in that speaks its protocol: what is sent, what is believed, and what it says when it is not answered as it should be. */
import { verify } from 'node:crypto';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { startVault } from '../../../test/world/vault.ts';
import { statementType } from '../../core/statement.ts';
import { signerWith } from '../sigstore/signer.ts';
import { transitKey } from './transit.ts';

const vault = await startVault();
const settings = { url: vault.url, mount: 'transit', key: 'assay', token: vault.token };
beforeEach(() => { vault.asked.length = 0; vault.fault = null; });
afterAll(() => vault.close());

it('signs by digest alone, and the signature is that of the public key it names', async () => {
  const key = await transitKey(settings);
  const message = Buffer.from('a message that stays here');
  expect(verify('sha256', message, key.publicKeyPem, await key.sign(message))).toBe(true);
  expect(JSON.stringify(vault.asked)).not.toContain(message.toString('base64').slice(0, 20));
  expect(vault.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/transit/keys/assay', 'POST /v1/transit/sign/assay/sha2-256']);
});

it('signs statements that verify as those of any other key, twice', async () => {
  const signer = signerWith(await transitKey(settings));
  const statement = { _type: statementType, subject: [{ name: 'x', digest: { sha256: 'a'.repeat(64) } }], predicateType: 'https://example.test/x', predicate: {} } as const;
  for (const _ of [1, 2]) expect(await signer.verify((await signer.sign({ ...statement, subject: [...statement.subject] })).bundle)).toEqual(statement);
});

it('keeps to one version of the key while it runs, and takes the newest at its next start', async () => {
  const before = await transitKey(settings);
  vault.rotate();
  const message = Buffer.from('x');
  expect(verify('sha256', message, before.publicKeyPem, await before.sign(message))).toBe(true);
  const after = await transitKey(settings);
  expect(after.keyId).not.toBe(before.keyId);
  expect(verify('sha256', message, after.publicKeyPem, await after.sign(message))).toBe(true);
});

it.each<[string, string, () => Promise<unknown>]>([
  ['a token that may not', 'KMS_REFUSED', () => transitKey({ ...settings, token: 'another' })],
  ['a key that is not there', 'KMS_REFUSED', () => transitKey({ ...settings, key: 'none' })],
  ['a service that is away', 'KMS_UNAVAILABLE', () => transitKey({ ...settings, url: 'http://127.0.0.1:1' })],
  ['an address that a token may not be sent to', 'CONFIG_KMS', () => transitKey({ ...settings, url: 'http://vault.example' })],
  ['a sealed service', 'KMS_UNAVAILABLE', () => { vault.fault = { status: 503 }; return transitKey(settings); }],
  ['an answer of another form', 'KMS_KEY', () => { vault.fault = { status: 200, body: { data: 1 } }; return transitKey(settings); }],
  ['a key of another type', 'KMS_KEY', () => { vault.fault = { status: 200, body: { data: { type: 'rsa-4096', latest_version: 1, keys: {} } } }; return transitKey(settings); }],
  ['a signature over something else', 'KMS_KEY', async () => { const key = await transitKey(settings); vault.fault = { status: 200, body: { data: { signature: 'vault:v2:MEUCIQ==' } } }; return key.sign(Buffer.from('x')); }],
])('%s is %s', async (_what, code, act) => {
  await expect(act()).rejects.toMatchObject({ code });
});
