/**
 * How a change was merged, held against what was judged and approved: by a commit of exactly the base's tip and the approved head, with the tree that was bound.
 * Anything else is a merge that happened, and is said and logged as such. Pure.
 */
import type { ChangeRuling } from '../../core/ruling.ts';
import type { ChangeFacts } from './facts.ts';

/** Why a merge is not the one that was approved. */
export const mergeFaults = {
  MERGE_UNAPPROVED: 'When it was merged, its evidence and approvals did not suffice.',
  MERGE_UNBOUND: 'Nothing was bound to this head, so nobody can say what it was to be merged with.',
  MERGE_PARENTS: 'It was not merged by one commit of the base and this head.',
  MERGE_BASE: 'It was merged into another base than the one that its evidence is bound to.',
  MERGE_TREE: 'The merge holds other content than what was judged.',
} as const;
export type MergeFault = keyof typeof mergeFaults;

/** Null: merged as approved. A squash has no second parent; then its content alone says what it is of. */
export function mergeFault(facts: ChangeFacts, ruling: ChangeRuling): MergeFault | null {
  const { change: { merged, headSha }, binding: { bound, movement } } = facts;
  if (bound === null || merged === null) return 'MERGE_UNBOUND';
  const [base, head, ...more] = merged.parents;
  if (base === undefined || merged.sha === headSha || (head !== undefined && head !== headSha) || more.length > 0) return 'MERGE_PARENTS';
  const known = [bound, bound.seen].find((one) => one?.baseSha === base);
  if (known ? known.mergeTree !== merged.tree : movement === 'touching') return 'MERGE_TREE';
  if (ruling.binding !== 'holds' || (!known && movement !== 'elsewhere')) return 'MERGE_BASE';
  return ruling.assay.outcome === 'pass' ? null : 'MERGE_UNAPPROVED';
}
