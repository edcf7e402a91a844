/**
 * Certificates encode themselves anew, part by part, each time the library compares or checks them: a dozen times for one bundle, and most of what a verification costs.
 * The library's parser takes DER alone, in which content has one encoding, so the bytes that were read are that encoding; and a root that is trusted by configuration
 * proves its own signature once.
 */
import { X509Certificate, type ASN1Obj } from '@sigstore/core';
import type { TrustMaterial } from '@sigstore/verify';

const extensionsTag = 3;

/** From here on the certificate, and each copy the library makes of it to take something out, answers with the bytes it was read from. */
export function rememberEncoding(certificate: X509Certificate): void {
  for (const part of [certificate.root.subs[0], certificate.root]) remember(part);
  const { root } = certificate;
  certificate.clone = () => {
    const copy = X509Certificate.parse(Buffer.from(root.toDER()));
    // What holds the extensions is written anew, since one of them may be taken out; everything in it and beside it stays.
    for (const part of [...copy.tbsCertificate.subs.filter(({ tag }) => !tag.isContextSpecific(extensionsTag)), ...copy.extensions]) remember(part);
    return copy;
  };
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

function remember(part: ASN1Obj | undefined): void {
  if (part === undefined) return;
  let encoded: Buffer | undefined;
  part.toDER = () => (encoded ??= Buffer.concat([Buffer.from([part.tag.toDER(), ...lengthOf(part.value.length)]), part.value]));
}

/** X.690 §10.1: the shortest form. */
function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}
