/** A comment may hold several commands; it gets one reply that answers them all, so that a crash between two answers loses none. */
import type { Reply } from '../core/step.ts';

// From worst to best: what somebody must look at is what the reaction shows.
const order: readonly Reply['reaction'][] = ['confused', '-1', 'eyes', '+1', 'rocket'];

export function onePerComment(replies: readonly Reply[]): Reply[] {
  const byComment = new Map<number, Reply>();
  for (const reply of replies) {
    const before = byComment.get(reply.to);
    byComment.set(reply.to, before ? joined(before, reply) : reply);
  }
  return [...byComment.values()];
}

function joined(first: Reply, second: Reply): Reply {
  const reaction = order.find((one) => one === first.reaction || one === second.reaction) ?? first.reaction;
  return first.body === second.body ? { ...first, reaction } : { ...first, body: `${first.body}\n\n${second.body}`, reaction };
}
