/** The trusted root of the stand-in: who runs what, with which key, from when. It holds from a minute before now, since a certificate is never older than its root. */
import { createHash } from 'node:crypto';
import { HashAlgorithm, PublicKeyDetails, TrustedRoot, type CertificateAuthority, type TransparencyLogInstance } from '@sigstore/protobuf-specs';
import type { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';
import type { LogKeys } from './rekor-v2.ts';

type Made<T extends (...args: never[]) => unknown> = Awaited<ReturnType<T>>;

export interface Instance {
  url: string;
  ca: Made<typeof initializeCA>;
  privateCa: Made<typeof initializeCA>;
  ctlog: Made<typeof initializeCTLog>;
  tlog: Made<typeof initializeTLog>;
  /** Of the second version of the log. */
  secondKeys: LogKeys;
  tsa: Made<typeof initializeTSA>;
}

/** `times`: the timestamp authority alone, for keys of one's own. */
export function rootText(instance: Instance, kind: 'public' | 'private' | 'times'): string {
  const { url, ca, privateCa, ctlog, tlog, secondKeys, tsa } = instance;
  const second = secondKeys.publicKey.export({ type: 'spki', format: 'der' });
  const authorities = { public: [authority(url, [ca.rootCertificate])], private: [authority(`${url}/private`, [privateCa.rootCertificate])], times: [] };
  return JSON.stringify(TrustedRoot.toJSON({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: authorities[kind],
    ctlogs: kind === 'public' ? [log(url, ctlog.publicKey)] : [],
    tlogs: kind === 'public' ? [log(url, tlog.publicKey), log(url, second)] : [],
    timestampAuthorities: [authority(url, [tsa.intCertificate, tsa.rootCertificate])],
  }));
}

function authority(uri: string, certificates: ArrayBufferView[]): CertificateAuthority {
  return { subject: { organization: 'sigstore.mock', commonName: 'sigstore' }, uri, certChain: { certificates: certificates.map((each) => ({ rawBytes: bytes(each) })) }, validFor: { start: aMinuteAgo() }, operator: 'stand-in' };
}

function log(baseUrl: string, publicKey: Buffer): TransparencyLogInstance {
  return {
    baseUrl, logId: { keyId: createHash('sha256').update(publicKey).digest() }, hashAlgorithm: HashAlgorithm.SHA2_256, checkpointKeyId: undefined, operator: 'stand-in',
    publicKey: { rawBytes: publicKey, keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256, validFor: { start: aMinuteAgo() } },
  };
}

/** A view can be a part of a larger buffer. */
function bytes(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function aMinuteAgo(): Date {
  return new Date(Date.now() - 60_000);
}
