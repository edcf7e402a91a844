/** What the valid commands of a subject add up to. What policy refuses its author moves nothing. */
import type { CommandFact } from './command-fact.ts';
import type { Permission } from './ports/github.ts';
import { usd, type MicroUsd } from './money.ts';

export interface CommandEffects {
  /** When somebody asked to try again. */
  retriesAt: number[];
  stopped: boolean;
  rejected: { by: string; reason: string } | null;
  /** The last amount asked for and when; the caller caps it. */
  grant: Grant | null;
  approvals: ApprovalFact[];
}

export interface Grant {
  amount: MicroUsd;
  at: number;
}

export interface ApprovalFact {
  fact: CommandFact;
  sha: string | null;
  digest: string | null;
  revokedAt: number | null;
}

export function mayWrite(permission: Permission): boolean {
  return permission === 'write' || permission === 'maintain' || permission === 'admin';
}

export function isAgent(fact: Pick<CommandFact, 'author' | 'viaApp'>): boolean {
  return fact.author.type !== 'User' || fact.viaApp;
}

export function effectsOf(commands: readonly CommandFact[]): CommandEffects {
  const effects: CommandEffects = { retriesAt: [], stopped: false, rejected: null, grant: null, approvals: [] };
  for (const fact of commands) {
    if (fact.command.name === 'approve') effects.approvals.push({ fact, sha: fact.command.sha, digest: fact.command.digest, revokedAt: null });
    if (fact.state === 'valid' && fact.refusal === null) apply(effects, fact);
  }
  return effects;
}

function apply(effects: CommandEffects, fact: CommandFact): void {
  const { command } = fact;
  switch (command.name) {
    case 'retry': effects.retriesAt.push(fact.at); effects.stopped = false; return;
    case 'stop': effects.stopped = true; return;
    case 'reject': effects.rejected = { by: fact.author.login, reason: command.reason }; return;
    case 'revoke': revoke(effects, fact); return;
    case 'budget': if (command.usd !== null) effects.grant = { amount: usd(command.usd), at: fact.at }; return;
    case 'approve': case 'status': case 'explain': case 'waive': case 'malformed': return;
  }
}

/** Takes back what the same person approved or rejected before. */
function revoke(effects: CommandEffects, fact: CommandFact): void {
  if (effects.rejected?.by === fact.author.login) effects.rejected = null;
  for (const approval of effects.approvals) {
    if (approval.fact.author.id === fact.author.id) approval.revokedAt ??= fact.at;
  }
}
