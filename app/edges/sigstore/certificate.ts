/**
 * Who signed, from the certificate that the library verified: one subject alternative name, and the extensions 1.3.6.1.4.1.57264.1.N as text. A certificate that names
 * two subjects, one extension twice, or text in another encoding, says different things to different readers and is refused.
 */
import { ASN1Obj } from '@sigstore/core';
import type { Signer } from '@sigstore/verify';
import type { CertificateSigner } from '../../core/ports/evidence.ts';
import { EvidenceRefusal } from '../../core/refusal.ts';

const arc = '1.3.6.1.4.1.57264.1.';
const alternativeName = '2.5.29.17';
/** Up to .7 the values are bare text, from .8 on a UTF8String in DER. */
const lastBare = 7;
const utf8String = 0x0c;

export function certificateSigner(identity: NonNullable<Signer['identity']>): CertificateSigner {
  const found = (identity.oids ?? []).map(({ oid, value }) => ({ id: (oid?.id ?? []).join('.'), value: Buffer.from(value) }));
  const ids = found.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new EvidenceRefusal('EVIDENCE_CERTIFICATE', 'the certificate has an extension twice', { got: twice });
  const names = found.find(({ id }) => id === alternativeName);
  const subjectAlternativeName = identity.subjectAlternativeName;
  if (!names || !subjectAlternativeName || ASN1Obj.parseBuffer(names.value).subs.length !== 1) throw new EvidenceRefusal('EVIDENCE_CERTIFICATE', 'the certificate does not name exactly one subject', { got: subjectAlternativeName });
  const ours = found.filter(({ id }) => id.startsWith(arc));
  return { kind: 'certificate', subjectAlternativeName, extensions: Object.fromEntries(ours.map(({ id, value }) => [id.slice(arc.length), textOf(id.slice(arc.length), value)])) };
}

function textOf(number: string, value: Buffer<ArrayBuffer>): string {
  const bytes: Uint8Array = Number(number) <= lastBare ? value : utf8StringOf(number, value);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new EvidenceRefusal('EVIDENCE_CERTIFICATE', `extension .${number} of the certificate is not UTF-8`, { cause });
  }
}

/** The parser takes one whole object in its shortest form and nothing after it. */
function utf8StringOf(number: string, value: Buffer<ArrayBuffer>): Uint8Array {
  if (value[0] !== utf8String) throw new EvidenceRefusal('EVIDENCE_CERTIFICATE', `extension .${number} of the certificate is not a UTF8String`);
  return ASN1Obj.parseBuffer(value).value;
}
