/** One short reply per command said on an intent. */
import type { CommandFact } from '../../core/command-fact.ts';
import { mayWrite, isAgent } from '../../core/command-effects.ts';
import { code, codeBlock, plain } from '../../core/markdown.ts';
import { formatUsd, usd } from '../../core/money.ts';
import type { IntentRuling } from '../../core/ruling.ts';
import type { Reply } from '../../core/step.ts';
import { onePerComment } from '../one-reply.ts';
import { malformedWords, refusalWords, strangerWords } from '../refusals.ts';
import type { IntentFacts } from './facts.ts';
import type { Progress } from './progress.ts';
import { headline } from './words.ts';

type Said = Pick<Reply, 'body' | 'reaction'>;

export function answers(facts: IntentFacts, ruling: IntentRuling, progress: Progress): Reply[] {
  return onePerComment(facts.commands.flatMap((fact) => {
    const said = answer(fact, facts, ruling, progress);
    return said ? [{ step: 'reply', issue: facts.issue.number, to: fact.comment, ...said } as const] : [];
  }));
}

function answer(fact: CommandFact, facts: IntentFacts, ruling: IntentRuling, progress: Progress): Said | null {
  const { command } = fact;
  if (fact.state === 'deleted') return null;
  if (command.name === 'malformed') return { body: malformedWords(command), reaction: 'confused' };
  if (command.name === 'approve') return approveAnswer(fact, facts, ruling, progress);
  if (command.name === 'status' || command.name === 'explain') return { body: headline(facts, ruling, progress), reaction: 'eyes' };
  if (fact.state !== 'valid') return { body: refusalWords('APPROVAL_EDITED'), reaction: 'confused' };
  if (!mayWrite(fact.permission) || isAgent(fact)) return { body: strangerWords(command.name), reaction: '-1' };
  return orderAnswer(fact, facts);
}

function approveAnswer(fact: CommandFact, facts: IntentFacts, ruling: IntentRuling, progress: Progress): Said | null {
  const index = facts.effects.approvals.findIndex((approval) => approval.fact === fact);
  const judged = ruling.approvals[index]?.code;
  if (judged === 'APPROVAL_OK') {
    return { body: `Approved: spec ${code(progress.spec!.digest)} (${ruling.approval.class}). Building starts.`, reaction: '+1' };
  }
  // Planning may still be under way, and an approval that was answered before must not be answered again in other words.
  if (!progress.spec || !judged) return null;
  const line = codeBlock(`/approve ${progress.spec.digest.slice(0, 12)}`);
  return { body: `${refusalWords(judged)} The line for the spec as it is now:\n\n${line}`, reaction: fact.state === 'valid' ? '-1' : 'confused' };
}

function orderAnswer({ command, author }: CommandFact, facts: IntentFacts): Said | null {
  const { grant, cap, settled } = facts.budget;
  switch (command.name) {
    case 'reject': return { body: `Rejected by ${plain(author.login)}: ${plain(command.reason)}`, reaction: '+1' };
    case 'revoke': return { body: `What ${plain(author.login)} had approved or rejected here is revoked.`, reaction: '+1' };
    case 'retry': return { body: 'What did not pass is tried again.', reaction: '+1' };
    case 'stop': return { body: 'Work is stopped; what had finished is kept. `/retry` goes on.', reaction: '+1' };
    case 'budget': {
      const asked = command.usd === null ? null : usd(command.usd);
      const capped = asked !== null && asked > cap ? ` ${formatUsd(asked)} is over the project's cap of ${formatUsd(cap)}.` : '';
      return { body: `Granted ${formatUsd(grant)}, spent ${formatUsd(settled)}.${capped}`, reaction: capped ? 'confused' : '+1' };
    }
    default: return null;
  }
}
