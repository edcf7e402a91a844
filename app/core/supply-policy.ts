/** Is the supply chain of a change proven: what policy (`ci.supplychain`) is asked and what it answers. The rules are `policies/supplychain.rego`. */
import { z } from 'zod';
import { Code, parseAnswer } from './policy-answer.ts';
import type { Policy } from './ports/policy.ts';
import { outcomes } from './verdict.ts';

export type EvidenceKind = 'sbom' | 'vulnerabilities' | 'provenance' | 'signature' | 'tests';
/** `attested`: signed by the workflow; `recomputed`: by the App, from the files. */
export type EvidenceGrade = 'unattested' | 'recomputed' | 'attested';

/** Times in milliseconds since the epoch. `verified`: Assay itself vouches for it. */
export interface EvidencePiece {
  verified: boolean;
  headSha: string;
  at: number;
  digest: string;
  grade: EvidenceGrade;
  complete: boolean;
}

export interface SupplyChainInput {
  now: number;
  headSha: string;
  required: { kinds: EvidenceKind[]; grade: EvidenceGrade; maxAgeMs: number; databaseAgeMs: number; critical: number; high: number };
  evidence: Record<EvidenceKind, EvidencePiece | null>;
  /** Faults that no exception covers; `unknown`: nobody graded them; `overdue`: their days are over. */
  vulnerabilities: {
    critical: number; high: number; unknown: number; overdue: number;
    databaseAt: number; canary: boolean;
    exceptions: { id: string; purl: string; ticket: string; until: number }[];
  } | null;
}

const SupplyChainRuling = z.strictObject({ allow: z.boolean(), outcome: z.enum(outcomes), codes: z.array(Code), wanting: z.array(z.string()) });
export type SupplyChainRuling = z.infer<typeof SupplyChainRuling>;

export async function ruleSupplyChain(policy: Policy, input: SupplyChainInput): Promise<SupplyChainRuling> {
  return parseAnswer(SupplyChainRuling, await policy.decide('ci.supplychain', input));
}
