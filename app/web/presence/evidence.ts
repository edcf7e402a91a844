/** What there is to approve under a digest, from the store: the manifest of a change's present head, or the spec that an intent shows now. Reads only. */
import { z } from 'zod';
import type { RepositoryRef, Store } from '../../core/ports/store.ts';
import { changeKey, intentKey, type SubjectKey } from '../../core/subject.ts';

export interface Approvable {
  subject: SubjectKey;
  kind: 'change' | 'intent';
  repository: RepositoryRef;
  number: number;
  /** Of a change the head, of an intent the digest of the spec. */
  sha: string;
  digest: string;
  verdicts: { slot: string; result: string }[];
}

export interface Named {
  repositoryId: number;
  number: number;
  digest: string;
}

const Head = z.object({ sha: z.string() });
const Signed = z.object({ digest: z.string(), statement: z.object({ predicate: z.object({ verificationResult: z.string().optional() }) }) });
const Published = z.object({ digest: z.string() });

/** Null where this digest is not what is shown now: older evidence is nothing to approve. */
export async function approvable(store: Store, { repositoryId, number, digest }: Named): Promise<Approvable | null> {
  return await changeEvidence(store, { repositoryId, number, digest }) ?? await intentEvidence(store, { repositoryId, number, digest });
}

async function changeEvidence(store: Store, { repositoryId, number, digest }: Named): Promise<Approvable | null> {
  const subject = changeKey(repositoryId, number);
  const [row, notes] = await Promise.all([store.subject(subject), store.notes(subject)]);
  const head = Head.safeParse(notes.head).data;
  const manifest = head ? Signed.safeParse(notes[`manifest ${head.sha}`]).data : undefined;
  if (!row?.open || !head || manifest?.digest !== digest) return null;
  return { subject, kind: 'change', repository: row.repository, number, sha: head.sha, digest, verdicts: verdictsIn(notes, head.sha) };
}

async function intentEvidence(store: Store, { repositoryId, number, digest }: Named): Promise<Approvable | null> {
  const subject = intentKey(repositoryId, number);
  const [row, published] = await Promise.all([store.subject(subject), store.note(subject, 'published')]);
  if (!row?.open || Published.safeParse(published).data?.digest !== digest) return null;
  return { subject, kind: 'intent', repository: row.repository, number, sha: digest, digest, verdicts: [] };
}

function verdictsIn(notes: Record<string, unknown>, sha: string): Approvable['verdicts'] {
  const prefix = `statement ${sha} `;
  return Object.entries(notes).flatMap(([name, note]) => {
    const signed = name.startsWith(prefix) ? Signed.safeParse(note).data : undefined;
    return signed ? [{ slot: name.slice(prefix.length), result: signed.statement.predicate.verificationResult ?? 'unknown' }] : [];
  });
}
