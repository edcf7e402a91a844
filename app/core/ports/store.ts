/**
 * State behind one port; one conformance suite (test/conformance/store.ts), two drivers. Times are milliseconds since the epoch by the
 * store's own clock. Every method either took effect durably when its promise resolves, or throws STORE_UNAVAILABLE | STORE_LOCKED | STORE_FULL.
 */
import type { SubjectKey, ShaKey } from '../subject.ts';
import type { JobInput, JobAnswer, JobKind } from '../job.ts';
import type { Problem } from '../errors.ts';
import type { MicroUsd } from '../money.ts';

export interface RepositoryRef {
  id: number;
  owner: string;
  name: string;
  installationId: number;
}

/** A webhook as received: the exact body bytes are kept, its GUID makes a replay one row. */
export interface Delivery {
  guid: string;
  event: string;
  action: string | null;
  body: string;
  receivedAt: number;
}

/** What a delivery does besides being stored: which subjects to look at, which repository they are in, which comment it carries. */
export interface DeliveryEffects {
  marks: (SubjectKey | ShaKey)[];
  repository: RepositoryRef | null;
  comment: CommentEvent | null;
  /** Repositories an installation lost or that were suspended: their subjects are parked until it returns. */
  installation: { id: number; state: 'active' | 'suspended' | 'deleted' } | null;
  /** Subjects marked only where the store knows them already: an issue that may have been an intent. */
  known?: SubjectKey[];
  /** Repository ids whose open subjects are all marked: the default branch moved, protection or permissions changed. */
  openOf?: number[];
  /** Repositories that came within reach, or that were archived, deleted or taken away: then their subjects are parked until they return. */
  repositories?: { repository: RepositoryRef; gone: boolean }[];
  /** Jobs handed away whose ticket has one of these `wake` names are due now. */
  wakes?: string[];
  /** Which account put this commit on a branch, whatever the commit says of its author. */
  pushed?: { repositoryId: number; sha: string; account: number };
}

export interface CommentEvent {
  id: number;
  subject: SubjectKey;
  action: 'created' | 'edited' | 'deleted';
  authorId: number;
  authorLogin: string;
  authorType: string;
  viaApp: boolean;
  body: string;
  createdAt: number;
}

/** A comment as first delivered. `headSha` is the head that this subject had, as far as the store knew, when it arrived. */
export interface StoredComment {
  id: number;
  subject: SubjectKey;
  authorId: number;
  authorLogin: string;
  authorType: string;
  viaApp: boolean;
  body: string;
  headSha?: string | null;
  createdAt: number;
  receivedAt: number;
  editedAt: number | null;
  deletedAt: number | null;
}

/** Dirty means `generation > done`. */
export interface SubjectRow {
  key: SubjectKey;
  repository: RepositoryRef;
  generation: number;
  done: number;
  attempts: number;
  notBefore: number;
  parked: Problem | null;
  open: boolean;
  checkedAt: number;
}

/** A lease on one subject. `token` fences: every later call with a stale token answers false and changes nothing. */
export interface Claim {
  key: SubjectKey;
  repository: RepositoryRef;
  generation: number;
  attempts: number;
  token: string;
  leaseUntil: number;
}

