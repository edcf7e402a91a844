/** Merkle vectors from the command line: accepted, refused, as expected or not, and what is no vector. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assay } from '../../../test/cli.ts';
import { growTree, leafHash } from '../../core/merkle/tree.ts';

let folder: string;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const leaves = Array.from({ length: 7 }, (_, n) => leafHash(Buffer.from(String(n))));
const tree = growTree();
leaves.forEach((leaf) => tree.append(leaf));

const inclusion = { leafIdx: 4, treeSize: 7, root: text(tree.root()), leafHash: text(leaves[4]!), proof: tree.inclusionProof(4).map(text), desc: 'leaf 4 of 7', wantErr: false };
const consistency = { size1: 3, size2: 7, root1: text(tree.root(3)), root2: text(tree.root()), proof: tree.consistencyProof(3).map(text), desc: '3 in 7', wantErr: false };

function put(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'assay-merkle-')); });
afterAll(() => rmSync(folder, { recursive: true }));

it('judges each file of a folder, says what it is, and exits by what the files expect', async () => {
  put('a.json', inclusion);
  put('b.json', consistency);
  put('c.json', { ...inclusion, leafIdx: 5, wantErr: true, comment: 'another leaf' });
  const told = await assay('conformance', 'merkle', folder);
  expect(told.code).toBe(0);
  expect(told.stdout.trim().split('\n').map((line) => JSON.parse(line))).toMatchObject([
    { kind: 'inclusion', accepted: true, expected: true, asExpected: true }, { kind: 'consistency', accepted: true }, { kind: 'inclusion', accepted: false, expected: false, asExpected: true },
  ]);
  expect((await assay('conformance', 'merkle', put('d.json', { ...consistency, root2: consistency.root1 }))).code).toBe(1);
});

it('refuses what is no vector, by its code', async () => {
  expect(await assay('conformance', 'merkle', put('e.txt', { ...inclusion, treeSize: undefined }))).toMatchObject({ code: 3, stderr: expect.stringContaining('MERKLE_VECTOR_INVALID') });
  expect(await assay('conformance', 'merkle', put('f.txt', '{"size1":1,"size1":2}'))).toMatchObject({ code: 3, stderr: expect.stringContaining('JSON_DUPLICATE_KEY') });
  expect(await assay('conformance', 'merkle', join(folder, 'none'))).toMatchObject({ code: 2 });
  expect(await assay('conformance', 'constructor')).toMatchObject({ code: 2, stderr: expect.stringContaining('assay conformance verify-bundle|merkle') });
});
