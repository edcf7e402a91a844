/** The one manifest of a change: it binds every verdict on this head by digest, and is what a human approves. */
import { digestOf } from '../../core/digest.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { buildManifest } from '../../evidence/manifest.ts';
import type { ChangeFacts } from './facts.ts';
import type { Slots, SlotWork } from './slots.ts';

/** Null while a verdict is missing: evidence is published whole. */
export function manifestOf(facts: ChangeFacts, slots: Slots): Statement | null {
  const named = Object.entries({ guardrails: slots.guardrails, consensus: slots.consensus, saboteur: slots.saboteur } satisfies Record<string, SlotWork>);
  const skipped = facts.kind === 'code' ? [] : ['consensus', 'saboteur'];
  const needed = named.filter(([name]) => !skipped.includes(name));
  if (needed.some(([, slot]) => slot.verdict === null)) return null;
  return buildManifest({
    change: { repositoryId: facts.change.repository.id, number: facts.change.number, repository: `${facts.change.repository.owner}/${facts.change.repository.name}` },
    headSha: facts.change.headSha, mergeBase: facts.files.mergeBase,
    specDigest: facts.intent?.approved?.digest ?? null, policyDigest: facts.policyDigest,
    verdicts: needed.flatMap(([slot, { verdict }]) => (verdict ? [{ slot, outcome: verdict.outcome, digest: digestOf(verdict) }] : [])),
  });
}

/** The published manifest is the one that the present verdicts give. */
export function manifestStands(facts: ChangeFacts, slots: Slots): boolean {
  const statement = manifestOf(facts, slots);
  return statement !== null && facts.manifest?.digest === digestOf(statement);
}
