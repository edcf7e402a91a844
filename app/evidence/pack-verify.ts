/**
 * Verifies a pack with everything that it holds: each file is the one that was signed for, none is missing and none beside; the manifest and its statements
 * hold as in a manifest pack; the statements on what it ships are those that the supply-chain verdict rests on; each approval is of this manifest and this head, and no account approves twice; the decision was taken by the policy that is in the pack and that the manifest names.
 */
import { z } from 'zod';
import { sha256 } from '../core/digest.ts';
import { AssayError, problemOf, type Problem } from '../core/errors.ts';
import { PolicyFact } from '../core/policy-fact.ts';
import type { Statement } from '../core/ports/signer.ts';
import { statementDigest } from '../core/statement.ts';
import { parseStrictJson } from '../core/strict-json.ts';
import { policyDigestOf } from './manifest.ts';
import { approvalFile, approvalFolder, contentsFile, decisionFile, policyFiles, readContents, supplyFolder } from './pack-contents.ts';
import { packPage, pageFile } from './pack-page.ts';
import { manifestFile, verifyPack, type PackFault, type PackReport } from './pack.ts';
import { readApproval, type ReadApproval } from './statements.ts';

type Files = Record<string, string>;
type Verify = (bundle: string) => Statement;

export type PackApproval = Pick<ReadApproval, 'actorId' | 'class' | 'passkey'> & { file: string };

export interface WholePackReport extends PackReport {
  /** The one that policy names first before the others. */
  approvals: PackApproval[];
  decision: PolicyFact | null;
  /** The compiled policy of the pack, as verified; null where it holds none. */
  policy: { wasm: Buffer; manifest: string } | null;
}

/** A pack without a signed list is a manifest pack and may hold nothing else. */
export function verifyWholePack(files: Files, verify: Verify): WholePackReport {
  const nothing = { approvals: [], decision: null, policy: null };
  if (files[contentsFile] === undefined) return { ...verifyPack(files, verify), ...nothing };
  const report = verifyPack(Object.fromEntries(Object.entries(files).filter(([name]) => isManifestPart(name))), verify, Object.values(files).map((text) => sha256(text)));
  const extras = tried(contentsFile, () => readExtras(files, { verify, report }));
  const faults = [...report.faults, ...listFaults(files, verify), ...('faults' in extras ? extras.faults : [])];
  if (faults.length > 0 || 'faults' in extras) return { ...report, ...nothing, verified: false, outcome: 'error', faults };
  return { ...report, ...extras.value };
}

function isManifestPart(name: string): boolean {
  return name === manifestFile || name.startsWith('statements/');
}

/** Every file against the signed list, the list itself and the page apart. */
function listFaults(files: Files, verify: Verify): PackFault[] {
  const read = tried(contentsFile, () => readContents(verify(files[contentsFile]!)));
  if ('faults' in read) return read.faults;
  const { digests, hasPage } = read.value;
  return [...(hasPage ? pageFaults(files) : []), ...unlisted(Object.fromEntries(Object.entries(files).filter(([name]) => name !== pageFile || !hasPage)), digests)];
}

/** What the signed list does not name, names otherwise, or names and is not there. */
export function unlisted(files: Record<string, string | Uint8Array>, digests: ReadonlyMap<string, string>): PackFault[] {
  const present = Object.keys(files).filter((name) => name !== contentsFile);
  return [
    ...present.filter((name) => !digests.has(name)).map((file) => fault(file, 'EVIDENCE_FOREIGN', 'the signed list does not name this file')),
    ...present.filter((name) => digests.has(name) && digests.get(name) !== sha256(files[name]!)).map((file) => fault(file, 'EVIDENCE_DIGEST', 'it is not the file that was signed for')),
    ...[...digests.keys()].filter((name) => files[name] === undefined).map((file) => fault(file, 'EVIDENCE_MISSING', 'the signed list names it and it is not in the pack')),
  ];
}

/** The page shows the other files; it must be the one that they give. */
function pageFaults(files: Files): PackFault[] {
  const { [pageFile]: page, ...others } = files;
  if (page === undefined) return [fault(pageFile, 'EVIDENCE_MISSING', 'the pack has no page')];
  return page === packPage(others) ? [] : [fault(pageFile, 'EVIDENCE_DIGEST', 'it is not the page that the other files give')];
}

