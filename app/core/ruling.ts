/**
 * What policy is asked and what it answers, for changes, intents and money. The input types are what the builders in `subjects/` must supply in
 * full: policy denies absent or ill-typed fields. The answers are parsed, never trusted. Times are milliseconds since the epoch, money is
 * micro-dollars. The rules themselves are in `policies/*.rego`.
 */
import { z } from 'zod';
import type { MicroUsd } from './money.ts';
import type { Permission } from './ports/github.ts';
import type { Policy } from './ports/policy.ts';
import type { BusinessRuling } from './business-rules.ts';
import { Code, parseAnswer } from './policy-answer.ts';
import { outcomes, type Outcome } from './verdict.ts';

export const slotNames = ['guardrails', 'supplyChain', 'consensus', 'saboteur'] as const;
export type SlotName = (typeof slotNames)[number];

/** `agent` is any bot, App or machine user but Assay itself. */
export type AuthorKind = 'human' | 'agent' | 'assay';
export type ApprovalClass = 'independent' | 'self-attested' | 'agent';

export interface ApprovalConfig {
  presence: 'account' | 'passkey';
  maxAgeMs: number;
  barePublishedMs: number;
  classes: ('independent' | 'self-attested')[];
  /** How many different people must approve a change, by who wrote it. */
  quorum: Record<AuthorKind, number>;
  /** How long after its manifest was published a self-attested approval begins to count; 0: at once. */
  coolDownMs: { normal: number; high: number };
  /** Which movement of the base voids what was approved: one that touches the change's files, or any. */
  movedBase: 'touching' | 'any';
  /** Whether an approval outlasts a rebase that leaves every patch and the merge as they were. */
  rebase: 'equal' | 'never';
}

/** How much is known of how work on a fork's change was done. `recomputed`: by the App itself, from blobs, executing nothing. */
export type WorkGrade = 'attested' | 'recomputed' | 'unattested';

/** What suffices for a change from a fork. `dispatched`: the run is one that the App dispatched, whether it signed for it or not. */
export interface ForksConfig {
  reading: WorkGrade;
  executing: 'attested' | 'dispatched';
}

/** `reading`, `executing`: how the parts were done that only read the change and that execute it; null: there are none. */
export interface SlotInput {
  outcome: Outcome;
  sha: string;
  reading: WorkGrade | null;
  executing: 'attested' | 'dispatched' | 'local' | null;
}

interface Approval {
  /** Numeric account id; logins are never compared. */
  actorId: number;
  class: ApprovalClass;
  /** How the person was shown to be there: `passkey` once WebAuthn signed the digest. */
  presence: 'account' | 'passkey';
  permission: Permission;
  /** The digest prefix as typed (exact), or null where the line names none. */
  manifestDigest: string | null;
  /** When the comment was first made. */
  at: number;
  exact: boolean;
  /** When it was revoked by `/revoke` or by deleting the comment. */
  revokedAt: number | null;
  edited: boolean;
  viaApp: boolean;
  /** Pushed to the change since its base. Always false for an intent. */
  pusher: boolean;
}

/** `headSha`: the prefix as typed where `exact`, else the full head that the change had when the comment arrived. */
export interface ChangeApproval extends Approval {
  headSha: string;
}

/** `specSha`: the prefix of the spec's digest as typed where `exact`, else the full digest that was published when the comment arrived. */
export interface IntentApproval extends Approval {
  specSha: string;
}

/** `committed` is what is reserved and not yet settled: the sum counts nothing twice. `asOf` is when the figures were read. */
export interface BudgetFacts {
  spent: MicroUsd;
  committed: MicroUsd;
  forecast: MicroUsd;
  cap: MicroUsd;
  asOf: number;
}

export interface ChangePolicyInput {
  now: number;
  change: {
    headSha: string;
    baseSha: string;
    draft: boolean;
    /** It makes passing easier: approving it names the evidence. */
    weakening: boolean;
    state: 'open' | 'closed' | 'merged';
    author: { kind: AuthorKind; permission: Permission; fork: boolean };
    kind: 'code' | 'docs' | 'waiver' | 'config';
  };
  /** What the evidence is bound to. `known`: GitHub has tried the merge of these very commits. `since`: when it took the place of another one for this head; null: it is the first. */
  binding: { known: boolean; movement: 'none' | 'elsewhere' | 'touching' | 'rewritten' | 'retargeted'; since: number | null };
  /** `hard`: high risk; an approval then lasts one hour at most. */
  config: { merge: 'auto' | 'human'; approval: ApprovalConfig; hard: boolean; pack: string; forks: ForksConfig };
  slots: Record<SlotName, SlotInput | null>;
  approvals: ChangeApproval[];
  rejected: boolean;
  /** For the current head only; null until both were shown. */
  published: { headAt: number; manifestAt: number; manifestDigest: string } | null;
  /** The head before a rebase that changed nothing, with the evidence that was published for it. */
  carried: { headSha: string; manifestDigest: string; publishedAt: number } | null;
  retryBy: { permission: Permission; sha: string } | null;
  budget: BudgetFacts;
}

