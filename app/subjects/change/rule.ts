/** Asks policy about a change: which slots it needs, which approval counts, whether work may start, whether to merge. */
import picomatch from 'picomatch';
import type { Policy } from '../../core/ports/policy.ts';
import type { PresenceNote } from '../../core/presence.ts';
import type { BusinessRuling } from '../../core/business-rules.ts';
import { ruleChange, type AuthorKind, type ChangeAnswer, type ChangePolicyInput, type ChangeRuling } from '../../core/ruling.ts';
import { refusedAgents } from '../agents.ts';
import { spendingStops } from '../finops.ts';
import { approvalFact } from '../approval-facts.ts';
import { ruleOnBusiness } from './business.ts';
import type { ChangeFacts } from './facts.ts';
import { carriedFrom } from './rebase.ts';
import { slotsOf, type SlotWork } from './slots.ts';
import { manifestStands } from './manifest.ts';

export async function rule(facts: ChangeFacts, policy: Policy): Promise<ChangeRuling> {
  const input = policyInput(facts);
  const [ruling, money] = await Promise.all([ruleChange(policy, input), spendingStops({ ...facts, forecast: 0 }, policy)]);
  // Here a builder writes acceptance tests and nothing of the change, so its risk is not the change's.
  const work = { ...facts, repositoryId: facts.change.repository.id, elapsedMs: facts.intent?.workMs ?? 0, highRisk: false, approval: null, readers: null };
  const refused = await refusedAgents(['builder', 'auditor', 'saboteur'], work, policy);
  const codes = [...ruling.codes, ...money.codes, ...refused.map(({ reason }) => reason)];
  const judged = { ...ruling, execute: ruling.execute && money.allow && refused.length === 0, codes: [...new Set(codes)] };
  const business = await ruleOnBusiness(facts, judged, policy);
  return { ...held(judged, business), business, record: { input, decision: ruling } };
}

/** A business rule that is broken holds the change as a slot does; one that still waits holds it only as what it waits for does. */
function held(ruling: ChangeAnswer, business: BusinessRuling): ChangeAnswer {
  if (business.allow || ruling.assay.outcome !== 'pass') return ruling;
  return { ...ruling, assay: { outcome: business.outcome, codes: business.codes }, merge: ruling.merge === 'now' ? 'wait' : ruling.merge };
}

export function policyInput(facts: ChangeFacts): ChangePolicyInput {
  const { change, config, effects, budget, intent } = facts;
  const slots = slotsOf(facts);
  const stands = manifestStands(facts, slots);
  const authors = new Set([change.author?.id, intent?.authorId, facts.requestedBy].filter((id) => id !== null && id !== undefined));
  const pushers = new Set([...change.pushers.map((actor) => actor.id), ...facts.pushedBy]);
  return {
    now: facts.now,
    change: {
      headSha: change.headSha, baseSha: change.baseSha, draft: change.draft, weakening: facts.weakening.length > 0, state: change.state, kind: facts.kind,
      author: { kind: authorKind(facts), permission: facts.authorPermission, fork: change.fork },
    },
    binding: bindingInput(facts),
    config: { merge: config.merge, approval: config.approval, hard: isHighRisk(facts), pack: config.pack, forks: config.forks },
    slots: {
      guardrails: slotInput(slots.guardrails), consensus: slotInput(slots.consensus), saboteur: slotInput(slots.saboteur),
      supplyChain: stands ? supplyInput(slots.supplyChain) : null,
    },
    approvals: effects.approvals.map((approval) => approvalFact(approval, { authors, pushers, someUnknown: (change.unattributed ?? []).length > 0 }, { published: headAt(facts, approval.fact.at), presences: presencesNow(facts) })),
    rejected: effects.rejected !== null,
    published: stands && facts.manifest && facts.head ? { headAt: facts.head.at, manifestAt: facts.manifest.at, manifestDigest: facts.manifest.digest } : null,
    carried: carriedFrom(facts),
    retryBy: retryBy(facts),
    budget: { spent: budget.settled, committed: budget.committed - budget.settled, forecast: 0, cap: budget.cap, asOf: facts.now },
  };
}

/** A merged change is judged by the commit that it was merged by. */
function bindingInput({ binding, change }: ChangeFacts): ChangePolicyInput['binding'] {
  const known = change.state === 'open' ? binding.now !== null : binding.bound !== null;
  const { since = null } = binding.bound?.cause ? binding.bound : {};
  return { known, movement: binding.movement, since };
}

/** Signed for this head with this manifest, or for the one that it is a mere rebase of. */
export function presencesNow({ presences, change, manifest, rebase }: ChangeFacts): PresenceNote[] {
  const from = carriedFrom({ rebase });
  return presences.filter(({ sha, digest }) => (sha === change.headSha && digest === manifest?.digest) || (from !== null && sha === from.headSha && digest === from.manifestDigest));
}

/** A hard task, or a path that the configuration protects. */
export function isHighRisk({ intent, config, files }: ChangeFacts): boolean {
  const isProtected = picomatch(config.paths.protected, { dot: true });
  return intent?.approved?.spec.difficulty === 'hard' || files.files.some((file) => isProtected(file.path));
}

function slotInput({ verdict }: SlotWork): ChangePolicyInput['slots']['guardrails'] {
  return verdict ? { outcome: verdict.outcome, sha: verdict.sha, ...verdict.works } : null;
}

/** Where nothing is locked, the signed manifest alone suffices. */
function supplyInput(work: SlotWork): ChangePolicyInput['slots']['supplyChain'] {
  const input = slotInput(work);
  return input?.outcome === 'not_applicable' ? { ...input, outcome: 'pass' } : input;
}

/** A bare `/approve` means the head that was there when it came; older ones are remembered by nobody and cannot be meant. */
function headAt({ change, head }: ChangeFacts, at: number): string {
  return head?.sha === change.headSha && at >= head.at ? change.headSha : '';
}

function authorKind({ built, change }: ChangeFacts): AuthorKind {
  if (built) return 'assay';
  return change.author?.type === 'User' ? 'human' : 'agent';
}

/** Somebody with write asked for work on this very head. */
function retryBy({ commands, change, head }: ChangeFacts): ChangePolicyInput['retryBy'] {
  const asked = commands.filter((fact) => fact.command.name === 'retry' && fact.state === 'valid' && fact.refusal === null && head?.sha === change.headSha && fact.at >= head.at);
  const last = asked.at(-1);
  return last ? { permission: last.permission, sha: change.headSha } : null;
}
