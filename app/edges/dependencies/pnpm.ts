/** pnpm-lock.yaml of pnpm 8 and later (versions 6 and 9) → the graph of what it chose. What comes from a folder, an address or a repository is refused. */
import { parse } from 'yaml';
import { z } from 'zod';
import { textOf, type Tree } from '../../core/tree.ts';
import type { Importer, LockedNode, LockGraph } from './layout.ts';
import { manifestIn } from './manifest.ts';
import { invalid, refused, unsupportedLock } from './refusal.ts';

const file = 'pnpm-lock.yaml';
const Chosen = z.record(z.string(), z.looseObject({ version: z.string() })).default({});
const Folder = z.looseObject({ dependencies: Chosen, devDependencies: Chosen, optionalDependencies: Chosen });
const Edges = z.record(z.string(), z.string()).default({});
const List = z.array(z.string()).optional();
const Package = z.looseObject({ resolution: z.record(z.string(), z.unknown()).default({}), os: List, cpu: List, libc: List, dependencies: Edges, optionalDependencies: Edges });
const Snapshot = z.looseObject({ dependencies: Edges, optionalDependencies: Edges });
const Lock = Folder.extend({
  lockfileVersion: z.union([z.string(), z.number()]).transform(Number), patchedDependencies: z.record(z.string(), z.unknown()).optional(),
  importers: z.record(z.string(), Folder).optional(), packages: z.record(z.string(), Package).default({}), snapshots: z.record(z.string(), Snapshot).optional(),
});
type Lock = z.infer<typeof Lock>;

export function pnpmGraph(tree: Tree): LockGraph {
  const lock = lockIn(tree);
  const importers = Object.entries(lock.importers ?? { '.': lock }).map(([path, folder]) => importerOf(tree, { path, folder, lock }));
  const ids = Object.keys(lock.snapshots ?? lock.packages);
  return { importers, nodes: new Map(ids.map((id) => [id, nodeOf(id, lock)])) };
}

function lockIn(tree: Tree): Lock {
  let lock: Lock;
  try {
    // More than one document: the last one is the project's, those before it are pnpm's own.
    lock = Lock.parse(parse((textOf(tree[file]) ?? '').split(/^---\s*$/m).filter((part) => part.trim() !== '').at(-1) ?? ''));
  } catch (cause) {
    throw invalid(file, cause);
  }
  if (!(lock.lockfileVersion >= 6)) throw unsupportedLock(`${file} of version ${lock.lockfileVersion}`, 'Write it anew with pnpm 8 or later.');
  if (Object.keys(lock.patchedDependencies ?? {}).length > 0) throw unsupportedLock(`${file} with patched dependencies`, 'Publish the patched package under a name of your own, or do without the patch.');
  return lock;
}

function importerOf(tree: Tree, { path, folder, lock }: { path: string; folder: z.infer<typeof Folder>; lock: Lock }): Importer {
  const own = path === '.' ? '' : inside(path);
  const manifest = manifestIn(tree, own);
  const chosen = Object.entries({ ...folder.devDependencies, ...folder.dependencies, ...folder.optionalDependencies });
  const missing = Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies }).find((name) => !chosen.some(([each]) => each === name));
  if (missing !== undefined) throw invalid(file, new Error(`it does not know ${missing}, which ${own || '.'}/package.json wants`));
  const links = chosen.filter(([, { version }]) => version.startsWith('link:')).map(([name, { version }]) => [name, inside(resolved(own, version.slice(5)))] as const);
  return {
    folder: own, name: manifest?.name ?? (own || 'root'), version: manifest?.version ?? '0.0.0', links: Object.fromEntries(links), optional: new Set(Object.keys(folder.optionalDependencies)),
    dependencies: Object.fromEntries(chosen.filter(([, { version }]) => !version.startsWith('link:')).map(([name, { version }]) => [name, idOf(lock, name, version)])),
  };
}

/** A package of the workspace and nothing beside it. */
function inside(path: string): string {
  if (path === '' || /^(\/|[a-z]+:)|(^|\/)(\.\.|node_modules)(\/|$)/i.test(path)) throw refused(`link to ${path}`);
  return path;
}

function resolved(folder: string, link: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of link.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** A version alone belongs to the name; with a name in it, it is an alias. Version 6 writes a slash before both. */
function idOf({ snapshots, packages }: Lock, name: string, version: string): string {
  const known = snapshots ?? packages;
  const found = [`${name}@${version}`, `/${name}@${version}`, version].find((id) => Object.hasOwn(known, id));
  if (found !== undefined) return found;
  throw /[:/]/.test(version.replace(/^(\/?@[^/]+\/)/, '')) ? refused(`${name}: ${version}`) : invalid(file, new Error(`it has no entry for ${name}@${version}`));
}

function nodeOf(id: string, lock: Lock): LockedNode {
  const bare = id.replace(/\(.*$/, '');
  const entry = lock.packages[bare] ?? lock.packages[id];
  const [, name, version] = /^\/?((?:@[^/@]+\/)?[^/@]+)@(\d[^:/@]*)$/.exec(bare) ?? [];
  if (!entry || name === undefined || version === undefined) throw refused(id);
  const elsewhere = Object.keys(entry.resolution).find((key) => key !== 'integrity');
  if (elsewhere !== undefined) throw refused(`${id}: ${elsewhere} ${String(entry.resolution[elsewhere])}`);
  const { dependencies, optionalDependencies } = lock.snapshots?.[id] ?? entry;
  const integrity = entry.resolution.integrity;
  return {
    name, version, integrity: typeof integrity === 'string' ? integrity : undefined, os: entry.os, cpu: entry.cpu, libc: entry.libc, optional: new Set(Object.keys(optionalDependencies)),
    dependencies: Object.fromEntries(Object.entries({ ...dependencies, ...optionalDependencies }).filter(([, to]) => !to.startsWith('link:')).map(([alias, to]) => [alias, idOf(lock, alias, to)])),
  };
}
