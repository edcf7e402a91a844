/**
 * Puts the last checkpoint of the audit log where its keeper alone cannot take it back: on a ref of a repository that the log speaks of, as a commit after the one before.
 * The ref only goes forward. Where somebody moved or removed it, that is recorded and the line goes on from what is there; where it holds a checkpoint that this log does not
 * know, the log was cut or replaced, and nothing is written.
 */
import { AssayError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { GitHub } from '../core/ports/github.ts';
import type { OpenNote } from '../core/ports/notary.ts';
import type { AuditLog, Checkpoints, RepositoryRef, StoredAnchor, StoredCheckpoint } from '../core/ports/store.ts';
import type { StepResult } from '../core/step.ts';
import { canonicalJson } from '../core/digest.ts';
import { parseCheckpoint } from '../core/transparency/checkpoint.ts';
import type { VerifierKey } from '../core/transparency/note.ts';

export const auditRef = 'assay/audit';

export interface AnchorContext {
  store: AuditLog & Checkpoints;
  github: Pick<GitHub, 'readRef' | 'extendRef'>;
  repository: RepositoryRef;
  openNote: OpenNote;
  /** The keys that this log was ever signed with. */
  own: readonly VerifierKey[];
  clock: Clock;
}

export async function anchorAudit(checkpoint: StoredCheckpoint, context: AnchorContext): Promise<StepResult> {
  const { store, github, repository, clock } = context;
  const last = await store.anchor(repository.id);
  if (last && last.size >= checkpoint.size) return 'unchanged';
  const tip = await github.readRef(repository, auditRef);
  const keep = (commit: string) => store.putAnchor({ repositoryId: repository.id, size: checkpoint.size, commit, at: clock.now() });
  if (tip && (await anchored(tip.message, context)) === checkpoint.size) {
    await keep(tip.sha);
    return 'unchanged';
  }
  if (last && tip?.sha !== last.commit) await tellMoved(context, { last, tip: tip?.sha ?? null });
  // Both, so that nothing that ever was on the ref is lost.
  const parents = [...new Set([tip?.sha, last?.commit].filter((sha) => sha !== undefined))];
  const { sha } = await github.extendRef(repository, { name: auditRef, isNew: tip === null, parents, files: filesOf(checkpoint), message: messageOf(checkpoint) });
  await keep(sha);
  return last ? 'updated' : 'created';
}

function filesOf({ note, bundle }: StoredCheckpoint): Record<string, string> {
  return { checkpoint: note, 'checkpoint.sigstore.json': `${canonicalJson(bundle)}\n` };
}

function messageOf({ size, note }: StoredCheckpoint): string {
  return `Audit checkpoint of ${size} entries\n\n${note}`;
}

/** The size of the checkpoint in a commit's message; null where it is nobody's of this log. Throws AUDIT_ROLLED_BACK where this log signed it and does not know it. */
async function anchored(message: string, { store, openNote, own }: AnchorContext): Promise<number | null> {
  const note = `${message.slice(message.indexOf('\n\n') + 2).trimEnd()}\n`;
  const text = signedText(note, { openNote, own });
  if (text === null) return null;
  const { size, root } = parseCheckpoint(text);
  const [known] = await store.checkpoints(size, 1);
  if (known?.size === size && known.root === Buffer.from(root).toString('hex')) return size;
  throw new AssayError('AUDIT_ROLLED_BACK', `refs/${auditRef} holds a checkpoint of ${size} entries that this log signed and does not know`, {
    remedy: 'The store was restored from an older backup, or its log was replaced. Restore the newest backup whose log verifies against that checkpoint.',
  });
}

function signedText(note: string, { openNote, own }: Pick<AnchorContext, 'openNote' | 'own'>): string | null {
  try {
    return openNote(note, own).text;
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code.startsWith('NOTE_')) return null;
    throw thrown;
  }
}

function tellMoved({ store, repository }: AnchorContext, { last, tip }: { last: StoredAnchor; tip: string | null }): Promise<unknown> {
  return store.appendOnce(`anchor moved ${last.size} ${tip ?? 'gone'}`, {
    actor: 'assay', action: 'anchor.moved', subject: `repository:${repository.id}`, detail: { ref: `refs/${auditRef}`, expected: last.commit, found: tip, size: last.size },
  });
}
