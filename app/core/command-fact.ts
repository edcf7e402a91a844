/** Commands as facts: who said what when, read from the comment as first delivered, with the permission its author has now. */
import type { Actor, CommentSnapshot, Permission } from './ports/github.ts';
import type { StoredComment } from './ports/store.ts';
import { parseCommands, type Command } from './command.ts';

/**
 * `valid`: as first delivered, never touched since. `edited`, `deleted`: it was a command and somebody touched the comment, which revokes it.
 * `edited-in`: the comment became a command by an edit, which never counts.
 */
export type CommandState = 'valid' | 'edited' | 'deleted' | 'edited-in';

export interface SpokenCommand {
  comment: number;
  author: Actor;
  permission: Permission;
  viaApp: boolean;
  /** When Assay received it; for one found by the sweep, the end of the second in which GitHub says it was created. */
  at: number;
  state: CommandState;
  command: Command;
}

/** With policy's word on it: the reason why its author may not do this, or null. */
export interface CommandFact extends SpokenCommand {
  refusal: string | null;
}

interface Said {
  id: number;
  author: Actor;
  viaApp: boolean;
  at: number;
  first: string | null;
  now: string | null;
  touched: boolean;
}

/** Authors whose permission is needed: everybody who said something that may be a command. */
export function speakers(snapshot: CommentSnapshot[], stored: StoredComment[], ownLogin: string): Actor[] {
  const said = merged(snapshot, stored).filter((one) => !isSelf(one.author, ownLogin) && commandsOf(one).length > 0);
  return [...new Map(said.map((one) => [one.author.id, one.author])).values()];
}

/** All commands of a subject in the order they were said; the App's own comments are never read as commands. */
export function commandFacts(
  snapshot: CommentSnapshot[], stored: StoredComment[], options: { ownLogin: string; permissions: ReadonlyMap<number, Permission> },
): SpokenCommand[] {
  return merged(snapshot, stored)
    .filter((one) => !isSelf(one.author, options.ownLogin))
    .flatMap((one) => commandsOf(one).map(({ command, state }) => ({
      comment: one.id, author: one.author, viaApp: one.viaApp, at: one.at, state, command,
      permission: options.permissions.get(one.author.id) ?? 'none' as const,
    })))
    .sort((a, b) => a.at - b.at || a.comment - b.comment);
}

function isSelf(author: Actor, ownLogin: string): boolean {
  return author.type === 'Bot' && author.login.replace(/\[bot\]$/, '') === ownLogin.replace(/\[bot\]$/, '');
}

function commandsOf(said: Said): { command: Command; state: CommandState }[] {
  const first = said.first === null ? [] : parseCommands(said.first);
  if (first.length > 0) {
    const state = said.now === null ? 'deleted' : said.touched ? 'edited' : 'valid';
    return first.map((command) => ({ command, state }));
  }
  const now = said.now === null || !said.touched ? [] : parseCommands(said.now);
  return now.map((command) => ({ command, state: 'edited-in' as const }));
}

function merged(snapshot: CommentSnapshot[], stored: StoredComment[]): Said[] {
  const known = new Map(stored.map((comment) => [comment.id, comment]));
  const present = new Map(snapshot.map((comment) => [comment.id, comment]));
  const ids = new Set([...known.keys(), ...present.keys()]);
  return [...ids].flatMap((id) => {
    const first = known.get(id);
    const now = present.get(id);
    return first ? [fromStore(first, now)] : now?.author ? [fromSweep(now, now.author)] : [];
  });
}

function fromStore(first: StoredComment, now: CommentSnapshot | undefined): Said {
  const author: Actor = { id: first.authorId, login: first.authorLogin, type: first.authorType as Actor['type'] };
  // The snapshot is complete: absent from it means deleted, also where that webhook was lost.
  const gone = first.deletedAt !== null || now === undefined;
  const text = gone ? null : now?.body ?? first.body;
  const touched = first.editedAt !== null || (now !== undefined && now.body !== first.body);
  // A comment whose first delivery was already an edit was never seen as first written.
  const firstText = first.editedAt !== null && first.editedAt <= first.receivedAt ? null : first.body;
  return { id: first.id, author, viaApp: first.viaApp, at: first.receivedAt, first: firstText, now: text, touched };
}

/** Missed by the webhook: it counts as first written only if GitHub says it was never edited. */
function fromSweep(now: CommentSnapshot, author: Actor): Said {
  const touched = now.lastEditedAt !== null;
  return { id: now.id, author, viaApp: now.viaApp, at: now.createdAt + 999, first: touched ? null : now.body, now: now.body, touched };
}
