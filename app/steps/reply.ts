/** One short reply per command, found again by the id of the comment it answers. */
import type { Reply, StepResult } from '../core/step.ts';
import { conversation, type StepContext } from './context.ts';
import { isOwn } from './upsert-comment.ts';

export function replyMarker(comment: number): string {
  return `<!-- assay:reply ${comment} -->`;
}

export async function reply(step: Reply, context: StepContext): Promise<StepResult> {
  const { github, repository } = context;
  const { comments } = conversation(context);
  const marker = replyMarker(step.to);
  if (comments.some((comment) => isOwn(comment, context.botLogin) && comment.body.startsWith(marker))) return 'unchanged';
  // The reaction first: it may be made twice, so a crash before the reply costs neither. A comment that is gone takes none.
  const isThere = comments.some((comment) => comment.id === step.to);
  if (isThere) await github.react(repository, step.to, step.reaction);
  await github.createComment(repository, step.issue, `${marker}\n${step.body}`);
  return 'created';
}
