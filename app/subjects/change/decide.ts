/** (facts, ruling) → steps. Pure and total; the order is: remember, work, sign, post, answer, merge. */
import { decidedAction } from '../../core/policy-fact.ts';
import type { ChangeRuling } from '../../core/ruling.ts';
import type { Step } from '../../core/step.ts';
import { changeKey, groupKey } from '../../core/subject.ts';
import { waiverText } from '../../core/waiver.ts';
import type { Outcome } from '../../core/verdict.ts';
import type { Decision } from '../decision.ts';
import { packsNeed } from '../../guardrails/needs.ts';
import { votersFor } from '../voters.ts';
import { seedOf } from '../intent/progress.ts';
import { answers } from './answers.ts';
import { coolDownEnd } from './approval-words.ts';
import { audit } from './audit.ts';
import type { BindingNote } from './binding.ts';
import { isShutOff } from './business.ts';
import { checks } from './checks.ts';
import { outcomeOf, sharedOutcome } from './conclude.ts';
import type { ChangeFacts } from './facts.ts';
import { manifestOf, verdictStatements } from './manifest.ts';
import { mergeFault } from './merged.ts';
import { rebaseNotes } from './rebase.ts';
import { judgedTrees, slotsOf, type Slots } from './slots.ts';
import { repositoryOf } from './supply.ts';
import { supplySteps } from './supply-steps.ts';
import { liveWaivers, nextExpiry, waiverSteps } from './waivers.ts';
import { mergeWords, standingComment } from './words.ts';

export function decide(facts: ChangeFacts, ruling: ChangeRuling): Decision {
  const slots = slotsOf(facts);
  if (facts.change.state !== 'open') return { steps: closing(facts, ruling, slots), lookAgainAt: null, open: false };
  const steps: Step[] = [
    ...remember(facts, ruling),
    ...nextWork(facts, ruling, slots),
    ...supplySteps(facts),
    ...waiverSteps(facts, slots),
    ...writeOff(facts),
    ...(ruling.binding === 'holds' ? sign(facts, slots) : []),
    ...checks(facts, ruling, slots).map((run) => ({ step: 'set-check', run }) as const),
    { step: 'upsert-comment', issue: facts.change.number, body: standingComment(facts, ruling, slots) },
    ...answers(facts, ruling, slots),
    ...audit(facts, ruling, slots),
    ...mergeStep(facts, ruling),
    ...tellQueue(facts, ruling),
  ];
  return { steps, lookAgainAt: lookAgain(facts, ruling), open: true };
}

function remember(facts: ChangeFacts, ruling: ChangeRuling): Step[] {
  const { change, head, budget, lastGood } = facts;
  const isNewHead = head?.sha !== change.headSha;
  return [
    ...(isNewHead && head !== null ? [{ step: 'cancel-jobs' } as const] : []),
    ...(isNewHead ? [{ step: 'put-note', name: 'head', value: { sha: change.headSha, at: facts.now } } as const] : []),
    { step: 'put-note', name: 'files', value: facts.files },
    ...bindingNote(facts, ruling),
    ...rebaseNotes(facts, ruling),
    { step: 'put-note', name: 'terms', value: { project: budget.project, grant: budget.grant, fork: change.fork } },
    verdictNote(facts, outcomeOf(facts, ruling)),
    ...(lastGood ? [{ step: 'put-note', name: 'config', value: lastGood } as const] : []),
    ...(budget.asked ? [{ step: 'put-note', name: 'grant', about: budget.project, value: budget.asked } as const] : []),
  ];
}

/** Bound once per head, and anew where policy says that the base's movement voids it; a tip that touches nothing is remembered, so that it is compared once. */
function bindingNote({ binding, now: at }: ChangeFacts, ruling: ChangeRuling): Step[] {
  const { bound, now, movement, moved } = binding;
  if (now === null) return [];
  const note = (value: BindingNote, again = false): Step[] => [{ step: 'put-note', name: 'binding', value, ...(again ? { again } : {}) }];
  if (bound === null) return note(now);
  if (ruling.binding === 'rebind') return note({ ...now, since: at, cause: movement, moved }, true);
  return movement === 'elsewhere' ? note({ ...bound, seen: { baseSha: now.baseSha, mergeSha: now.mergeSha, mergeTree: now.mergeTree } }) : [];
}

/** What the other pull requests with this head read of this one. */
function verdictNote({ change, others }: ChangeFacts, outcome: Outcome): Step {
  return { step: 'put-note', name: 'verdict', value: { headSha: change.headSha, outcome }, tell: others.map(({ number }) => changeKey(change.repository.id, number)) };
}

