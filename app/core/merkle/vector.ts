/** Merkle proofs as JSON files, in the shape in which implementations exchange test vectors: which of the four kinds it is follows from its fields. */
import { z } from 'zod';
import { AssayError } from '../errors.ts';
import { parseStrictJson } from '../strict-json.ts';
import { consistencyHolds, inclusionHolds, subtreeConsistencyHolds, subtreeInclusionHolds } from './verify.ts';

export interface Judged {
  kind: 'inclusion' | 'consistency' | 'subtree-inclusion' | 'subtree-consistency';
  accepted: boolean;
  /** What the file itself expects; null where it does not say. */
  expected: boolean | null;
  description: string;
}

// Fields beyond these say nothing about a proof. Numbers of 64 bits come as bigints: JSON.parse alone would round them.
const Whole = z.bigint();
const Bytes = z.string().max(200).transform((text) => Buffer.from(text, 'base64'));
const Proof = z.array(Bytes).max(1000).nullable().transform((proof) => proof ?? []);
const about = { desc: z.string().default(''), wantErr: z.boolean().optional() };

const Inclusion = z.object({ leafIdx: Whole, treeSize: Whole, root: Bytes, leafHash: Bytes, proof: Proof, ...about });
const Consistency = z.object({ size1: Whole, size2: Whole, root1: Bytes, root2: Bytes, proof: Proof, ...about });
const SubtreeInclusion = z.object({ leafIdx: Whole, start: Whole, end: Whole, root: Bytes, leafHash: Bytes, proof: Proof, ...about });
const SubtreeConsistency = z.object({ start: Whole, end: Whole, size: Whole, root1: Bytes, root2: Bytes, proof: Proof, ...about });
const Vector = z.union([Inclusion, Consistency, SubtreeInclusion, SubtreeConsistency]);

/** Throws MERKLE_VECTOR_INVALID on what is no vector at all; a vector whose proof does not hold is judged, not thrown. */
export function judgeVector(text: string): Judged {
  const parsed = Vector.safeParse(valueOf(text));
  if (!parsed.success) throw new AssayError('MERKLE_VECTOR_INVALID', 'no Merkle proof in one of the four known shapes', { remedy: 'A vector has leafIdx and treeSize, size1 and size2, leafIdx with start and end, or start, end and size.' });
  const { desc: description, wantErr } = parsed.data;
  return { ...verdictOf(parsed.data), expected: wantErr === undefined ? null : !wantErr, description };
}

function verdictOf(vector: z.infer<typeof Vector>): Pick<Judged, 'kind' | 'accepted'> {
  const { proof } = vector;
  if ('treeSize' in vector) return { kind: 'inclusion', accepted: inclusionHolds({ index: vector.leafIdx, size: vector.treeSize, leaf: vector.leafHash, root: vector.root, proof }) };
  if ('size1' in vector) return { kind: 'consistency', accepted: consistencyHolds({ from: vector.size1, to: vector.size2, before: vector.root1, after: vector.root2, proof }) };
  if ('leafIdx' in vector) return { kind: 'subtree-inclusion', accepted: subtreeInclusionHolds({ index: vector.leafIdx, start: vector.start, end: vector.end, leaf: vector.leafHash, root: vector.root, proof }) };
  return { kind: 'subtree-consistency', accepted: subtreeConsistencyHolds({ start: vector.start, end: vector.end, size: vector.size, part: vector.root1, root: vector.root2, proof }) };
}

function valueOf(text: string): unknown {
  parseStrictJson(text);
  return JSON.parse(text, wide);
}

function wide(_name: string, value: unknown, ...[context]: [context?: { source?: string }]): unknown {
  return typeof value === 'number' && context?.source !== undefined && /^-?\d{1,40}$/.test(context.source) ? BigInt(context.source) : value;
}