export interface IntentPolicyInput {
  now: number;
  state: 'open' | 'closed';
  author: { kind: AuthorKind; permission: Permission };
  /** Who put the label on; null where it is not there or nobody can be told. */
  labeller: { kind: AuthorKind; permission: Permission } | null;
  config: { approval: ApprovalConfig };
  spec: { sha256: string; publishedAt: number | null; outcome: Outcome } | null;
  approvals: IntentApproval[];
  rejected: boolean;
  budget: BudgetFacts;
}

export interface FinopsPolicyInput {
  now: number;
  asOf: number;
  week: { spent: MicroUsd; committed: MicroUsd; forecast: MicroUsd };
  project: { spent: MicroUsd; committed: MicroUsd; forecast: MicroUsd };
  limits: { project: MicroUsd; weekTarget: MicroUsd; weekCeiling: MicroUsd };
  optimisationPlan: boolean;
}

const ApprovalRuling = z.strictObject({
  outcome: z.enum(outcomes),
  code: Code,
  class: z.enum(['independent', 'self-attested']).nullable(),
  actorId: z.number().nullable(),
});
/** One per approval of the input, in its order: what to answer to each comment. */
const JudgedApproval = z.strictObject({ actorId: z.number(), code: Code });
const SlotRuling = z.strictObject({ need: z.enum(['required', 'not_applicable']), code: Code });

export const ChangeAnswer = z.strictObject({
  slots: z.strictObject({ guardrails: SlotRuling, supplyChain: SlotRuling, consensus: SlotRuling, saboteur: SlotRuling }),
  /** All required slots pass for this head. */
  ready: z.boolean(),
  approval: ApprovalRuling,
  approvals: z.array(JudgedApproval),
  /** Whether what the evidence is bound to still holds; `rebind`: it is to be bound anew, and what is approved is void. */
  binding: z.enum(['holds', 'rebind', 'unknown']),
  /** People whose approval counts, and how many must. */
  quorum: z.strictObject({ counted: z.number(), needed: z.number() }),
  assay: z.strictObject({ outcome: z.enum(outcomes), codes: z.array(Code) }),
  merge: z.enum(['now', 'wait', 'human', 'never']),
  /** Model calls and execution may start. */
  execute: z.boolean(),
  codes: z.array(Code),
});
export type ChangeAnswer = z.infer<typeof ChangeAnswer>;

/** All that policy says of a change: its own rules and the ten of the business. */
export type ChangeRuling = ChangeAnswer & {
  business: BusinessRuling;
  /** The question and the answer as they were, to be kept and replayed. */
  record: { input: ChangePolicyInput; decision: ChangeAnswer };
};

export const IntentRuling = z.strictObject({ plan: z.boolean(), build: z.boolean(), approval: ApprovalRuling, approvals: z.array(JudgedApproval), codes: z.array(Code) });
export type IntentRuling = z.infer<typeof IntentRuling>;

export const FinopsRuling = z.strictObject({
  allow: z.boolean(),
  outcome: z.enum(outcomes),
  planRequired: z.boolean(),
  weekTotal: z.number().nullable(),
  projectTotal: z.number().nullable(),
  codes: z.array(Code),
});
export type FinopsRuling = z.infer<typeof FinopsRuling>;

export async function ruleChange(policy: Policy, input: ChangePolicyInput): Promise<ChangeAnswer> {
  return parseAnswer(ChangeAnswer, await policy.decide('ci.change', input));
}

export async function ruleIntent(policy: Policy, input: IntentPolicyInput): Promise<IntentRuling> {
  return parseAnswer(IntentRuling, await policy.decide('ci.intent', input));
}

export async function ruleFinops(policy: Policy, input: FinopsPolicyInput): Promise<FinopsRuling> {
  return parseAnswer(FinopsRuling, await policy.decide('ci.finops', input));
}
