/** The closed list of things Assay does. A decision is a list of steps; each is idempotent: read, compare, write the difference. */
import type { CheckRunWrite } from './ports/github.ts';
import type { Statement } from './ports/signer.ts';
import type { JobRow } from './ports/store.ts';
import type { JobInput } from './job.ts';
import type { SubjectKey } from './subject.ts';
import type { Patch } from './tree.ts';

/** A job's input without the trees: those are named by commit and fetched when the job starts. */
type WithoutTrees<J> = J extends { kind: infer K; input: infer I } ? { kind: K; input: Omit<I, 'base' | 'head'> } : never;
export type JobPlan = WithoutTrees<JobInput>;

/** `key` says what makes this job this job: the same subject, kind and key never run twice. `history`: also what each commit between the two added. */
export interface StartJob { step: 'start-job'; job: JobPlan; key: string; trees: { base: string; head?: string; history?: boolean } }
export interface CancelJobs { step: 'cancel-jobs' }
/** The one standing comment of a subject. */
export interface UpsertComment { step: 'upsert-comment'; issue: number; body: string }
/** One short answer to one comment, written once and never changed. */
export interface Reply { step: 'reply'; issue: number; to: number; body: string; reaction: '+1' | '-1' | 'eyes' | 'confused' | 'rocket' }
export interface SetCheck { step: 'set-check'; run: Omit<CheckRunWrite, 'externalId'> }
/** `note`: under which it is remembered, where the subject opens more than one; `requestedBy`: the account on whose word it is opened, whose approval then attests to itself. */
export interface OpenPullRequest { step: 'open-pull-request'; note?: string; requestedBy?: number; branch: string; base: string; parent: string; patch: Patch; title: string; body: string; message: string }
export interface Merge { step: 'merge'; pullRequest: number; headSha: string; title: string; message: string }
/** Into the merge queue of its base, where the base has one. `nodeId`: the change's. */
export interface Enqueue { step: 'enqueue'; nodeId: string; headSha: string }
export interface CloseIssue { step: 'close-issue'; issue: number; reason: 'completed' | 'not_planned' }
export interface SetLabels { step: 'set-labels'; issue: number; add: string[]; remove: string[] }
/** Remembers a small fact, e.g. what was published when; about this subject or the one named. `again`: that subject's next decision depends on it, so look again. */
/** `tell`: the other subjects whose decisions depend on it, looked at again when it changes. */
export interface PutNote { step: 'put-note'; name: string; value: unknown; about?: SubjectKey; again?: boolean; tell?: SubjectKey[] }
/** Signs a statement with the App's key, checks it with the verifier and keeps it under a note. */
export interface SignStatement { step: 'sign-statement'; note: string; statement: Statement; again?: boolean }
/** One line in the audit log; `once` names the fact, so that a repeat is recognised. `about`: what it is of, where that is not this subject. */
export interface AppendAudit { step: 'append-audit'; once: string; actor: string; action: string; detail: Record<string, unknown>; about?: string }
/** The starts and ends of these jobs of the subject, with what they cost, into the audit log. */
export interface AuditJobs { step: 'audit-jobs'; jobs: readonly JobRow[] }

/** Calls of ended work that nobody settled, counted at what was reserved for them. */
export interface WriteOff { step: 'write-off'; calls: { id: string; reserved: number }[] }

export type Step =
  | StartJob | CancelJobs | UpsertComment | Reply | SetCheck | OpenPullRequest | Merge | Enqueue | CloseIssue | SetLabels | PutNote
  | SignStatement | AppendAudit | AuditJobs | WriteOff;

/** What a step did. Running a decision twice answers only `unchanged`. */
export type StepResult = 'created' | 'updated' | 'unchanged';
