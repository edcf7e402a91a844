/**
 * The rows of emulate's GitHub store that the stand-in reads and writes, as TypeScript sees them.
 * emulate ships no types for its internals; `emulate.ts` checks at start that the collections named here exist.
 */
export interface Row {
  id: number;
  node_id: string;
  created_at: string;
  updated_at: string;
}

export interface UserRow extends Row {
  login: string;
  type: 'User' | 'Bot' | 'Organization';
  site_admin: boolean;
  name: string | null;
  email: string | null;
}

export interface OrgRow extends Row {
  login: string;
  description: string | null;
  default_repository_permission: string;
}

export interface TeamRow extends Row { org_id: number; slug: string; name: string; permission: string }
export interface TeamMemberRow extends Row { team_id: number; user_id: number; role: 'member' | 'maintainer' }
export interface CollaboratorRow extends Row { repo_id: number; user_id: number; permission: string }

export interface RepoRow extends Row {
  name: string;
  full_name: string;
  owner_id: number;
  owner_type: 'User' | 'Organization';
  private: boolean;
  description: string | null;
  fork: boolean;
  forked_from_id: number | null;
  default_branch: string;
  archived: boolean;
  open_issues_count: number;
  pushed_at: string | null;
  allow_squash_merge: boolean;
  allow_merge_commit: boolean;
  allow_rebase_merge: boolean;
  allow_auto_merge: boolean;
  delete_branch_on_merge: boolean;
  homepage: string | null;
  language: string | null;
  size: number;
  topics: string[];
  has_issues: boolean;
}

export interface IssueRow extends Row {
  number: number;
  repo_id: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  state_reason: string | null;
  locked: boolean;
  active_lock_reason: string | null;
  user_id: number;
  assignee_ids: number[];
  label_ids: number[];
  milestone_id: number | null;
  comments: number;
  closed_at: string | null;
  closed_by_id: number | null;
  is_pull_request: boolean;
  /** Ours: when the title or the body was last edited by hand; emulate keeps no such thing. */
  last_edited_at?: string;
}

export interface PullRow extends Row {
  number: number;
  repo_id: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  locked: boolean;
  user_id: number;
  assignee_ids: number[];
  label_ids: number[];
  head_ref: string;
  head_sha: string;
  head_repo_id: number;
  base_ref: string;
  base_sha: string;
  base_repo_id: number;
  merged: boolean;
  merged_at: string | null;
  merged_by_id: number | null;
  merge_commit_sha: string | null;
  draft: boolean;
  comments: number;
  review_comments: number;
  closed_at: string | null;
  requested_reviewer_ids: number[];
  requested_team_ids: number[];
  milestone_id: number | null;
  last_edited_at?: string;
}

export interface LabelRow extends Row { repo_id: number; name: string; description: string | null; color: string; default: boolean }

export interface CommentRow extends Row {
  repo_id: number;
  issue_number: number | null;
  pull_number: number | null;
  commit_sha: string | null;
  body: string;
  user_id: number;
  comment_type: 'issue' | 'review' | 'commit';
  in_reply_to_id: number | null;
  path: string | null;
  position: number | null;
  line: number | null;
  side: string | null;
  subject_type: string | null;
  review_id: number | null;
  last_edited_at?: string;
  /** Ours: the App whose installation wrote it. */
  via_app_id?: number;
}

export interface ReviewRow extends Row {
  repo_id: number;
  pull_number: number;
  user_id: number;
  body: string | null;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING' | 'DISMISSED';
  commit_id: string;
  submitted_at: string | null;
}

export interface IssueEventRow extends Row {
  repo_id: number;
  issue_number: number;
  event: string;
  actor_id: number;
  commit_id: string | null;
  commit_url: string | null;
  label_name: string | null;
  assignee_id: number | null;
  milestone_title: string | null;
  rename: unknown;
  /** Ours, of head_ref_force_pushed. */
  before_sha?: string;
  after_sha?: string;
}

export interface BranchRow extends Row { repo_id: number; name: string; sha: string; protected: boolean }
export interface RefRow extends Row { repo_id: number; ref: string; sha: string }

export interface ProtectionRow extends Row {
  repo_id: number;
  branch_name: string;
  required_status_checks: { strict: boolean; contexts: string[]; checks: { context: string; app_id: number | null }[] } | null;
  enforce_admins: boolean;
  required_pull_request_reviews: {
    required_approving_review_count: number;
    dismiss_stale_reviews: boolean;
    require_code_owner_reviews: boolean;
  } | null;
  restrictions: { users: string[]; teams: string[] } | null;
  required_linear_history: boolean;
  allow_force_pushes: boolean;
  allow_deletions: boolean;
  required_signatures: boolean;
}

export interface CommitRow extends Row {
  repo_id: number;
  sha: string;
  message: string;
  author_name: string;
  author_email: string;
  author_date: string;
  committer_name: string;
  committer_email: string;
  committer_date: string;
  tree_sha: string;
  parent_shas: string[];
  user_id: number | null;
}

export interface TreeEntry { path: string; mode: string; type: 'blob' | 'tree' | 'commit'; sha: string; size?: number }
export interface TreeRow extends Row { repo_id: number; sha: string; tree: TreeEntry[] }
export interface BlobRow extends Row { repo_id: number; sha: string; content: string; encoding: 'utf-8' | 'base64'; size: number }

export interface AnnotationRow {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: string;
  title: string | null;
  message: string;
  raw_details: string | null;
}

export interface CheckRunRow extends Row {
  repo_id: number;
  head_sha: string;
  name: string;
  status: string;
  conclusion: string | null;
  started_at: string | null;
  completed_at: string | null;
  external_id: string;
  details_url: string | null;
  actions: { label: string; description: string; identifier: string }[] | null;
  output: { title: string | null; summary: string | null; text: string | null; annotations_count: number; annotations: AnnotationRow[] };
  check_suite_id: number;
  app_id: number;
}

export interface CheckSuiteRow extends Row {
  repo_id: number;
  head_branch: string | null;
  head_sha: string;
  status: string;
  conclusion: string | null;
  before: string;
  after: string;
  app_id: number | null;
}

export interface AppRow extends Row {
  app_id: number;
  slug: string;
  name: string;
  private_key: string;
  permissions: Record<string, string>;
  events: string[];
  webhook_url: string | null;
  webhook_secret: string | null;
  description: string | null;
}

export interface InstallationRow extends Row {
  installation_id: number;
  app_id: number;
  account_type: 'User' | 'Organization';
  account_id: number;
  account_login: string;
  repository_selection: 'all' | 'selected';
  repository_ids: number[];
  permissions: Record<string, string>;
  events: string[];
  suspended_at: string | null;
}
