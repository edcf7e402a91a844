/** GitHub as Assay needs it: snapshots to read, small acts to write. One instance per installation. */
import type { RepositoryRef } from './store.ts';
import type { Tree, Patch } from '../tree.ts';
import type { Conclusion } from '../verdict.ts';
import type { WorkflowRuns } from './workflow-runs.ts';

export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface Actor {
  id: number;
  login: string;
  type: 'User' | 'Bot' | 'Organization' | 'Mannequin';
}

export interface CommentSnapshot {
  id: number;
  author: Actor | null;
  body: string;
  createdAt: number;
  lastEditedAt: number | null;
  viaApp: boolean;
}

/** What Assay reads of `.github/assay.yml` on the default branch, by blob. */
export interface ConfigBlob {
  sha: string;
  text: string;
}

export interface RepositorySnapshot {
  id: number;
  owner: string;
  name: string;
  private: boolean;
  archived: boolean;
  defaultBranch: string;
  defaultSha: string;
  config: ConfigBlob | null;
  /** The files of the waivers' folder on the default branch; one that could not be read whole has an empty text. */
  waivers: { path: string; text: string }[];
}

export interface IntentSnapshot {
  repository: RepositorySnapshot;
  number: number;
  nodeId: string;
  title: string;
  body: string;
  lastEditedAt: number | null;
  state: 'open' | 'closed';
  author: Actor | null;
  labels: string[];
  /** Who put the `intent` label on, and when; null where it is not there or nobody can be told. */
  labelledBy: Actor | null;
  comments: CommentSnapshot[];
}

export interface CheckRunSnapshot {
  id: number;
  name: string;
  appId: number;
  headSha: string;
  status: 'queued' | 'in_progress' | 'completed' | string;
  conclusion: string | null;
  externalId: string;
}

/** A commit by what it is made of. */
export interface CommitShape {
  sha: string;
  tree: string;
  parents: string[];
}

export interface ChangeSnapshot {
  repository: RepositorySnapshot;
  number: number;
  nodeId: string;
  title: string;
  body: string;
  state: 'open' | 'closed' | 'merged';
  draft: boolean;
  author: Actor | null;
  /** From another repository. */
  fork: boolean;
  headRef: string;
  headSha: string;
  baseRef: string;
  /** The base branch's tip now, not at the time the pull request was opened. */
  baseSha: string;
  mergeable: 'mergeable' | 'conflicting' | 'unknown';
  mergeSha: string | null;
  /** Null while GitHub's list of commits lags behind the head. */
  headTree: string | null;
  /** The merge into base that GitHub last tried; its parents say of which commits, and they may be old ones. */
  testMerge: CommitShape | null;
  /** The commit by which it was merged. */
  merged: CommitShape | null;
  /** Its base is merged into by a queue alone; `entered`: it waits there; `head`: the commit that the queue made of it. */
  queue: { entered: boolean; head: string | null } | null;
  labels: string[];
  comments: CommentSnapshot[];
  /** Check runs on the head by this App. */
  checkRuns: CheckRunSnapshot[];
  /** Other open pull requests with the same head. */
  sameHead: number[];
  pushers: Actor[];
  /** All commits of base..head, whichever parent they came by. */
  commits?: string[];
  /** Commits with an author that no account answers for: nobody can say that these people did not approve their own work. */
  unattributed?: string[];
}

/** One pull request that waits in a merge queue. `head`: the commit that the queue made of it, on top of `base`; null until it has. */
export interface QueueEntry {
  pullRequest: number;
  head: string | null;
  base: string | null;
}

/** A commit that a merge queue asks to be checked. */
export interface GroupSnapshot {
  repository: RepositoryRef;
  sha: string;
  branch: string;
  /** Null where there is no such commit. */
  commit: CommitShape | null;
  /** Tip of the branch; null where it is gone. */
  tip: string | null;
  /** All that wait in the queue of the branch, the first first; empty where it has none. */
  entries: QueueEntry[];
  /** Check runs on the commit by this App. */
  checkRuns: CheckRunSnapshot[];
}

export interface ChangedFile {
  path: string;
  previousPath: string | null;
  status: 'added' | 'modified' | 'removed' | 'renamed' | 'changed' | 'unchanged' | 'copied';
}

export interface Annotation {
  path: string;
  startLine: number;
  endLine: number;
  level: 'notice' | 'warning' | 'failure';
  title: string;
  message: string;
}

export interface CheckRunWrite {
  name: string;
  headSha: string;
  externalId: string;
  status: 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  title: string;
  summary: string;
  text?: string;
  detailsUrl?: string;
  /** Written in batches of 50; the caller caps the list. */
  annotations: Annotation[];
  actions?: { label: string; description: string; identifier: string }[];
}

export type MergeAnswer =
  | { merged: true; sha: string }
  | { merged: false; status: number; message: string };