/** Once a cap is passed everything that costs stops by itself (rule 9); what only reads goes on. */
function nextWork(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Step[] {
  const isShut = isShutOff(ruling.business);
  // What there is to judge is another thing in a moment.
  if (ruling.binding === 'rebind') return [];
  const isCostly = facts.jobs.some((job) => job.state === 'running' && job.kind !== 'guard');
  if (facts.effects.stopped || (isShut && isCostly)) return [{ step: 'cancel-jobs' }];
  return work(facts, isShut ? { ...ruling, execute: false } : ruling, slots);
}

const patienceMs = 600_000;

/** A call that nobody settled ten minutes after its work has ended is counted at its worst case. */
function writeOff({ ledger, now }: ChangeFacts): Step[] {
  const calls = ledger.lost.filter(({ endedAt }) => now - endedAt >= patienceMs).map(({ id, reserved }) => ({ id, reserved }));
  return calls.length > 0 ? [{ step: 'write-off', calls }] : [];
}

/** Scanning executes nothing and always runs; everything else waits until policy lets execution start. */
function work(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Step[] {
  if (facts.configProblem) return [];
  const read = { base: facts.files.mergeBase, head: facts.change.headSha };
  const steps: Step[] = [];
  for (const { work, executes } of slots.guardrails.jobs) {
    if (work.state !== 'absent' || (executes && !ruling.execute)) continue;
    const { base, head } = executes ? judgedTrees(facts) : read;
    steps.push({ step: 'start-job', key: work.key, trees: { base, head, ...(executes || !needsHistory(facts) ? {} : { history: true }) }, job: { kind: 'guard', input: { ...guardInput(facts), baseSha: base, headSha: head, phase: executes ? 'exec' : 'scan' } } });
  }
  if (!ruling.execute) return steps;
  return [...steps, ...acceptance(facts, ruling, slots), ...sabotage(facts, ruling, slots)];
}

/** Each commit costs a request or two: only where a pack of the repository has a guardrail that reads them. */
function needsHistory({ config }: ChangeFacts): boolean {
  return packsNeed([config.pack, ...config.packages.map(({ pack }) => pack)], 'history');
}

/** Settings come from the default branch as it is now, whatever the merge base had. */
function guardInput(facts: ChangeFacts) {
  const { title, body, labels } = facts.change;
  const { config, lastGood, registries, change } = facts;
  return { pack: config.packages.length > 0 ? null : config.pack, budget: budgetOf(facts), config: lastGood?.text ?? null, waivers: liveWaivers(facts).map((one) => ({ path: one.path, text: waiverText(one) })), repository: repositoryOf(change), pull: { title, body, labels }, ...(registries ? { registries } : {}) };
}

/** The ledger's figures in dollars, for the guardrail of the budget. */
function budgetOf({ budget, week, intent }: ChangeFacts): Record<string, number> {
  const { grant, settled, committed, cap } = budget;
  const project = { forecastUsd: 0, spentUsd: settled / 1e6, committedUsd: (committed - settled) / 1e6, grantUsd: grant / 1e6, capUsd: cap / 1e6 };
  const time = intent ? { hours: intent.workMs / 3_600_000 } : {};
  return { ...project, ...time, weekForecastUsd: 0, weekSpentUsd: week.spent / 1e6, weekCommittedUsd: week.committed / 1e6 };
}

function acceptance(facts: ChangeFacts, ruling: ChangeRuling, { consensus }: Slots): Step[] {
  const approved = facts.intent?.approved;
  if (consensus.state !== 'absent' || !approved || ruling.slots.consensus.need !== 'required') return [];
  const voters = votersFor(facts.families, facts.config, { spec: approved.spec, failedRounds: 0 });
  const models = Object.fromEntries(voters.map(({ family, model }) => [family, model]));
  return [{
    step: 'start-job', key: consensus.key, trees: judgedTrees(facts),
    job: { kind: 'accept', input: { spec: approved.spec, families: facts.families, models, seed: seedOf(approved.digest) } },
  }];
}

/** The attacker is never the family that wrote the change; where no other may read it, the attack goes without a model and its verdict says so. */
function sabotage(facts: ChangeFacts, ruling: ChangeRuling, { saboteur }: Slots): Step[] {
  if (saboteur.state !== 'absent' || ruling.slots.saboteur.need !== 'required') return [];
  const spec = facts.intent?.approved?.spec ?? null;
  const voters = votersFor(facts.families, facts.config, spec ? { spec, failedRounds: 0 } : null);
  const attacker = voters.find(({ family }) => family !== facts.built?.winnerFamily) ?? { family: null, model: 'none' };
  return [{
    step: 'start-job', key: saboteur.key, trees: judgedTrees(facts),
    job: { kind: 'sabotage', input: { spec, family: attacker.family, model: attacker.model, seed: seedOf(facts.change.headSha) } },
  }];
}

function sign(facts: ChangeFacts, slots: Slots): Step[] {
  const statement = manifestOf(facts, slots);
  const verdicts = verdictStatements(facts, slots);
  if (!statement || !verdicts) return [];
  const { headSha } = facts.change;
  const signed = verdicts.map((verdict) => ({ step: 'sign-statement', note: `statement ${headSha} ${verdict.slot}`, statement: verdict.statement }) as const);
  // The manifest last: once it is published, all that it binds is there.
  return [...signed, { step: 'sign-statement', note: `manifest ${headSha}`, statement, again: true }];
}

function mergeStep(facts: ChangeFacts, ruling: ChangeRuling): Step[] {
  if (ruling.merge !== 'now' || sharedOutcome(facts, ruling) !== 'pass' || facts.change.mergeable === 'conflicting') return [];
  const { number, headSha, queue } = facts.change;
  if (queue?.entered) return [];
  return [
    { step: 'append-audit', once: `merge ${headSha} ${facts.manifest?.digest}`, actor: 'assay', action: 'merge.ordered', detail: { headSha, manifest: facts.manifest?.digest ?? null, policy: facts.policyDigest, decision: 'allow' } },
    decided(facts, ruling, `merge ${headSha} ${facts.manifest?.digest}`),
    queue ? { step: 'enqueue', nodeId: facts.change.nodeId, headSha } : { step: 'merge', pullRequest: number, headSha, ...mergeWords(facts) },
  ];
}

/** The commit that the queue made of it is judged with it. */
function tellQueue({ change }: ChangeFacts, ruling: ChangeRuling): Step[] {
  const { repository, baseRef, queue, headSha } = change;
  if (!queue?.head) return [];
  return [{ step: 'put-note', name: 'queued', value: { head: queue.head, headSha, outcome: ruling.assay.outcome }, tell: [groupKey(repository.id, { sha: queue.head, branch: baseRef })] }];
}

/** The decision whole, so that it can be replayed, and another policy asked what it would have said. */
function decided(facts: ChangeFacts, { record }: ChangeRuling, when: string): Step {
  return { step: 'append-audit', once: `policy ${when}`, actor: 'assay', action: decidedAction, detail: { package: 'ci.change', ...record, policy: facts.policyDigest } };
}

function closing(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Step[] {
  const { change, intent } = facts;
  const merged = change.state === 'merged';
  const fault = merged ? mergeFault(facts, ruling) : null;
  // A pull request that Assay never looked at while it was open is none of its business.
  if (facts.head === null) return [];
  return [
    { step: 'cancel-jobs' },
    ...tellQueue(facts, ruling),
    verdictNote(facts, 'not_applicable'),
    { step: 'upsert-comment', issue: change.number, body: standingComment(facts, ruling, slots) },
    { step: 'append-audit', once: `change ${change.state}`, actor: 'assay', action: merged ? 'change.merged' : 'change.closed', detail: { headSha: change.headSha, mergeSha: change.mergeSha, kind: facts.kind, ...(merged ? { asApproved: fault === null } : {}) } },
    ...(fault ? [{ step: 'append-audit', once: `merged otherwise ${change.mergeSha}`, actor: 'assay', action: 'merge.not_as_approved', detail: { headSha: change.headSha, mergeSha: change.mergeSha, code: fault, parents: change.merged?.parents ?? [], tree: change.merged?.tree ?? null, manifest: facts.manifest?.digest ?? null, policy: facts.policyDigest } } as const] : []),
    ...(merged ? [] : [decided(facts, ruling, `closed ${change.headSha}`)]),
    { step: 'audit-jobs', jobs: facts.jobs },
    ...(intent?.approved ? [{ step: 'put-note', name: 'change', about: intent.key, value: { number: change.number, state: change.state }, again: true } as const] : []),
  ];
}

/** A merge that GitHub refuses and a mergeability it has not computed yet are looked at again, and a waiver that runs out; everything else is news that arrives. */
function lookAgain(facts: ChangeFacts, ruling: ChangeRuling): number | null {
  // GitHub tries merges when somebody asks, and tells nobody that it has.
  if (ruling.binding === 'unknown') return facts.now + 5_000;
  // What was stopped no longer runs in a moment, and nobody tells.
  if (isShutOff(ruling.business) && facts.jobs.some((job) => job.state === 'running')) return facts.now + 1_000;
  if (mergeStep(facts, ruling).length > 0) return facts.now + (facts.mergeRefused ? 30_000 : 5_000);
  const cooled = ruling.approvals.some(({ code }) => code === 'APPROVAL_COOL_DOWN') ? coolDownEnd(facts) : null;
  const soon = ruling.approval.outcome === 'pass' || facts.manifest ? facts.now + 300_000 : null;
  const lost = facts.ledger.lost.map(({ endedAt }) => Math.max(facts.now + 1_000, endedAt + patienceMs));
  const times = [nextExpiry(facts), cooled, soon, ...lost].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
