/** Which predicate types count in which slot, exactly; and which of them say in their predicate who built, what was judged by which policy, or how fresh a scan is. */
import { z } from 'zod';
import type { CertificateSigner } from '../../core/ports/evidence.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { EvidenceRefusal } from '../../core/refusal.ts';
import { predicateTypes } from '../statements.ts';
import type { Expectation, Slot } from './expectation.ts';

export const slotPredicates: Record<Slot, readonly string[]> = {
  provenance: ['https://slsa.dev/provenance/v1'],
  sbom: ['https://cyclonedx.org/bom'],
  vulnerabilities: ['https://in-toto.io/attestation/vulns/v0.2'],
  vex: ['https://openvex.dev/ns'],
  tests: [predicateTypes.testResult],
  verdict: [predicateTypes.verdict],
  // The specification stands at v0.2 while makers still write v0.1.
  properties: [predicateTypes.properties, 'https://in-toto.io/attestation/svr/v0.1'],
  release: [predicateTypes.release, 'https://in-toto.io/attestation/release/v0.1'],
  manifest: [predicateTypes.manifest],
  approval: [predicateTypes.approval],
};

const Provenance = z.looseObject({
  buildDefinition: z.looseObject({ buildType: z.literal('https://actions.github.io/buildtypes/workflow/v1'), resolvedDependencies: z.array(z.looseObject({ digest: z.record(z.string(), z.string()) })).min(1) }),
  runDetails: z.looseObject({ builder: z.looseObject({ id: z.string() }), metadata: z.looseObject({ invocationId: z.string() }) }),
});

/** The predicate is written by the run itself; only the certificate is not. Where the two differ, the predicate lies. */
export function checkBuilder(predicate: unknown, { extensions }: CertificateSigner): void {
  const { buildDefinition, runDetails } = shaped(Provenance, predicate);
  same('the builder', runDetails.builder.id, extensions['9']);
  same('the invocation', runDetails.metadata.invocationId, extensions['21']);
  same('the commit', buildDefinition.resolvedDependencies[0]?.digest.gitCommit, extensions['13']);
}

function same(what: string, got: string | undefined, expected: string | undefined): void {
  if (got === undefined || got !== expected) throw new EvidenceRefusal('EVIDENCE_PREDICATE', `${what} in the provenance is not the certificate's`, { got: got ?? 'absent', expected: expected ?? 'absent' });
}

const Verdict = z.looseObject({ policy: z.looseObject({ digest: z.looseObject({ sha256: z.string() }) }), verificationResult: z.enum(['PASSED', 'FAILED']) });

export function checkPolicy(predicate: unknown, allowed: readonly string[]): void {
  const { policy } = shaped(Verdict, predicate);
  if (!allowed.includes(policy.digest.sha256)) throw new EvidenceRefusal('EVIDENCE_POLICY', 'the verdict rests on another policy', { got: policy.digest.sha256, expected: allowed.join(' or ') });
}

const Scan = z.looseObject({ scanner: z.looseObject({ db: z.looseObject({ lastUpdate: z.iso.datetime({ offset: true }) }) }), metadata: z.looseObject({ scanFinishedOn: z.iso.datetime({ offset: true }) }) });

/** A scan from the future is as useless as an old one: neither says what is known now. */
export function checkScan(predicate: unknown, { now, scan }: Pick<Expectation, 'now' | 'scan'>): void {
  if (!scan) throw new EvidenceRefusal('EVIDENCE_EXPECTATION', 'a scan needs an age limit to be believed');
  const { scanner, metadata } = shaped(Scan, predicate);
  fresh({ code: 'EVIDENCE_SCAN_STALE', what: 'the scan', at: metadata.scanFinishedOn, now, maxAgeMs: scan.maxAgeMs });
  fresh({ code: 'EVIDENCE_DATABASE_STALE', what: "the scanner's database", at: scanner.db.lastUpdate, now, maxAgeMs: scan.maxDatabaseAgeMs });
}

const clockSkewMs = 5 * 60_000;

function fresh({ code, what, at, now, maxAgeMs }: { code: string; what: string; at: string; now: number; maxAgeMs: number }): void {
  const age = now - Date.parse(at);
  if (age <= maxAgeMs && age >= -clockSkewMs) return;
  throw new EvidenceRefusal(code, `${what} is ${age < 0 ? 'from the future' : 'too old'}`, { got: at, expected: `at most ${Math.round(maxAgeMs / 60_000)} minutes before ${new Date(now).toISOString()}` });
}

const Properties = z.looseObject({ verifier: z.looseObject({ id: z.string() }), timeCreated: z.iso.datetime({ offset: true }), properties: z.array(z.string().min(1)) });
const Release = z.looseObject({ purl: z.string().regex(/^pkg:[^@]+\/[^@]+@[^@]+$/, 'a package URL with a version') });
const Tests = z.looseObject({ result: z.enum(['PASSED', 'WARNED', 'FAILED']), configuration: z.array(z.unknown()) });
const shapes: Partial<Record<Slot, z.ZodType>> = { properties: Properties, release: Release, tests: Tests };

/** What the slot's type demands of its predicate, where nothing else reads it. */
export function checkShape(predicate: unknown, slot: Slot): void {
  const shape = shapes[slot];
  if (shape) shaped(shape, predicate);
}

/** The outcome that a statement of a slot claims: what is no pass in its own words is none here. */
export function isPassing(slot: Slot, { predicate }: Statement): boolean {
  if (slot === 'verdict') return shaped(Verdict, predicate).verificationResult === 'PASSED';
  if (slot === 'tests') return shaped(z.looseObject({ result: z.enum(['PASSED', 'WARNED', 'FAILED']) }), predicate).result === 'PASSED';
  return true;
}

function shaped<T>(schema: z.ZodType<T>, predicate: unknown): T {
  const parsed = schema.safeParse(predicate);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new EvidenceRefusal('EVIDENCE_PREDICATE', `the predicate is not of its type: ${issue.path.join('.')} ${issue.message}`);
}
