/**
 * What the pack of a build (`assay evidence --release`) attests of a release, field by field. A field that the pack does not hold is named; nothing is made up for it. Whether the
 * signatures hold is found out elsewhere, by the key or the run that the build is trusted by. Pure.
 */
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { GuardReport } from '../../core/finding.ts';
import type { Statement } from '../../core/ports/signer.ts';
import type { ReleaseAttestation } from '../../core/release-policy.ts';
import { worst, type Outcome } from '../../core/verdict.ts';
import { readManifest } from '../manifest.ts';
import { manifestFile } from '../pack.ts';
import { provenanceType } from '../provenance.ts';
import { filesFolder } from '../run-pack.ts';
import { predicateTypes } from '../statements.ts';
import { supplyChainFiles, supplyChainTypes } from '../supply-chain.ts';
import { statementsOf } from './read.ts';

type Files = Record<string, string>;
/** The fields that only a build can attest; known faults are those of the changes that are in it. */
export type BuildAttestation = Omit<ReleaseAttestation, 'verified' | 'vuln_report' | 'cve_exceptions'>;

const Built = z.looseObject({ runDetails: z.looseObject({ builder: z.looseObject({ id: z.string().min(1) }), metadata: z.looseObject({ invocationId: z.string().min(1) }) }) });
const Timed = z.looseObject({ timeCreated: z.iso.datetime() });
const sast = 'G06';
const secrets = 'G02';

/** `artifact`: SHA-256 of what is to be shipped, looked up among what the build made; another one where it made other things. */
export function attestedBy(files: Files, artifact: string | null): BuildAttestation | { lacking: string[] } {
  const signed = statementsOf(files);
  const of = (type: string) => signed.find(({ statement }) => statement.predicateType === type);
  const provenance = of(provenanceType);
  const built = Built.safeParse(provenance?.statement.predicate).data?.runDetails;
  const bill = of(supplyChainTypes.sbom)?.statement.subject.find(({ name }) => name === supplyChainFiles.sbom)?.digest.sha256;
  const made = shipped([provenance?.statement, of(predicateTypes.release)?.statement], artifact);
  const manifest = manifestIn(files);
  const lacking = Object.entries({ manifest, provenance: built, 'bill of materials': bill, 'release statement': made }).flatMap(([name, part]) => (part ? [] : [name]));
  if (!manifest || !provenance || !built || !bill || !made) return { lacking };
  const reports = reportsIn(files);
  return {
    build_id: built.metadata.invocationId, git_commit: manifest.headSha, builder: built.builder.id, timestamp: timeOf(of(predicateTypes.properties)?.statement),
    tests_passed: manifest.verdicts.some(({ slot, outcome }) => slot === 'tests' && outcome === 'pass'), sast_result: outcomeOf(reports, sast), secret_scan_result: outcomeOf(reports, secrets),
    sbom_digest: bill, artifact_digest: made, provenance_signature: signatureOf(files[provenance.file] ?? ''),
  };
}

function manifestIn(files: Files): ReturnType<typeof readManifest> | null {
  const [signed] = statementsOf({ [manifestFile]: files[manifestFile] ?? '' });
  return signed ? readManifest(signed.statement) : null;
}

/** The artefact counts where the run states both that it built it and that it makes up the release. */
function shipped([provenance, release]: (Statement | undefined)[], artifact: string | null): string | undefined {
  const named = (release?.subject ?? []).flatMap(({ digest }) => digest.sha256 ?? []);
  const built = new Set((provenance?.subject ?? []).flatMap(({ digest }) => digest.sha256 ?? []));
  const both = named.filter((digest) => built.has(digest));
  return both.find((digest) => digest === artifact) ?? both[0];
}

/** Where nothing passed no time is stated either, and the release is refused for that. */
function timeOf(properties: Statement | undefined): number {
  const read = Timed.safeParse(properties?.predicate);
  return read.success ? Date.parse(read.data.timeCreated) : 0;
}

function reportsIn(files: Files): GuardReport[] {
  const texts = Object.entries(files).filter(([name]) => name.startsWith(filesFolder) && name.endsWith('.json')).map(([, text]) => text);
  return texts.flatMap((text) => GuardReport.safeParse(jsonIn(text)).data ?? []);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // No JSON, so no report: what it should have said is missed.
  }
}

/** A guardrail that no report knows did not run, and that is an error. */
function outcomeOf(reports: readonly GuardReport[], id: string): Outcome {
  return worst(reports.flatMap(({ guardrails }) => guardrails.filter((one) => one.id === id).map(({ outcome }) => outcome)));
}

function signatureOf(bundle: string): string {
  const signature = /"sig":"([A-Za-z0-9+/=_-]+)"/.exec(bundle)?.[1];
  if (signature === undefined) throw new AssayError('DISCLOSURE_BUILD', 'the provenance of the build carries no signature', { remedy: 'Give the folder as "assay evidence" wrote it.' });
  return signature;
}