export interface GitHub {
  /** Null where the issue is gone or is a pull request. */
  intent(repository: RepositoryRef, issue: number): Promise<IntentSnapshot | null>;
  change(repository: RepositoryRef, pullRequest: number): Promise<ChangeSnapshot | null>;
  /** What the queue of a branch says of a commit. */
  group(repository: RepositoryRef, at: { sha: string; branch: string }): Promise<GroupSnapshot>;
  /** A commit by tree and parents; null where there is none. */
  commitShape(repository: RepositoryRef, sha: string): Promise<CommitShape | null>;
  /** What this account may do now; 'none' where GitHub does not know it. */
  permission(repository: RepositoryRef, login: string): Promise<Permission>;
  /** Files between merge base and head; throws FILE_LIST_TRUNCATED where GitHub does not give them all. */
  compare(repository: RepositoryRef, base: string, head: string): Promise<{ mergeBase: string; files: ChangedFile[] }>;
  /** Commits of head that base does not have, oldest first; throws COMMITS_TOO_MANY over the cap. */
  commits(repository: RepositoryRef, base: string, head: string): Promise<{ sha: string; parents: string[] }[]>;
  /** All files at a commit, immutable and cached; throws TREE_TOO_LARGE over the cap. */
  tree(repository: RepositoryRef, sha: string): Promise<Tree>;
  /** Path → mode and object name of every file at a commit, submodules too; throws TREE_TOO_LARGE over the cap. */
  listing(repository: RepositoryRef, sha: string): Promise<Record<string, string>>;
  openIssues(repository: RepositoryRef, label: string): Promise<number[]>;
  openChanges(repository: RepositoryRef): Promise<number[]>;

  createComment(repository: RepositoryRef, issue: number, body: string): Promise<{ id: number }>;
  updateComment(repository: RepositoryRef, id: number, body: string): Promise<void>;
  react(repository: RepositoryRef, comment: number, content: '+1' | '-1' | 'eyes' | 'confused' | 'rocket'): Promise<void>;
  createCheckRun(repository: RepositoryRef, run: CheckRunWrite): Promise<{ id: number }>;
  updateCheckRun(repository: RepositoryRef, id: number, run: CheckRunWrite): Promise<void>;
  /** One commit on a new or moved branch, from the base commit and a patch. */
  commit(repository: RepositoryRef, options: { branch: string; parent: string; patch: Patch; message: string }): Promise<{ sha: string }>;
  branchSha(repository: RepositoryRef, branch: string): Promise<string | null>;
  /** Where a ref that is no branch points, and what that commit says; null where there is no such ref. `name` without `refs/`. */
  readRef(repository: RepositoryRef, name: string): Promise<{ sha: string; message: string } | null>;
  /** One commit of these files alone, and the ref on it: made where it `isNew`, else moved forward or not at all. */
  extendRef(repository: RepositoryRef, to: { name: string; isNew: boolean; parents: string[]; files: Record<string, string>; message: string }): Promise<{ sha: string }>;
  openPullRequest(repository: RepositoryRef, options: { head: string; base: string; title: string; body: string }): Promise<{ number: number }>;
  findPullRequest(repository: RepositoryRef, head: string): Promise<number | null>;
  merge(repository: RepositoryRef, pullRequest: number, options: { headSha: string; title: string; message: string }): Promise<MergeAnswer>;
  /** Into the queue of its base, with exactly this head or not at all. `nodeId`: the change's. */
  enqueue(repository: RepositoryRef, options: { nodeId: string; headSha: string }): Promise<{ entered: true } | { entered: false; status: number; message: string }>;
  closeIssue(repository: RepositoryRef, issue: number, reason: 'completed' | 'not_planned'): Promise<void>;
  setLabels(repository: RepositoryRef, issue: number, add: string[], remove: string[]): Promise<void>;
}

/** Deliveries as the App endpoint lists them, for the gap poll. Their ids have outgrown 53 bits. */
export interface AppDeliveries {
  list(since: number): Promise<{ id: number | bigint; guid: string; deliveredAt: number; status: string; event: string }[]>;
  redeliver(id: number | bigint): Promise<void>;
}

export interface GitHubApp {
  readonly appId: number;
  /** The slug's bot login, `name[bot]`. */
  botLogin(): Promise<string>;
  installation(id: number): Promise<GitHub>;
  workflowRuns(installationId: number): Promise<WorkflowRuns>;
  installations(): Promise<{ id: number; account: string }[]>;
  repositories(installationId: number): Promise<RepositoryRef[]>;
  deliveries: AppDeliveries;
}

/** An error from GitHub that says when to come back; the loop defers the subject until then, without counting an attempt. */
export interface RetryLater {
  code: 'GITHUB_LIMIT' | 'GITHUB_UNAVAILABLE' | 'GITHUB_SUSPENDED' | 'GITHUB_GONE' | 'GITHUB_STALE_READ';
  notBefore: number;
}
