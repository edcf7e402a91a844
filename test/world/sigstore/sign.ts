/** Signs as a workflow run or a key holder would: bundles of each trust domain, over statements or over an artifact itself. Answers the bundle's bytes. */
import { createHash, sign as signBytes, type KeyObject } from 'node:crypto';
import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, MessageSignatureBundleBuilder, RekorWitness, TSAWitness, type Signer, type Witness } from '@sigstore/sign';
import { canonicalJson } from '../../../app/core/digest.ts';
import { identityToken, type Claims } from './claims.ts';
import type { Sigstore } from './start.ts';

/** Which services witness: the first log, the second with a time, a time alone, or nobody. */
export type Witnesses = 'log' | 'log-v2' | 'time' | 'none';

/** No second try: a stand-in that fails is a fault of the test. Patient, for machines that do much else. */
export const once = { retry: 0, timeout: 60_000 } as const;

export function witnessesOf({ url }: Sigstore, kind: Witnesses): Witness[] {
  const time = new TSAWitness({ tsaBaseURL: url, ...once });
  switch (kind) {
    case 'log': return [new RekorWitness({ rekorBaseURL: url, entryType: 'intoto', ...once })];
    case 'log-v2': return [new RekorWitness({ rekorBaseURL: url, entryType: 'dsse', majorApiVersion: 2, ...once }), time];
    case 'time': return [time];
    case 'none': return [];
  }
}

export function workflowSigner(sigstore: Sigstore, claims: Claims, authority: 'public' | 'private' = 'public'): Signer {
  return new FulcioSigner({ fulcioBaseURL: authority === 'public' ? sigstore.url : `${sigstore.url}/private`, identityProvider: { getToken: async () => identityToken(claims) }, ...once });
}

export function keySigner(privateKey: KeyObject, publicKey: KeyObject): Signer {
  const hint = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return { sign: async (data) => ({ signature: signBytes(digest, data, privateKey), key: { $case: 'publicKey', publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(), hint } }) };
}

export interface Signing {
  signer: Signer;
  witnesses: Witness[];
}

/** `statement`: text or bytes as they are, anything else as canonical JSON. */
export async function signStatement(statement: unknown, { signer, witnesses, type = 'application/vnd.in-toto+json' }: Signing & { type?: string }): Promise<Buffer> {
  const data = typeof statement === 'string' || Buffer.isBuffer(statement) ? Buffer.from(statement) : Buffer.from(canonicalJson(statement));
  const bundle = await new DSSEBundleBuilder({ signer, witnesses }).create({ data, type });
  for (const signature of bundle.content.dsseEnvelope.signatures) signature.keyid = '';
  return Buffer.from(JSON.stringify(bundleToJSON(bundle)));
}

export async function signArtifact(data: Buffer, signing: Signing): Promise<Buffer> {
  return Buffer.from(JSON.stringify(bundleToJSON(await new MessageSignatureBundleBuilder(signing).create({ data }))));
}
