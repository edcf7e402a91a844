/** Has the preview been observed: what policy (`ci.observability`) is asked and what it answers. The rules are `policies/observability.rego`. */
import { z } from 'zod';
import { Code, parseAnswer } from './policy-answer.ts';
import type { Policy } from './ports/policy.ts';
import { outcomes } from './verdict.ts';

/** Times in milliseconds since the epoch. `spans`: at least so many arrived of it. */
export interface SeenTrace {
  traceId: string;
  headSha: string;
  run: string;
  spans: number;
  at: number;
}

/** `named`: ids that the change itself names, which prove nothing. */
export interface ObservabilityInput {
  now: number;
  headSha: string;
  run: string;
  windowMs: number;
  named: string[];
  found: SeenTrace[];
}

const ObservabilityRuling = z.strictObject({ allow: z.boolean(), outcome: z.enum(outcomes), codes: z.array(Code).min(1), counted: z.number().int().min(0) });
export type ObservabilityRuling = z.infer<typeof ObservabilityRuling>;

export async function ruleObservability(policy: Policy, input: ObservabilityInput): Promise<ObservabilityRuling> {
  return parseAnswer(ObservabilityRuling, await policy.decide('ci.observability', input));
}
