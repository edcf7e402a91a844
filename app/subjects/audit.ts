/** What subjects tell the audit log of people's orders: who said what, and whether it counted. Accounts go by number; a name is a field of its own, which can be taken away. */
import type { CommandFact } from '../core/command-fact.ts';
import type { AppendAudit } from '../core/step.ts';

/** Approvals are judged elsewhere; asking for the status orders nothing. */
const orders = new Set<string>(['retry', 'stop', 'reject', 'revoke', 'budget', 'waive']);

/** Whether the audit log is told of a command that counts; approvals are told where they are judged. */
export function isTold(command: string): boolean {
  return command === 'approve' || orders.has(command);
}

export function orderEntries(commands: readonly CommandFact[]): AppendAudit[] {
  return commands.filter(({ command }) => orders.has(command.name)).map((fact) => {
    const { command, comment, author, permission, state, refusal } = fact;
    const counts = state === 'valid' && refusal === null;
    return {
      step: 'append-audit', once: `order ${comment} ${command.name} ${counts ? 'accepted' : 'refused'}`, actor: String(author.id), action: counts ? 'order.accepted' : 'order.refused',
      detail: { order: command.name, comment, permission, login: author.login, decision: counts ? 'allow' : 'deny', reason: 'reason' in command ? command.reason : (refusal ?? (state === 'valid' ? null : state)), ...('usd' in command ? { usd: command.usd } : {}) },
    };
  });
}

/** An approval that did not count, by policy's code. `about`: the head or spec that it would have been of. */
export function refusedApproval(fact: CommandFact, { code, about, policy }: { code: string; about: string; policy: string | null }): AppendAudit {
  const { comment, author, permission } = fact;
  return {
    step: 'append-audit', once: `approval ${comment} ${code} ${about}`, actor: String(author.id), action: 'approval.refused',
    detail: { comment, about, permission, login: author.login, decision: 'deny', reason: code, policy },
  };
}

/** The configuration that a repository's subjects are judged by from here on. */
export function configEntry(repositoryId: number, lastGood: { sha: string } | null): AppendAudit[] {
  if (!lastGood) return [];
  return [{ step: 'append-audit', about: `repository:${repositoryId}`, once: `config ${lastGood.sha}`, actor: 'assay', action: 'config.introduced', detail: { after: lastGood.sha } }];
}
