/** The one manifest of a change: it binds the statement of every verdict on this head by digest, and is what a human approves. */
import { digestOf } from '../../core/digest.ts';
import { statementDigest } from '../../core/statement.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { buildManifest, type ManifestVerdict } from '../../evidence/manifest.ts';
import { verdictStatement, type NamedDigest } from '../../evidence/statements.ts';
import type { ChangeFacts } from './facts.ts';
import type { Slots, SlotVerdict, WorkSlot } from './slots.ts';

/** The statements that the manifest binds; null while a verdict is missing: evidence is published whole. */
export function verdictStatements(facts: ChangeFacts, slots: Slots): ManifestVerdict[] | null {
  const needed: WorkSlot[] = facts.kind === 'code' ? ['guardrails', 'consensus', 'saboteur'] : ['guardrails'];
  const verdicts = needed.map((slot) => (slots[slot].verdict ? bound(facts, slot, slots[slot].verdict) : null));
  return verdicts.some((verdict) => verdict === null) ? null : verdicts.filter((verdict) => verdict !== null);
}

export function manifestOf(facts: ChangeFacts, slots: Slots): Statement | null {
  const verdicts = verdictStatements(facts, slots);
  if (!verdicts) return null;
  return buildManifest({
    change: resourceOf(facts), headSha: facts.change.headSha, mergeBase: facts.files.mergeBase, baseRef: facts.change.baseRef,
    specDigest: facts.intent?.approved?.digest ?? null, policyDigest: facts.policyDigest, toolsDigest: facts.toolsDigest, verdicts,
  });
}

/** The published manifest is the one that the present verdicts give. */
export function manifestStands(facts: ChangeFacts, slots: Slots): boolean {
  const statement = manifestOf(facts, slots);
  return statement !== null && facts.manifest?.digest === statementDigest(statement);
}

function bound(facts: ChangeFacts, slot: WorkSlot, verdict: SlotVerdict): ManifestVerdict {
  const statement = verdictStatement({
    subject: { resource: resourceOf(facts), headSha: facts.change.headSha },
    slot, outcome: verdict.outcome, verifier: facts.self.login, policyDigest: facts.policyDigest,
    inputs: [{ name: `${slot}/answer`, sha256: digestOf(verdict.content) }, ...runOf(slot, verdict)], at: verdict.at,
  });
  return { slot, outcome: verdict.outcome, digest: statementDigest(statement), statement };
}

/** What an outside run left, said to be unattested: nobody may read more into it than the App knows. */
function runOf(slot: WorkSlot, { grade }: SlotVerdict): NamedDigest[] {
  return grade?.run ? [{ name: `${slot}/unattested-artefact of ${grade.run.url}`, sha256: grade.run.artefact }] : [];
}

/** How evidence names the pull request. */
export function resourceOf({ change, gitHubUrl }: ChangeFacts): string {
  return `git+${gitHubUrl}/${change.repository.owner}/${change.repository.name}#refs/pull/${change.number}/head`;
}
