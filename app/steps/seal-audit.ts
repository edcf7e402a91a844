/**
 * Writes a signed checkpoint over all entries of the audit log so far. It reads only what is new, checks that it follows what was sealed before, and keeps the checkpoint as
 * a note and as a statement. Where another replica was faster, nothing changes. When it is due is decided elsewhere.
 */
import { auditHash } from '../core/audit.ts';
import { AssayError, problemOf } from '../core/errors.ts';
import { growTree, type MerkleTree } from '../core/merkle/tree.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { NoteSigner, OpenNote, Witness } from '../core/ports/notary.ts';
import type { Signer } from '../core/ports/signer.ts';
import type { AuditEntry, AuditLog, Checkpoints, StoredCheckpoint } from '../core/ports/store.ts';
import type { StepResult } from '../core/step.ts';
import { checkpointText } from '../core/transparency/checkpoint.ts';
import { parseNote, type VerifierKey } from '../core/transparency/note.ts';
import { leafOf } from '../evidence/audit-entry.ts';
import { auditCheckpointStatement } from '../evidence/statements.ts';

export interface SealContext {
  store: AuditLog & Checkpoints;
  signer: Signer;
  /** Signs notes under the log's name. */
  notary: NoteSigner;
  openNote: OpenNote;
  witness: { cosign: Witness['cosign']; key: VerifierKey } | null;
  clock: Clock;
  log: Log;
}

type Sealed = Pick<StoredCheckpoint, 'size' | 'head' | 'frontier' | 'at'>;
const nothing: Sealed = { size: 0, head: '', frontier: [], at: 0 };
const page = 500;

/** Throws AUDIT_STORE_ALTERED where what is stored is not what was sealed. */
export async function writeCheckpoint(context: SealContext): Promise<StepResult> {
  const { store, clock } = context;
  const { tree, head } = await grow(store, await store.lastCheckpoint() ?? nothing);
  const at = clock.now();
  const root = tree.root();
  const origin = originOf(context.notary);
  const note = context.notary.sign(checkpointText({ origin, size: tree.size, root }));
  const signed = await context.signer.sign(auditCheckpointStatement({ origin, size: tree.size, root: hex(root), head, at }));
  const witnessed = await cosigned(context, { note, tree });
  return store.putCheckpoint({ size: tree.size, root: hex(root), head, at, note: witnessed ?? note, bundle: signed.bundle, frontier: tree.frontier().map(hex), witnessed: witnessed !== null });
}

/** The tree of all entries, taken up from what was sealed; each entry has to be the next one. */
async function grow(store: AuditLog, from: Sealed): Promise<{ tree: MerkleTree; head: string }> {
  const tree = growTree({ size: from.size, frontier: from.frontier.map((hash) => Buffer.from(hash, 'hex')) });
  let head = from.head;
  if (from.size > 0) {
    const [sealed] = await store.auditEntries(from.size - 1, 1);
    if (sealed?.hash !== head) throw altered(from.size - 1);
  }
  for (;;) {
    const entries = await store.auditEntries(tree.size, page);
    for (const entry of entries) {
      if (!follows(entry, { size: tree.size, head })) throw altered(tree.size);
      tree.append(leafOf(entry));
      head = entry.hash;
    }
    if (entries.length < page) return { tree, head };
  }
}

function follows(entry: AuditEntry, { size, head }: { size: number; head: string }): boolean {
  return entry.index === size && (size === 0 || entry.previous === head) && auditHash(entry) === entry.hash;
}

/** The note with the witness's signature; null where there is no witness or it gives none, which is told and holds nothing up. */
async function cosigned(context: SealContext, { note, tree }: { note: string; tree: MerkleTree }): Promise<string | null> {
  const { witness, store, log, openNote } = context;
  if (!witness) return null;
  try {
    const before = await store.lastCheckpoint({ witnessed: true }) ?? nothing;
    const proof = await proofFrom(store, { before, size: tree.size });
    const whole = `${note}${await witness.cosign({ note, old: before.size, proof })}`;
    openNote(whole, [witness.key]);
    if (parseNote(whole).text === parseNote(note).text) return whole;
    throw new AssayError('WITNESS_REFUSED', 'the witness signed another text', { remedy: 'Ask who runs it.' });
  } catch (thrown) {
    log.warn({ problem: problemOf(thrown) }, 'the witness did not sign the checkpoint');
    return null;
  }
}

async function proofFrom(store: AuditLog, { before, size }: { before: Sealed; size: number }): Promise<Uint8Array[]> {
  return before.size === 0 ? [] : (await grow(store, before)).tree.consistencyProof(before.size, size);
}

export function originOf({ verifierKey }: NoteSigner): string {
  return verifierKey.slice(0, verifierKey.indexOf('+'));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function altered(index: number): AssayError {
  return new AssayError('AUDIT_STORE_ALTERED', `entry ${index} of the stored audit log is not the one that was recorded`, { remedy: 'Stop Assay, keep the file of the store as it is, and restore the last backup whose log verifies against the anchored checkpoint.' });
}
