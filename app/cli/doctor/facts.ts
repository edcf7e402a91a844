/** What the doctor knows. A question that could not be answered is a fact of its own, never a missing one. */
import type { Family } from '../../core/family.ts';
import type { SandboxGrade } from '../../core/ports/sandbox.ts';

export type Answer<T> = { known: true; value: T } | { known: false; status: number; why: string };

export interface AppFacts {
  id: number;
  slug: string;
  permissions: Record<string, string>;
  events: string[];
}

export interface RuleFacts {
  type: string;
  rulesetId: number;
  /** A ruleset may belong to the organization. */
  organization: boolean;
  checks: { context: string; appId: number | null }[];
}

export interface ProtectionFacts {
  checks: { context: string; appId: number | null }[];
  strict: boolean;
  enforceAdmins: boolean;
  forcePushes: boolean;
  /** Who may push without a pull request, as "user alice", "team core", "app bot". */
  bypass: string[];
}

export interface RulesetFacts {
  id: number;
  name: string;
  organization: boolean;
  enforcement: string;
  /** Null: GitHub hides them from whoever may not change the ruleset. */
  bypass: string[] | null;
}

export interface RepositoryFacts {
  name: string;
  installation: Answer<{ permissions: Record<string, string>; suspended: boolean }>;
  repository: Answer<{ private: boolean; archived: boolean; defaultBranch: string; allowAutoMerge: boolean | null }>;
  /** Null: there is no classic protection. */
  protection: Answer<ProtectionFacts | null>;
  rules: Answer<RuleFacts[]>;
  rulesets: Answer<RulesetFacts>[];
  actionsMayApprove: Answer<boolean>;
  /** What `approval.presence` of the configuration on the default branch asks for. */
  presence: Answer<'account' | 'passkey'>;
  /** Families that its configuration has built through their vendor's program. */
  cliBuilders: Answer<Family[]>;
  /** The workflow that the App dispatches, as it is on the default branch; null: this App dispatches none. */
  workflow: { path: string; found: Answer<'dispatchable' | 'not dispatchable' | 'missing'> } | null;
}

export interface DoctorFacts {
  /** Null: none are set. */
  app: Answer<AppFacts> | null;
  wanted: { permissions: Record<string, string>; events: string[] };
  pagesUrl: string;
  hook: Answer<{ url: string }>;
  deliveries: Answer<{ status: string; event: string; deliveredAt: number }[]>;
  repository: RepositoryFacts | null;
  /** People can sign in to the App at GitHub, as those who sign with a passkey must. */
  signIn: boolean;
  /** Null: this machine holds no store of an App. */
  evidenceKey: KeyFacts | null;
  /** Whether the service that keeps the key signs with it; null: no service keeps it. */
  keyService: { host: string; answer: Answer<{ keyId: string }> } | null;
  sandbox: SandboxGrade;
  /** Those that the server itself calls; version null: absent. */
  tools: { name: string; version: string | null; needed: boolean; install: string }[];
  /** Those of deps/tools.lock, each at its one version or not there. */
  locked: { name: string; version: string; installed: boolean; required: boolean; neededBy: string; install: string }[];
}

/** The key that signs evidence now, as the audit log on this machine tells it. */
export interface KeyFacts { keyId: string; since: number; retired: number; now: number }

export interface Diagnosis {
  outcome: 'ok' | 'problem' | 'unknown';
  severity: 'high' | 'low';
  code: string;
  /** One sentence. */
  words: string;
  /** The exact command that fixes a problem or answers what is unknown. */
  command: string | null;
}

export function ok(code: string, words: string, command: string | null = null): Diagnosis {
  return { outcome: 'ok', severity: 'low', code, words, command };
}

export function problem(code: string, words: string, command: string | null): Diagnosis {
  return { outcome: 'problem', severity: 'high', code, words, command };
}

export function unknown(code: string, words: string, command: string | null): Diagnosis {
  return { outcome: 'unknown', severity: 'high', code, words, command };
}
