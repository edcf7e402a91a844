/** Go modules: go.mod and go.sum, through the client's own proxy, never by version control; a module that go.sum does not list is not taken. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { Plan } from './fetch.ts';
import { noHash, noLock, refused } from './refusal.ts';

const remedy = 'Run "go mod tidy" and commit go.sum.';
const inside = { GOFLAGS: '-mod=readonly -vet=off', GOPROXY: 'off', GOTOOLCHAIN: 'local', GOMODCACHE: '/deps/go' };

export function goPlan(tree: Tree): Plan | null {
  const manifest = textOf(tree['go.mod']);
  if (manifest === undefined || !/^\s*(require\b|[\w.-]+\.[\w.-]+\/\S+\s+v\d)/m.test(manifest)) return null;
  // What stands in the repository is its own code, and Go takes it from there by itself.
  if ('vendor/modules.txt' in tree) return null;
  const sums = textOf(tree['go.sum']);
  if (sums === undefined) throw noLock('go.mod', remedy);
  const local = /=>\s*(\.{0,2}\/\S+)/.exec(manifest);
  if (local) throw refused(`replace ${local[0]}`);
  return {
    key: sha256(JSON.stringify([manifest, sums])).slice(0, 40), files: { 'go.mod': manifest, 'go.sum': sums }, keeps: 'cache',
    argv: ['go', 'mod', 'download'],
    env: { GOFLAGS: '-mod=readonly -modcacherw', GOTOOLCHAIN: 'local', GOVCS: '*:off', GOMODCACHE: '{folder}/cache', GOWORK: 'off' },
    check: (folder) => {
      const known = new Set(sums.split('\n'));
      const added = readFileSync(join(folder, 'go.sum'), 'utf8').split('\n').find((line) => line !== '' && !known.has(line));
      if (added) throw noHash(added.split(' ').slice(0, 2).join(' '), remedy);
    },
    fetched: (folder) => ({ mounts: [{ host: folder, inside: '/deps/go' }], env: inside }),
  };
}
