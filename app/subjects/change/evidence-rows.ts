/**
 * The evidence of a change as one table: what each piece says, the digest under which the manifest binds it, and the command with which anybody checks it. What the
 * pack does not ask for is left out; what has not answered yet is said to wait.
 */
import type { GuardrailResult } from '../../core/finding.ts';
import { code, plain, table } from '../../core/markdown.ts';
import { formatUsd } from '../../core/money.ts';
import type { SlotName } from '../../core/ruling.ts';
import type { ChangeFacts } from './facts.ts';
import { verdictStatements } from './manifest.ts';
import type { Slots, SlotWork } from './slots.ts';

/** Guardrails that people ask for by what they prove. */
const proofs: readonly { name: string; ids: readonly string[] }[] = [
  { name: 'tests', ids: ['coverage', 'G04', 'G05'] }, { name: 'trace ids', ids: ['otlp'] }, { name: 'accessibility', ids: ['accessibility'] },
  { name: 'data map (DPIA)', ids: ['privacy'] }, { name: 'model card', ids: ['model-card'] },
];

export function evidenceRows(facts: ChangeFacts, slots: Slots): string {
  return table(['evidence', 'what it says', 'digest', 'check it yourself'], [
    ...slotRows(facts, slots), ...proofs.flatMap((proof) => proofRow(facts, slots, proof)),
    ['signature', facts.manifest ? 'manifest signed by the App' : 'waits for the verdicts', digest(facts.manifest?.digest), facts.manifest ? code('npx assay verify PACK --key PUBLIC.pem') : ''],
    ['cost', `${formatUsd(facts.budget.settled)} in ${facts.budget.calls} model calls, of ${formatUsd(facts.budget.grant)} granted`, '', ''],
  ]);
}

function slotRows(facts: ChangeFacts, slots: Slots): string[][] {
  const bound = new Map((verdictStatements(facts, slots) ?? []).map((verdict) => [verdict.slot, verdict.digest]));
  const named: [string, SlotName, string][] = [
    ['guardrails', 'guardrails', `git checkout ${facts.change.headSha} && npx assay guard --base ${facts.files.mergeBase}`],
    ['consensus', 'consensus', 'npx assay verify PACK --key PUBLIC.pem'], ['saboteur', 'saboteur', 'npx assay verify PACK --key PUBLIC.pem'],
    ['supply chain', 'supplyChain', `git checkout ${facts.change.headSha} && npx assay sbom`],
  ];
  return named.map(([name, slot, command]) => [name, said(slots[slot]), digest(bound.get(slot)), bound.has(slot) ? code(command, 400) : '']);
}

function said({ verdict }: SlotWork): string {
  if (!verdict) return 'waits';
  const provenance = verdict.grade?.run ? `; provenance: ${verdict.grade.run.attested ? 'attested by the run' : 'not attested'}` : '';
  return `${verdict.outcome}${provenance}`;
}

function proofRow({ change, files }: ChangeFacts, { guardrails }: Slots, { name, ids }: (typeof proofs)[number]): string[][] {
  const found = guardrails.report?.guardrails.filter((one) => ids.includes(one.id)) ?? [];
  if (found.length === 0) return [];
  return [[name, found.map(outcomeOf).join('; '), '', code(`git checkout ${change.headSha} && npx assay guard --base ${files.mergeBase} --only ${found.map(({ id }) => id).join(',')}`, 400)]];
}

/** With the first thing that it says, also where it passes: which traces arrived, what was measured. */
function outcomeOf({ id, outcome, findings }: GuardrailResult): string {
  const [first] = findings;
  return `${id} ${outcome}${first ? `: ${plain(first.message, 160)}` : ''}`;
}

function digest(sha256: string | undefined): string {
  return sha256 === undefined ? '' : code(sha256);
}
