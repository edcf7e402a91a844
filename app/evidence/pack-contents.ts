/**
 * What a pack holds beside the manifest and its statements: the approvals, the decision with all that it was taken on, the policy that took it, the
 * statements on what it ships, and the page that shows them. One signed list names each by digest, so that no byte of a pack can change, go or come unseen.
 */
import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { PolicyFact } from '../core/policy-fact.ts';
import type { SignedStatement, Statement } from '../core/ports/signer.ts';
import { statementType } from '../core/statement.ts';
import { packFiles } from './pack.ts';
import { packPage, pageFile } from './pack-page.ts';
import { predicateTypes, readApproval } from './statements.ts';

export const contentsFile = 'contents.sigstore.json';
/** The approval that policy names first; those of the others who were needed lie in the folder, by account. */
export const approvalFile = 'approval.sigstore.json';
export const approvalFolder = 'approvals/';
export const decisionFile = 'decision.json';
/** Signed statements on what the change ships, one a file. */
export const supplyFolder = 'supply/';
/** The compiled policy in base64, and what it says of itself. */
export const policyFiles = { wasm: 'policy/assay.wasm.base64', manifest: 'policy/assay.wasm.json' } as const;

const attester = { id: 'https://github.com/assay-dev/assay' };

export interface PackParts {
  change: string;
  headSha: string;
  manifest: SignedStatement;
  statements: SignedStatement[];
  /** Of different accounts, the one that policy names first before the others. */
  approvals: readonly SignedStatement[];
  decision: PolicyFact | null;
  policy: { wasm: Uint8Array; manifest: string } | null;
  /** By name: bill of materials, known faults, exceptions. */
  supply: Record<string, SignedStatement>;
}

/** All files of the pack but the signed list and the page, which are made of these. */
export function packBody(parts: PackParts): Record<string, string> {
  const { approvals, decision, policy } = parts;
  return {
    ...packFiles(parts.manifest, parts.statements),
    ...Object.fromEntries(approvals.map((each, place) => [place === 0 ? approvalFile : `${approvalFolder}${readApproval(each.statement).actorId}.sigstore.json`, canonicalJson(each.bundle)])),
    ...(decision ? { [decisionFile]: canonicalJson(decision) } : {}),
    ...(policy ? { [policyFiles.wasm]: Buffer.from(policy.wasm).toString('base64'), [policyFiles.manifest]: policy.manifest } : {}),
    ...Object.fromEntries(Object.entries(parts.supply).map(([name, signed]) => [`${supplyFolder}${name}.sigstore.json`, canonicalJson(signed.bundle)])),
  };
}

/** The whole pack: `sign` signs the list of its files. The page is last, because it shows everything else and nothing signs it: a verifier makes it anew. */
export async function buildPack(parts: PackParts, sign: (statement: Statement) => Promise<SignedStatement>): Promise<Record<string, string>> {
  const body = packBody(parts);
  const signed = await sign(contentsStatement(body, parts));
  const files = { ...body, [contentsFile]: canonicalJson(signed.bundle) };
  return { ...files, [pageFile]: packPage(files) };
}

/** `page: 'none'` where no page is made of the files: it could not verify a certificate. */
export function contentsStatement(files: Record<string, string | Uint8Array>, { change, headSha, page }: { change: string; headSha: string; page?: 'none' }): Statement {
  const references = Object.keys(files).sort().map((name) => ({ name, digest: { sha256: sha256(files[name]!) } }));
  return { _type: statementType, subject: [{ name: change, digest: { gitCommit: headSha } }], predicateType: predicateTypes.contents, predicate: { attester, references, ...(page ? { page } : {}) } };
}

const Contents = z.object({ page: z.literal('none').optional(), references: z.array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: z.string() }) })) });

/** Name → digest, and the commit it is about. Throws EVIDENCE_CONTENTS where the statement is no list of a pack. */
export function readContents(statement: Statement): { headSha: string | undefined; digests: ReadonlyMap<string, string>; hasPage: boolean } {
  const predicate = Contents.safeParse(statement.predicate);
  if (statement.predicateType === predicateTypes.contents && predicate.success) {
    return { headSha: statement.subject[0]?.digest.gitCommit, digests: new Map(predicate.data.references.map(({ name, digest }) => [name, digest.sha256])), hasPage: predicate.data.page !== 'none' };
  }
  throw new AssayError('EVIDENCE_CONTENTS', `this statement (${statement.predicateType}) is no list of a pack's files`, { remedy: 'Take the pack as "assay pack" wrote it.' });
}
