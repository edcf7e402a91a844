/** One short reply per command said on a change. */
import type { CommandFact } from '../../core/command-fact.ts';
import { code, codeBlock } from '../../core/markdown.ts';
import type { ChangeRuling } from '../../core/ruling.ts';
import type { Reply } from '../../core/step.ts';
import { onePerComment } from '../one-reply.ts';
import { orderAnswer, type Said } from '../orders.ts';
import { malformedWords, refusalWords } from '../refusals.ts';
import type { ChangeFacts } from './facts.ts';
import type { Slots } from './slots.ts';
import { approveLine, headline, standingComment } from './words.ts';

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
    default: return orderAnswer(fact, { budget: facts.budget, what: ` on ${code(facts.change.headSha.slice(0, 12))}` });
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
