/** The standing comment: found by its marker among the App's own comments, edited in place, written only where it differs. */
import type { StepResult, UpsertComment } from '../core/step.ts';
import type { CommentSnapshot } from '../core/ports/github.ts';
import type { SubjectKey } from '../core/subject.ts';
import { conversation, type StepContext } from './context.ts';

export function standingMarker(subject: SubjectKey): string {
  return `<!-- assay:standing ${subject} -->`;
}

export async function upsertComment(step: UpsertComment, context: StepContext): Promise<StepResult> {
  const { github, repository, subject } = context;
  const body = `${standingMarker(subject)}\n${step.body}`;
  const present = conversation(context).comments.find((comment) => isOwn(comment, context.botLogin) && comment.body.startsWith(standingMarker(subject)));
  if (!present) {
    await github.createComment(repository, step.issue, body);
    return 'created';
  }
  if (sameText(present.body, body)) return 'unchanged';
  await github.updateComment(repository, present.id, body);
  return 'updated';
}

/** Anyone can write a marker; only the App's own comment counts. */
export function isOwn(comment: CommentSnapshot, botLogin: string): boolean {
  const login = comment.author?.login.replace(/\[bot\]$/, '');
  return comment.author?.type === 'Bot' && login === botLogin.replace(/\[bot\]$/, '');
}

// GitHub stores CRLF as it was sent but trims the end.
function sameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trimEnd();
  return plain(a) === plain(b);
}
