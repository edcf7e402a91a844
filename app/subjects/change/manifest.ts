/** The one manifest of a change: it binds the statement of every verdict on this head by digest, and is what a human approves. */
import { digestOf } from '../../core/digest.ts';
import { statementDigest } from '../../core/statement.ts';
import type { Statement } from '../../core/ports/signer.ts';
import type { SlotName } from '../../core/ruling.ts';
import { buildManifest, type ManifestVerdict } from '../../evidence/manifest.ts';
import { verdictStatement, type NamedDigest } from '../../evidence/statements.ts';
import { supplyChainFiles } from '../../evidence/supply-chain.ts';
import { boundTo } from './binding.ts';
import type { ChangeFacts } from './facts.ts';
import type { Slots, SlotVerdict } from './slots.ts';

/** The statements that the manifest binds; null while a verdict is missing: evidence is published whole. */
export function verdictStatements(facts: ChangeFacts, slots: Slots): ManifestVerdict[] | null {
  const needed: SlotName[] = facts.kind === 'code' ? ['guardrails', 'consensus', 'saboteur', 'supplyChain'] : ['guardrails', 'supplyChain'];
  const verdicts = needed.map((slot) => (slots[slot].verdict ? bound(facts, slot, slots[slot].verdict) : null));
  return verdicts.some((verdict) => verdict === null) ? null : verdicts.filter((verdict) => verdict !== null);
}

export function manifestOf(facts: ChangeFacts, slots: Slots): Statement | null {
  const verdicts = verdictStatements(facts, slots);
  const bound = boundTo(facts.binding);
  if (!verdicts || !bound) return null;
  return buildManifest({
    change: resourceOf(facts), headSha: facts.change.headSha, mergeBase: bound.mergeBase, baseRef: bound.baseRef,
    tree: bound.headTree, merge: { base: bound.baseSha, tree: bound.mergeTree },
    specDigest: facts.intent?.approved?.digest ?? null, policyDigest: facts.policyDigest, toolsDigest: facts.toolsDigest, verdicts,
  });
}

/** The published manifest is the one that the present verdicts give. */
export function manifestStands(facts: ChangeFacts, slots: Slots): boolean {
  const statement = manifestOf(facts, slots);
  return statement !== null && facts.manifest?.digest === statementDigest(statement);
}

function bound(facts: ChangeFacts, slot: SlotName, verdict: SlotVerdict): ManifestVerdict {
  const statement = verdictStatement({
    subject: { resource: resourceOf(facts), headSha: facts.change.headSha },
    slot, outcome: verdict.outcome, verifier: facts.self.login, policyDigest: facts.policyDigest,
    inputs: [{ name: `${slot}/answer`, sha256: digestOf(verdict.content) }, ...runOf(slot, verdict), ...(slot === 'consensus' ? promptsOf(facts) : []), ...(slot === 'supplyChain' ? madeOf(facts) : [])], at: verdict.at,
  });
  const { reading, executing } = verdict.works;
  return { slot, outcome: verdict.outcome, grades: { ...(reading ? { read: reading } : {}), ...(executing ? { run: executing } : {}) }, digest: statementDigest(statement), statement };
}

/** With which prompts each compared candidate was written: one digest over those of each, which the answer lists. */
function promptsOf({ built }: ChangeFacts): NamedDigest[] {
  return Object.entries(built?.prompts ?? {}).map(([candidate, digests]) => ({ name: `consensus/prompts of ${candidate}`, sha256: digestOf(digests) }));
}

/** What an outside run left, and whether it signed that: nobody may read more into it than the App knows. */
function runOf(slot: SlotName, { grade }: SlotVerdict): NamedDigest[] {
  return grade?.run ? [{ name: `${slot}/${grade.run.attested ? 'attested' : 'unattested'}-artefact of ${grade.run.url}`, sha256: grade.run.artefact }] : [];
}

/** The signed statements on the supply chain, and the files that they are about. */
function madeOf({ supply }: ChangeFacts): NamedDigest[] {
  const made = Object.entries({ [supplyChainFiles.sbom]: supply?.sbom, [supplyChainFiles.vulnerabilities]: supply?.scan, [supplyChainFiles.vex]: supply?.vex });
  return made.flatMap(([name, of]) => (of ? [{ name, sha256: of.digest }, { name: `statement of ${name}`, sha256: of.statement }] : []));
}

/** How evidence names the pull request. */
export function resourceOf({ change, gitHubUrl }: Pick<ChangeFacts, 'change' | 'gitHubUrl'>): string {
  return `git+${gitHubUrl}/${change.repository.owner}/${change.repository.name}#refs/pull/${change.number}/head`;
}
