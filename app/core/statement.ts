/** in-toto Statement v1: what it must be to be signed or believed, and the digest by which it is named. */
import { z } from 'zod';
import { canonicalJson, sha256 } from './digest.ts';
import type { Statement } from './ports/signer.ts';
import { EvidenceRefusal } from './refusal.ts';
import { caseVariant, parseStrictJson, utf8Text } from './strict-json.ts';

export const statementType = 'https://in-toto.io/Statement/v1';
export const payloadType = 'application/vnd.in-toto+json';

/** Limits of other verifiers, kept so that what Assay signs is accepted elsewhere: subjects, digests per subject, bytes of payload. */
export const statementLimits = { subjects: 1024, digests: 32, payloadBytes: 16 * 1024 * 1024 } as const;

const Digests = z.record(z.string().regex(/^[A-Za-z0-9_-]+$/), z.string().regex(/^[0-9a-f]{32,128}$/)).refine((digests) => {
  const count = Object.keys(digests).length;
  return count > 0 && count <= statementLimits.digests;
}, `a subject has 1 to ${statementLimits.digests} digests`);

/** Strict: a field in another case or beside the known ones is refused. */
export const StatementSchema: z.ZodType<Statement> = z.strictObject({
  _type: z.literal(statementType),
  subject: z.array(z.strictObject({ name: z.string(), digest: Digests })).min(1).max(statementLimits.subjects),
  predicateType: z.string().regex(/^https:\/\/\S+$/),
  predicate: z.record(z.string(), z.unknown()),
});

/** The statement in a signed payload. Throws JSON_* or EVIDENCE_*: bytes that two readers could read differently are read by none. */
export function readStatement(payload: Uint8Array): Statement {
  const parsed = StatementSchema.safeParse(parseStrictJson(utf8Text(payload)));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new EvidenceRefusal('EVIDENCE_STATEMENT', `no in-toto Statement v1: ${issue.path.join('.')} ${issue.message}`);
  }
  const variant = caseVariant(parsed.data.predicate);
  if (variant !== null) throw new EvidenceRefusal('EVIDENCE_JSON_CASE_VARIANT', 'one object of the predicate has a key twice, in another case', { got: variant });
  return parsed.data;
}

/** The bytes that are signed: canonical JSON, so that equal statements are equal bytes. */
export function statementBytes(statement: Statement): Buffer {
  return Buffer.from(canonicalJson(statement), 'utf8');
}

/** SHA-256 of the signed payload: the name by which manifests refer to a statement. */
export function statementDigest(statement: Statement): string {
  return sha256(statementBytes(statement));
}
