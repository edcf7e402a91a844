/**
 * JavaScript packages by npm: manifest and lock, nothing else. The addresses in the lock are left out, so that the client asks its own registry for each name and
 * version, and the lock's hash decides whether the answer is right. Locks of pnpm and Yarn 1 become a lock of npm first, with the same versions and hashes.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../core/digest.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { Plan } from './fetch.ts';
import { layOut, type Laid, type LockGraph } from './layout.ts';
import { manifestIn, parsed, wantedBy } from './manifest.ts';
import { pnpmGraph } from './pnpm.ts';
import { noHash, noLock, refused, unsupportedLock } from './refusal.ts';
import { yarnGraph } from './yarn.ts';

const Entry = z.looseObject({ version: z.string().optional(), resolved: z.string().optional(), integrity: z.string().optional(), link: z.boolean().optional(), inBundle: z.boolean().optional() });
type Entry = z.infer<typeof Entry>;
const Lock = z.looseObject({ lockfileVersion: z.number(), packages: z.record(z.string(), Entry) });

const ownLocks = ['npm-shrinkwrap.json', 'package-lock.json'];
const graphs: Record<string, (tree: Tree) => LockGraph> = { 'pnpm-lock.yaml': pnpmGraph, 'yarn.lock': yarnGraph };
export const npmLocks = [...ownLocks, ...Object.keys(graphs)];
const remedy = 'Run "npm install --package-lock-only" and commit package-lock.json.';

export function npmPlan(tree: Tree): Plan | null {
  const manifest = manifestIn(tree, '');
  if (manifest === undefined) return null;
  const own = ownLocks.find((name) => textOf(tree[name]) !== undefined);
  const other = Object.keys(graphs).find((name) => textOf(tree[name]) !== undefined);
  if (wantedBy(manifest).length === 0 && manifest.workspaces === undefined && !('pnpm-workspace.yaml' in tree)) return null;
  if (own !== undefined) return planOf(ownFiles(tree, own));
  if (other !== undefined) return { ...planOf(filesOf(layOut(graphs[other]!(tree), other), other)), link: ['npm', 'rebuild', ...quiet] };
  throw lockless(tree);
}

const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];

/** Where vite puts a configuration in TypeScript before it loads it: beside the packages, which nobody may write. So a link leads out of them, to where imports find them still. */
const viteFolder = '.vite-temp';

function planOf({ files, folders }: { files: Record<string, string>; folders: string[] }): Plan {
  const inside = ['', ...folders].map((folder) => join(folder, 'node_modules'));
  const links = Object.fromEntries(inside.map((packages) => [join(packages, viteFolder), join('..', viteFolder)]));
  return {
    key: sha256(JSON.stringify([files, links, process.platform, process.arch])).slice(0, 40), files, links, keeps: '.', creates: 'node_modules',
    argv: ['npm', 'ci', ...quiet],
    env: { npm_config_ignore_scripts: 'true' },
    fetched(kept) {
      const there = inside.filter((packages) => existsSync(join(kept, packages)));
      return { mounts: there.map((packages) => ({ host: join(kept, packages), inside: packages })), scratch: there.map((packages) => join(packages, '..', viteFolder)), env: {} };
    },
  };
}

function lockless(tree: Tree) {
  const other = ['bun.lock', 'bun.lockb', 'deno.lock'].find((name) => name in tree);
  return other ? unsupportedLock(other, remedy) : noLock('package.json', remedy);
}

function ownFiles(tree: Tree, path: string): { files: Record<string, string>; folders: string[] } {
  const lock = cleaned(parsed(path, textOf(tree[path])!, Lock));
  const folders = Object.keys(lock.packages).filter((each) => each !== '' && !each.includes('node_modules') && !each.includes('..') && !each.startsWith('/'));
  const manifests = folders.flatMap((folder) => (manifestIn(tree, folder) ? [[`${folder}/package.json`, textOf(tree[`${folder}/package.json`])!]] : []));
  return { folders, files: { ...Object.fromEntries(manifests), 'package.json': textOf(tree['package.json'])!, 'package-lock.json': JSON.stringify(lock, null, 2) } };
}

/** The manifests are written anew as well: they want exactly what the lock chose, and hold no script. */
function filesOf({ manifests, packages }: Laid, from: string): { files: Record<string, string>; folders: string[] } {
  const lock = cleaned({ lockfileVersion: 3, requires: true, packages }, from);
  const own = Object.entries(manifests).map(([folder, manifest]) => [folder === '' ? 'package.json' : `${folder}/package.json`, JSON.stringify(manifest)]);
  return { folders: Object.keys(manifests).filter((folder) => folder !== ''), files: { ...Object.fromEntries(own), 'package-lock.json': JSON.stringify(lock, null, 2) } };
}

function cleaned(lock: z.infer<typeof Lock>, from = 'package-lock.json'): z.infer<typeof Lock> {
  if (lock.lockfileVersion < 2) throw unsupportedLock(`a lock of version ${lock.lockfileVersion}`, 'Write it anew with npm 7 or later.');
  const packages = Object.entries(lock.packages).map(([path, entry]) => [path, path.includes('node_modules/') ? entryOf(path, entry, from) : entry] as const);
  const { dependencies: _, ...rest } = lock;
  return { ...rest, packages: Object.fromEntries(packages) };
}

function entryOf(path: string, entry: Entry, from: string): Entry {
  const { resolved, ...kept } = entry;
  if (entry.link) {
    // A workspace of this repository; anything that leads out of it is not.
    if (resolved === undefined || /^(\/|[a-z]+:)|(^|\/)\.\.(\/|$)/i.test(resolved)) throw refused(`${path} → ${resolved ?? 'nowhere'}`);
    return entry;
  }
  if (resolved !== undefined && !/^https?:\/\/[^?#]+\/-\/[^/?#]+\.tgz$/.test(resolved)) throw refused(`${path}: ${resolved}`);
  if (!entry.inBundle && !/^sha(256|384|512)-/.test(entry.integrity ?? '')) throw noHash(path, from === 'package-lock.json' ? 'Write the lock anew with "npm install --package-lock-only".' : `Write ${from} anew with its own client, of a version that notes sha512.`);
  return kept;
}
