/**
 * The supply chain of a change, recomputed by the App from the lock files at its head, read as blobs: nothing of the change is executed and nothing is believed that a
 * run says of itself. What is locked and what scanners said is remembered for the head; the budget is applied anew each time, so that an exception that ends is noticed.
 */
import { z } from 'zod';
import { digestOf } from '../../core/digest.ts';
import { assess, type Assessment } from '../../core/vulnerability/assess.ts';
import { blocks, budgetOf, type Budget } from '../../core/vulnerability/budget.ts';
import { ScanReport } from '../../core/vulnerability/found.ts';
import type { Merged } from '../../core/vulnerability/merge.ts';
import type { SupplyChainRuling } from '../../core/supply-policy.ts';
import { worst, type Outcome } from '../../core/verdict.ts';
import limits from '../../../rulepacks/cve-budget/limits.json' with { type: 'json' };
import type { ChangeFacts } from './facts.ts';

const Problem = z.object({ code: z.string(), message: z.string(), remedy: z.string() });
/** `digest` is of the file, `statement` of what is signed about it. */
const Made = z.object({ digest: z.string(), statement: z.string() });

export const SupplyNote = z.object({
  head: z.string(), mergeBase: z.string(), at: z.number(),
  /** Of the settings that it was made under: other ones make it anew. */
  settings: z.string(),
  problem: Problem.nullable(),
  sbom: Made.nullable(), scan: Made.nullable(), vex: Made.nullable(),
  name: z.string(),
  components: z.number(), baseComponents: z.number(),
  added: z.array(z.string()), removed: z.array(z.string()), changed: z.array(z.object({ purl: z.string(), from: z.array(z.string()), to: z.array(z.string()) })), relicensed: z.number(),
  licences: z.array(z.string()), newLicences: z.array(z.string()), unlicensed: z.number(),
  incomplete: z.array(z.string()),
  /** One package URL of each kind that is locked. */
  kinds: z.array(z.string()),
  /** Package URLs with faults that base does not lock. */
  newFaulty: z.array(z.string()),
  /** Whether what is locked differs between merge base and head. */
  touched: z.boolean(),
  reports: z.array(ScanReport),
});
export type SupplyNote = z.infer<typeof SupplyNote>;

/** `documents`: the files themselves, where they were made just now. `ruling`: policy's word of today; null where there is nothing to ask about. */
export interface Supply extends SupplyNote {
  ruling?: SupplyChainRuling | null;
  documents?: { sbom: string; scan: string | null; vex: string | null };
}

export interface SupplyVerdict {
  outcome: Outcome;
  reason: string;
  assessment: Assessment | null;
  /** What the verdict rests on; the same while nothing of it changes. */
  content: unknown;
}

type Locked = SupplyVerdict & { content: object };

const before = ' It was so before: this change touches nothing that is locked.';

type Judged = Pick<ChangeFacts, 'supply' | 'config' | 'change' | 'now'>;

/** Of what is locked, and of the traces where they are required and the run is over. */
export function judgeSupply(facts: Judged & Pick<ChangeFacts, 'traces'>): SupplyVerdict | null {
  const locked = judgeLocked(facts);
  const ruling = facts.traces?.ruling;
  if (!locked || !facts.traces || !ruling) return locked;
  const { ids } = facts.traces;
  const reason = ruling.allow ? locked.reason : `${locked.reason} Traces: ${ruling.codes.join(', ')}.`;
  return { ...locked, outcome: worst([locked.outcome, ruling.outcome]), reason, content: { ...locked.content, traces: { outcome: ruling.outcome, codes: ruling.codes, ids } } };
}

function judgeLocked({ supply, config, change, now }: Judged): Locked | null {
  if (!supply) return null;
  const { sbom, scan, vex, problem } = supply;
  const content = (outcome: Outcome, blocking: readonly string[] = []) => ({ outcome, sbom, scan, vex, blocking });
  if (problem) {
    const outcome = supply.touched ? 'error' : 'pass';
    return { outcome, reason: `${problem.code}: ${problem.message} ${problem.remedy}${supply.touched ? '' : before}`, assessment: null, content: content(outcome, [problem.code]) };
  }
  const budget = budgetOf(config.guardrails['cve-budget'], limits);
  if ('why' in budget) return { outcome: 'error', reason: `SETTINGS_INVALID: guardrails.cve-budget of .github/assay.yml: ${budget.why}`, assessment: null, content: content('error', ['SETTINGS_INVALID']) };
  if (!sbom) return { outcome: 'not_applicable', reason: 'No lock file, so nothing that could be listed is shipped.', assessment: null, content: content('not_applicable') };
  const assessment = assessmentOf(supply, { config, change, now })!;
  const blocking = assessment.charges.filter(blocks).map(({ found }) => `${found.purl} ${found.id}`);
  // What is known to be bad is said first, also where something else is not known.
  const ruled = assessment.outcome === 'fail' ? 'fail' : worst([assessment.outcome, supply.ruling?.outcome ?? 'error']);
  const outcome = supply.touched || ruled === 'pass' ? ruled : 'pass';
  return { outcome, reason: `${reasonOf(assessment, supply)}${policyWords(supply)}${outcome === ruled ? '' : before}`, assessment, content: content(outcome, blocking) };
}

/** Null where nothing is listed, or where the settings are none. */
export function assessmentOf(supply: Supply, { config, change, now }: Pick<ChangeFacts, 'config' | 'change' | 'now'>): Assessment | null {
  const budget = budgetIn({ config });
  return budget && supply.sbom ? assess({ reports: supply.reports, purls: supply.kinds, budget, repository: repositoryOf(change), now }) : null;
}

function policyWords({ ruling }: Supply): string {
  if (!ruling) return ' Policy was not asked.';
  return ruling.outcome === 'pass' ? '' : ` Policy: ${ruling.codes.join(', ')}.`;
}

function reasonOf({ charges, unjudged, outcome }: Assessment, { reports }: Supply): string {
  const over = charges.filter(blocks);
  if (outcome === 'fail') return `${over.length} known faults are over the budget.`;
  if (unjudged.length === 0) return over.length > 0 ? `Of ${over.length} faults nobody can say whether they concern what is locked.` : 'Known faults are within the budget.';
  const why = reports.flatMap(({ failure, covers }) => (failure && covers.some((each) => unjudged.includes(each)) ? [`${failure.code}: ${failure.why}. ${failure.remedy}.`] : []));
  return `Nobody judged ${unjudged.join(', ')}. ${why.join(' ')}`.trim();
}

export function repositoryOf({ repository }: ChangeFacts['change']): string {
  return `${repository.owner}/${repository.name}`;
}

/** What a scan and its exceptions depend on beside head and merge base. */
export function supplySettings({ config }: Pick<ChangeFacts, 'config'>): string {
  return digestOf({ fixtures: config.fixtures, budget: config.guardrails['cve-budget'] ?? null });
}

export function budgetIn({ config }: Pick<ChangeFacts, 'config'>): Budget | null {
  const budget = budgetOf(config.guardrails['cve-budget'], limits);
  return 'why' in budget ? null : budget;
}

export function isNew({ newFaulty }: Pick<Supply, 'newFaulty'>, { purl }: Pick<Merged, 'purl'>): boolean {
  return newFaulty.includes(purl);
}
