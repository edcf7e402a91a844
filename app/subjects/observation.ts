/** What every observation is handed, and the reads that intents and changes share. Reads only: nothing here decides or writes. */
import type { Config } from '../core/config.ts';
import { effectiveConfig } from '../core/config.ts';
import { commandFacts, speakers, type CommandFact } from '../core/command-fact.ts';
import { effectsOf, type CommandEffects } from '../core/command-effects.ts';
import { type Problem } from '../core/errors.ts';
import type { Family } from '../core/family.ts';
import type { MicroUsd } from '../core/money.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Executor } from '../core/ports/executor.ts';
import type { CommentSnapshot, GitHub, Permission, RepositorySnapshot } from '../core/ports/github.ts';
import type { Policy } from '../core/ports/policy.ts';
import type { SupplyChain } from '../core/ports/supply-chain.ts';
import type { RepositoryRef, Store } from '../core/ports/store.ts';
import type { SubjectKey } from '../core/subject.ts';
import { z } from 'zod';
import { refusalOf } from './commander.ts';
import { tokensOf, weekOf, type Week } from './finops.ts';
import type { Budget } from './intent/facts.ts';
import { costPerJob, lostCalls, type LedgerHistory } from './ledger-history.ts';
import { readersOf } from './readers.ts';

export interface Observer {
  key: SubjectKey;
  repository: RepositoryRef;
  github: GitHub;
  store: Store;
  clock: Clock;
  botLogin: string;
  /** Families with a key, in the order in which they are asked. */
  families: Family[];
  modelRegions: Partial<Record<Family, string>>;
  publicUrl: string;
  policyDigest: string;
  toolsDigest: string;
  /** Where package names are asked; null: the clients' own configuration. */
  registries: Record<string, string> | null;
  gitHubUrl: string;
  /** What building a spec will cost and take, at list prices. Throws MODEL_PRICE_UNKNOWN. */
  forecast: Forecaster;
  /** Where work runs. */
  executor: Executor['name'];
  policy: Policy;
  supplyChain: SupplyChain;
}

export type Forecaster = (work: { models: Partial<Record<Family, string>>; criteria: number; maxTurns: number }) => { expected: MicroUsd; minutes: number };

const LastGood = z.object({ sha: z.string(), text: z.string() });

/** The configuration of the default branch; a broken one is read as it last was and blocks, by its problem. */
export async function readConfig({ store, key }: Observer, repository: RepositorySnapshot): Promise<{ config: Config; problem: Problem | null; lastGood: { sha: string; text: string } | null }> {
  const known = LastGood.safeParse(await store.note(key, 'config'));
  const current = repository.config;
  const effective = effectiveConfig(current, known.success ? known.data : null);
  return { config: effective.config, problem: effective.problem, lastGood: current && !effective.problem ? current : null };
}

export async function readCommands(observer: Observer, comments: CommentSnapshot[]): Promise<{ commands: CommandFact[]; effects: CommandEffects; permissions: Map<number, Permission> }> {
  const stored = await observer.store.comments(observer.key);
  const people = speakers(comments, stored, observer.botLogin);
  const looked = await Promise.all(people.map(async (actor) => [actor.id, await observer.github.permission(observer.repository, actor.login)] as const));
  const permissions = new Map(looked);
  const spoken = commandFacts(comments, stored, { ownLogin: observer.botLogin, permissions });
  const commands = await Promise.all(spoken.map(async (said) => ({ ...said, refusal: await refusalOf(said, observer) })));
  return { commands, effects: effectsOf(commands), permissions };
}

/** Families that may read this repository, in the order in which they are asked. */
export function readReaders({ families, modelRegions, policy, clock }: Observer, config: Config): Promise<Family[]> {
  return readersOf(config, { families, regions: modelRegions, policy, now: clock.now() });
}

const GrantNote = z.object({ amount: z.number(), at: z.number() });

/** Money of one project. The grant is what `/budget` last asked for, on the intent or on any of its changes, and never over the cap. */
export async function readBudget({ store, clock }: Observer, project: SubjectKey, config: Config, effects: CommandEffects): Promise<{ budget: Budget; week: Week; ledger: LedgerHistory }> {
  const spent = await store.spent(project);
  const noted = GrantNote.safeParse(await store.note(project, 'grant')).data ?? null;
  const asked = [noted, effects.grant].filter((grant) => grant !== null).sort((a, b) => b.at - a.at)[0] ?? null;
  const cap = config.budget.project;
  const grant = Math.min(cap, asked?.amount ?? config.budget.grant);
  const [own, all] = await Promise.all([store.entries({ project }), store.entries({})]);
  const now = clock.now();
  return { budget: { ...spent, tokens: tokensOf(own), project, grant, cap, asked }, week: weekOf(all, now), ledger: { perJob: costPerJob(all, now), lost: await lostCalls(own, store) } };
}
