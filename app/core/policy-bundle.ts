/**
 * The signed statement of a policy bundle: which wasm with which metadata may be used at which stage, on what tests, and what it lets through that the
 * policy before it did not. A bundle moves dev → staging → prod, one step at a time; each step is a statement that names the one before by digest.
 */
import { z } from 'zod';
import { AssayError } from './errors.ts';
import type { Statement } from './ports/signer.ts';
import { statementType } from './statement.ts';

export const policyStages = ['dev', 'staging', 'prod'] as const;
export type PolicyStage = (typeof policyStages)[number];

const predicateType = 'https://github.com/assay-dev/assay/policy-bundle/v0.1';

/** The files that are bound, by name; nothing else of the folder is read. */
export const bundleFiles = ['assay.wasm', 'assay.wasm.json', 'metadata.yaml'] as const;

const Predicate = z.strictObject({
  name: z.string(), version: z.string(), owner: z.string(),
  stage: z.enum(policyStages),
  /** Payload digest of the statement of the stage before; null at dev. */
  previous: z.string().regex(/^[0-9a-f]{64}$/).nullable(),
  tests: z.strictObject({ agreed: z.number().int().min(1), of: z.number().int().min(1) }),
  /** What gets easier to pass than under the policy it replaces, and why that was accepted; empty where nothing does. */
  weakening: z.array(z.string()),
  accepted: z.string().nullable(),
});
export type PolicyBundle = z.infer<typeof Predicate> & { digests: Record<(typeof bundleFiles)[number], string> };

export function policyBundleStatement({ digests, ...predicate }: PolicyBundle): Statement {
  return { _type: statementType, subject: bundleFiles.map((name) => ({ name, digest: { sha256: digests[name] } })), predicateType, predicate };
}

/** Throws POLICY_BUNDLE where it is another statement, or one whose tests did not agree or whose weakening nobody accepted. */
export function readPolicyBundle(statement: Statement): PolicyBundle {
  const predicate = Predicate.safeParse(statement.predicate);
  const named = Object.fromEntries(statement.subject.map(({ name, digest }) => [name, digest.sha256]));
  const digests = z.strictObject({ 'assay.wasm': z.string(), 'assay.wasm.json': z.string(), 'metadata.yaml': z.string() }).safeParse(named);
  if (statement.predicateType !== predicateType || !predicate.success || !digests.success || statement.subject.length !== bundleFiles.length) throw refused('it is no statement of a policy bundle');
  const { tests, weakening, accepted } = predicate.data;
  if (tests.agreed !== tests.of) throw refused(`${tests.of - tests.agreed} of its fixtures do not agree`);
  if (weakening.length > 0 && accepted === null) throw refused('it makes passing easier, and nobody accepted that');
  return { ...predicate.data, digests: digests.data };
}

/** The stage after this one; throws POLICY_STAGE where `to` is not that. */
export function nextStage(from: PolicyStage, to: string): PolicyStage {
  const next = policyStages[policyStages.indexOf(from) + 1];
  if (next !== undefined && next === to) return next;
  throw new AssayError('POLICY_STAGE', `a bundle at ${from} cannot go to ${to}`, { remedy: `Stages follow each other: ${policyStages.join(', ')}.` });
}

function refused(why: string): AssayError {
  return new AssayError('POLICY_BUNDLE', why, { remedy: 'Take a bundle that "assay policy bundle" and "assay policy promote" made.' });
}