export interface Queue {
  /** Marks a subject dirty; creates it where it is new (then `repository` is needed). */
  mark(key: SubjectKey, repository?: RepositoryRef): Promise<void>;
  /** The next due dirty subject, fair across installations, or null. Never two live claims of one subject. */
  claim(owner: string, leaseMs: number): Promise<Claim | null>;
  renew(claim: Claim, leaseMs: number): Promise<boolean>;
  /** Done up to the claimed generation; a mark during the run leaves it dirty. `lookAgainAt`: mark it dirty then. `open: false`: the sweep leaves it alone. */
  finish(claim: Claim, after: { lookAgainAt: number | null; open: boolean }): Promise<boolean>;
  /** Give up for now: dirty stays, attempts + 1 unless `free`, not before the time given. */
  defer(claim: Claim, options: { notBefore: number; problem: Problem; free?: boolean }): Promise<boolean>;
  /** Poison: out of the queue until marked by a newer event. */
  park(claim: Claim, problem: Problem): Promise<boolean>;
  /** Marks dirty every open subject not looked at since `before`, and every one whose lookAgainAt has come; answers how many. */
  sweepDue(before: number): Promise<number>;
  /** Drops this process's own leases at start-up and at drain. */
  releaseOwned(owner: string): Promise<number>;
  subject(key: SubjectKey): Promise<SubjectRow | null>;
  subjects(filter: { open?: boolean; repositoryId?: number; parked?: boolean }): Promise<SubjectRow[]>;
  /** Remembers that a subject's head is this commit, for `sha:` marks. */
  linkSha(repositoryId: number, sha: string, key: SubjectKey): Promise<void>;
  subjectsOfSha(repositoryId: number, sha: string): Promise<SubjectKey[]>;
}

export interface Inbox {
  /** Stores the delivery, marks its subjects and records its comment in one transaction. `replay`: the GUID was known, nothing changed. */
  putDelivery(delivery: Delivery, effects: DeliveryEffects): Promise<'stored' | 'replay'>;
  knownDeliveries(guids: string[]): Promise<Set<string>>;
  /** Empties the bodies of at most `limit` deliveries received before that time; their GUIDs stay known. Answers how many. */
  emptyBodies(before: number, limit: number): Promise<number>;
  comments(subject: SubjectKey): Promise<StoredComment[]>;
  /** The accounts that pushed any of these commits, as far as events told. */
  pushers(repositoryId: number, shas: readonly string[]): Promise<number[]>;
}

export interface Limiter {
  /** Takes `cost` points from a bucket of `perMinute`; 0, or the milliseconds to wait first. Shared by all replicas. */
  limiterTake(bucket: string, cost: number, perMinute: number): Promise<number>;
}

/**
 * Where a job that was handed away goes on. `wake` names the event that may mean its end, `deadlineAt` when it is given up, `where` the page on which
 * a person sees it; `run` is what its executor needs to find it again, after a restart too, as JSON.
 */
export interface JobTicket {
  wake: string;
  deadlineAt: number;
  where: string;
  run: unknown;
}

export interface JobRow {
  /** Digest of subject, kind and input: starting the same work twice is one row. */
  id: string;
  subject: SubjectKey;
  kind: JobKind;
  input: JobInput;
  state: 'queued' | 'running' | 'done' | 'cancelled';
  attempts: number;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  answer: JobAnswer | null;
  /** Set while the work goes on elsewhere; a claim then only looks, and is not counted as an attempt. */
  ticket: JobTicket | null;
}

export interface Jobs {
  startJob(row: { id: string; subject: SubjectKey; input: JobInput }): Promise<'created' | 'unchanged'>;
  /** The oldest queued job, or a running one whose lease ran out. Answers `attempts` after counting this one. */
  claimJob(owner: string, leaseMs: number): Promise<JobRow | null>;
  renewJob(id: string, owner: string, leaseMs: number): Promise<boolean>;
  /** Lets go of a running job until then, or until an event wakes its ticket; an event during the claim counts. False where the lease was lost or the job cancelled. */
  waitJob(id: string, owner: string, wait: { ticket: JobTicket | null; until: number }): Promise<boolean>;
  /** Stores the answer and marks the subject dirty in one transaction. False where the lease was lost or the job cancelled. */
  finishJob(id: string, owner: string, answer: JobAnswer): Promise<boolean>;
  cancelJobs(subject: SubjectKey): Promise<number>;
  /** Hands out the ticket of a cancelled job, each once: the work that nobody waits for any more. */
  takeAbandoned(): Promise<{ job: string; subject: SubjectKey; ticket: JobTicket } | null>;
  job(id: string): Promise<JobRow | null>;
  jobsOf(subject: SubjectKey): Promise<JobRow[]>;
}

