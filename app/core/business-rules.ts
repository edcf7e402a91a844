/** The ten business rules: what policy is asked about them and what it answers. The rules themselves are `policies/business_rules.rego`. */
import { z } from 'zod';
import type { MicroUsd } from './money.ts';
import type { Policy } from './ports/policy.ts';
import { Code, parseAnswer } from './policy-answer.ts';
import { outcomes, type Outcome } from './verdict.ts';

/** By number, as a person reads them. */
export const businessRules = {
  1: 'No deception in generated code',
  2: 'Production-first, with mandatory gates',
  3: 'Autonomous between the gates',
  4: 'Cost of a project under its cap',
  5: 'Execution within the hours',
  6: 'Quality of at least 85 %',
  7: 'Data safety',
  8: 'Consistent environments',
  9: 'Shut off on violations',
  10: 'Costs tracked as they arise',
} as const;
export type BusinessRule = keyof typeof businessRules;

/** Per guardrail or gate its outcome; null: it has not answered yet. One that judges nothing here is left out. */
export type Verdicts = Record<string, Outcome | null>;

/** Times in milliseconds since the epoch, money in micro-dollars, quality in percent: null while it is not known, not judged where no guardrail can tell. */
export interface BusinessRulesInput {
  now: number;
  deception: Verdicts;
  gates: Verdicts;
  /** How often work stood still for a human where no gate asks for one. */
  autonomy: { outsideGates: number };
  cost: { spent: MicroUsd; committed: MicroUsd; forecast: MicroUsd; cap: MicroUsd; asOf: number };
  time: { elapsedMs: number; limitMs: number };
  quality: { judged: boolean; percent: number | null };
  data: Verdicts;
  environment: Verdicts;
  /** Caps that are passed, and work that still runs. */
  shutoff: { violations: number; running: number };
}

const BusinessRuling = z.strictObject({
  allow: z.boolean(),
  outcome: z.enum(outcomes),
  rules: z.record(z.string(), z.strictObject({ outcome: z.enum(outcomes), code: Code })),
  codes: z.array(Code),
});
export type BusinessRuling = z.infer<typeof BusinessRuling>;

export async function ruleBusiness(policy: Policy, input: BusinessRulesInput): Promise<BusinessRuling> {
  return parseAnswer(BusinessRuling, await policy.decide('ci.business_rules', input));
}
