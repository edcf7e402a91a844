/** Which agents may start work, asked of policy: each has one role in this repository, and one that the configuration revoked has nothing to do here. */
import { workspaceOf } from '../core/account.ts';
import { authorize } from '../core/authorize.ts';
import type { Config } from '../core/config.ts';
import type { Policy } from '../core/ports/policy.ts';
import type { SubjectKey } from '../core/subject.ts';

export const agentActs = { planner: 'plan', builder: 'build', auditor: 'audit', saboteur: 'sabotage' } as const;
export type AgentRole = keyof typeof agentActs;

interface Place {
  key: SubjectKey;
  now: number;
  config: Config;
  repositoryId: number;
}

/** The roles of these that may not act, with policy's reason. */
export async function refusedAgents(roles: readonly AgentRole[], place: Place, policy: Policy): Promise<{ role: AgentRole; reason: string }[]> {
  const asked = await Promise.all(roles.map(async (role) => ({ role, ...await ask(role, place, policy) })));
  return asked.filter(({ allow }) => !allow).map(({ role, reason }) => ({ role, reason }));
}

function ask(role: AgentRole, { key, now, config, repositoryId }: Place, policy: Policy) {
  const workspace = workspaceOf(repositoryId);
  return authorize(policy, {
    subject: { id: `assay/${role}`, type: 'agent', status: config.agents.revoked.includes(role) ? 'revoked' : 'active', clearance: 'internal', bindings: [{ role, workspace, expiresAt: null }] },
    action: agentActs[role],
    resource: { id: key, type: 'work', workspace, public: false, containsPii: false, requiredClearance: 'internal', sensitivity: 'low', region: null, home: null },
    environment: { now, authStrength: 'token', deviceTrusted: true, approvedBy: null },
  });
}
