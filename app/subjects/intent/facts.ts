/** Everything a decision about an intent may know. */
import { z } from 'zod';
import { Spec } from '../../core/spec.ts';
import type { CommandEffects, Grant } from '../../core/command-effects.ts';
import type { CommandFact } from '../../core/command-fact.ts';
import type { Config } from '../../core/config.ts';
import type { Problem } from '../../core/errors.ts';
import type { Family } from '../../core/family.ts';
import type { MicroUsd } from '../../core/money.ts';
import type { IntentSnapshot, Permission } from '../../core/ports/github.ts';
import type { JobRow } from '../../core/ports/store.ts';
import type { PresenceNote } from '../../core/presence.ts';
import type { SubjectKey } from '../../core/subject.ts';
import type { RecordNote } from './record.ts';
import type { Week } from '../finops.ts';

export interface Budget {
  /** Settled and reserved so far; reserved counts in full. */
  committed: MicroUsd;
  settled: MicroUsd;
  calls: number;
  /** In and out, of all its calls. */
  tokens: number;
  /** What may be spent now: the first grant, or what `/budget` raised it to, never over the project's cap. */
  grant: MicroUsd;
  cap: MicroUsd;
  project: SubjectKey;
  /** The newest `/budget`, to be remembered with the project. */
  asked: Grant | null;
}

/** What was read when planning began: an edited issue is another text and needs another plan. */
export const PlanNote = z.object({ textDigest: z.string(), baseSha: z.string() });
export type PlanNote = z.infer<typeof PlanNote>;

/** The spec as shown to a human, and since when. */
export const PublishedNote = z.object({ digest: z.string(), at: z.number() });
export type PublishedNote = z.infer<typeof PublishedNote>;

/** The spec that was approved: what later changes to the same surface are judged by. */
export const ApprovedNote = z.object({ digest: z.string(), spec: Spec, baseSha: z.string(), class: z.string() });
export type ApprovedNote = z.infer<typeof ApprovedNote>;

export interface IntentFacts {
  key: SubjectKey;
  now: number;
  issue: IntentSnapshot;
  authorPermission: Permission;
  labellerPermission: Permission;
  textDigest: string;
  config: Config;
  configProblem: Problem | null;
  /** The configuration as it is now, where it is good: remembered for the day it is not. */
  lastGood: { sha: string; text: string } | null;
  commands: CommandFact[];
  effects: CommandEffects;
  jobs: JobRow[];
  plan: PlanNote | null;
  published: PublishedNote | null;
  approved: ApprovedNote | null;
  /** What passkeys signed on this intent, for whatever spec. */
  presences: PresenceNote[];
  budget: Budget;
  /** Money of all projects in the last seven days. */
  week: Week;
  pullRequest: { number: number; headSha: string; state: 'open' | 'closed' | 'merged'; mergeSha: string | null } | null;
  /** Families with a key here, in the order in which they are asked. */
  families: Family[];
  /** What building the present spec will cost and take; null while there is no spec. */
  forecast: { expected: MicroUsd; minutes: number } | null;
  /** The families' record of this repository; null before the first round with a winner. */
  record?: RecordNote | null;
  statusUrl: string;
}
