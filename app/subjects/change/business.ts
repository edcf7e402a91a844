/** The ten business rules over the facts of a change: which guardrails and gates speak to each of them, and what the ledger and the clock say. */
import { businessRules, ruleBusiness, type BusinessRule, type BusinessRulesInput, type BusinessRuling, type Verdicts } from '../../core/business-rules.ts';
import type { MicroUsd } from '../../core/money.ts';
import type { Policy } from '../../core/ports/policy.ts';
import type { ChangeAnswer } from '../../core/ruling.ts';
import { worst, type Outcome } from '../../core/verdict.ts';
import { qualityOf } from '../../guardrails/quality.ts';
import type { ChangeFacts } from './facts.ts';
import { slotsOf, type Slots } from './slots.ts';

const judgedBy = {
  deception: ['G01', 'G04', 'G08'],
  data: ['G02', 'G13', 'privacy'],
  environment: ['G19', 'iac'],
} as const;

/** Policy's word on each of the ten, from what has been found out so far. */
export async function ruleOnBusiness(facts: ChangeFacts, ruling: ChangeAnswer, policy: Policy): Promise<BusinessRuling> {
  return ruleBusiness(policy, businessInput(facts, ruling, slotsOf(facts)));
}

function businessInput(facts: ChangeFacts, ruling: ChangeAnswer, slots: Slots): BusinessRulesInput {
  const { budget, config, intent } = facts;
  const over = { cost: budget.committed > budget.cap, time: (intent?.workMs ?? 0) > config.maxMs };
  return {
    now: facts.now,
    deception: verdictsOf(slots, judgedBy.deception), data: verdictsOf(slots, judgedBy.data), environment: verdictsOf(slots, judgedBy.environment),
    gates: gates(ruling),
    autonomy: { outsideGates: brokenDown(slots) },
    cost: { spent: budget.settled, committed: budget.committed - budget.settled, forecast: forecast(facts, ruling, slots), cap: budget.cap, asOf: knownUntil(facts) },
    time: { elapsedMs: intent?.workMs ?? 0, limitMs: config.maxMs },
    quality: quality(slots),
    shutoff: { violations: Number(over.cost) + Number(over.time), running: facts.jobs.filter((job) => job.state === 'running').length },
  };
}

/** Work that is still to be started, at what such work has cost here before. What runs has reserved what it may cost. */
function forecast({ ledger }: ChangeFacts, { slots: needed }: ChangeAnswer, slots: Slots): MicroUsd {
  const costly = [['consensus', 'acceptance'], ['saboteur', 'saboteur']] as const;
  return costly.filter(([slot]) => needed[slot].need === 'required' && slots[slot].state === 'absent').reduce((sum, [, role]) => sum + (ledger.perJob[role] ?? 0), 0);
}

/** The ledger is complete up to the end of the first work that left a call behind which nobody settled. */
function knownUntil({ ledger, now }: ChangeFacts): number {
  return Math.min(now, ...ledger.lost.map(({ endedAt }) => endedAt));
}

function quality({ guardrails }: Slots): BusinessRulesInput['quality'] {
  if (!guardrails.verdict) return { judged: true, percent: null };
  const found = guardrails.report ? qualityOf(guardrails.report) : null;
  return { judged: found !== null, percent: found?.percent ?? null };
}

/** Guardrails that may only warn decide nothing here either; those that the pack does not have are left out. */
function verdictsOf({ guardrails }: Slots, ids: readonly string[]): Verdicts {
  const found = guardrails.report?.guardrails.filter((one) => one.mode === 'enforce' && ids.includes(one.id)) ?? [];
  return Object.fromEntries(found.map((one) => [one.id, one.outcome]));
}

function gates({ slots, approval }: ChangeAnswer): Verdicts {
  const named = Object.entries(slots).map(([name, { need, code }]) => [name, need === 'not_applicable' ? 'not_applicable' : gateOutcome(code)] as const);
  return { ...Object.fromEntries(named), approval: approval.outcome === 'neutral' ? null : approval.outcome };
}

function gateOutcome(code: string): Outcome | null {
  if (code === 'SLOT_PENDING' || code === 'SLOT_NOT_APPLICABLE') return null;
  return code === 'SLOT_STALE_SHA' ? 'stale' : (code.replace('SLOT_', '').toLowerCase() as Outcome);
}

/** Work that ended in an error waits for somebody's `/retry`, and no gate asks for that. */
function brokenDown(slots: Slots): number {
  return Object.values(slots).filter((slot) => slot.verdict?.outcome === 'error').length;
}

/** The worst of the rules that no other check speaks for: money, time, quality, shut-off and tracking. What still waits is no objection. */
export function ownOutcome({ rules }: BusinessRuling): Outcome {
  const own = ['4', '5', '6', '9', '10'].map((number) => rules[number]?.outcome ?? 'error');
  return worst(own.map((outcome) => (outcome === 'neutral' || outcome === 'not_applicable' ? 'pass' : outcome)));
}

/** A cap of money or of time is passed. */
export function isShutOff({ rules }: BusinessRuling): boolean {
  return rules['4']?.outcome === 'fail' || rules['5']?.outcome === 'fail';
}

/** A row per rule: number, rule, verdict, code. */
export function businessRows({ rules }: BusinessRuling): string[][] {
  return (Object.keys(businessRules) as `${BusinessRule}`[]).sort((a, b) => Number(a) - Number(b))
    .map((number) => [number, businessRules[Number(number) as BusinessRule], rules[number]?.outcome ?? 'error', rules[number]?.code ?? 'RULE_PENDING']);
}
