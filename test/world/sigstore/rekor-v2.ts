/**
 * The second version of the transparency log, which answers an entry instead of what was asked: the library's own stand-in of it cannot be verified. Each log has one
 * entry, so that its root is the entry's leaf hash.
 */
import { createHash, sign, type KeyObject } from 'node:crypto';
import { canonicalJson } from '../../../app/core/digest.ts';

interface Request {
  hashedRekordRequestV002?: { digest: string; signature: { content: string; verifier: unknown } };
  dsseRequestV002?: { envelope: { payload: string; signatures: { sig: string }[] }; verifiers: unknown[] };
}

export interface LogKeys {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

export function logIdOf(publicKey: KeyObject): Buffer {
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest();
}

/** The entry that the log made of what was asked, as JSON text. */
export function logEntry(body: string, { host, keys }: { host: string; keys: LogKeys }): string {
  const { kind, spec } = entryOf(JSON.parse(body) as Request);
  const canonicalizedBody = Buffer.from(canonicalJson({ apiVersion: '0.0.2', kind, spec }));
  const root = createHash('sha256').update(Buffer.from([0])).update(canonicalizedBody).digest();
  const note = `${host}\n1\n${root.toString('base64')}\n`;
  const keyId = logIdOf(keys.publicKey);
  const signature = Buffer.concat([keyId.subarray(0, 4), sign('sha256', Buffer.from(note), keys.privateKey)]).toString('base64');
  return JSON.stringify({
    logIndex: '0', logId: { keyId: keyId.toString('base64') }, kindVersion: { kind, version: '0.0.2' }, integratedTime: '0', canonicalizedBody: canonicalizedBody.toString('base64'),
    inclusionProof: { logIndex: '0', rootHash: root.toString('base64'), treeSize: '1', hashes: [], checkpoint: { envelope: `${note}\n— ${host} ${signature}\n` } },
  });
}

function entryOf({ hashedRekordRequestV002: hashed, dsseRequestV002: dsse }: Request): { kind: string; spec: unknown } {
  if (hashed) return { kind: 'hashedrekord', spec: { hashedRekordV002: { data: { algorithm: 'SHA2_256', digest: hashed.digest }, signature: hashed.signature } } };
  if (!dsse) throw new Error('neither a digest nor an envelope');
  const digest = createHash('sha256').update(Buffer.from(dsse.envelope.payload, 'base64')).digest('base64');
  const signatures = dsse.envelope.signatures.map(({ sig }, at) => ({ content: sig, verifier: dsse.verifiers[at] }));
  return { kind: 'dsse', spec: { dsseV002: { payloadHash: { algorithm: 'SHA2_256', digest }, signatures } } };
}
