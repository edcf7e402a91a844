/** What a decision about a merge group may know: the queue's word on who is in it, and each of these changes as it is judged now. */
import type { CommitShape, GroupSnapshot, QueueEntry } from '../../core/ports/github.ts';
import type { SubjectKey } from '../../core/subject.ts';
import type { Movement } from '../change/binding.ts';
import type { ChangeFacts } from '../change/facts.ts';
import type { ChangeRuling } from '../../core/ruling.ts';

/** `change`: null where the pull request is gone. `commit`: what the queue made of it. */
export interface Member {
  entry: QueueEntry;
  commit: CommitShape | null;
  change: { facts: ChangeFacts; ruling: ChangeRuling } | null;
  /** How what it is merged into here differs from what its evidence is bound to; null: nothing is bound. */
  movement: Movement | null;
}

export interface GroupFacts {
  key: SubjectKey;
  now: number;
  group: GroupSnapshot;
  /** From the branch's tip upwards; empty where the queue knows no such commit. */
  members: Member[];
  /** The branch holds the commit already. */
  landed: boolean;
  /** Somebody was found in it before. */
  wasKnown: boolean;
  policyDigest: string;
  statusUrl: string;
}
