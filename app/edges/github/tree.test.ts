import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import nock from 'nock';
import { textFile } from '../../core/tree.ts';
import { recordGitHub, shop, type RecordedGitHub } from '../../../test/recordings/github.ts';
import { blobSha } from './blobs.ts';

const sha = 'e'.repeat(40);
const at = `GET /repos/acme/shop/git/trees/${sha}`;
let world: RecordedGitHub;
let contents: Map<string, Buffer>;
beforeEach(async () => {
  world = await recordGitHub();
  contents = new Map();
  world.on('QUERY Blobs', ({ body }) => {
    const asked = [...(body as { query: string }).query.matchAll(/(b\d+): object\(oid: "(\w+)"\)/g)];
    return { body: { data: { repository: Object.fromEntries(asked.map(([, alias, oid]) => [alias, nodeOf(oid!)])) } } };
  });
});
/** As GitHub: no text where there is a NUL, and replacement characters where it is not UTF-8. */
function nodeOf(oid: string): object | null {
  const content = contents.get(oid);
  return content ? { oid, text: content.includes(0) ? null : content.toString('utf8'), isTruncated: false } : null;
}
afterAll(() => nock.cleanAll());

function blob(content: Buffer): string {
  const name = blobSha(content);
  contents.set(name, content);
  world.on(`GET /repos/acme/shop/git/blobs/${name}`, { body: { sha: name, size: content.length, encoding: 'base64', content: content.toString('base64').replace(/(.{60})/g, '$1\n') } });
  return name;
}
function entry(path: string, content: Buffer, mode = '100644') {
  return { path, mode, type: 'blob', sha: blob(content), size: content.length };
}

describe('a tree', () => {
  it('brings text as text, anything else as base64, and leaves submodules out', async () => {
    const binary = Buffer.from([0xff, 0x00, 0x01]);
    const tree = [entry('a.ts', Buffer.from('export {};\n')), entry('b.bin', binary), entry('run', Buffer.from('#!/bin/sh\n'), '100755'), entry('link', Buffer.from('a.ts'), '120000'), entry('latin', Buffer.from([0x66, 0xfc, 0x72])),
      { path: 'dir', mode: '040000', type: 'tree', sha: '1' }, { path: 'vendored', mode: '160000', type: 'commit', sha: '2' }];
    world.on(at, { body: { sha, truncated: false, tree } });
    await expect(world.github.tree(shop, sha)).resolves.toEqual({
      'a.ts': textFile('export {};\n'),
      'b.bin': { mode: '100644', encoding: 'base64', content: binary.toString('base64') },
      run: { mode: '100755', encoding: 'utf8', content: '#!/bin/sh\n' },
      link: { mode: '120000', encoding: 'utf8', content: 'a.ts' },
      latin: { mode: '100644', encoding: 'base64', content: 'Zvxy' },
    });
    // One listing, one query for all, and one by one what no query can carry.
    expect(world.asked()).toEqual([at, 'POST /graphql', expect.stringContaining('/git/blobs/'), expect.stringContaining('/git/blobs/')]);
  });

  it('is not fetched twice: blobs are named by content', async () => {
    world.on(at, { body: { sha, truncated: false, tree: [entry('a', Buffer.from('x')), entry('b', Buffer.from('x'))] } });
    await world.github.tree(shop, sha);
    const before = world.asked().length;
    await world.github.tree(shop, sha);
    expect(world.asked().slice(before)).toEqual([at]);
  });

  it('goes on where a limit stopped it', async () => {
    const tree = Array.from({ length: 20 }, (_, index) => entry(`f${index}`, Buffer.from(`${index}`)));
    world.on(at, { body: { sha, truncated: false, tree } });
    const last = tree[19]!.sha;
    contents.delete(last);
    world.on(`GET /repos/acme/shop/git/blobs/${last}`, [{ status: 429, body: { message: 'slow' } }, { body: { encoding: 'base64', content: Buffer.from('19').toString('base64') } }]);
    await expect(world.github.tree(shop, sha)).rejects.toMatchObject({ code: 'GITHUB_LIMIT' });
    const before = world.asked().length;
    expect(Object.keys(await world.github.tree(shop, sha))).toHaveLength(20);
    expect(world.asked().slice(before)).toEqual([at, `GET /repos/acme/shop/git/blobs/${last}`]);
  });

  it('is refused where it is too large, cut, or hides a file', async () => {
    const huge = { path: 'huge', mode: '100644', type: 'blob', sha: '1', size: 51 * 1024 * 1024 };
    world.on(at, [{ body: { tree: [huge], truncated: false } }, { body: { tree: [], truncated: true } }, { body: { tree: [{ ...huge, size: 1, path: '__proto__' }], truncated: false } }]);
    await expect(world.github.tree(shop, sha)).rejects.toMatchObject({ code: 'TREE_TOO_LARGE' });
    await expect(world.github.tree(shop, sha)).rejects.toMatchObject({ code: 'TREE_TOO_LARGE' });
    await expect(world.github.tree(shop, sha)).rejects.toMatchObject({ code: 'TREE_PATH_REFUSED' });
  });

  it('is refused where a blob is not what its name says', async () => {
    const honest = entry('a', Buffer.from('honest'));
    world.on(`GET /repos/acme/shop/git/blobs/${honest.sha}`, { body: { encoding: 'base64', content: Buffer.from('forged').toString('base64') } });
    world.on(at, { body: { truncated: false, tree: [honest] } });
    await expect(world.github.tree(shop, sha)).rejects.toMatchObject({ code: 'GITHUB_ANSWER_INVALID' });
    const other = entry('b', Buffer.from('other'));
    world.on(at, { body: { truncated: false, tree: [honest, other] } });
    contents.set(honest.sha, Buffer.from('forged'));
    await expect(world.github.tree(shop, sha)).rejects.toMatchObject({ code: 'GITHUB_ANSWER_INVALID' });
  });
});

