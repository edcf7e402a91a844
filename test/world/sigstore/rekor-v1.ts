/** What the first version of the transparency log keeps of a proposed envelope: digests and signatures, not the envelope. The library's own stand-in keeps what was proposed, which cannot be verified. */
import { createHash } from 'node:crypto';

interface Proposed {
  kind: string;
  spec: { proposedContent?: { envelope: string; verifiers: string[] } };
}

const sha256 = (value: string | Buffer) => ({ algorithm: 'sha256', value: createHash('sha256').update(value).digest('hex') });

/** The entry as JSON text; what is no envelope is kept as it was proposed. */
export function keptEntry(body: string): string {
  const proposed = JSON.parse(body) as Proposed;
  const content = proposed.spec.proposedContent;
  if (proposed.kind !== 'dsse' || !content) return body;
  const envelope = JSON.parse(content.envelope) as { payload: string; signatures: { sig: string }[] };
  const signatures = envelope.signatures.map(({ sig }, at) => ({ signature: sig, verifier: content.verifiers[at] }));
  return JSON.stringify({ ...proposed, spec: { envelopeHash: sha256(content.envelope), payloadHash: sha256(Buffer.from(envelope.payload, 'base64')), signatures } });
}