function readExtras(files: Files, { verify, report }: { verify: Verify; report: PackReport }): Pick<WholePackReport, 'approvals' | 'decision' | 'policy'> {
  const { headSha } = readContents(verify(files[contentsFile]!));
  if (headSha !== report.headSha) throw refused('EVIDENCE_SUBJECT', 'the signed list is about another commit than the manifest');
  checkSupply(files, { verify, headSha });
  const wasm = files[policyFiles.wasm];
  const policy = wasm === undefined ? null : { wasm: Buffer.from(wasm, 'base64'), manifest: files[policyFiles.manifest] ?? '' };
  return { approvals: approvalsIn(files, { verify, report }), decision: decisionIn(files, { verify, policy }), policy };
}

const Summary = z.object({ inputAttestations: z.array(z.object({ digest: z.object({ sha256: z.string() }) })) });

/** Each is about this head, and among what some verdict of the pack rests on. */
function checkSupply(files: Files, { verify, headSha }: { verify: Verify; headSha: string | undefined }): void {
  const bundles = Object.entries(files).filter(([name]) => name.startsWith('statements/')).map(([, text]) => verify(text));
  const inputs = new Set(bundles.flatMap(({ predicate }) => Summary.safeParse(predicate).data?.inputAttestations.map(({ digest }) => digest.sha256) ?? []));
  for (const [name, text] of Object.entries(files).filter(([file]) => file.startsWith(supplyFolder))) {
    const statement = inFile(name, () => verify(text));
    if (statement.subject[0]?.digest.gitCommit !== headSha) throw refused('EVIDENCE_SUBJECT', `${name} is about another commit`);
    if (!inputs.has(statementDigest(statement))) throw refused('EVIDENCE_DIGEST', `no verdict rests on ${name}`);
  }
}

function approvalsIn(files: Files, given: { verify: Verify; report: PackReport }): PackApproval[] {
  const others = Object.keys(files).filter((name) => name.startsWith(approvalFolder)).sort();
  if (files[approvalFile] === undefined) {
    if (others.length > 0) throw refused('EVIDENCE_APPROVAL', `${others[0]} stands beside no ${approvalFile}`);
    return [];
  }
  const approvals = [approvalFile, ...others].map((file) => inFile(file, () => approvalIn(file, { text: files[file]!, ...given })));
  const misnamed = approvals.find(({ file, actorId }) => file !== approvalFile && file !== `${approvalFolder}${actorId}.sigstore.json`);
  if (misnamed || new Set(approvals.map(({ actorId }) => actorId)).size < approvals.length) throw refused('EVIDENCE_APPROVAL', `${misnamed?.file ?? 'one account'} stands for somebody else's approval`);
  return approvals;
}

function approvalIn(file: string, { text, verify, report }: { text: string; verify: Verify; report: PackReport }): PackApproval {
  const { manifestDigest, headSha, actorId, class: kind, passkey } = readApproval(verify(text));
  if (manifestDigest !== report.manifestDigest) throw refused('EVIDENCE_APPROVAL', `${file} is of another manifest`);
  if (headSha !== report.headSha) throw refused('EVIDENCE_APPROVAL', `${file} is of another commit`);
  return { actorId, class: kind, passkey, file };
}

function decisionIn(files: Files, { verify, policy }: { verify: Verify; policy: WholePackReport['policy'] }): PolicyFact | null {
  const text = files[decisionFile];
  if (text === undefined) return null;
  const decision = PolicyFact.safeParse(parseStrictJson(text)).data;
  if (!decision) throw refused('EVIDENCE_DECISION', `${decisionFile} is no decision`);
  if (decision.policy !== policyDigestOf(verify(files[manifestFile]!))) throw refused('EVIDENCE_POLICY', 'the decision was taken by another policy than the manifest names');
  if (policy && sha256(policy.wasm) !== decision.policy) throw refused('EVIDENCE_POLICY', 'the policy in the pack is not the one that decided');
  return decision;
}

class FaultInFile extends AssayError {
  readonly file: string;

  constructor(file: string, { code, message, remedy }: Problem) {
    super(code, message, { remedy });
    this.file = file;
  }
}

/** What is thrown within names the file that it is about. */
function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw new FaultInFile(file, problemOf(thrown));
  }
}

function tried<T>(file: string, read: () => T): { value: T } | { faults: PackFault[] } {
  try {
    return { value: read() };
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    return { faults: [fault(thrown instanceof FaultInFile ? thrown.file : file, code, message)] };
  }
}

function fault(file: string, code: string, message: string): PackFault {
  return { file, code, message };
}

function refused(code: string, message: string): AssayError {
  return new AssayError(code, message, { remedy: 'Take the pack as "assay pack" wrote it, from the App whose key you trust.' });
}
