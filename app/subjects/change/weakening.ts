/**
 * What a change of the configuration makes easier to pass. Each key that can only be tightened or loosened is compared; one whose effect nobody can
 * rank (settings of a guardrail, how the tests run) counts as easier as soon as it changes, because it could be.
 */
import { isDeepStrictEqual } from 'node:util';
import { effectiveConfig, type Config } from '../../core/config.ts';
import { code } from '../../core/markdown.ts';
import { descriptors, packs } from '../../guardrails/catalogue.generated.ts';

/** `text`: the file as the change leaves it, null where it takes it away. A file that cannot be read may say anything. */
export function weakeningsOf(before: Config, text: string | null): string[] {
  const after = effectiveConfig(text === null ? null : { sha: '', text }, null);
  return after.problem ? ['the file cannot be read, so nobody can tell what it would let pass'] : weakenings(before, after.config);
}

/** One sentence per key, in the order of the file; empty where nothing gets easier. */
export function weakenings(before: Config, after: Config): string[] {
  return [
    ...(before.merge === 'human' && after.merge === 'auto' ? ['`merge`: Assay merges instead of a person'] : []),
    ...approvalWeakenings(before.approval, after.approval),
    ...forkWeakenings(before.forks, after.forks),
    ...(after.evidence.maxAgeMs > before.evidence.maxAgeMs ? ['`evidence.maxAge`: what was scanned counts longer'] : []),
    ...(before.evidence.traces === 'required' && after.evidence.traces === 'optional' ? ['`evidence.traces`: a preview run without a trace is enough'] : []),
    ...budgetWeakenings(before.budget, after.budget),
    ...packWeakenings(before, after),
    ...lost(before.paths.protected, after.paths.protected, '`paths.protected`: no longer high risk'),
    ...lost(after.fixtures, before.fixtures, '`fixtures`: findings no longer count in'),
    ...lost(before.agents.revoked, after.agents.revoked, '`agents.revoked`: may work again'),
    ...(['maxCalls', 'maxTokens'] as const).filter((key) => after.agents[key] > before.agents[key]).map((key) => `\`agents.${key}\`: agents may use more`),
    ...unranked(before, after),
    ...(before.residency === null || isDeepStrictEqual(before.residency, after.residency) ? [] : ['`residency`: models elsewhere may read the code']),
    ...(after.maxMs > before.maxMs ? ['`hours`: an intent may take longer'] : []),
  ];
}

function approvalWeakenings(before: Config['approval'], after: Config['approval']): string[] {
  return [
    ...(before.presence === 'passkey' && after.presence === 'account' ? ['`approval.presence`: an account is enough, no passkey'] : []),
    ...(after.maxAgeMs > before.maxAgeMs ? ['`approval.maxAge`: approvals count longer'] : []),
    ...(after.barePublishedMs < before.barePublishedMs ? ['`approval.barePublished`: a bare approval counts sooner'] : []),
    ...lost(after.classes, before.classes, '`approval.classes`: these count too'),
    ...(['human', 'agent', 'assay'] as const).filter((kind) => after.quorum[kind] < before.quorum[kind]).map((kind) => `\`approval.quorum.${kind}\`: fewer people must approve`),
    ...(before.movedBase === 'any' && after.movedBase === 'touching' ? ['`approval.movedBase`: an approval outlasts a base that moves elsewhere'] : []),
    ...(before.rebase === 'never' && after.rebase === 'equal' ? ['`approval.rebase`: an approval outlasts a rebase that changes nothing'] : []),
    ...(['normal', 'high'] as const).filter((tier) => after.coolDownMs[tier] < before.coolDownMs[tier]).map((tier) => `\`approval.coolDown.${tier}\`: a self-attested approval counts sooner`),
  ];
}

const grades = ['unattested', 'recomputed', 'attested'] as const;

function forkWeakenings(before: Config['forks'], after: Config['forks']): string[] {
  return [
    ...(grades.indexOf(after.reading) < grades.indexOf(before.reading) ? ['`forks.reading`: work on a fork\'s change counts that is less well attested'] : []),
    ...(before.executing === 'attested' && after.executing === 'dispatched' ? ['`forks.executing`: a run counts that signed for nothing'] : []),
  ];
}

function budgetWeakenings(before: Config['budget'], after: Config['budget']): string[] {
  const keys = [['project', 'projectUsd'], ['grant', 'grantUsd'], ['weekTarget', 'weekTargetUsd'], ['weekCeiling', 'weekCeilingUsd']] as const;
  const raised = keys.filter(([key]) => after[key] > before[key]).map(([, name]) => `\`budget.${name}\`: more may be spent`);
  const planned = before.optimisationPlan === null && after.optimisationPlan !== null ? ['`budget.optimisationPlan`: a week over its target goes on'] : [];
  return [...raised, ...planned];
}

const ownModes = new Map(descriptors.map(({ id, mode }) => [id, mode]));
const rank = { observe: 0, warn: 1, enforce: 2 } as const;

/** By folder: guardrails that a pack loses or no longer enforces there. */
function packWeakenings(before: Config, after: Config): string[] {
  const folders = new Set(['', ...before.packages.map(({ path }) => path), ...after.packages.map(({ path }) => path)]);
  return [...folders].flatMap((folder) => {
    const [was, is] = [before, after].map((config) => modesOf(packAt(config, folder)));
    const weaker = [...was!].filter(([id, mode]) => rank[mode] > (is!.has(id) ? rank[is!.get(id)!] : -1)).map(([id]) => id);
    return weaker.length > 0 ? [`\`pack\`${folder ? ` of ${code(folder, 80)}` : ''}: ${weaker.join(', ')} no longer block`] : [];
  });
}

/** The longest path counts, as where the pack is chosen. */
function packAt({ pack, packages }: Config, folder: string): string {
  const covering = packages.filter(({ path }) => path === folder || folder.startsWith(`${path.replace(/\/$/, '')}/`));
  return covering.sort((a, b) => b.path.length - a.path.length)[0]?.pack ?? pack;
}

function modesOf(name: string): Map<string, 'observe' | 'warn' | 'enforce'> {
  const pack = packs.find((one) => one.name === name);
  return new Map(pack?.members.map((id) => [id, pack.modes[id] ?? ownModes.get(id) ?? 'enforce']) ?? []);
}

function lost(from: readonly string[], kept: readonly string[], words: string): string[] {
  const gone = from.filter((one) => !kept.includes(one));
  return gone.length > 0 ? [`${words}: ${gone.map((one) => code(one, 80)).join(', ')}`] : [];
}

function unranked(before: Config, after: Config): string[] {
  const ids = [...new Set([...Object.keys(before.guardrails), ...Object.keys(after.guardrails)])].sort();
  const changed = ids.filter((id) => !isDeepStrictEqual(before.guardrails[id], after.guardrails[id]));
  return [
    ...(changed.length > 0 ? [`\`guardrails\`: settings changed of ${changed.join(', ')}`] : []),
    ...(isDeepStrictEqual(before.testCommand, after.testCommand) ? [] : ['`testCommand`: tests run another way']),
    ...(isDeepStrictEqual(commandsOf(before), commandsOf(after)) ? [] : ['`packages`: tests of a package run another way']),
  ];
}

function commandsOf({ packages }: Config): [string, string[]][] {
  return packages.flatMap(({ path, testCommand }): [string, string[]][] => (testCommand ? [[path, testCommand]] : []));
}
