/** What a person reads about the base that a change is to be merged into: where it went, whether that touches the change, and what follows. Pure. */
import { code } from '../../core/markdown.ts';
import type { BindingNote, Movement } from './binding.ts';
import type { ChangeFacts } from './facts.ts';

/** Null where the base is the one that the evidence was first bound to. */
export function bindingWords({ binding, change }: Pick<ChangeFacts, 'binding' | 'change'>): string | null {
  const { bound, now, movement } = binding;
  if (change.state !== 'open') return null;
  if (now === null) return `**Base.** GitHub has not tried yet how ${code(short(change.headSha))} merges into ${code(change.baseRef)} at ${code(short(change.baseSha))}. Nothing is approved or merged before it has.`;
  if (movement === 'elsewhere' && bound) return `**The base moved elsewhere.** ${code(now.baseRef)} went from ${code(short(bound.baseSha))} to ${code(short(now.baseSha))} and touches no file of this change; their merge was compared file by file. Evidence and approval stand.`;
  return bound?.cause ? reboundWords(bound, bound.cause) : null;
}

function reboundWords({ baseRef, baseSha, moved, mergeTree }: BindingNote, cause: Movement): string {
  const to = `${code(baseRef)} at ${code(short(baseSha))}`;
  const why: Partial<Record<Movement, string>> = {
    touching: `**The base moved into this change.** ${to}${moved.length > 0 ? ` touches ${moved.map((path) => code(path, 80)).join(', ')}` : ' merges with it in another way'}.`,
    rewritten: `**The base was rewritten.** ${to} no longer holds the commit that the evidence was bound to.`,
    retargeted: `**Retargeted.** It is to be merged into ${to} now.`,
    elsewhere: `**The base moved.** It is ${to}, and the configuration lets no approval outlast that (\`approval.movedBase\`).`,
  };
  return `${why[cause] ?? ''} What was approved before is void; ${mergeTree === null ? 'the two are in conflict' : `what runs the change is judged in the merge ${code(short(mergeTree))}`}.`;
}

function short(sha: string): string {
  return sha.slice(0, 12);
}
