/**
 * npm: package.json and package-lock.json, nothing else. The addresses in the lock are left out, so that the client asks its own registry for each name and
 * version, and the lock's hash decides whether the answer is right.
 */
import { z } from 'zod';
import { sha256 } from '../../core/digest.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { Plan } from './fetch.ts';
import { invalid, noHash, noLock, refused, unsupportedLock } from './refusal.ts';

const Names = z.record(z.string(), z.string()).default({});
const Manifest = z.looseObject({ dependencies: Names, devDependencies: Names, optionalDependencies: Names, peerDependencies: Names, workspaces: z.union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()) })]).optional() });
const Entry = z.looseObject({ version: z.string().optional(), resolved: z.string().optional(), integrity: z.string().optional(), link: z.boolean().optional(), inBundle: z.boolean().optional() });
const Lock = z.looseObject({ lockfileVersion: z.number(), packages: z.record(z.string(), Entry) });

const lockNames = ['npm-shrinkwrap.json', 'package-lock.json'];

export function npmPlan(tree: Tree): Plan | null {
  const text = textOf(tree['package.json']);
  if (text === undefined) return null;
  const manifest = parsed('package.json', text, Manifest);
  const wanted = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((each) => Object.entries(each));
  if (wanted.length === 0 && manifest.workspaces === undefined) return null;
  const path = lockNames.find((name) => textOf(tree[name]) !== undefined);
  if (path === undefined) throw lockless(tree);
  for (const [name, spec] of wanted) if (!fromRegistry(spec)) throw refused(`${name}: ${spec}`);
  const lock = cleaned(parsed(path, textOf(tree[path])!, Lock));
  const files = { ...workspaceManifests(tree, lock), 'package.json': text, 'package-lock.json': JSON.stringify(lock, null, 2) };
  return {
    key: sha256(JSON.stringify([files, process.platform, process.arch])).slice(0, 40), files, keeps: 'node_modules',
    argv: ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    env: { npm_config_ignore_scripts: 'true' },
    fetched: (folder) => ({ mounts: [{ host: folder, inside: 'node_modules' }], env: {} }),
  };
}

function lockless(tree: Tree) {
  const other = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'].find((name) => name in tree);
  const remedy = 'Run "npm install --package-lock-only" and commit package-lock.json.';
  return other ? unsupportedLock(other, remedy) : noLock('package.json', remedy);
}

function parsed<T>(file: string, text: string, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw invalid(file, cause);
  }
}

/** A version, a range, a tag or an alias of those; anything with an address or a path is not. */
function fromRegistry(spec: string): boolean {
  return /^(npm:(@[\w.-]+\/)?[\w.-]+(@[^:/]*)?|workspace:[\w.^~*-]*|[^:/]*)$/.test(spec);
}

function cleaned(lock: z.infer<typeof Lock>): z.infer<typeof Lock> {
  if (lock.lockfileVersion < 2) throw unsupportedLock(`a lock of version ${lock.lockfileVersion}`, 'Write it anew with npm 7 or later.');
  const packages = Object.entries(lock.packages).map(([path, entry]) => [path, path.includes('node_modules/') ? entryOf(path, entry) : entry] as const);
  const { dependencies: _, ...rest } = lock;
  return { ...rest, packages: Object.fromEntries(packages) };
}

function entryOf(path: string, entry: z.infer<typeof Entry>): z.infer<typeof Entry> {
  const { resolved, ...kept } = entry;
  if (entry.link) {
    // A workspace of this repository; anything that leads out of it is not.
    if (resolved === undefined || /^(\/|[a-z]+:)|(^|\/)\.\.(\/|$)/i.test(resolved)) throw refused(`${path} → ${resolved ?? 'nowhere'}`);
    return entry;
  }
  if (resolved !== undefined && !/^https?:\/\/[^?#]+\/-\/[^/?#]+\.tgz$/.test(resolved)) throw refused(`${path}: ${resolved}`);
  if (!entry.inBundle && !/^sha(256|384|512)-/.test(entry.integrity ?? '')) throw noHash(path, 'Write the lock anew with "npm install --package-lock-only".');
  return kept;
}

/** The manifests of workspaces, which the client compares with the lock. */
function workspaceManifests(tree: Tree, lock: z.infer<typeof Lock>): Record<string, string> {
  const folders = Object.keys(lock.packages).filter((path) => path !== '' && !path.includes('node_modules') && !path.includes('..') && !path.startsWith('/'));
  return Object.fromEntries(folders.flatMap((folder) => {
    const text = textOf(tree[`${folder}/package.json`]);
    if (text === undefined) return [];
    const manifest = parsed(`${folder}/package.json`, text, Manifest);
    for (const [name, spec] of [manifest.dependencies, manifest.devDependencies].flatMap((each) => Object.entries(each))) if (!fromRegistry(spec)) throw refused(`${name}: ${spec}`);
    return [[`${folder}/package.json`, text]];
  }));
}
