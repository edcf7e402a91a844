/** The plain DSSE envelope of a bundle, as one line: verifiers of verification summaries take this form with a public key, and no Sigstore bundle. */
import { z } from 'zod';
import { EvidenceRefusal } from '../core/refusal.ts';
import { parseStrictJson } from '../core/strict-json.ts';

const Bundle = z.looseObject({ dsseEnvelope: z.strictObject({ payload: z.string(), payloadType: z.string(), signatures: z.array(z.strictObject({ sig: z.string(), keyid: z.string().optional() })).length(1) }) });

/** Of a bundle that was verified; the envelope carries its own signature and nothing of what the bundle had beside it. Throws EVIDENCE_BUNDLE. */
export function envelopeLine(bundle: string): string {
  const parsed = Bundle.safeParse(parseStrictJson(bundle));
  if (!parsed.success) throw new EvidenceRefusal('EVIDENCE_BUNDLE', 'the bundle has no DSSE envelope with one signature');
  const { payload, payloadType, signatures } = parsed.data.dsseEnvelope;
  return `${JSON.stringify({ payload, payloadType, signatures: signatures.map(({ sig }) => ({ keyid: '', sig })) })}\n`;
}