/** What a job's last run left for the next one (`Progress`). It goes with the job's answer, in the same step, and stays where the job was cancelled. */
export interface JobProgress {
  jobProgress(job: string): Promise<string | null>;
  /** False, and nothing is kept, where the job does not run. */
  putJobProgress(job: string, text: string): Promise<boolean>;
}

/** Small documents that Assay keeps about a subject, e.g. what it published. Values are JSON. */
export interface Notes {
  note(subject: SubjectKey, name: string): Promise<unknown>;
  putNote(subject: SubjectKey, name: string, value: unknown): Promise<void>;
  notes(subject: SubjectKey): Promise<Record<string, unknown>>;
}

export interface LedgerEntry {
  id: string;
  project: SubjectKey;
  job: string;
  role: string;
  family: string;
  model: string;
  reserved: MicroUsd;
  settled: MicroUsd | null;
  usage: { inputTokens: number; outputTokens: number; cacheReadTokens: number; cacheWriteTokens: number } | null;
  priceVersion: string;
  createdAt: number;
  settledAt: number | null;
}

/** Reserve the worst case, call, settle. An unsettled reservation counts in full for ever: a crash can only under-spend. */
export interface Ledger {
  /** One ACID step: `sum(settled or reserved) + amount <= cap`, else null and nothing is written. `cap` is per project. */
  reserve(entry: Omit<LedgerEntry, 'settled' | 'settledAt' | 'usage' | 'createdAt'>, cap: MicroUsd): Promise<LedgerEntry | null>;
  settle(id: string, actual: MicroUsd, usage: NonNullable<LedgerEntry['usage']>): Promise<void>;
  /** Nothing was spent, provably: the vendor refused before any token. */
  release(id: string): Promise<void>;
  spent(project: SubjectKey): Promise<{ committed: MicroUsd; settled: MicroUsd; calls: number }>;
  entries(filter: { project?: SubjectKey; job?: string }): Promise<LedgerEntry[]>;
}

export interface AuditEntry {
  /** Absent in entries of the first version, whose detail is hashed as it is. */
  version?: 2;
  index: number;
  at: number;
  /** Who: an account's number, or `assay`. A name of a person belongs in the detail. */
  actor: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
  /** Per field of the detail, 128 random bits as hex. */
  salts?: Record<string, string> | undefined;
  /** What stands for the fields that were taken away. */
  redacted?: Record<string, string> | undefined;
  previous: string;
  /** As `core/audit.ts` says. */
  hash: string;
}

export type NewAuditEntry = Pick<AuditEntry, 'actor' | 'action' | 'subject' | 'detail'>;

/** Append-only and hash-chained; an entry is never updated nor deleted, and what looks like a secret never gets in. */
export interface AuditLog {
  append(entry: NewAuditEntry): Promise<AuditEntry>;
  /** The same for a fact that is recorded once per subject, in one transaction with the memory of it: a crash leaves both or neither. */
  appendOnce(once: string, entry: NewAuditEntry): Promise<'created' | 'unchanged'>;
  auditEntries(from: number, limit: number): Promise<AuditEntry[]>;
  /** All entries about this subject with this action, the oldest first. */
  auditEntriesOf(subject: string, action: string): Promise<AuditEntry[]>;
  /** Forgets the values of these fields of one entry's detail for good, and records who did it and why. Answers the names of those that were there. */
  redactAudit(what: { index: number; fields: string[]; actor: string; reason: string }): Promise<string[]>;
}

/** A signed statement of what the audit log held at some time. */
export interface StoredCheckpoint {
  /** How many entries. */
  size: number;
  /** Root of the Merkle tree over their hashes, as hex. */
  root: string;
  /** Hash of the last entry. */
  head: string;
  at: number;
  /** A signed note, as other logs publish it. */
  note: string;
  /** The same as a signed statement: a Sigstore bundle. */
  bundle: unknown;
  /** From which the tree is taken up again, as hex. */
  frontier: string[];
  /** A witness has signed it too. */
  witnessed: boolean;
}

