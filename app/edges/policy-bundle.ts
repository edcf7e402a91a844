/** A policy bundle on disk: the wasm, its manifest, its metadata and the signed statement of its stage. Every file must be the one that was signed. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { Policy } from '../core/ports/policy.ts';
import type { SignedStatement } from '../core/ports/signer.ts';
import { statementDigest } from '../core/statement.ts';
import { bundleFiles, readPolicyBundle, type PolicyBundle, type PolicyStage } from '../core/policy-bundle.ts';
import { openPolicy } from './policy.ts';
import { verifyBundle } from './sigstore/signer.ts';

const statementFile = 'bundle.sigstore.json';
const Metadata = z.object({ name: z.string().min(1), version: z.string().regex(/^\d+\.\d+\.\d+$/), owner: z.string().min(1) });

export type PolicyFiles = Record<(typeof bundleFiles)[number], Buffer>;

/** Throws POLICY_BUNDLE where a file is missing. */
export async function readPolicyFiles(folder: string): Promise<PolicyFiles> {
  const pairs = await Promise.all(bundleFiles.map(async (name) => [name, await read(join(folder, name))] as const));
  return Object.fromEntries(pairs) as PolicyFiles;
}

export function digestsOf(files: PolicyFiles): PolicyBundle['digests'] {
  return { 'assay.wasm': sha256(files['assay.wasm']), 'assay.wasm.json': sha256(files['assay.wasm.json']), 'metadata.yaml': sha256(files['metadata.yaml']) };
}

export function metadataOf(files: PolicyFiles): z.infer<typeof Metadata> {
  const parsed = Metadata.safeParse(parse(files['metadata.yaml'].toString('utf8')));
  if (parsed.success) return parsed.data;
  throw refused(`metadata.yaml: ${z.prettifyError(parsed.error)}`);
}

export async function writePolicyBundle(folder: string, { files, signed }: { files: PolicyFiles; signed: SignedStatement }): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of bundleFiles) await writeFile(join(folder, name), files[name]);
  await writeFile(join(folder, statementFile), canonicalJson(signed.bundle));
}

export interface VerifiedPolicyBundle { bundle: PolicyBundle; files: PolicyFiles; statementSha256: string }

/** Signed by one of these keys, and each file the one that was signed. Throws EVIDENCE_* or POLICY_BUNDLE. */
export async function openPolicyBundle(folder: string, trustedPublicKeyPems: string[]): Promise<VerifiedPolicyBundle> {
  const statement = verifyBundle((await read(join(folder, statementFile))).toString('utf8'), trustedPublicKeyPems);
  const [bundle, files] = [readPolicyBundle(statement), await readPolicyFiles(folder)];
  const digests = digestsOf(files);
  const changed = bundleFiles.find((name) => digests[name] !== bundle.digests[name]);
  if (changed) throw refused(`${changed} is not the one that was signed`);
  return { bundle, files, statementSha256: statementDigest(statement) };
}

/** The same, at this stage and no other. Throws POLICY_STAGE. */
export async function openPolicyBundleAt(folder: string, { stage, trusted }: { stage: PolicyStage; trusted: string[] }): Promise<VerifiedPolicyBundle> {
  const verified = await openPolicyBundle(folder, trusted);
  if (verified.bundle.stage === stage) return verified;
  throw new AssayError('POLICY_STAGE', `the bundle in ${folder} is at ${verified.bundle.stage}, not at ${stage}`, { remedy: `Promote it with "assay policy promote ${folder} --to ${stage}".` });
}

/** The policy of a bundle that is at prod, ready to decide. Throws EVIDENCE_*, POLICY_BUNDLE, POLICY_STAGE or POLICY_DIGEST_MISMATCH. */
export async function promotedPolicy({ folder, keyFile }: { folder: string; keyFile: string }): Promise<Policy> {
  await openPolicyBundleAt(folder, { stage: 'prod', trusted: [(await read(keyFile)).toString('utf8')] });
  return openPolicy({ folder });
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new AssayError('POLICY_BUNDLE', `${path} cannot be read`, { remedy: 'Give the whole folder that "assay policy bundle" wrote.', cause });
  }
}

function refused(why: string): AssayError {
  return new AssayError('POLICY_BUNDLE', why, { remedy: 'Take the bundle as it was signed, or sign this one with "assay policy bundle".' });
}
