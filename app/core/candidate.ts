/** A candidate: one builder's answer to a spec, and what consensus says of several. */
import { z } from 'zod';
import type { Outcome } from './verdict.ts';
import { Patch } from './tree.ts';
import { CriterionTest } from './spec.ts';

/** Candidate as it travels between jobs. `patch` is relative to the base tree; `tests` are the builder's own, in the spec's form. */
export const Candidate = z.strictObject({
  id: z.string().min(1),
  family: z.string().min(1),
  model: z.string(),
  patch: Patch,
  tests: z.array(CriterionTest),
});
export type Candidate = z.infer<typeof Candidate>;

/** `assay-candidate.json` in a candidate folder of the CLI. */
export const CandidateManifest = z.strictObject({ id: z.string().min(1), family: z.string().min(1), model: z.string(), patch: z.string().optional() });
export type CandidateManifest = z.infer<typeof CandidateManifest>;

export interface Cluster {
  members: string[];
  families: string[];
  size: number;
}

/** The result contract of `assay consensus` (DESIGN.md §7); a pure function of inputs, seed and record but for `durationMs` and `ms`. */
export interface ConsensusResult {
  outcome: Outcome;
  reason: string;
  winner: string | null;
  confidence: number;
  clusters: Cluster[];
  quorum: { families: number; required: number };
  fingerprint: string;
  inputsRun: number;
  testsPooled: number;
  testsDropped: { id: string; why: string }[];
  mutationScore: number | null;
  agreement: Record<string, number>;
  dissent: { input: unknown; outputs: Record<string, unknown> }[];
  record: { sha256: string };
  seed: number;
  durationMs: number;
  /** Where generated inputs come from, and what of the statement the generator could not use. */
  inputs?: { source: string; doubt: string[] };
  /** The vote on speed: large inputs that count, who answers all of them in time, and what stopped the others. Absent without large inputs. */
  speed?: { inputs: number; survivors: string[]; failed: Record<string, string> };
  /** One sentence for each candidate outside the cluster that would ship: what keeps it out. */
  outside?: Record<string, string>;
  /** Candidates that got at the comparison, each with what shows it: they have no say, and whoever reads the verdict reads of them. Absent where none did. */
  disqualified?: Record<string, string>;
  /** What the confidence was computed from. */
  features?: Record<string, number>;
  /** Wall time of each phase. */
  phases?: { name: string; ms: number }[];
}
