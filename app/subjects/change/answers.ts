/** One short reply per command said on a change. */
import type { CommandFact } from '../../core/command-fact.ts';
import { code } from '../../core/markdown.ts';
import type { ChangeRuling } from '../../core/ruling.ts';
import type { Reply } from '../../core/step.ts';
import { onePerComment } from '../one-reply.ts';
import { orderAnswer, type Said } from '../orders.ts';
import { malformedWords } from '../refusals.ts';
import { approveAnswer } from './approval-words.ts';
import type { ChangeFacts } from './facts.ts';
import type { Slots } from './slots.ts';
import { waiverAsked } from './waivers.ts';
import { headline, standingComment } from './words.ts';

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
    case 'waive': return waiveAnswer(fact, facts, slots);
    default: return orderAnswer(fact, { budget: facts.budget, what: ` on ${code(facts.change.headSha.slice(0, 12))}` });
  }
}

/** Once its pull request is open there is something to say; a refusal is said at once. */
function waiveAnswer(fact: CommandFact, facts: ChangeFacts, slots: Slots): Said | null {
  const asked = waiverAsked(fact, facts, slots);
  if (asked === null) return orderAnswer(fact, { budget: facts.budget, what: '' });
  const opened = facts.proposed[fact.comment];
  if (opened !== undefined) return { body: `#${opened} proposes the waiver. It counts once that is approved and merged.`, reaction: '+1' };
  // While the guardrails are at work nobody can tell what there is to waive.
  return 'refused' in asked && slots.guardrails.verdict ? { body: asked.refused, reaction: 'confused' } : null;
}
