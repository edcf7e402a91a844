/**
 * Waivers of a change: which of the default branch hold now, what `/waive` asks for, and the pull request that proposes it. A waiver never takes part in the
 * change that asked for it before a person has merged it on its own.
 */
import { digestOf } from '../../core/digest.ts';
import type { CommandFact } from '../../core/command-fact.ts';
import { code, plain } from '../../core/markdown.ts';
import type { Step } from '../../core/step.ts';
import { textFile } from '../../core/tree.ts';
import { endOf, isLive, maxWaiverDays, waiverFolder, waiverText, type Waiver } from '../../core/waiver.ts';
import type { ChangeFacts } from './facts.ts';
import type { Slots } from './slots.ts';

const dayMs = 86_400_000;
const nudgeDays = 7;

export function liveWaivers({ waivers, now }: Pick<ChangeFacts, 'waivers' | 'now'>): Waiver[] {
  return waivers.read.filter((one) => isLive(one, now));
}

/** Part of what a guard job is about: other waivers are another question, also where one has only run out. Empty where none holds. */
export function waiversKey(facts: Pick<ChangeFacts, 'waivers' | 'now'>): string {
  const live = liveWaivers(facts);
  return live.length === 0 ? '' : ` waivers ${digestOf(live).slice(0, 16)}`;
}

/** When the next one runs out, so that the change is judged anew then. */
export function nextExpiry(facts: Pick<ChangeFacts, 'waivers' | 'now'>): number | null {
  const ends = liveWaivers(facts).map(endOf);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** What a person should know of the waivers here: those that hold, those about to end, files that are none. Null where there is nothing to say. */
export function waiverWords(facts: Pick<ChangeFacts, 'waivers' | 'now'>): string | null {
  const { broken } = facts.waivers;
  const lines = [
    ...liveWaivers(facts).map((one) => `- ${code(one.guardrail)} ${plain(one.about, 100)} until ${one.until}${soon(one, facts.now)}: ${plain(one.reason, 200)} (${plain(one.ticket, 60)}, ${plain(one.owner, 60)})`),
    ...facts.waivers.read.filter((one) => !isLive(one, facts.now)).map((one) => `- ${code(one.guardrail)} ${plain(one.about, 100)} **ran out** on ${one.until}: it covers nothing any more. Mend it, or propose another with \`/waive\`.`),
    ...broken.map(({ path, why }) => `- ${code(path)} is no waiver and covers nothing: ${plain(why, 200)}`),
  ];
  return lines.length === 0 ? null : `Waivers of the default branch:\n\n${lines.join('\n')}`;
}

function soon(waiver: Waiver, now: number): string {
  const days = Math.ceil((endOf(waiver) - now) / dayMs);
  return days <= nudgeDays ? ` (**${days} ${days === 1 ? 'day' : 'days'} left**)` : '';
}

export interface WaiverRequest { fact: CommandFact; waiver: Omit<Waiver, 'path' | 'version'>; path: string; branch: string }

/** What `/waive` asks for, or why it cannot be had. Null for every other command. */
export function waiverAsked(fact: CommandFact, facts: ChangeFacts, slots: Slots): WaiverRequest | { refused: string } | null {
  const { command } = fact;
  if (command.name !== 'waive' || fact.state !== 'valid' || fact.refusal !== null) return null;
  const end = Date.parse(command.until) + dayMs;
  if (!(end > facts.now)) return { refused: `${code(command.until)} is no day to come.` };
  if (end - facts.now > maxWaiverDays * dayMs) return { refused: `A waiver lasts at most ${maxWaiverDays} days.` };
  const fingerprints = fingerprintsOf(command, slots);
  if (fingerprints.length === 0) return { refused: `${code(command.guardrail)} has no finding here that ${code(command.about)} names. Give the advisory's id, the code or at least 7 digits of the fingerprint, as the check shows them.` };
  const { guardrail, about, reason, ticket, until } = command;
  return {
    fact, path: `${waiverFolder}/${guardrail.toLowerCase()}-${fact.comment}.yml`, branch: `assay/waive-${fact.comment}`,
    waiver: { guardrail: idOf(guardrail), about, fingerprints, reason, ticket, owner: fact.author.login, until },
  };
}

function idOf(guardrail: string): string {
  return /^g\d{2}$/i.test(guardrail) ? guardrail.toUpperCase() : guardrail.toLowerCase();
}

function fingerprintsOf({ guardrail, about }: { guardrail: string; about: string }, { guardrails }: Slots): string[] {
  const result = guardrails.report?.guardrails.find((one) => one.id === idOf(guardrail));
  const word = new RegExp(`(^|[^A-Za-z0-9-])${about.replace(/[^A-Za-z0-9]/g, '\\$&')}($|[^A-Za-z0-9-])`);
  const isMeant = (finding: { fingerprint: string; code: string; message: string }) => (/^[0-9a-f]{7,40}$/.test(about) && finding.fingerprint.startsWith(about)) || finding.code === about || word.test(finding.message);
  return [...new Set(result?.findings.filter(isMeant).map(({ fingerprint }) => fingerprint) ?? [])].slice(0, 50);
}

/** One pull request each, opened once: the note of the comment says that it was. */
export function waiverSteps(facts: ChangeFacts, slots: Slots): Step[] {
  return facts.commands.flatMap((fact) => {
    const asked = waiverAsked(fact, facts, slots);
    if (!asked || 'refused' in asked || facts.proposed[fact.comment]) return [];
    const { repository, number } = facts.change;
    const { guardrail, about, until, ticket } = asked.waiver;
    return [{
      step: 'append-audit', once: `waive ${fact.comment}`, actor: String(fact.author.id), action: 'waiver.proposed', detail: { guardrail, about, until, ticket, path: asked.path },
    } as const, {
      step: 'open-pull-request', note: noteOf(fact.comment), requestedBy: fact.author.id, branch: asked.branch, base: repository.defaultBranch, parent: repository.defaultSha,
      patch: { [asked.path]: textFile(waiverText(asked.waiver)) }, title: `Waive ${asked.waiver.guardrail} ${asked.waiver.about} until ${asked.waiver.until}`,
      message: `Waive ${asked.waiver.guardrail} ${asked.waiver.about} until ${asked.waiver.until}\n\n${asked.waiver.reason}\n\nTicket: ${asked.waiver.ticket}\n`,
      body: `Asked for by @${fact.author.login} on #${number}: ${plain(asked.waiver.reason, 400)}\n\nTicket ${plain(asked.waiver.ticket, 100)}. It covers ${asked.waiver.fingerprints.length} ${asked.waiver.fingerprints.length === 1 ? 'finding' : 'findings'} of ${code(asked.waiver.guardrail)} until ${asked.waiver.until}, once this is approved and merged; then every open change is judged anew.`,
    } as const];
  });
}

export function noteOf(comment: number): string {
  return `waiver ${comment}`;
}