describe('a commit', () => {
  const parent = 'b'.repeat(40);
  const options = { branch: 'assay/intent-3', parent, patch: { 'a.ts': textFile('x'), 'old.ts': null }, message: 'Add it' };
  beforeEach(() => {
    world.on('POST /repos/acme/shop/git/blobs', { status: 201, body: { sha: 'blob' } });
    world.on(`GET /repos/acme/shop/git/commits/${parent}`, { body: { sha: parent, tree: { sha: 'base-tree' }, parents: [] } });
    world.on('POST /repos/acme/shop/git/trees', { status: 201, body: { sha: 'new-tree' } });
    world.on('POST /repos/acme/shop/git/commits', { status: 201, body: { sha: 'new-commit' } });
    world.on('POST /repos/acme/shop/git/refs', { status: 201, body: {} });
    world.on('PATCH /repos/acme/shop/git/refs/heads/assay/intent-3', { body: {} });
  });

  it('builds on the parent\'s tree and makes the branch', async () => {
    await expect(world.github.commit(shop, options)).resolves.toEqual({ sha: 'new-commit' });
    const tree = world.journal.find((asked) => asked.path.endsWith('/git/trees'));
    expect(tree?.body).toEqual({ base_tree: 'base-tree', tree: [{ path: 'a.ts', mode: '100644', type: 'blob', sha: 'blob' }, { path: 'old.ts', mode: '100644', type: 'blob', sha: null }] });
    expect(world.journal.at(-1)?.body).toEqual({ ref: 'refs/heads/assay/intent-3', sha: 'new-commit' });
  });

  it('made twice is one commit', async () => {
    world.on('GET /repos/acme/shop/git/ref/heads/assay/intent-3', { body: { object: { sha: 'ours' } } });
    world.on('GET /repos/acme/shop/git/commits/ours', { body: { tree: { sha: 'new-tree' }, parents: [{ sha: parent }] } });
    await expect(world.github.commit(shop, options)).resolves.toEqual({ sha: 'ours' });
    expect(world.asked()).not.toContain('POST /repos/acme/shop/git/commits');
  });

  it('moves a branch that has something else', async () => {
    world.on('GET /repos/acme/shop/git/ref/heads/assay/intent-3', { body: { object: { sha: 'theirs' } } });
    world.on('GET /repos/acme/shop/git/commits/theirs', { body: { tree: { sha: 'new-tree' }, parents: [{ sha: 'elsewhere' }] } });
    await world.github.commit(shop, options);
    expect(world.journal.at(-1)).toMatchObject({ method: 'PATCH', body: { sha: 'new-commit', force: true } });
  });

  it('has a branch only where GitHub knows one', async () => {
    await expect(world.github.branchSha(shop, 'none')).resolves.toBeNull();
  });
});
