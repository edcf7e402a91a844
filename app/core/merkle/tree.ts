/**
 * A Merkle tree after RFC 6962 (SHA-256, 0x00 before a leaf, 0x01 before two children) that only ever grows, and the proofs that it makes. It can be
 * taken up again at any size from its frontier, a handful of hashes, and then still proves everything about what was appended since.
 */
import { sha256Bytes } from '../digest.ts';

export type Hash = Uint8Array;

/** The leaf at `index`, or the tree of the first `size` leaves, as numbers below 2^53. */
export interface MerkleTree {
  readonly size: number;
  /** Takes the hash of a leaf, as `leafHash` gives it. */
  append(leaf: Hash): void;
  root(size?: number): Hash;
  /** The roots of the perfect subtrees that make up the tree, from left to right. */
  frontier(): Hash[];
  /** That the leaf is in the tree of this size. */
  inclusionProof(index: number, size?: number): Hash[];
  /** That the first `from` leaves of the tree of this size are those of the tree that had `from` leaves. */
  consistencyProof(from: number, size?: number): Hash[];
  /** That the leaves from `start` to before `end` are a part of the tree of this size; `start` has to be a multiple of the next power of two. */
  subtreeConsistencyProof(range: { start: number; end: number }, size?: number): Hash[];
  rangeRoot(start: number, end: number): Hash;
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

export function leafHash(data: Uint8Array): Hash {
  return sha256Bytes(leafPrefix, data);
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256Bytes(nodePrefix, left, right);
}

/** The root of a tree without leaves. */
export const emptyRoot: Hash = sha256Bytes();

/** An empty tree, or the one that had this frontier at this size. */
export function growTree(from: { size: number; frontier: readonly Hash[] } = { size: 0, frontier: [] }): MerkleTree {
  const nodes = nodesOf(from);
  let { size } = from;
  const known = (start: number, end: number): Hash => rangeRoot(nodes, start, end);
  return {
    get size() { return size; },
    append(leaf) {
      addLeaf(nodes, size, leaf);
      size += 1;
    },
    root: (at = size) => (at === 0 ? emptyRoot : known(0, within(at, size))),
    frontier: () => perfectParts(size).map(([start, end]) => known(start, end)),
    inclusionProof: (index, at = size) => inclusion(known, index, [0, within(at, size)]),
    consistencyProof: (before, at = size) => consistency(known, [0, before], [0, within(at, size)], true),
    subtreeConsistencyProof: ({ start, end }, at = size) => consistency(known, [start, end], [0, within(at, size)], true),
    rangeRoot: known,
  };
}

type Range = readonly [start: number, end: number];
type Known = (start: number, end: number) => Hash;
/** Per level, the perfect subtrees that are known, by their place. */
type Nodes = Map<number, Hash>[];

function nodesOf({ size, frontier }: { size: number; frontier: readonly Hash[] }): Nodes {
  const parts = perfectParts(size);
  if (parts.length !== frontier.length) throw new RangeError(`a tree of ${size} leaves has a frontier of ${parts.length}, not ${frontier.length}`);
  const nodes: Nodes = [];
  parts.forEach(([start, end], at) => put(nodes, { level: Math.log2(end - start), index: start / (end - start) }, frontier[at]!));
  return nodes;
}

function put(nodes: Nodes, { level, index }: { level: number; index: number }, hash: Hash): void {
  while (nodes.length <= level) nodes.push(new Map());
  nodes[level]!.set(index, hash);
}

function addLeaf(nodes: Nodes, index: number, leaf: Hash): void {
  let hash = leaf;
  for (let level = 0, at = index; ; level += 1, at = (at - 1) / 2) {
    put(nodes, { level, index: at }, hash);
    if (at % 2 === 0) return;
    hash = nodeHash(nodes[level]!.get(at - 1)!, hash);
  }
}

/** The tree of `size` leaves as perfect subtrees, the largest first. */
function perfectParts(size: number): Range[] {
  const parts: Range[] = [];
  for (let start = 0; start < size;) {
    const width = 2 ** Math.floor(Math.log2(size - start));
    parts.push([start, start + width]);
    start += width;
  }
  return parts;
}

function within(at: number, size: number): number {
  if (Number.isInteger(at) && at >= 0 && at <= size) return at;
  throw new RangeError(`the tree has ${size} leaves, not ${at}`);
}

/** The largest power of two below `width`. */
function split(width: number): number {
  return 2 ** (Math.ceil(Math.log2(width)) - 1);
}

function rangeRoot(nodes: Nodes, start: number, end: number): Hash {
  const width = end - start;
  const level = Math.log2(width);
  if (Number.isInteger(level) && start % width === 0) {
    const hash = nodes[level]?.get(start / width);
    if (hash) return hash;
    throw new RangeError(`the leaves ${start} to ${end} are not known one by one`);
  }
  const middle = start + split(width);
  return nodeHash(rangeRoot(nodes, start, middle), rangeRoot(nodes, middle, end));
}

function inclusion(known: Known, index: number, [start, end]: Range): Hash[] {
  if (index < start || index >= end) throw new RangeError(`the leaf ${index} is not among ${end} leaves`);
  if (end - start === 1) return [];
  const middle = start + split(end - start);
  return index < middle ? [...inclusion(known, index, [start, middle]), known(middle, end)] : [...inclusion(known, index, [middle, end]), known(start, middle)];
}

/** `whole`: the verifier has the hash of the part already, so that it is not in the proof. */
function consistency(known: Known, part: Range, [start, end]: Range, whole: boolean): Hash[] {
  const [from, to] = part;
  if (from < start || to > end || from >= to) throw new RangeError(`${from} to ${to} is no part of ${end} leaves`);
  if (from === start && to === end) return whole ? [] : [known(start, end)];
  const middle = start + split(end - start);
  if (to <= middle) return [...consistency(known, part, [start, middle], whole), known(middle, end)];
  if (from >= middle) return [...consistency(known, part, [middle, end], whole), known(start, middle)];
  return [...consistency(known, [middle, to], [middle, end], false), known(start, middle)];
}
