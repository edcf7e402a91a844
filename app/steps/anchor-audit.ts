/**
 * Puts a checkpoint of the audit log where its keeper alone cannot take it back: on a ref of a repository that the log speaks of, as a commit after the one before. The ref
 * only goes forward. Where it holds a checkpoint that this log signed and does not know, the log was cut or replaced, and reading it refuses. What is to be done is ruled elsewhere.
 */
import { AssayError } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { GitHub } from '../core/ports/github.ts';
import type { OpenNote } from '../core/ports/notary.ts';
import type { AuditLog, Checkpoints, RepositoryRef, StoredCheckpoint } from '../core/ports/store.ts';
import type { StepResult } from '../core/step.ts';
import { canonicalJson } from '../core/digest.ts';
import { parseCheckpoint } from '../core/transparency/checkpoint.ts';
import type { VerifierKey } from '../core/transparency/note.ts';
import type { AnchorFacts, AnchorRuling } from '../subjects/audit-log/decide.ts';

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

/** The ref as it is, and which checkpoint of this log it holds. Throws AUDIT_ROLLED_BACK. */
export async function readAnchor(context: AnchorContext): Promise<AnchorFacts['tip']> {
  const tip = await context.github.readRef(context.repository, auditRef);
  return tip && { sha: tip.sha, size: await anchored(tip.message, context) };
}

export async function writeAnchor(checkpoint: StoredCheckpoint, ruling: AnchorRuling, context: AnchorContext): Promise<StepResult> {
  if (ruling.act === 'nothing') return 'unchanged';
  if (ruling.act === 'note') {
    await keep(checkpoint, ruling.commit, context);
    return 'unchanged';
  }
  const { github, repository } = context;
  if (ruling.moved) await tellMoved(context, ruling.moved);
  const { sha } = await github.extendRef(repository, { name: auditRef, isNew: ruling.isNew, parents: ruling.parents, files: filesOf(checkpoint), message: messageOf(checkpoint) });
  const before = await context.store.anchor(repository.id);
  await keep(checkpoint, sha, context);
  return before ? 'updated' : 'created';
}

function keep({ size }: StoredCheckpoint, commit: string, { store, repository, clock }: AnchorContext): Promise<void> {
  return store.putAnchor({ repositoryId: repository.id, size, commit, at: clock.now() });
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

function tellMoved({ store, repository }: AnchorContext, { expected, found, size }: { expected: string; found: string | null; size: number }): Promise<unknown> {
  return store.appendOnce(`anchor moved ${size} ${found ?? 'gone'}`, {
    actor: 'assay', action: 'anchor.moved', subject: `repository:${repository.id}`, detail: { ref: `refs/${auditRef}`, expected, found, size },
  });
}
