/**
 * Which agents may start work, asked of policy twice: has it the role here (`identity.authz`), and is the work within its calls, tokens, money and time, and
 * approved by a human where the risk is high (`agent.authz`).
 */
import { workspaceOf } from '../core/account.ts';
import { ruleAgent, type AgentInput } from '../core/agent-policy.ts';
import { authorize } from '../core/authorize.ts';
import type { Config } from '../core/config.ts';
import type { Policy } from '../core/ports/policy.ts';
import type { SubjectKey } from '../core/subject.ts';
import type { Budget } from './intent/facts.ts';

export const agentActs = { planner: 'plan', builder: 'build', auditor: 'audit', saboteur: 'sabotage' } as const;
export type AgentRole = keyof typeof agentActs;

export interface Work {
  key: SubjectKey;
  now: number;
  config: Config;
  repositoryId: number;
  budget: Pick<Budget, 'committed' | 'cap' | 'calls' | 'tokens'>;
  /** How long the work of the project has run. */
  elapsedMs: number;
  /** What is built is hard or of high risk. */
  highRisk: boolean;
  /** Whose approval of it policy counts, and when it was given; null: nobody's. */
  approval: { actorId: number; at: number } | null;
  /** How many model families may read the repository; null: the work goes on without any. */
  readers: number | null;
}

/** The roles of these that may not act, with policy's reason. */
export async function refusedAgents(roles: readonly AgentRole[], work: Work, policy: Policy): Promise<{ role: AgentRole; reason: string }[]> {
  const asked = await Promise.all(roles.map(async (role) => ({ role, reason: await refusal(role, work, policy) })));
  return asked.flatMap(({ role, reason }) => (reason === null ? [] : [{ role, reason }]));
}

async function refusal(role: AgentRole, work: Work, policy: Policy): Promise<string | null> {
  const known = await identity(role, work, policy);
  if (!known.allow) return known.reason === 'AUTHZ_SUBJECT_INACTIVE' ? 'AGENT_REVOKED' : known.reason;
  const { allow, codes } = await ruleAgent(policy, agentInput(role, work));
  return allow ? null : codes[0]!;
}

function identity(role: AgentRole, { key, now, config, repositoryId }: Work, policy: Policy) {
  const workspace = workspaceOf(repositoryId);
  return authorize(policy, {
    subject: { id: `assay/${role}`, type: 'agent', status: config.agents.revoked.includes(role) ? 'revoked' : 'active', clearance: 'internal', bindings: [{ role, workspace, expiresAt: null }] },
    action: agentActs[role],
    resource: { id: key, type: 'work', workspace, public: false, containsPii: false, requiredClearance: 'internal', sensitivity: 'low', region: null, home: null },
    environment: { now, authStrength: 'token', deviceTrusted: true, approvedBy: null },
  });
}

/** Only who writes the change works at its risk: the others judge it. A role can do its work where a model may read what it is about. Every agent is overseen by the human who approves, and named in the checks. */
function agentInput(role: AgentRole, { now, config, budget, elapsedMs, highRisk, approval, readers }: Work): AgentInput {
  const { revoked, maxCalls, maxTokens } = config.agents;
  return {
    now, agent: { id: `assay/${role}`, capabilities: readers === 0 ? [] : [agentActs[role]], revoked: revoked.includes(role), trustLevel: 1, requests: budget.calls, requestLimit: maxCalls },
    required: { capability: agentActs[role], trustLevel: 1 },
    usage: { tokens: budget.tokens, tokenBudget: maxTokens, cost: budget.committed, costBudget: budget.cap, runtimeMs: elapsedMs, runtimeLimitMs: config.maxMs },
    riskTier: role === 'builder' && highRisk ? 'high' : 'low', system: { riskCategory: 'limited', humanOversight: true, transparency: true },
    humanApproval: approval && { granted: true, ...approval }, dataClass: 'internal',
  };
}
