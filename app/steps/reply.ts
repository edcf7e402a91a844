/** One short reply per command, found again by the id of the comment it answers. */
import type { Reply, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';
import { isOwn } from './upsert-comment.ts';

export function replyMarker(comment: number): string {
  return `<!-- assay:reply ${comment} -->`;
}

export async function reply(step: Reply, context: StepContext): Promise<StepResult> {
  const { github, repository, seen } = context;
  const marker = replyMarker(step.to);
  if (seen.comments.some((comment) => isOwn(comment, context.botLogin) && comment.body.startsWith(marker))) return 'unchanged';
  await github.createComment(repository, step.issue, `${marker}\n${step.body}`);
  // A deleted or edited comment can still be answered; a reaction on it is a courtesy.
  const answered = seen.comments.some((comment) => comment.id === step.to);
  if (answered) await github.react(repository, step.to, step.reaction);
  return 'created';
}
