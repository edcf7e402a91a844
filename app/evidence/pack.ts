/**
 * A manifest pack: the signed manifest of a change and the signed statements it binds, as files. `manifest.sigstore.json` is the bundle of the
 * manifest, `statements/<sha256>.sigstore.json` that of each statement, named by the digest of what is signed. Keys are never taken from the pack.
 */
import { z } from 'zod';
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

type Verify = (bundle: string) => Statement;

/**
 * Verifies the manifest's signature, that each statement it binds is there with the digest named, signed and about its commit (or about files of the pack and what the manifest
 * names), that a verdict says what the manifest says it does, and that nothing is beside it. `held`: SHA-256 of the pack's other files.
 */
export function verifyPack(files: Record<string, string>, verify: Verify, held: readonly string[] = []): PackReport {
  const failed: PackReport = { verified: false, manifestDigest: null, headSha: null, outcome: 'error', verdicts: [], faults: [] };
  const text = files[manifestFile];
  if (text === undefined) return { ...failed, faults: [{ file: manifestFile, code: 'EVIDENCE_MISSING', message: 'the pack has no manifest' }] };
  try {
    const manifest = verify(text);
    const { headSha, verdicts, statements, artifacts } = readManifest(manifest);
    const known = new Set([...held, ...artifacts]);
    const faults = [
      ...verdicts.flatMap(({ digest, outcome }) => statementFaults(files, { digest, check: (statement) => verdictFault(statement, { headSha, outcome }) }, verify)),
      ...statements.flatMap(({ digest }) => statementFaults(files, { digest, check: (statement) => subjectFault(statement, { headSha, known }) }, verify)),
      ...foreignFiles(files, [...verdicts, ...statements].map(({ digest }) => digest)),
    ];
    const verified = faults.length === 0;
    return { verified, manifestDigest: statementDigest(manifest), headSha, outcome: verified ? worst(verdicts.map((each) => each.outcome)) : 'error', verdicts, faults };
  } catch (thrown) {
    return { ...failed, faults: [faultOf(manifestFile, thrown)] };
  }
}

type Complaint = Pick<PackFault, 'code' | 'message'> | null;

function statementFaults(files: Record<string, string>, expected: { digest: string; check: (statement: Statement) => Complaint }, verify: Verify): PackFault[] {
  const file = statementFile(expected.digest);
  const text = files[file];
  if (text === undefined) return [{ file, code: 'EVIDENCE_MISSING', message: 'the manifest binds it and it is not in the pack' }];
  try {
    const statement = verify(text);
    if (statementDigest(statement) !== expected.digest) return [{ file, code: 'EVIDENCE_DIGEST', message: 'its digest is not the one the manifest binds' }];
    const complaint = expected.check(statement);
    return complaint ? [{ file, ...complaint }] : [];
  } catch (thrown) {
    return [faultOf(file, thrown)];
  }
}

const Claim = z.union([z.looseObject({ verificationResult: z.string() }).transform((claim) => claim.verificationResult), z.looseObject({ result: z.string() }).transform((claim) => claim.result)]);

function verdictFault({ subject, predicate }: Statement, { headSha, outcome }: { headSha: string; outcome: Outcome }): Complaint {
  if (subject[0]?.digest.gitCommit !== headSha) return { code: 'EVIDENCE_SUBJECT', message: 'it is about another commit' };
  const claim = Claim.safeParse(predicate).data;
  if ((claim === 'PASSED') !== (outcome === 'pass')) return { code: 'EVIDENCE_OUTCOME', message: `the manifest says ${outcome}, the statement ${claim ?? 'nothing'}` };
  return null;
}

/** A statement on files must be on those alone that this pack or its manifest knows. */
function subjectFault({ subject }: Statement, { headSha, known }: { headSha: string; known: ReadonlySet<string> }): Complaint {
  const stranger = subject.find(({ digest }) => digest.gitCommit !== headSha && !known.has(digest.sha256 ?? ''));
  return stranger ? { code: 'EVIDENCE_SUBJECT', message: `it is about ${stranger.name}, which is no file of this pack and nothing that the manifest names` } : null;
}

function foreignFiles(files: Record<string, string>, digests: string[]): PackFault[] {
  const bound = new Set([manifestFile, ...digests.map(statementFile)]);
  return Object.keys(files).filter((file) => !bound.has(file)).map((file) => ({ file, code: 'EVIDENCE_FOREIGN', message: 'the manifest does not bind this file' }));
}

function faultOf(file: string, thrown: unknown): PackFault {
  const { code, message } = problemOf(thrown);
  return { file, code, message };
}
