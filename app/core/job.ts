/** Work as JSON in and JSON out, run by the same CLI under an executor (DESIGN.md §4). */
import { z } from 'zod';
import { Spec } from './spec.ts';
import { Candidate, type ConsensusResult } from './candidate.ts';
import { FamilyRecord } from './family-record.ts';
import { GuardReport } from './finding.ts';
import { Tree } from './tree.ts';
import { families } from './family.ts';
import type { Outcome } from './verdict.ts';
import type { Problem } from './errors.ts';

export const jobKinds = ['plan', 'build', 'consensus', 'audit', 'accept', 'sabotage', 'guard'] as const;
export type JobKind = (typeof jobKinds)[number];

/** How a job reaches models: the App's gateway and this job's one-time token. Absent where the job needs no model. */
export const Gateway = z.strictObject({ url: z.string(), token: z.string() });
export type Gateway = z.infer<typeof Gateway>;

/** Untrusted text and its author; it only ever reaches a prompt as marked data. */
export const IntentText = z.strictObject({ number: z.number(), title: z.string(), body: z.string(), author: z.string() });
export type IntentText = z.infer<typeof IntentText>;

export const PlanInput = z.strictObject({ intent: IntentText, base: Tree, baseSha: z.string(), models: z.record(z.string(), z.string()), attempt: z.number() });
export const BuildInput = z.strictObject({
  spec: Spec, base: Tree, family: z.enum(families), model: z.string(), candidateId: z.string(), testCommand: z.array(z.string()), maxTurns: z.number(), attempt: z.number(),
  /** Through which program the family works: our own loop over its SDK, or its vendor's command line agent. Absent: the SDK. */
  via: z.enum(['sdk', 'cli']).optional(),
});
/** `record`: the families' record so far; absent, the committed prior. */
export const ConsensusInput = z.strictObject({ spec: Spec, base: Tree, candidates: z.array(Candidate), seed: z.number(), record: FamilyRecord.optional() });
/** `expected` is the fingerprint that consensus published; `builders` are the families that may not audit. */
export const AuditInput = z.strictObject({ spec: Spec, base: Tree, candidates: z.array(Candidate), winner: z.string(), expected: z.string(), seed: z.number(), family: z.enum(families), record: FamilyRecord.optional() });
/** Acceptance tests by families blind to the diff, for a change that Assay did not build. `head` is only run, never shown. */
export const AcceptInput = z.strictObject({ spec: Spec, base: Tree, head: Tree, families: z.array(z.enum(families)), models: z.record(z.string(), z.string()), seed: z.number() });
/** `family` null: none but the author's may read the change, so no model attacks it; what needs none still does. */
export const SabotageInput = z.strictObject({ spec: Spec.nullable(), base: Tree, head: Tree, family: z.enum(families).nullable(), model: z.string(), seed: z.number() });
/** `registries` overrides where package names are asked (a loopback registry in tests); absent: the client's own configuration. */
export const GuardInput = z.strictObject({
  base: Tree, head: Tree, baseSha: z.string(), headSha: z.string(), only: z.array(z.string()).optional(),
  /** Null: what the configuration names, package by package. */
  pack: z.string().nullable(),
  phase: z.enum(['scan', 'exec']).optional(),
  registries: z.record(z.string(), z.string()).optional(), budget: z.record(z.string(), z.number()).optional(),
  /** `owner/name`. */
  repository: z.string().nullable().optional(),
  /** Text of .github/assay.yml on the default branch; absent: as it is in `base`. */
  config: z.string().nullable().optional(),
  /** The waivers that hold on the default branch; absent: those in `base`. */
  waivers: z.array(z.strictObject({ path: z.string(), text: z.string() })).optional(),
  pull: z.strictObject({ title: z.string(), body: z.string(), labels: z.array(z.string()) }).nullable().optional(),
  messages: z.array(z.string()).optional(),
  history: z.array(z.strictObject({ sha: z.string(), path: z.string(), lines: z.array(z.strictObject({ line: z.number(), text: z.string() })), unread: z.string().optional() })).nullable().optional(),
});

