/** One short reply per command said on an intent. */
import type { CommandFact } from '../../core/command-fact.ts';
import { code, codeBlock } from '../../core/markdown.ts';
import type { IntentRuling } from '../../core/ruling.ts';
import type { Reply } from '../../core/step.ts';
import { onePerComment } from '../one-reply.ts';
import { orderAnswer, type Said } from '../orders.ts';
import { malformedWords, refusalWords } from '../refusals.ts';
import type { IntentFacts } from './facts.ts';
import type { Progress } from './progress.ts';
import { headline } from './words.ts';

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
  return orderAnswer(fact, { budget: facts.budget, what: '' });
}

function approveAnswer(fact: CommandFact, facts: IntentFacts, ruling: IntentRuling, progress: Progress): Said | null {
  const index = facts.effects.approvals.findIndex((approval) => approval.fact === fact);
  const judged = ruling.approvals[index]?.code;
  if (judged === 'APPROVAL_OK') {
    return { body: `Approved: spec ${code(progress.spec!.digest)} (${ruling.approval.class}). Building starts.`, reaction: '+1' };
  }
  // Planning may still be under way, and an approval that was answered before must not be answered again in other words.
  if (!progress.spec || !judged) return null;
  if (judged === 'APPROVAL_PRESENCE') return { body: `${refusalWords(judged)} [Sign with a passkey](${facts.statusUrl.replace('/intents/', '/approve/')}/${progress.spec.digest})`, reaction: 'eyes' };
  const line = codeBlock(`/approve ${progress.spec.digest.slice(0, 12)}`);
  return { body: `${refusalWords(judged)} The line for the spec as it is now:\n\n${line}`, reaction: fact.state === 'valid' ? '-1' : 'confused' };
}