/** Where a checkpoint stands in a repository. */
export interface StoredAnchor { repositoryId: number; size: number; commit: string; at: number }

export interface Checkpoints {
  /** Never smaller than the last one; one of the same size changes nothing. */
  putCheckpoint(checkpoint: StoredCheckpoint): Promise<'created' | 'unchanged'>;
  /** Of at least this size, the smallest first. */
  checkpoints(fromSize: number, limit: number): Promise<StoredCheckpoint[]>;
  lastCheckpoint(filter?: { witnessed: true }): Promise<StoredCheckpoint | null>;
  putAnchor(anchor: StoredAnchor): Promise<void>;
  /** The largest one. */
  anchor(repositoryId: number): Promise<StoredAnchor | null>;
}

/** A WebAuthn credential of one GitHub account. `id` and `publicKey` (COSE) are base64url. */
export interface StoredPasskey {
  id: string;
  account: number;
  publicKey: string;
  /** The authenticator's count of signatures; 0 for ever where it keeps none. */
  counter: number;
  /** As its owner calls it. */
  name: string;
  createdAt: number;
  /** Before this it signs nothing: it was added without another one's word. */
  usableAt: number;
  usedAt: number | null;
  removedAt: number | null;
}

export interface Passkeys {
  /** `unchanged`: this id is bound already, to whomever, and stays bound. */
  addPasskey(passkey: Omit<StoredPasskey, 'usedAt' | 'removedAt'>): Promise<'created' | 'unchanged'>;
  /** All that this account ever had, the oldest first. */
  passkeys(account: number): Promise<StoredPasskey[]>;
  /** Takes the count of one signature. False where it did not grow (a copy of the authenticator, or the same signature again), or the passkey is removed or another account's. */
  usePasskey(use: { id: string; account: number; counter: number; at: number }): Promise<boolean>;
  /** False where there is nothing to remove. */
  removePasskey(which: { id: string; account: number; at: number }): Promise<boolean>;
}

/** What is handed out to be taken once, such as a challenge; values are JSON. Every replica takes what any handed out, and a restart loses none. */
export interface Tickets {
  /** `until`: milliseconds since the epoch; `most`: so many are kept, and the one that runs out first makes room. */
  putTicket(name: string, value: unknown, terms: { until: number; most: number }): Promise<void>;
  /** Null where it was never there, is taken or has run out. Whoever asks, it is gone after that. */
  takeTicket(name: string): Promise<unknown>;
}

/** What signed evidence was used for, remembered for good: shown for another use again, it is a replay. */
export interface Replays {
  /** Answers the use that this payload (SHA-256) has: the first one ever given stays, whoever asks at once and after whichever restart. */
  firstUse(payloadSha256: string, use: string): Promise<string>;
}

/** One logged model call; prompt and answer are stored redacted. */
export interface PromptLogEntry {
  id: string;
  job: string;
  role: string;
  family: string;
  requestedModel: string;
  answeredModel: string | null;
  temperature: number;
  promptSha256: string;
  contextSha256: string | null;
  tools: string[];
  prompt: string;
  answer: string | null;
  problem: Problem | null;
  traceId: string;
  ledgerId: string | null;
  at: number;
  ms: number;
}

export interface PromptLog {
  logPrompt(entry: PromptLogEntry): Promise<void>;
  prompts(filter: { job?: string }): Promise<PromptLogEntry[]>;
  /** The digest (SHA-256, hex) of each prompt of one job as it was sent, the oldest first. */
  promptDigests(job: string): Promise<string[]>;
}

export interface Store extends Inbox, Queue, Limiter, Jobs, JobProgress, Notes, Ledger, AuditLog, Checkpoints, Passkeys, Tickets, Replays, PromptLog {
  stats(): Promise<{ deliveries: number; dirty: number; parked: number; jobsQueued: number; jobsRunning: number }>;
  close(): Promise<void>;
}
