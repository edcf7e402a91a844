/**
 * A key service on the loopback that speaks the part of Vault's transit API that the App uses: reading a key, and signing a digest with one version of it. Keys are made at
 * run time and never leave it. Written after Vault's documentation; a real Vault was not asked.
 */
import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { p256 } from '@noble/curves/nist.js';

export interface Vault {
  url: string;
  token: string;
  /** Makes a newer version of the key. */
  rotate(): void;
  /** What was asked, newest last: method, path and body. */
  asked: { method: string; path: string; body: Record<string, unknown> }[];
  /** Answers this in place of what is right; null: what is right. */
  fault: { status: number; body?: object } | null;
  close(): Promise<void>;
}

export async function startVault(key = 'assay'): Promise<Vault> {
  const versions: KeyObject[] = [];
  const rotate = () => { versions.push(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey); };
  rotate();
  const token = randomBytes(12).toString('hex');
  const vault: Pick<Vault, 'asked' | 'fault'> = { asked: [], fault: null };
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      vault.asked.push({ method: request.method ?? '', path: request.url ?? '', body });
      const { status, body: answer } = vault.fault ?? answerTo({ path: request.url ?? '', body, allowed: request.headers['x-vault-token'] === token, key, versions });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? { errors: [] }));
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return Object.assign(vault, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, rotate, close: () => new Promise<void>((resolve) => { server.close(() => { resolve(); }); server.closeAllConnections(); }) });
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = Buffer.concat(await request.toArray() as Buffer[]).toString('utf8');
  return text === '' ? {} : JSON.parse(text) as Record<string, unknown>;
}

interface Asked { path: string; body: Record<string, unknown>; allowed: boolean; key: string; versions: readonly KeyObject[] }

function answerTo({ path, body, allowed, key, versions }: Asked): { status: number; body?: object } {
  if (!allowed) return { status: 403, body: { errors: ['permission denied'] } };
  const made = (at: number) => ({ public_key: createPublicKey(versions[at]!).export({ type: 'spki', format: 'pem' }).toString(), creation_time: new Date(0).toISOString() });
  if (path === `/v1/transit/keys/${key}`) return { status: 200, body: { data: { type: 'ecdsa-p256', name: key, latest_version: versions.length, keys: Object.fromEntries(versions.map((_, at) => [at + 1, made(at)])) } } };
  if (path !== `/v1/transit/sign/${key}/sha2-256`) return { status: 404 };
  const version = Number(body.key_version);
  const signing = versions[version - 1];
  if (!signing || body.prehashed !== true || body.marshaling_algorithm !== 'asn1' || typeof body.input !== 'string') return { status: 400, body: { errors: ['invalid request'] } };
  return { status: 200, body: { data: { key_version: version, signature: `vault:v${version}:${signed(signing, Buffer.from(body.input, 'base64'))}` } } };
}

function signed(key: KeyObject, digest: Uint8Array): string {
  const secret = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
  return Buffer.from(p256.sign(digest, secret, { prehash: false, format: 'der' })).toString('base64');
}
