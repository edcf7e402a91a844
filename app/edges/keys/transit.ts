/**
 * A key in HashiCorp Vault's transit engine, or in any service that speaks its HTTP API: the private key never leaves it, only digests go there. One version of the key is
 * used for as long as this process runs; a newer one is taken at the next start, so that no signature changes its key unseen.
 * Source: Vault's documentation of the transit secrets engine, "Read Key" and "Sign Data".
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { SigningKey } from '../../core/ports/signing-key.ts';
import { hintOf, p256 } from '../sigstore/keys.ts';

export interface TransitSettings {
  /** The service's address without a path, e.g. `https://vault.example:8200`; plain HTTP on the loopback alone. */
  url: string;
  /** Where the engine is mounted; `transit` unless somebody chose otherwise. */
  mount: string;
  key: string;
  token: string;
}

const KeyAnswer = z.object({ data: z.object({ type: z.string(), latest_version: z.number().int().min(1), keys: z.record(z.string(), z.unknown()) }) });
const Version = z.object({ public_key: z.string() });
const SignAnswer = z.object({ data: z.object({ signature: z.string().regex(/^vault:v\d+:[A-Za-z0-9+/]+={0,2}$/) }) });

/** Throws CONFIG_KMS, KMS_UNAVAILABLE, KMS_REFUSED and KMS_KEY. */
export async function transitKey(settings: TransitSettings): Promise<SigningKey> {
  const { data } = shaped(KeyAnswer, await ask(settings, { path: `keys/${settings.key}` }));
  if (data.type !== 'ecdsa-p256') throw keyProblem(`the key "${settings.key}" is of the type ${data.type}`, 'Make one of the type ecdsa-p256.');
  const version = data.latest_version;
  const publicKey = p256(createPublicKey(shaped(Version, data.keys[version]).public_key));
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { keyId: hintOf(publicKey), publicKeyPem, sign: (message) => signed(message, { settings, version, publicKeyPem }) };
}

async function signed(message: Uint8Array, { settings, version, publicKeyPem }: { settings: TransitSettings; version: number; publicKeyPem: string }): Promise<Uint8Array> {
  const input = createHash('sha256').update(message).digest('base64');
  const answer = await ask(settings, { path: `sign/${settings.key}/sha2-256`, body: { input, prehashed: true, marshaling_algorithm: 'asn1', key_version: version } });
  const { signature } = shaped(SignAnswer, answer).data;
  const [, by = '', base64 = ''] = signature.split(':');
  const der = Buffer.from(base64, 'base64');
  if (by !== `v${version}` || !verify('sha256', message, publicKeyPem, der)) throw keyProblem(`the service signed with ${by} what version ${version} was asked for, or something else`, 'Look at the key in the service; restart Assay after a rotation.');
  return der;
}

async function ask({ url, mount, token }: TransitSettings, { path, body }: { path: string; body?: object }): Promise<unknown> {
  const base = new URL(url);
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(base.hostname);
  if (base.protocol !== 'https:' && !(base.protocol === 'http:' && isLocal)) throw new AssayError('CONFIG_KMS', `${base.protocol}//${base.host} is no address that a token may be sent to`, { remedy: 'Give an https address in ASSAY_KMS_URL.' });
  const address = new URL(`/v1/${mount}/${path}`, base);
  const answer = await reached(address, { method: body ? 'POST' : 'GET', headers: { 'x-vault-token': token, 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}), redirect: 'error', signal: AbortSignal.timeout(10_000) });
  if (answer.status === 403 || answer.status === 404) throw new AssayError('KMS_REFUSED', `the key service answers ${answer.status} to ${address.pathname}`, { remedy: 'Look at ASSAY_KMS_KEY, and at what the token of ASSAY_KMS_TOKEN may do: read the key, and sign with it.' });
  if (!answer.ok) throw unavailable(`the key service answers ${answer.status} to ${address.pathname}`);
  return answer.json();
}

async function reached(address: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (cause) {
    throw unavailable(`the key service at ${address.host} does not answer`, cause);
  }
}

function shaped<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw keyProblem(`the key service answers in another form: ${parsed.error.issues[0]?.path.join('.')}`, 'Give the address of a transit engine; see ASSAY_KMS_URL.');
}

function unavailable(message: string, cause?: unknown): AssayError {
  return new AssayError('KMS_UNAVAILABLE', message, { remedy: 'Start it, or unseal it; nothing is signed until it answers.', cause });
}

function keyProblem(message: string, remedy: string): AssayError {
  return new AssayError('KMS_KEY', message, { remedy });
}
