/**
 * Statements on what a change ships: its bill of materials, the known faults of what is in it, and the exceptions in force. The change comes first among the subjects,
 * the file second, so that whoever holds either finds the statement. All pure; every time is given, in milliseconds.
 */
import { sha256 } from '../core/digest.ts';
import type { Statement } from '../core/ports/signer.ts';
import { statementType } from '../core/statement.ts';
import { namesOf, type ScanReport } from '../core/vulnerability/found.ts';
import { merge } from '../core/vulnerability/merge.ts';
import type { EvidenceSubject } from './statements.ts';

export const supplyChainTypes = { sbom: 'https://cyclonedx.org/bom', vulnerabilities: 'https://in-toto.io/attestation/vulns/v0.2', vex: 'https://openvex.dev/ns' } as const;

/** Names as they stand in a pack. */
export const supplyChainFiles = { sbom: 'sbom.cdx.json', vulnerabilities: 'vulns.json', vex: 'vex.openvex.json' } as const;

interface About {
  subject: EvidenceSubject;
  /** The file's own bytes. */
  text: string;
}

/** `text` is a CycloneDX document in JSON. */
export function sbomStatement({ subject, text }: About): Statement {
  return about(subject, { file: supplyChainFiles.sbom, text, predicateType: supplyChainTypes.sbom, predicate: JSON.parse(text) as Record<string, unknown> });
}

/** `text` is an OpenVEX document. */
export function vexStatement({ subject, text }: About): Statement {
  return about(subject, { file: supplyChainFiles.vex, text, predicateType: supplyChainTypes.vex, predicate: JSON.parse(text) as Record<string, unknown> });
}

export interface ScanFacts {
  reports: readonly ScanReport[];
  tool: { name: string; version: string };
  startedAt: number;
  finishedAt: number;
}

/** The predicate of the vulnerability attestation, v0.2: as fresh as the oldest database that answered. Null where none did, for then there is nothing to state. */
export function scanPredicate({ reports, tool, startedAt, finishedAt }: ScanFacts): Record<string, unknown> | null {
  const answered = reports.filter(({ failure }) => failure === null);
  const databases = answered.flatMap(({ database }) => database ?? []).sort((a, b) => Date.parse(a.lastUpdate) - Date.parse(b.lastUpdate));
  if (answered.length === 0 || databases.length < answered.length) return null;
  return {
    scanner: {
      uri: `${answered.map(({ scanner }) => scanner.uri).join(' ')}`, version: [`${tool.name} ${tool.version}`, ...answered.map(({ scanner }) => `${scanner.name} ${scanner.version}`)].join('; '),
      db: { uri: databases.map(({ uri }) => uri).join(' '), version: databases.map(({ version }) => version).join('; '), lastUpdate: databases[0]!.lastUpdate },
      result: merge(answered).map((found) => ({
        id: found.id, severity: [{ method: found.graded ? 'grade' : 'ungraded, counted as high', score: found.grade }],
        annotations: [{ purl: found.purl, aliases: namesOf(found).slice(1), fixed: found.fixed, published: found.published, verdict: found.verdict, foundBy: found.by, notFoundBy: found.notBy }],
      })),
    },
    metadata: { scanStartedOn: new Date(startedAt).toISOString(), scanFinishedOn: new Date(finishedAt).toISOString() },
  };
}

/** `text` is the predicate as a file. */
export function scanStatement({ subject, text }: About): Statement {
  return about(subject, { file: supplyChainFiles.vulnerabilities, text, predicateType: supplyChainTypes.vulnerabilities, predicate: JSON.parse(text) as Record<string, unknown> });
}

function about({ resource, headSha, treeSha }: EvidenceSubject, { file, text, predicateType, predicate }: { file: string; text: string; predicateType: string; predicate: Record<string, unknown> }): Statement {
  const digest = { gitCommit: headSha, ...(treeSha ? { gitTree: treeSha } : {}) };
  return { _type: statementType, subject: [{ name: resource, digest }, { name: file, digest: { sha256: sha256(text) } }], predicateType, predicate };
}
