/** One short reply per command said on a change. */
import { isAgent, mayWrite } from '../../core/command-effects.ts';
import type { CommandFact } from '../../core/command-fact.ts';
import { code, codeBlock, plain } from '../../core/markdown.ts';
import { formatUsd, usd } from '../../core/money.ts';
import type { ChangeRuling } from '../../core/ruling.ts';
import type { Reply } from '../../core/step.ts';
import { onePerComment } from '../one-reply.ts';
import { malformedWords, refusalWords, strangerWords } from '../refusals.ts';
import type { ChangeFacts } from './facts.ts';
import type { Slots } from './slots.ts';
import { approveLine, headline, standingComment } from './words.ts';

type Said = Pick<Reply, 'body' | 'reaction'>;

export function answers(facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Reply[] {
  return onePerComment(facts.commands.flatMap((fact) => {
    const said = answer(fact, facts, ruling, slots);
    return said ? [{ step: 'reply', issue: facts.change.number, to: fact.comment, ...said } as const] : [];
  }));
}

function answer(fact: CommandFact, facts: ChangeFacts, ruling: ChangeRuling, slots: Slots): Said | null {
  const { command } = fact;
  if (fact.state === 'deleted') return null;
  switch (command.name) {
    case 'malformed': return { body: malformedWords(command), reaction: 'confused' };
    case 'approve': return approveAnswer(fact, facts, ruling);
    case 'status': return { body: headline(facts, ruling), reaction: 'eyes' };
    case 'explain': return { body: standingComment(facts, ruling, slots), reaction: 'eyes' };
    default: return orderAnswer(fact, facts);
  }
}

function approveAnswer(fact: CommandFact, facts: ChangeFacts, ruling: ChangeRuling): Said | null {
  const index = facts.effects.approvals.findIndex((approval) => approval.fact === fact);
  const judged = ruling.approvals[index]?.code;
  if (!judged) return null;
  if (judged === 'APPROVAL_OK') {
    return { body: `Approved (${ruling.approval.class ?? 'noted'}): head ${code(facts.change.headSha)} with evidence ${code(facts.manifest?.digest ?? 'none')}.`, reaction: '+1' };
  }
  const line = ruling.ready ? approveLine(facts) : null;
  const next = line ? ` The line for what is here now:\n\n${codeBlock(line)}` : '';
  return { body: `Not counted (${code(judged)}). ${refusalWords(judged)}${next}`, reaction: fact.state === 'valid' ? '-1' : 'confused' };
}

function orderAnswer(fact: CommandFact, facts: ChangeFacts): Said | null {
  const { command, author } = fact;
  if (fact.state !== 'valid') return { body: refusalWords('APPROVAL_EDITED'), reaction: 'confused' };
  if (!mayWrite(fact.permission) || isAgent(fact)) return { body: strangerWords(command.name), reaction: '-1' };
  const { grant, cap, settled } = facts.budget;
  switch (command.name) {
    case 'reject': return { body: `Rejected by ${plain(author.login)}: ${plain(command.reason)}`, reaction: '+1' };
    case 'revoke': return { body: `What ${plain(author.login)} had approved or rejected here is revoked.`, reaction: '+1' };
    case 'retry': return { body: `What did not pass on ${code(facts.change.headSha.slice(0, 12))} is tried again.`, reaction: '+1' };
    case 'stop': return { body: 'Work is stopped; what had finished is kept. `/retry` goes on.', reaction: '+1' };
    case 'budget': {
      const over = command.usd !== null && usd(command.usd) > cap ? ` That is over the project's cap of ${formatUsd(cap)}.` : '';
      return { body: `Granted ${formatUsd(grant)}, spent ${formatUsd(settled)}.${over}`, reaction: over ? 'confused' : '+1' };
    }
    default: return null;
  }
}
