/** The answers to commands that mean the same on an intent and on a change. */
import type { CommandFact } from '../core/command-fact.ts';
import { plain } from '../core/markdown.ts';
import { formatUsd, usd } from '../core/money.ts';
import type { Reply } from '../core/step.ts';
import type { Budget } from './intent/facts.ts';
import { refusalWords, strangerWords } from './refusals.ts';

export type Said = Pick<Reply, 'body' | 'reaction'>;

/** `what`: what a retry is about, already escaped. Null for commands that are no order. */
export function orderAnswer(fact: CommandFact, { budget, what }: { budget: Budget; what: string }): Said | null {
  const { command, author } = fact;
  if (fact.state !== 'valid') return { body: refusalWords('APPROVAL_EDITED'), reaction: 'confused' };
  if (fact.refusal !== null) return { body: strangerWords(command.name, fact.refusal), reaction: '-1' };
  switch (command.name) {
    case 'reject': return { body: `Rejected by ${plain(author.login)}: ${plain(command.reason)}`, reaction: '+1' };
    case 'revoke': return { body: `What ${plain(author.login)} had approved or rejected here is revoked.`, reaction: '+1' };
    case 'retry': return { body: `What did not pass${what} is tried again.`, reaction: '+1' };
    case 'stop': return { body: 'Work is stopped; what had finished is kept. `/retry` goes on.', reaction: '+1' };
    case 'budget': return budgetAnswer(command.usd, budget);
    case 'waive': return { body: 'A waiver is asked for on the pull request whose check shows the finding.', reaction: 'confused' };
    default: return null;
  }
}

function budgetAnswer(asked: number | null, { grant, cap, settled }: Budget): Said {
  const over = asked !== null && usd(asked) > cap;
  const capped = over ? ` ${formatUsd(usd(asked))} is over the project's cap of ${formatUsd(cap)}.` : '';
  return { body: `Granted ${formatUsd(grant)}, spent ${formatUsd(settled)}.${capped}`, reaction: over ? 'confused' : '+1' };
}
