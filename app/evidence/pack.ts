/**
 * A manifest pack: the signed manifest of a change and the signed statements it binds, as files. `manifest.sigstore.json` is the bundle of the
 * manifest, `statements/<sha256>.sigstore.json` that of each statement, named by the digest of what is signed. Keys are never taken from the pack.
 */
import { canonicalJson } from '../core/digest.ts';
import { problemOf } from '../core/errors.ts';
import type { SignedStatement, Statement } from '../core/ports/signer.ts';
import { statementDigest } from '../core/statement.ts';
import { worst, type Outcome } from '../core/verdict.ts';
import { readManifest } from './manifest.ts';

export const manifestFile = 'manifest.sigstore.json';

/** The files of a pack, by relative path. */
export function packFiles(manifest: SignedStatement, statements: SignedStatement[]): Record<string, string> {
  const named = statements.map((each) => [statementFile(each.payloadSha256), canonicalJson(each.bundle)]);
  return { [manifestFile]: canonicalJson(manifest.bundle), ...Object.fromEntries(named) };
}

function statementFile(digest: string): string {
  return `statements/${digest}.sigstore.json`;
}

export interface PackFault {
  file: string;
  code: string;
  message: string;
}

export interface PackReport {
  verified: boolean;
  manifestDigest: string | null;
  headSha: string | null;
  /** The worst verdict the manifest binds: what a verified pack says of the change. */
  outcome: Outcome;
  verdicts: { slot: string; outcome: Outcome; digest: string }[];
  faults: PackFault[];
}

/** Verifies the manifest's signature, that each verdict it binds is there with the digest named, signed and about its commit, and that nothing is beside it. */
export function verifyPack(files: Record<string, string>, verify: (bundle: string) => Statement): PackReport {
  const failed: PackReport = { verified: false, manifestDigest: null, headSha: null, outcome: 'error', verdicts: [], faults: [] };
  const text = files[manifestFile];
  if (text === undefined) return { ...failed, faults: [{ file: manifestFile, code: 'EVIDENCE_MISSING', message: 'the pack has no manifest' }] };
  try {
    const manifest = verify(text);
    const { headSha, verdicts } = readManifest(manifest);
    const faults = [...verdicts.flatMap(({ digest }) => statementFaults(files, { digest, headSha }, verify)), ...foreignFiles(files, verdicts.map(({ digest }) => digest))];
    const verified = faults.length === 0;
    return { verified, manifestDigest: statementDigest(manifest), headSha, outcome: verified ? worst(verdicts.map((each) => each.outcome)) : 'error', verdicts, faults };
  } catch (thrown) {
    return { ...failed, faults: [faultOf(manifestFile, thrown)] };
  }
}

function statementFaults(files: Record<string, string>, expected: { digest: string; headSha: string }, verify: (bundle: string) => Statement): PackFault[] {
  const file = statementFile(expected.digest);
  const text = files[file];
  if (text === undefined) return [{ file, code: 'EVIDENCE_MISSING', message: 'the manifest binds it and it is not in the pack' }];
  try {
    const statement = verify(text);
    if (statementDigest(statement) !== expected.digest) return [{ file, code: 'EVIDENCE_DIGEST', message: 'its digest is not the one the manifest binds' }];
    if (statement.subject[0]?.digest.gitCommit !== expected.headSha) return [{ file, code: 'EVIDENCE_SUBJECT', message: 'it is about another commit' }];
    return [];
  } catch (thrown) {
    return [faultOf(file, thrown)];
  }
}

function foreignFiles(files: Record<string, string>, digests: string[]): PackFault[] {
  const known = new Set([manifestFile, ...digests.map(statementFile)]);
  return Object.keys(files).filter((file) => !known.has(file)).map((file) => ({ file, code: 'EVIDENCE_FOREIGN', message: 'the manifest does not bind this file' }));
}

function faultOf(file: string, thrown: unknown): PackFault {
  const { code, message } = problemOf(thrown);
  return { file, code, message };
}
