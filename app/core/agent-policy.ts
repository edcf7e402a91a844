/** May this agent do this work: what policy (`agent.authz`) is asked and what it answers. The rules are `policies/agent_authz.rego`. */
import { z } from 'zod';
import { Code, parseAnswer } from './policy-answer.ts';
import type { MicroUsd } from './money.ts';
import type { Policy } from './ports/policy.ts';
import { outcomes } from './verdict.ts';

export interface AgentInput {
  now: number;
  agent: { id: string; capabilities: string[]; revoked: boolean; trustLevel: number; requests: number; requestLimit: number };
  required: { capability: string; trustLevel: number };
  usage: { tokens: number; tokenBudget: number; cost: MicroUsd; costBudget: MicroUsd; runtimeMs: number; runtimeLimitMs: number };
  riskTier: 'low' | 'medium' | 'high' | 'systemic' | 'prohibited';
  /** By the EU's tiers for systems. */
  system: { riskCategory: 'minimal' | 'limited' | 'high' | 'prohibited'; humanOversight: boolean; transparency: boolean };
  humanApproval: { granted: boolean; at: number; actorId: number } | null;
  dataClass: 'public' | 'internal' | 'confidential' | 'restricted';
}

const AgentRuling = z.strictObject({ allow: z.boolean(), outcome: z.enum(outcomes), auditRequired: z.boolean(), codes: z.array(Code).min(1) });
export type AgentRuling = z.infer<typeof AgentRuling>;

export async function ruleAgent(policy: Policy, input: AgentInput): Promise<AgentRuling> {
  return parseAnswer(AgentRuling, await policy.decide('agent.authz', input));
}
