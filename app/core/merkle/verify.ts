/**
 * Verifies proofs of an RFC 6962 Merkle tree by the algorithms of RFC 9162 §2.1, and of subtrees after the same rules. Places and sizes are up to 64 bits
 * wide, so they are bigints here. Nothing is thrown for a proof, however odd: it holds or it does not.
 */
import { emptyRoot, nodeHash, type Hash } from './tree.ts';

const limit = 1n << 64n;

export interface InclusionClaim { index: bigint; size: bigint; leaf: Hash; root: Hash; proof: readonly Hash[] }
export interface ConsistencyClaim { from: bigint; to: bigint; before: Hash; after: Hash; proof: readonly Hash[] }
export interface SubtreeInclusionClaim { index: bigint; start: bigint; end: bigint; leaf: Hash; root: Hash; proof: readonly Hash[] }
export interface SubtreeConsistencyClaim { start: bigint; end: bigint; size: bigint; part: Hash; root: Hash; proof: readonly Hash[] }

/** The leaf hash is at this index of the tree of this size with this root. */
export function inclusionHolds({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (index < 0n || index >= size || size >= limit || !areHashes(proof) || !areHashes([leaf])) return false;
  let place = index;
  let last = size - 1n;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (isOdd(place) || place === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(place) && place > 0n) [place, last] = [place >> 1n, last >> 1n];
    } else hash = nodeHash(hash, sibling);
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && equal(hash, root);
}

/** The tree of `from` leaves with the root `before` is the beginning of the tree of `to` leaves with the root `after`. An empty tree proves nothing. */
export function consistencyHolds({ from, to, before, after, proof }: ConsistencyClaim): boolean {
  if (from <= 0n) return false;
  return subtreeConsistencyHolds({ start: 0n, end: from, size: to, part: before, root: after, proof });
}

export function subtreeInclusionHolds({ index, start, end, leaf, root, proof }: SubtreeInclusionClaim): boolean {
  if (start >= end || !isSubtree(start, end) || index < start || index >= end) return false;
  return inclusionHolds({ index: index - start, size: end - start, leaf, root, proof });
}

/** The leaves from `start` to before `end` have this root, and are a part of the tree of this size. A part without leaves has the root of an empty tree. */
export function subtreeConsistencyHolds({ start, end, size, part, root, proof }: SubtreeConsistencyClaim): boolean {
  if (!isWithin({ start, end, size }) || !areHashes(proof)) return false;
  if (start === end) return proof.length === 0 && equal(part, emptyRoot);
  if (!isSubtree(start, end)) return false;
  const place = firstJoin({ first: start, last: end - 1n, end: size - 1n });
  const isWhole = place.first === place.last;
  const [seed, ...siblings] = isWhole ? [part, ...proof] : proof;
  const reached = seed ? climb({ place, inPart: seed, inTree: seed }, siblings) : null;
  return reached !== null && reached.place.end === 0n && equal(reached.inPart, part) && equal(reached.inTree, root);
}

interface Climb { place: Place; inPart: Hash; inTree: Hash }

/** Joins one sibling after the other, in the tree and where it belongs to it also in the part; null where there are more than the tree is high. */
function climb({ place, inPart, inTree }: Climb, [sibling, ...rest]: readonly Hash[]): Climb | null {
  if (!sibling) return { place, inPart, inTree };
  if (place.end === 0n) return null;
  if (!isOdd(place.last) && place.last !== place.end) return climb({ place: up(place), inPart, inTree: nodeHash(inTree, sibling) }, rest);
  const joined = place.first < place.last ? nodeHash(sibling, inPart) : inPart;
  return climb({ place: up(firstOdd(place)), inPart: joined, inTree: nodeHash(sibling, inTree) }, rest);
}

function firstOdd(place: Place): Place {
  return isOdd(place.last) ? place : firstOdd(up(place));
}

function isWithin({ start, end, size }: Pick<SubtreeConsistencyClaim, 'start' | 'end' | 'size'>): boolean {
  return start >= 0n && start <= end && end <= size && size < limit;
}

/** As far up as the part is one node of the tree. */
function firstJoin(from: Place): Place {
  const joins = from.last === from.end;
  let place = from;
  while (place.first !== place.last && (joins || isOdd(place.last))) place = up(place);
  return place;
}

interface Place { first: bigint; last: bigint; end: bigint }

function up({ first, last, end }: Place): Place {
  return { first: first >> 1n, last: last >> 1n, end: end >> 1n };
}

/** It begins at a multiple of the smallest power of two that holds it, so that it is one node of some tree, or the right edge of one. */
function isSubtree(start: bigint, end: bigint): boolean {
  if (start < 0n || end >= limit) return false;
  let width = 1n;
  while (width < end - start) width <<= 1n;
  return start % width === 0n;
}

function isOdd(number: bigint): boolean {
  return (number & 1n) === 1n;
}

function areHashes(hashes: readonly Hash[]): boolean {
  return hashes.length <= 128 && hashes.every(({ length }) => length === 32);
}

function equal(one: Hash, other: Hash): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
