/** When the audit log is sealed, and what becomes of a checkpoint in a repository. Pure: what is there was read before, what follows is written by a step. */

/** Whichever comes first, counted from the last checkpoint. */
export interface SealPace { entries: number; ms: number }

/** Times are milliseconds since the epoch. */
export interface SealFacts {
  /** When the last checkpoint was made; 0 where there is none. */
  sealedAt: number;
  /** When the first entry after it came; null where none did. */
  firstAt: number | null;
  /** Whether as many entries came as the pace names. */
  enough: boolean;
  now: number;
}

export function sealIsDue({ sealedAt, firstAt, enough, now }: SealFacts, pace: SealPace): boolean {
  if (firstAt === null) return false;
  return enough || now - Math.max(firstAt, sealedAt) >= pace.ms;
}

export interface AnchorFacts {
  /** How many entries the checkpoint is of. */
  size: number;
  /** What was anchored here before; null: nothing. */
  last: { size: number; commit: string } | null;
  /** The ref as it is now, and the size of the checkpoint of this log that it holds; null where it holds none. */
  tip: { sha: string; size: number | null } | null;
}

export type AnchorRuling =
  | { act: 'nothing' }
  /** It stands there already, and only our note of it is missing. */
  | { act: 'note'; commit: string }
  /** `moved`: the ref is not where it was left, which is to be recorded. */
  | { act: 'extend'; isNew: boolean; parents: string[]; moved: { expected: string; found: string | null; size: number } | null };

export function ruleAnchor({ size, last, tip }: AnchorFacts): AnchorRuling {
  if (last && last.size >= size) return { act: 'nothing' };
  if (tip?.size === size) return { act: 'note', commit: tip.sha };
  const moved = last && tip?.sha !== last.commit ? { expected: last.commit, found: tip?.sha ?? null, size: last.size } : null;
  // Both, so that nothing that ever was on the ref is lost.
  const parents = [...new Set([tip?.sha, last?.commit].filter((sha) => sha !== undefined))];
  return { act: 'extend', isNew: tip === null, parents, moved };
}
