/** Where data may be: what policy (`identity.residency`) is asked and what it answers. The table of classes and zones is `policies/residency.rego`. */
import { z } from 'zod';
import { obligations } from './authorize.ts';
import { Code, parseAnswer } from './policy-answer.ts';
import type { Policy } from './ports/policy.ts';
import { outcomes } from './verdict.ts';

export const dataClasses = ['pii', 'sensitive', 'restricted', 'non_sensitive'] as const;
export type DataClass = (typeof dataClasses)[number];

/** `storedAt` in milliseconds since the epoch, null: it is new. A region or home that policy does not know is denied. */
export interface ResidencyInput {
  now: number;
  class: DataClass;
  region: string;
  home: string;
  storedAt: number | null;
  action: 'store' | 'export';
}

const ResidencyRuling = z.strictObject({ allow: z.boolean(), outcome: z.enum(outcomes), retentionDays: z.number().nullable(), obligations: z.array(z.enum(obligations)), codes: z.array(Code) });
export type ResidencyRuling = z.infer<typeof ResidencyRuling>;

export async function ruleResidency(policy: Policy, input: ResidencyInput): Promise<ResidencyRuling> {
  return parseAnswer(ResidencyRuling, await policy.decide('identity.residency', input));
}
