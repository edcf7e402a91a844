import { ASN1Obj, X509Certificate } from '@sigstore/core';
import { expect, it } from 'vitest';
import { claims } from '../../../test/world/sigstore/claims.ts';
import { signStatement, workflowSigner } from '../../../test/world/sigstore/sign.ts';
import { startSigstore } from '../../../test/world/sigstore/start.ts';
import { statementOf } from '../../../test/world/sigstore/statements.ts';
import { rememberEncoding } from './remembered.ts';

const sigstore = await startSigstore();
const bundle = JSON.parse((await signStatement(statementOf('provenance'), { signer: workflowSigner(sigstore, claims()), witnesses: [] })).toString()) as { verificationMaterial: { certificate: { rawBytes: string } } };
await sigstore.close();
const der = Buffer.from(bundle.verificationMaterial.certificate.rawBytes, 'base64');
const read = () => X509Certificate.parse(Buffer.from(der));
const anew = (part: ASN1Obj): Buffer => ASN1Obj.prototype.toDER.call(part);

it('answers what the library would have encoded, of the whole and of what is signed, each time', () => {
  const certificate = read();
  rememberEncoding(certificate);
  expect(certificate.root.toDER()).toEqual(der);
  expect(certificate.root.toDER()).toBe(certificate.root.toDER());
  expect(certificate.tbsCertificate.toDER()).toEqual(anew(read().tbsCertificate));
  expect(certificate.equals(read())).toBe(true);
});

it('gives copies from which any one extension can be taken, as from a copy of the library', () => {
  const certificate = read();
  rememberEncoding(certificate);
  const { length } = read().extensions;
  expect(length).toBeGreaterThan(20);
  for (let at = 0; at < length; at += 1) {
    const [ours, theirs] = [certificate.clone(), read().clone()];
    ours.extensions.splice(at, 1);
    theirs.extensions.splice(at, 1);
    expect(ours.tbsCertificate.toDER()).toEqual(anew(theirs.tbsCertificate));
  }
  expect(certificate.clone().root.toDER()).toEqual(der);
  expect(certificate.root.toDER()).toEqual(der);
});
