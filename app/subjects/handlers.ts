/** The kinds of subject as the loop wants them: observe, rule, decide and act, with the edges they are given. */
import type { Family } from '../core/family.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Executor } from '../core/ports/executor.ts';
import type { ChangeSnapshot, GitHubApp } from '../core/ports/github.ts';
import type { Policy } from '../core/ports/policy.ts';
import type { SupplyChain } from '../core/ports/supply-chain.ts';
import type { Signer } from '../core/ports/signer.ts';
import type { Claim, Store } from '../core/ports/store.ts';
import type { SubjectKey } from '../core/subject.ts';
import type { Step } from '../core/step.ts';
import type { Run, SubjectHandler } from '../reconcile/handler.ts';
import { act } from '../steps/index.ts';
import type { StepContext } from '../steps/context.ts';
import { decide as decideChange } from './change/decide.ts';
import { observe as observeChange } from './change/observe.ts';
import { rule as ruleChange } from './change/rule.ts';
import type { Decision } from './decision.ts';
import { decide as decideGroup } from './group/decide.ts';
import { observe as observeGroup } from './group/observe.ts';
import { decide as decideIntent } from './intent/decide.ts';
import { observe as observeIntent } from './intent/observe.ts';
import { rule as ruleIntent } from './intent/rule.ts';
import type { Forecaster, Observer } from './observation.ts';

export interface SubjectEdges {
  app: GitHubApp;
  store: Store;
  policy: Policy;
  signer: Signer;
  clock: Clock;
  families: Family[];
  /** Where the vendors' endpoints stand, as far as somebody said. */
  modelRegions: Partial<Record<Family, string>>;
  publicUrl: string;
  toolsDigest: string;
  registries: Record<string, string> | null;
  /** GitHub's pages: what evidence names a repository by. */
  gitHubUrl: string;
  forecast: Forecaster;
  executor: Executor['name'];
  supplyChain: SupplyChain;
}

const nothing: Decision = { steps: [], lookAgainAt: null, open: false };

type Seen = StepContext['seen'];

interface Pieces<Facts, Ruling> {
  observe(observer: Observer): Promise<Facts | null>;
  rule(facts: Facts, policy: Policy): Promise<Ruling>;
  decide(facts: Facts, ruling: Ruling): Decision;
  seen(facts: Facts): Seen;
}

export function subjectHandlers(edges: SubjectEdges): Record<'intent' | 'change' | 'group', SubjectHandler> {
  return {
    intent: handlerOf(edges, { observe: observeIntent, rule: ruleIntent, decide: decideIntent, seen: (facts) => facts.issue }) as SubjectHandler,
    change: handlerOf(edges, { observe: observeChange, rule: ruleChange, decide: decideChange, seen: (facts) => facts.change }) as SubjectHandler,
    group: handlerOf(edges, { observe: observeGroup, rule: async () => ({}), decide: decideGroup, seen: (facts) => facts.group }) as SubjectHandler,
  };
}

/** A subject that is gone from GitHub has no facts: nothing to rule, nothing to do. */
function handlerOf<Facts, Ruling>(edges: SubjectEdges, pieces: Pieces<Facts, Ruling>): SubjectHandler<Facts | null, Ruling | null, Step> {
  const contexts = new WeakMap<Claim, StepContext>();
  return {
    async observe(claim, run) {
      const observer = await observerOf(edges, claim);
      const facts = await pieces.observe(observer);
      if (facts) contexts.set(claim, await contextOf(edges, { observer, run, seen: pieces.seen(facts) }));
      return facts;
    },
    rule: async (facts) => (facts ? pieces.rule(facts, edges.policy) : null),
    decide: (facts, ruling) => (facts && ruling ? pieces.decide(facts, ruling) : nothing),
    async act(step, run) {
      const context = contexts.get(run.claim);
      if (!context) throw new Error('a step without an observation');
      return act(step, context);
    },
  };
}

export async function observerOf({ app, store, clock, families, modelRegions, publicUrl, policy, toolsDigest, registries, gitHubUrl, forecast, executor, supplyChain }: SubjectEdges, claim: Claim): Promise<Observer> {
  return {
    key: claim.key, repository: claim.repository, github: await app.installation(claim.repository.installationId), store, clock,
    botLogin: await app.botLogin(), families, modelRegions, publicUrl, policyDigest: policy.digest, toolsDigest, registries, gitHubUrl, forecast, executor, policy, supplyChain,
  };
}

/** The default branch is looked after by itself: all open changes are looked at when it moves. */
async function linkChange(store: Store, { repositoryId, key, seen }: { repositoryId: number; key: SubjectKey; seen: ChangeSnapshot }): Promise<void> {
  await store.linkSha(repositoryId, seen.headSha, key);
  if (seen.baseRef !== seen.repository.defaultBranch) await store.linkSha(repositoryId, `refs/heads/${seen.baseRef}`, key);
}

/** Bookkeeping of the store goes with it: where head and base are, so that an event that only names a commit or a branch finds the change. */
async function contextOf(edges: SubjectEdges, { observer, run, seen }: { observer: Observer; run: Run; seen: Seen }): Promise<StepContext> {
  const { key, repository, github, store, clock, botLogin } = observer;
  if ('headSha' in seen) await linkChange(store, { repositoryId: repository.id, key, seen });
  return { subject: key, repository, github, store, signer: edges.signer, clock, log: run.log, trace: run.reconcileId, botLogin, seen };
}
