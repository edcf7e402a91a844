/** What the App found out about the supply chain of a change, as policy is asked about it. What was scanned ages until policy decides; how fresh a database was is asked of the moment when it was read. */
import { ruleSupplyChain, type EvidencePiece, type SupplyChainInput, type SupplyChainRuling } from '../../core/supply-policy.ts';
import type { Policy } from '../../core/ports/policy.ts';
import { ended, type Charge } from '../../core/vulnerability/budget.ts';
import type { Merged } from '../../core/vulnerability/merge.ts';
import type { ChangeFacts } from './facts.ts';
import { assessmentOf, type Supply } from './supply.ts';

const day = 86_400_000;
const databaseAgeMs = 7 * day;
const required = { kinds: ['sbom', 'vulnerabilities'], grade: 'recomputed', critical: 0, high: 0 } satisfies Partial<SupplyChainInput['required']>;

type About = Pick<ChangeFacts, 'config' | 'change' | 'now'>;

/** Null where nothing is locked, or nobody could read what is: then there is nothing to ask about. */
export async function ruleOnSupply(supply: Supply, about: About, policy: Policy): Promise<SupplyChainRuling | null> {
  const input = supplyInput(supply, about);
  return input && ruleSupplyChain(policy, input);
}

function supplyInput(supply: Supply, about: About): SupplyChainInput | null {
  const assessment = assessmentOf(supply, about);
  if (!assessment || !supply.sbom) return null;
  const piece = (digest: string, more: Partial<EvidencePiece>): EvidencePiece => ({ verified: true, headSha: supply.head, at: supply.at, digest, grade: 'recomputed', complete: true, ...more });
  const judged = assessment.unjudged.length === 0 && !assessment.charges.some(({ state }) => state === 'undecided');
  return {
    now: about.now, headSha: about.change.headSha, required: { ...required, maxAgeMs: about.config.evidence.maxAgeMs, databaseAgeMs: databaseAgeMs + Math.max(0, about.now - supply.at) },
    evidence: {
      sbom: piece(supply.sbom.digest, { complete: supply.incomplete.length === 0 }), vulnerabilities: supply.scan ? piece(supply.scan.digest, { verified: judged }) : null,
      provenance: null, signature: null, tests: null,
    },
    vulnerabilities: { ...counted(assessment.charges), databaseAt: oldestOf(supply), canary: !supply.reports.some(({ failure }) => failure?.code.includes('CANARY')), exceptions: exceptionsIn(assessment.charges, about) },
  };
}

function counted(charges: readonly Charge<Merged>[]): { critical: number; high: number; unknown: number; overdue: number } {
  const over = charges.filter(({ state }) => state === 'over').map(({ found }) => found);
  return {
    critical: over.filter(({ grade }) => grade === 'critical').length, high: over.filter(({ grade, graded }) => grade === 'high' && graded).length,
    unknown: over.filter(({ graded }) => !graded).length, overdue: charges.filter(({ state }) => state === 'late').length,
  };
}

function exceptionsIn(charges: readonly Charge<Merged>[], { now }: About): NonNullable<SupplyChainInput['vulnerabilities']>['exceptions'] {
  return charges.flatMap((charge) => {
    if (charge.state !== 'excepted' && charge.state !== 'ended') return [];
    const { id, purl, ticket, expires } = charge.exception;
    return [{ id, purl, ticket, until: ended(charge.exception, now) ? now : Date.parse(expires) + day }];
  });
}

/** The database that was least fresh; none has no age that anything may rest on. */
function oldestOf({ reports }: Supply): number {
  const dates = reports.flatMap(({ failure, database }) => (failure === null && database ? [Date.parse(database.lastUpdate)] : []));
  return dates.length === 0 || dates.some(Number.isNaN) ? 0 : Math.min(...dates);
}