export interface PlanOutput {
  outcome: Outcome;
  reason: string;
  spec: z.infer<typeof Spec> | null;
  riskTier: 'low' | 'medium' | 'high';
  assumptions: string[];
  /** The one question to the author when the intent is not ready. */
  question: string | null;
  /** Hidden text that was kept from the model, in words, for the approver to see. */
  removed?: string[];
  /** Sentences of the intent that no criterion speaks of, for the approver to see. */
  uncovered?: string[];
}
export interface BuildOutput {
  outcome: Outcome;
  reason: string;
  candidate: z.infer<typeof Candidate> | null;
  turns: number;
  testRuns: { exit: number | null; passed: boolean; ms: number }[];
}
export interface AuditOutput {
  outcome: Outcome;
  reason: string;
  reproduced: boolean;
  fingerprints: string[];
  prose: string | null;
  /** Subjects, toolchain and authors by digest; absent in answers of earlier versions. */
  audited?: {
    subjects: { spec: string; base: string; candidates: { id: string; family: string; model: string; patch: string; tests: string }[] };
    winner: string;
    seed: number;
    /** The fingerprint that consensus published. */
    expected: string;
    auditor: string;
    /** `python`: null where the sandbox has none, absent in answers of earlier versions. */
    toolchain: { node: string; python?: string | null; platform: string; sandbox: string; runner: string; digest: string };
    conditions: { name: string; digest: string }[];
  };
}
export interface AcceptOutput {
  outcome: Outcome;
  reason: string;
  tests: { family: string; count: number }[];
  /** Behaviour that at least two families expect, and what the change does instead. */
  missing: { input: unknown; expected: unknown; families: string[]; actual: unknown; program: string }[];
  inputsRun: number;
}
/** A finding is a program with an oracle in code, reproduced `onHead` of 5 and `onBase` of 5 times. */
export interface SabotageFinding {
  id: string;
  class: 'INJ' | 'JB' | 'GAP' | 'SEC' | 'CHEAT' | 'SUPPLY' | 'DOS' | 'PERSIST';
  claim: string;
  criterion: string | null;
  oracle: string;
  input: unknown;
  expected: unknown;
  actual: unknown;
  program: string;
  onHead: number;
  onBase: number;
  preExisting: boolean;
}
export interface SabotageOutput {
  outcome: Outcome;
  reason: string;
  findings: SabotageFinding[];
  controls: { name: string; expected: 'found' | 'clean'; ok: boolean }[];
  inputsRun: number;
}

export type JobInput =
  | { kind: 'plan'; input: z.infer<typeof PlanInput> }
  | { kind: 'build'; input: z.infer<typeof BuildInput> }
  | { kind: 'consensus'; input: z.infer<typeof ConsensusInput> }
  | { kind: 'audit'; input: z.infer<typeof AuditInput> }
  | { kind: 'accept'; input: z.infer<typeof AcceptInput> }
  | { kind: 'sabotage'; input: z.infer<typeof SabotageInput> }
  | { kind: 'guard'; input: z.infer<typeof GuardInput> };

export interface JobOutputs {
  plan: PlanOutput;
  build: BuildOutput;
  consensus: ConsensusResult;
  audit: AuditOutput;
  accept: AcceptOutput;
  sabotage: SabotageOutput;
  guard: z.infer<typeof GuardReport>;
}

/** The run in which a job was done, where that was elsewhere. `artefact` is the SHA-256 of what it left; unless it is attested, nothing but GitHub's own word ties it to the run. */
export interface OutsideRun { id: number; url: string; artefact: string; attested: boolean }

/** What the worker writes: the output, or why there is none. `sandbox` is the grade it ran untrusted code under; `run` is added by whoever collected it. */
export type JobAnswer<K extends JobKind = JobKind> =
  | { ok: true; kind: K; output: JobOutputs[K]; sandbox: string; ms: number; run?: OutsideRun }
  | { ok: false; kind: K; problem: Problem; sandbox: string; ms: number; run?: OutsideRun };
