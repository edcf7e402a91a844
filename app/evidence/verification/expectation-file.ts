/** An expectation as a person writes it down: JSON, closed, with the trust domain beside it. What a file leaves out is not expected loosely, it is refused. */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import { slotPredicates } from './slots.ts';
import type { Slot } from './expectation.ts';

const hex = (length: number) => z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`));
const Workflow = z.strictObject({
  issuer: z.url(),
  signer: z.url(),
  signerDigests: z.array(hex(40)).min(1),
  repository: z.strictObject({ uri: z.url(), id: z.string().regex(/^\d+$/), ownerUri: z.url(), ownerId: z.string().regex(/^\d+$/) }),
  source: z.strictObject({ digest: hex(40), ref: z.string().min(1) }),
  caller: z.strictObject({ uri: z.url(), digest: hex(40) }),
  triggers: z.array(z.string().min(1)).min(1),
  run: z.url(),
  visibility: z.enum(['public', 'private', 'internal']),
});

/** Paths of roots and keys are relative to the file. `from` and `until` in ISO 8601, ages in hours. */
const Trust = z.discriminatedUnion('domain', [
  z.strictObject({ domain: z.literal('public-good'), root: z.string().optional() }),
  z.strictObject({ domain: z.literal('github-private'), root: z.string() }),
  z.strictObject({ domain: z.literal('own-key'), root: z.string().optional(), timestamps: z.union([z.literal(0), z.literal(1)]), keys: z.array(z.strictObject({ file: z.string(), from: z.iso.datetime().optional(), until: z.iso.datetime().optional() })).min(1) }),
]);

const ExpectationFile = z.strictObject({
  version: z.literal(1),
  slot: z.enum(Object.keys(slotPredicates) as [Slot, ...Slot[]]),
  trust: Trust,
  signer: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('certificate'), workflow: Workflow }), z.strictObject({ kind: z.literal('key'), hints: z.array(z.string().min(1)).min(1) })]),
  subjects: z.array(z.strictObject({ sha256: hex(64).optional(), sha512: hex(128).optional(), gitCommit: hex(40).optional(), gitTree: hex(40).optional() })).optional(),
  policyDigests: z.array(hex(64)).optional(),
  scan: z.strictObject({ maxAgeHours: z.number().positive(), maxDatabaseAgeHours: z.number().positive() }).optional(),
});
export type ExpectationFile = z.infer<typeof ExpectationFile>;

/** Throws CONFIG_EXPECTATION with the place that is wrong. */
export function parseExpectation(text: string): ExpectationFile {
  const remedy = 'Write the expectation as app/evidence/verification/README.md shows it; every field is there for an attack.';
  let json: unknown;
  try {
    json = parseStrictJson(text);
  } catch (cause) {
    throw new AssayError('CONFIG_EXPECTATION', `the expectation is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { remedy, cause });
  }
  const parsed = ExpectationFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new AssayError('CONFIG_EXPECTATION', `the expectation does not hold its form: ${issue.path.join('.')} ${issue.message}`, { remedy });
}
