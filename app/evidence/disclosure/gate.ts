/**
 * The gate of a release: the facts that policy (`ci.release`) is asked about, read from the packs, the tag and the build, and its answer as a person reads it. The same evidence at the
 * same moment gives the same question, so that whoever verifies asks it again. Pure.
 */
import { z } from 'zod';
import { parseConfig } from '../../core/config.ts';
import { sha256 } from '../../core/digest.ts';
import type { ReleaseInput, ReleaseAttestation, ReleaseRuling } from '../../core/release-policy.ts';
import { budgetOf, charge, ended, type Budget, type Charge, type Faulty } from '../../core/vulnerability/budget.ts';
import { grades } from '../../core/vulnerability/found.ts';
import limits from '../../../rulepacks/cve-budget/limits.json' with { type: 'json' };
import { attestedBy } from './build.ts';
import type { DisclosedChange, DisclosureFacts, Release } from './disclose.ts';
import { nameOf, statementsOf, type PackSource } from './read.ts';
import { supplyChainTypes } from '../supply-chain.ts';

const day = 86_400_000;
/** Of no bytes: where nothing is named that is to be shipped, no build can have made it. */
const nothing = sha256('');

/** What policy answered, what the build does not attest, and with which policy (digest of the wasm). */
export interface Gate extends ReleaseRuling {
  policy: string;
  lacking: string[];
}

/** `lacking`: what the pack of the build does not hold; empty where there is none to ask. Throws CONFIG_* where the settings of the tag cannot be read. */
export function releaseQuestion(facts: Pick<DisclosureFacts, 'release' | 'packs' | 'build'>, changes: readonly DisclosedChange[]): { input: ReleaseInput; lacking: string[] } {
  const { release, packs } = facts;
  const budget = budgetIn(release);
  const attested = facts.build === null ? { lacking: [] } : attestedBy(facts.build, release.artifact);
  const scan = 'lacking' in attested ? null : known(packs.at(-1), { budget, now: release.askedAt });
  const input: ReleaseInput = {
    now: release.askedAt,
    release: { version: release.tag, commit: release.commit, artifactSha256: release.artifact ?? nothing, builders: release.builders, rollbackPlan: (release.rollback?.text ?? '').trim() !== '' },
    attestation: 'lacking' in attested || !scan ? null : { verified: release.buildFaults.length === 0, ...attested, ...scan },
    cveBudget: { critical: 0, high: 0, excepted: budget.high },
    changes: changes.map(({ headSha, outcome, approvals, asApproved }) => ({ sha: headSha, outcome, approved: approvals.length > 0 && asApproved })),
  };
  return { input, lacking: 'lacking' in attested ? attested.lacking : [] };
}

/** As the tag itself has it, which is what was approved. */
function budgetIn({ config }: Release): Budget {
  const read = budgetOf(config === null ? undefined : parseConfig(config).guardrails['cve-budget'], limits);
  // Settings that are none allow nothing.
  return 'why' in read ? { ...limits, high: 0, exceptions: [], firstSeen: {} } : read;
}

const Annotation = z.looseObject({ purl: z.string(), aliases: z.array(z.string()), published: z.string().nullable().default(null), verdict: z.enum(['affected', 'undecided']) });
const Scan = z.looseObject({ scanner: z.looseObject({ result: z.array(z.looseObject({ id: z.string(), severity: z.tuple([z.looseObject({ method: z.string(), score: z.enum(grades) })]), annotations: z.tuple([Annotation]) })) }) });
type Known = Faulty & { graded: boolean };

/** The known faults of the newest change, which ships what all before it brought, under the budget of the tag. */
function known(pack: PackSource | undefined, { budget, now }: { budget: Budget; now: number }): Pick<ReleaseAttestation, 'vuln_report' | 'cve_exceptions'> | null {
  if (!pack) return null;
  const found = faultsIn(pack);
  // What nobody scanned, or said in another form, is not known, unless there is nothing to scan.
  if (found === null) return { vuln_report: { digest: pack.manifestDigest, critical: 0, high: 0, unknown: locksNothing(pack) ? 0 : 1, overdue: 0 }, cve_exceptions: [] };
  const charges = charge(found.faults, { budget, repository: nameOf(pack)?.split(' ')[0] ?? null, now });
  return { vuln_report: { digest: found.digest, ...counted(charges) }, cve_exceptions: exceptionsIn(charges, { pack, now }) };
}

function locksNothing({ verdicts }: PackSource): boolean {
  return verdicts.some(({ slot, outcome }) => slot === 'supplyChain' && outcome === 'not_applicable');
}

function faultsIn({ files }: PackSource): { digest: string; faults: Known[] } | null {
  const statement = statementsOf(files).find((each) => each.statement.predicateType === supplyChainTypes.vulnerabilities)?.statement;
  const digest = statement?.subject.find(({ digest: { sha256: of } }) => of !== undefined)?.digest.sha256;
  const scan = Scan.safeParse(statement?.predicate).data;
  if (!scan || digest === undefined) return null;
  const faults = scan.scanner.result.map(({ id, severity: [{ method, score }], annotations: [{ purl, aliases, published, verdict }] }): Known => ({ id, purl, aliases, grade: score, graded: method === 'grade', published, verdict }));
  return { digest, faults };
}

function counted(charges: readonly Charge<Known>[]): { critical: number; high: number; unknown: number; overdue: number } {
  const over = charges.filter(({ state }) => state === 'over');
  const graded = over.filter(({ found }) => found.graded);
  return {
    critical: graded.filter(({ found }) => found.grade === 'critical').length, high: graded.filter(({ found }) => found.grade === 'high').length,
    unknown: over.length - graded.length + charges.filter(({ state }) => state === 'undecided').length, overdue: charges.filter(({ state }) => state === 'late').length,
  };
}

/** Approved is an exception that the App stated when it judged the change: one that came into the tag by another way was approved by nobody. */
function exceptionsIn(charges: readonly Charge<Known>[], { pack, now }: { pack: PackSource; now: number }): ReleaseAttestation['cve_exceptions'] {
  const stated = statedIn(pack);
  return charges.flatMap((each) => {
    if (each.state !== 'excepted' && each.state !== 'ended') return [];
    const { id, purl, expires } = each.exception;
    return [{ id, purl, severity: each.found.grade, until: ended(each.exception, now) ? now : Date.parse(expires) + day, approved: stated.has(`${id} ${purl}`) }];
  });
}

const Vex = z.looseObject({ statements: z.array(z.looseObject({ vulnerability: z.looseObject({ name: z.string() }), products: z.array(z.looseObject({ subcomponents: z.array(z.looseObject({ '@id': z.string() })) })) })) });

function statedIn({ files }: PackSource): Set<string> {
  const statements = statementsOf(files).filter(({ statement }) => statement.predicateType === supplyChainTypes.vex).flatMap(({ statement }) => Vex.parse(statement.predicate).statements);
  return new Set(statements.flatMap(({ vulnerability, products }) => products.flatMap(({ subcomponents }) => subcomponents.map((each) => `${vulnerability.name} ${each['@id']}`))));
}
