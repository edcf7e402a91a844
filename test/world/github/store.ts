/** emulate's in-memory collections as the stand-in uses them: typed rows behind insert, update, delete and two finders. */
import type {
  AppRow, BlobRow, BranchRow, CheckRunRow, CheckSuiteRow, CollaboratorRow, CommentRow, CommitRow, InstallationRow, IssueEventRow, IssueRow,
  LabelRow, OrgRow, ProtectionRow, PullRow, RefRow, RepoRow, ReviewRow, Row, TeamMemberRow, TeamRow, TreeRow, UserRow,
} from './rows.ts';

/** What a caller gives; `id` only where the stand-in chooses it itself. */
export type NewRow<T extends Row> = Omit<T, 'id' | 'created_at' | 'updated_at'> & { id?: number };

export interface Collection<T extends Row> {
  autoId: number;
  insert(data: NewRow<T>): T;
  get(id: number): T | undefined;
  findBy<K extends keyof T>(field: K, value: T[K]): T[];
  findOneBy<K extends keyof T>(field: K, value: T[K]): T | undefined;
  update(id: number, data: Partial<T>): T | undefined;
  delete(id: number): boolean;
  all(): T[];
}

export interface GitHubStore {
  users: Collection<UserRow>;
  orgs: Collection<OrgRow>;
  teams: Collection<TeamRow>;
  teamMembers: Collection<TeamMemberRow>;
  repos: Collection<RepoRow>;
  collaborators: Collection<CollaboratorRow>;
  issues: Collection<IssueRow>;
  pullRequests: Collection<PullRow>;
  labels: Collection<LabelRow>;
  comments: Collection<CommentRow>;
  reviews: Collection<ReviewRow>;
  issueEvents: Collection<IssueEventRow>;
  branches: Collection<BranchRow>;
  branchProtections: Collection<ProtectionRow>;
  refs: Collection<RefRow>;
  commits: Collection<CommitRow>;
  trees: Collection<TreeRow>;
  blobs: Collection<BlobRow>;
  checkRuns: Collection<CheckRunRow>;
  checkSuites: Collection<CheckSuiteRow>;
  apps: Collection<AppRow>;
  appInstallations: Collection<InstallationRow>;
}

/** Where each collection starts to count, so that no two kinds share a number (a user and an organisation never have the same id on GitHub). */
export const FIRST_ID: Record<keyof GitHubStore, number> = {
  users: 1001, orgs: 9001, teams: 11001, teamMembers: 1, repos: 70001, collaborators: 1, issues: 100001, pullRequests: 200001, labels: 250001,
  comments: 300001, reviews: 350001, issueEvents: 400001, branches: 1, branchProtections: 450001, refs: 1, commits: 1, trees: 1, blobs: 1,
  checkRuns: 500001, checkSuites: 600001, apps: 1, appInstallations: 1,
};

/** `0:User12` in base64, the way emulate writes node ids. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`0:${kind}${id}`).toString('base64').replace(/=+$/, '');
}
