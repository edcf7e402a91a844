/** May this release be deployed: what policy (`ci.release`) is asked and what it answers. The rules are `policies/release.rego`. */
import { z } from 'zod';
import type { Grade } from './vulnerability/found.ts';
import { Code, parseAnswer } from './policy-answer.ts';
import type { Policy } from './ports/policy.ts';
import { outcomes, type Outcome } from './verdict.ts';

export const releasePackage = 'ci.release';

/** The twelve fields by the names under which they are exported, and whether the signatures under them hold. Times in milliseconds since the epoch. */
export interface ReleaseAttestation {
  verified: boolean;
  build_id: string;
  git_commit: string;
  builder: string;
  timestamp: number;
  tests_passed: boolean;
  sast_result: Outcome;
  secret_scan_result: Outcome;
  sbom_digest: string;
  artifact_digest: string;
  /** Faults that no exception covers; `unknown`: nobody graded or could judge them; `overdue`: their days are over. */
  vuln_report: { digest: string; critical: number; high: number; unknown: number; overdue: number };
  cve_exceptions: { id: string; purl: string; severity: Grade; until: number; approved: boolean }[];
  provenance_signature: string;
}

export interface ReleaseInput {
  now: number;
  release: { version: string; commit: string; artifactSha256: string; builders: string[]; rollbackPlan: boolean };
  attestation: ReleaseAttestation | null;
  cveBudget: { critical: number; high: number; excepted: number };
  changes: { sha: string; outcome: Outcome; approved: boolean }[];
}

export const ReleaseRuling = z.strictObject({ allow: z.boolean(), outcome: z.enum(outcomes), codes: z.array(Code).min(1) });
export type ReleaseRuling = z.infer<typeof ReleaseRuling>;

export async function ruleRelease(policy: Policy, input: ReleaseInput): Promise<ReleaseRuling> {
  return parseAnswer(ReleaseRuling, await policy.decide(releasePackage, input));
}
