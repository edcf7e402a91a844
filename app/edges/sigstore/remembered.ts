/**
 * Certificates encode themselves anew each time the library compares or checks them, a dozen times for one bundle and most of what a verification costs. They do not
 * change once they are read, so each is encoded once; and a root that is trusted by configuration proves its own signature once.
 */
import type { X509Certificate } from '@sigstore/core';
import type { TrustMaterial } from '@sigstore/verify';

export function rememberEncoding({ root }: X509Certificate): void {
  for (const part of [root.subs[0], root]) {
    if (part === undefined) continue;
    const encode = part.toDER.bind(part);
    let encoded: Buffer | undefined;
    part.toDER = () => (encoded ??= encode());
  }
}

/** Of those that are trusted: they stay the same for as long as the trust is open. Nothing is read of them here, so that a strange one fails where it is used. */
export function rememberTrusted(material: TrustMaterial): TrustMaterial {
  for (const { certChain } of [...material.certificateAuthorities, ...material.timestampAuthorities]) certChain.forEach(rememberOwnSignature);
  return material;
}

function rememberOwnSignature(certificate: X509Certificate): void {
  rememberEncoding(certificate);
  const verify = certificate.verify.bind(certificate);
  let own: boolean | undefined;
  certificate.verify = (issuer) => (issuer === undefined || issuer === certificate ? (own ??= verify()) : verify(issuer));
}
