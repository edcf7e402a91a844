/** Trees and proofs against each other, against hashes that others have published, and against every small forgery. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyRoot, growTree, leafHash, nodeHash, type Hash, type MerkleTree } from './tree.ts';
import { judgeVector } from './vector.ts';
import { consistencyHolds, inclusionHolds, subtreeConsistencyHolds, subtreeInclusionHolds } from './verify.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const leaves = Array.from({ length: 70 }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));

function treeOf(hashes: readonly Hash[]): MerkleTree {
  const tree = growTree();
  for (const hash of hashes) tree.append(hash);
  return tree;
}

const tree = treeOf(leaves);

/** The definition of RFC 6962 §2.1, word by word. */
function rootByDefinition(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return emptyRoot;
  if (hashes.length === 1) return hashes[0]!;
  let middle = 1;
  while (middle * 2 < hashes.length) middle *= 2;
  return nodeHash(rootByDefinition(hashes.slice(0, middle)), rootByDefinition(hashes.slice(middle)));
}

const size = fc.integer({ min: 1, max: leaves.length });
const inside = (low: number) => size.filter((n) => n >= low);

it('hashes as the specification says: the empty tree, an empty leaf, and the example tree that logs are tested with', () => {
  expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hex(leafHash(new Uint8Array()))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  const example = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((data) => leafHash(Buffer.from(data, 'hex')));
  expect(hex(treeOf(example).root())).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});

it('has the root of the definition at every size, and the same when taken up from its frontier', () => {
  for (let n = 0; n <= leaves.length; n += 1) {
    expect(hex(tree.root(n))).toBe(hex(rootByDefinition(leaves.slice(0, n))));
    const again = growTree({ size: n, frontier: treeOf(leaves.slice(0, n)).frontier() });
    leaves.slice(n).forEach((leaf) => again.append(leaf));
    expect(hex(again.root())).toBe(hex(tree.root()));
    if (n > 0) expect(again.consistencyProof(n).map(hex)).toEqual(tree.consistencyProof(n).map(hex));
  }
});

it('proves every leaf of every size, and no other place, size, leaf or root', () => {
  fc.assert(fc.property(size.chain((n) => fc.tuple(fc.constant(n), fc.nat(n - 1), fc.nat(leaves.length - 1))), ([n, index, other]) => {
    const claim = { index: BigInt(index), size: BigInt(n), leaf: leaves[index]!, root: tree.root(n), proof: tree.inclusionProof(index, n) };
    expect(inclusionHolds(claim)).toBe(true);
    expect(inclusionHolds({ ...claim, index: BigInt(other) })).toBe(other === index);
    expect(inclusionHolds({ ...claim, leaf: leaves[other]! })).toBe(other === index);
    expect(inclusionHolds({ ...claim, root: tree.root(other + 1) })).toBe(other + 1 === n);
    expect(inclusionHolds({ ...claim, proof: [...claim.proof, leaves[other]!] })).toBe(false);
  }), { numRuns: 400 });
});

it('proves that every tree is the beginning of every later one, and of no other', () => {
  fc.assert(fc.property(size.chain((to) => fc.tuple(fc.integer({ min: 1, max: to }), fc.constant(to), size)), ([from, to, other]) => {
    const claim = { from: BigInt(from), to: BigInt(to), before: tree.root(from), after: tree.root(to), proof: tree.consistencyProof(from, to) };
    expect(consistencyHolds(claim)).toBe(true);
    expect(consistencyHolds({ ...claim, before: tree.root(other) })).toBe(other === from);
    expect(consistencyHolds({ ...claim, after: tree.root(other) })).toBe(other === to);
    expect(consistencyHolds({ ...claim, proof: [...claim.proof, tree.root(other)] })).toBe(false);
  }), { numRuns: 400 });
  expect(consistencyHolds({ from: 0n, to: 5n, before: emptyRoot, after: tree.root(5), proof: [] })).toBe(false);
});

it('proves parts: a leaf in a part, and the part in the tree', () => {
  const part = inside(1).chain((n) => fc.tuple(fc.constant(n), fc.nat(6), fc.nat(1000), fc.nat(1000)));
  fc.assert(fc.property(part, ([n, level, at, more]) => {
    const width = 2 ** level;
    const start = (at % Math.ceil(n / width)) * width;
    const end = Math.min(n, start + (width === 1 ? 1 : width / 2 + 1 + (more % (width / 2))));
    const root = tree.rangeRoot(start, end);
    const proof = tree.subtreeConsistencyProof({ start, end }, n);
    const claim = { start: BigInt(start), end: BigInt(end), size: BigInt(n), part: root, root: tree.root(n), proof };
    expect(subtreeConsistencyHolds(claim)).toBe(true);
    expect(subtreeConsistencyHolds({ ...claim, part: leaves[69]! })).toBe(n === 70 && start === 69);
    expect(subtreeConsistencyHolds({ ...claim, proof: [...proof, root] })).toBe(false);
    const inPart = treeOf(leaves.slice(start, end));
    const index = start + (more % (end - start));
    expect(subtreeInclusionHolds({ index: BigInt(index), start: claim.start, end: claim.end, leaf: leaves[index]!, root, proof: inPart.inclusionProof(index - start) })).toBe(true);
  }), { numRuns: 400 });
  expect(subtreeInclusionHolds({ index: 1n, start: 1n, end: 3n, leaf: leaves[1]!, root: treeOf(leaves.slice(1, 3)).root(), proof: [leaves[2]!] })).toBe(false);
});

it('a vector with any single byte of a proof changed is refused, and numbers wider than a double are read exactly', () => {
  const vector = { leafIdx: 37, treeSize: 70, root: Buffer.from(tree.root()).toString('base64'), leafHash: Buffer.from(leaves[37]!).toString('base64'), proof: tree.inclusionProof(37).map((hash) => Buffer.from(hash).toString('base64')) };
  expect(judgeVector(JSON.stringify(vector))).toMatchObject({ accepted: true, expected: null });
  fc.assert(fc.property(fc.nat(vector.proof.length - 1), fc.nat(31), fc.integer({ min: 1, max: 255 }), (which, at, change) => {
    const bytes = Buffer.from(vector.proof[which]!, 'base64');
    bytes[at]! ^= change;
    expect(judgeVector(JSON.stringify({ ...vector, proof: vector.proof.with(which, bytes.toString('base64')) })).accepted).toBe(false);
  }), { numRuns: 200 });
  const far = JSON.stringify({ ...vector, proof: [] }).replace('"leafIdx":37,"treeSize":70', '"leafIdx":9007199254740993,"treeSize":9007199254740993');
  expect(judgeVector(far).accepted).toBe(false);
  expect(() => judgeVector('{"leafIdx":1.5,"treeSize":2,"root":"","leafHash":"","proof":[]}')).toThrow(expect.objectContaining({ code: 'MERKLE_VECTOR_INVALID' }));
});
