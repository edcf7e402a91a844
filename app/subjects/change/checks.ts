/** The seven check runs of a change: each says its verdict, what is missing, who can supply it and the exact command. */
import { toAnnotations } from '../../guardrails/annotations.ts';
import type { Annotation, CheckRunWrite } from '../../core/ports/github.ts';
import type { ChangeRuling, SlotName } from '../../core/ruling.ts';
import { conclusionOf, type Outcome } from '../../core/verdict.ts';
import { ownOutcome } from './business.ts';
import { outcomeOf, sharedOutcome } from './conclude.ts';
import type { ChangeFacts } from './facts.ts';
import { slotsOf, type Slots, type SlotVerdict, type SlotWork } from './slots.ts';
import { judgeSupply } from './supply.ts';
import { supplyChainCheck as supplyWords } from './supply-words.ts';
import * as words from './words.ts';

type Check = Omit<CheckRunWrite, 'externalId'>;
interface Said { title: string; summary: string; text?: string; annotations?: Annotation[] }

/** GitHub takes 65,535 characters; what is longer is cut with a notice. */
const maxText = 60_000;

export function checks(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots = slotsOf(facts)): Check[] {
  const report = slots.guardrails.report;
  return [
    slotCheck(facts, 'assay/guardrails', ruling, { slot: 'guardrails', work: slots.guardrails }, { ...words.guardrailsCheck(slots), annotations: report ? toAnnotations(report) : [] }),
    supplyChainCheck(facts, ruling),
    slotCheck(facts, 'assay/consensus', ruling, { slot: 'consensus', work: slots.consensus }, words.consensusCheck(facts, ruling, slots)),
    slotCheck(facts, 'assay/saboteur', ruling, { slot: 'saboteur', work: slots.saboteur }, words.saboteurCheck(ruling, slots)),
    check(facts, 'assay/policy', policyOutcome(facts, ruling), words.policyCheck(facts, ruling)),
    approvalCheck(facts, ruling, slots),
    assayCheck(facts, ruling, slots),
  ];
}

function slotCheck(facts: ChangeFacts, name: string, ruling: ChangeRuling, about: { slot: SlotName; work: SlotWork }, said: Said): Check {
  if (ruling.slots[about.slot].need === 'not_applicable') return check(facts, name, 'not_applicable', { title: `Not applicable: ${ruling.slots[about.slot].code}`, summary: words.notApplicable(ruling.slots[about.slot].code) });
  const { verdict } = about.work;
  if (verdict) return check(facts, name, ruling.slots[about.slot].code === 'SLOT_GRADE' ? 'neutral' : verdict.outcome, gradedWords(facts, verdict, said));
  return isHeld(facts, ruling, about.work) ? check(facts, name, 'neutral', words.held(facts, ruling)) : pending(facts, name, said);
}

function gradedWords(facts: ChangeFacts, { grade, works }: SlotVerdict, said: Said): Said {
  const more = [facts.change.fork ? words.forkGrade(facts, works) : null, grade ? words.graded(grade) : null].filter((one) => one !== null);
  return more.length > 0 ? { ...said, summary: [said.summary, ...more].join('\n\n') } : said;
}

/** Nothing runs and nothing will until a person does something. */
function isHeld(facts: ChangeFacts, ruling: ChangeRuling, work: SlotWork): boolean {
  return work.state === 'absent' && (!ruling.execute || facts.effects.stopped || facts.configProblem !== null) && work.executes !== false;
}

function supplyChainCheck(facts: ChangeFacts, ruling: ChangeRuling): Check {
  const said = supplyWords(facts, ruling);
  const judged = judgeSupply(facts);
  if (judged && judged.outcome !== 'pass' && judged.outcome !== 'not_applicable') return check(facts, 'assay/supply-chain', judged.outcome, said);
  return ruling.slots.supplyChain.code === 'SLOT_PASS' ? check(facts, 'assay/supply-chain', 'pass', said) : pending(facts, 'assay/supply-chain', said);
}

/** Configuration, money and the business rules that no other check speaks for: what policy itself has to object. */
export function policyOutcome(facts: ChangeFacts, ruling: ChangeRuling): Outcome {
  if (facts.configProblem || ruling.codes.some((code) => code.startsWith('INPUT_'))) return 'error';
  return ruling.codes.some(isMoneyStop) ? 'fail' : ownOutcome(ruling.business);
}

/** A warning about the week is said, and stops nothing. */
function isMoneyStop(code: string): boolean {
  return code.startsWith('BUDGET_') || (code.startsWith('FINOPS_') && code !== 'FINOPS_WEEK_WARN');
}

function approvalCheck(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Check {
  const said = words.approvalCheck(facts, ruling);
  if (ruling.approval.outcome === 'neutral' && isWorking(ruling, slots)) return pending(facts, 'assay/approval', said);
  return check(facts, 'assay/approval', ruling.approval.outcome, said);
}

function assayCheck(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Check {
  const said = words.assayCheck(facts, ruling, slots);
  const outcome = sharedOutcome(facts, ruling);
  if (outcomeOf(facts, ruling) === 'neutral' && isWorking(ruling, slots)) return pending(facts, 'assay', said);
  return check(facts, 'assay', outcome, said);
}

/** Only slots that this kind of change needs are waited for. */
function isWorking(ruling: ChangeRuling, slots: Slots): boolean {
  const needed = (['guardrails', 'consensus', 'saboteur'] as const).filter((name) => ruling.slots[name].need === 'required');
  const states = needed.map((name) => slots[name].state);
  const isSigning = ruling.slots.supplyChain.code === 'SLOT_PENDING' && states.every((state) => state === 'ended' || state === 'none');
  return states.includes('running') || (ruling.execute && states.includes('absent')) || isSigning;
}

function check(facts: ChangeFacts, name: string, outcome: Outcome, said: Said): Check {
  return { ...frame(facts, name, said), status: 'completed', conclusion: conclusionOf(outcome) };
}

function pending(facts: ChangeFacts, name: string, said: Said): Check {
  return { ...frame(facts, name, said), status: 'in_progress', conclusion: null };
}

function frame(facts: ChangeFacts, name: string, said: Said) {
  const text = said.text === undefined ? {} : { text: clipped(said.text) };
  return { name, headSha: facts.change.headSha, title: said.title, summary: clipped(said.summary), ...text, annotations: said.annotations ?? [], detailsUrl: facts.statusUrl };
}

function clipped(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)}\n\n… cut here; the status page has the whole text.`;
}
