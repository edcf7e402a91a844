/** Asks policy about an intent: may it be planned, is its spec approved, may building start. */
import type { Actor } from '../../core/ports/github.ts';
import type { Policy } from '../../core/ports/policy.ts';
import { ruleIntent, type AuthorKind, type IntentPolicyInput, type IntentRuling } from '../../core/ruling.ts';
import { refusedAgents, type AgentRole, type Work } from '../agents.ts';
import { spendingStops } from '../finops.ts';
import { approvalFact } from '../approval-facts.ts';
import type { IntentFacts } from './facts.ts';
import { stillToSpend } from './forecast.ts';
import { progressOf } from './progress.ts';
import { executionMs } from './time.ts';

export async function rule(facts: IntentFacts, policy: Policy): Promise<IntentRuling> {
  const [ruling, money] = await Promise.all([ruleIntent(policy, policyInput(facts)), spendingStops({ ...facts, forecast: stillToSpend(facts) }, policy)]);
  const refused = await refusedAgents(rolesOf(facts), workOf(facts, ruling), policy);
  const may = (role: AgentRole) => refused.every((each) => each.role !== role);
  const plan = ruling.plan && money.allow && may('planner');
  const build = ruling.build && money.allow && may('builder') && may('auditor');
  return { ...ruling, plan, build, codes: [...ruling.codes, ...money.codes, ...new Set(refused.map(({ reason }) => reason))] };
}

/** Builders that have all been started, under an approval that was fresh then, ask for nothing more. */
function rolesOf(facts: IntentFacts): AgentRole[] {
  const builds = progressOf(facts).round?.builds ?? [];
  const isStarted = builds.length > 0 && builds.every(({ work }) => work.state !== 'absent');
  return isStarted ? ['planner', 'auditor'] : ['planner', 'builder', 'auditor'];
}

function workOf(facts: IntentFacts, { approval }: IntentRuling): Work {
  const { plan, spec } = progressOf(facts);
  const isRisky = spec?.spec.difficulty === 'hard' || (plan.state === 'done' && plan.output.riskTier === 'high');
  return {
    ...facts, repositoryId: facts.issue.repository.id, elapsedMs: executionMs(facts.jobs, facts.now), highRisk: isRisky, readers: facts.families.length,
    approval: approval.outcome === 'pass' && approval.actorId !== null ? { actorId: approval.actorId, at: approvedAt(facts, approval.actorId) } : null,
  };
}

/** When this account last approved; a command that is not there was given at no time that counts. */
function approvedAt({ effects }: IntentFacts, account: number): number {
  return Math.max(0, ...effects.approvals.filter(({ fact }) => fact.author.id === account).map(({ fact }) => fact.at));
}

export function policyInput(facts: IntentFacts): IntentPolicyInput {
  const { issue, config, effects, budget } = facts;
  const { spec } = progressOf(facts);
  const published = spec && facts.published?.digest === spec.digest ? facts.published.at : null;
  const hands = { authors: new Set(issue.author ? [issue.author.id] : []), pushers: new Set<number>() };
  return {
    now: facts.now,
    state: issue.state,
    author: { kind: kindOf(issue.author), permission: facts.authorPermission },
    labeller: issue.labelledBy ? { kind: kindOf(issue.labelledBy), permission: facts.labellerPermission } : null,
    config: { approval: config.approval },
    spec: spec ? { sha256: spec.digest, publishedAt: published, outcome: 'pass' } : null,
    approvals: effects.approvals.map((approval) => {
      const { headSha, ...rest } = approvalFact(approval, hands, { published: spec?.digest ?? '', presences: facts.presences.filter(({ digest }) => digest === spec?.digest) });
      return { ...rest, specSha: headSha };
    }),
    rejected: effects.rejected !== null || effects.stopped,
    budget: { spent: budget.settled, committed: budget.committed - budget.settled, forecast: stillToSpend(facts), cap: budget.cap, asOf: facts.now },
  };
}

export function kindOf(actor: Actor | null): AuthorKind {
  return actor?.type === 'User' ? 'human' : 'agent';
}
