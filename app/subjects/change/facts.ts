/** Everything a decision about a change may know, verdicts for this head only. */
import { z } from 'zod';
import type { CommandEffects } from '../../core/command-effects.ts';
import type { CommandFact } from '../../core/command-fact.ts';
import type { ConsensusResult } from '../../core/candidate.ts';
import type { Config } from '../../core/config.ts';
import type { Problem } from '../../core/errors.ts';
import type { Family } from '../../core/family.ts';
import type { AuditOutput } from '../../core/job.ts';
import type { Executor } from '../../core/ports/executor.ts';
import type { Actor, ChangedFile, ChangeSnapshot, Permission } from '../../core/ports/github.ts';
import type { JobRow } from '../../core/ports/store.ts';
import type { PresenceNote } from '../../core/presence.ts';
import type { SubjectKey } from '../../core/subject.ts';
import type { Waiver } from '../../core/waiver.ts';
import type { Week } from '../finops.ts';
import type { LedgerHistory } from '../ledger-history.ts';
import { outcomes, type Outcome } from '../../core/verdict.ts';
import type { MergeRefused } from '../../steps/merge.ts';
import type { SignedNote } from '../../steps/sign-statement.ts';
import type { ApprovedNote, Budget } from '../intent/facts.ts';
import type { BindingFacts } from './binding.ts';
import type { RebaseNote } from './rebase.ts';
import type { Supply } from './supply.ts';
import type { Traces } from './traces.ts';

/** Since when this head has been the head, as far as Assay has seen. */
export const HeadNote = z.object({ sha: z.string(), at: z.number() });
export type HeadNote = z.infer<typeof HeadNote>;

/** What `assay` last concluded, for other pull requests that share the head. */
export const VerdictNote = z.object({ headSha: z.string(), outcome: z.enum(outcomes) });
export type VerdictNote = z.infer<typeof VerdictNote>;

const ChangedFileShape = z.object({ path: z.string(), previousPath: z.string().nullable(), status: z.string() });
/** The files between merge base and head never change, so they are asked for once. */
export const FilesNote = z.object({ base: z.string(), head: z.string(), mergeBase: z.string(), files: z.array(ChangedFileShape) });
export type FilesNote = Omit<z.infer<typeof FilesNote>, 'files'> & { files: ChangedFile[] };

export type ChangeKind = 'code' | 'docs' | 'waiver' | 'config';

/** The intent that a change says it serves, and the spec a human approved for it. */
export interface LinkedIntent {
  key: SubjectKey;
  number: number;
  approved: ApprovedNote | null;
  authorId: number | null;
  /** How long the intent's own work has run. */
  workMs: number;
}

/** Set where this very head is the candidate that Assay committed: its consensus and audit are the intent's. */
export interface BuiltBy {
  consensus: ConsensusResult;
  audit: AuditOutput;
  auditedAt: number;
  winnerFamily: Family;
  /** Of each compared candidate the digests of the prompts that it was written with, as sent, in their order; one whose build is not on record is absent. */
  prompts: Record<string, string[]>;
}

export interface ChangeFacts {
  key: SubjectKey;
  now: number;
  change: ChangeSnapshot;
  authorPermission: Permission;
  config: Config;
  configProblem: Problem | null;
  lastGood: { sha: string; text: string } | null;
  commands: CommandFact[];
  effects: CommandEffects;
  files: FilesNote;
  kind: ChangeKind;
  /** What the evidence is bound to, and how the base has moved since. */
  binding: BindingFacts;
  /** Another head was approved before this one: what lies between them. */
  rebase: RebaseNote | null;
  /** Waivers of the default branch, and files there that are none. */
  waivers: { read: Waiver[]; broken: { path: string; why: string }[] };
  /** Pull requests that were opened for a comment here, by the comment. */
  proposed: Record<number, number>;
  /** Who asked Assay to open this change; null: nobody, or it was not Assay who opened it. */
  requestedBy: number | null;
  /** What the change makes easier to pass, a sentence each. */
  weakening: string[];
  jobs: JobRow[];
  intent: LinkedIntent | null;
  built: BuiltBy | null;
  head: HeadNote | null;
  manifest: SignedNote | null;
  /** What this head locks; null where the change is closed and nobody looked. */
  supply: Supply | null;
  /** Traces of the preview run; null where the configuration does not require them. */
  traces: Traces | null;
  mergeRefused: MergeRefused | null;
  /** Accounts that events name as having pushed commits of this change. */
  pushedBy: number[];
  /** What passkeys signed on this change, for whatever head. */
  presences: PresenceNote[];
  /** Other open pull requests with this head, and what `assay` last said of each for it. */
  others: { number: number; outcome: Outcome | null }[];
  budget: Budget;
  /** Money of all projects in the last seven days. */
  week: Week;
  /** What such work has cost before, and calls of ended work that nobody settled. */
  ledger: LedgerHistory;
  families: Family[];
  /** The App's own account, which opens the pull requests that Assay builds. */
  self: Pick<Actor, 'login'>;
  /** The policy that judges; part of the manifest, so that evidence under another policy is other evidence. */
  policyDigest: string;
  /** The locked tools and packages that the verdicts came from. */
  toolsDigest: string;
  registries: Record<string, string> | null;
  gitHubUrl: string;
  /** Where work runs: only a machine that is thrown away takes it from forks. */
  executor: Executor['name'];
  statusUrl: string;
}
