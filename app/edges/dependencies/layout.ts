/**
 * A graph of locked packages → the package-lock.json that npm installs by. Each package stands at the top where its name is free there, and otherwise inside the one
 * that wants it, so that every import finds the version that the lock chose. Versions are written exactly: nothing is left to resolve.
 */
import { invalid } from './refusal.ts';

export interface LockedNode {
  /** As the registry knows it. */
  name: string;
  version: string;
  integrity: string | undefined;
  /** Name by which it is imported → id of another node. */
  dependencies: Record<string, string>;
  /** Those among them that may be missing where they do not fit the machine. */
  optional: ReadonlySet<string>;
  os?: string[] | undefined;
  cpu?: string[] | undefined;
  libc?: string[] | undefined;
}

/** The repository's own package in this folder, '' for the root. */
export interface Importer {
  folder: string;
  name: string;
  version: string;
  dependencies: Record<string, string>;
  optional: ReadonlySet<string>;
  /** Name → folder of another importer. */
  links: Record<string, string>;
}

export interface LockGraph {
  importers: Importer[];
  nodes: ReadonlyMap<string, LockedNode>;
}

export type LockEntry = {
  name?: string;
  version?: string;
  resolved?: string;
  link?: boolean;
  optional?: boolean;
  integrity?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  workspaces?: string[];
  os?: string[];
  cpu?: string[];
  libc?: string[];
};

export interface Laid {
  /** Folder → the manifest that says what the lock says. */
  manifests: Record<string, LockEntry>;
  packages: Record<string, LockEntry>;
}

const deepest = 40;

interface Wish {
  /** Where the one who wants it stands, and what it wants. */
  from: string;
  alias: string;
  id: string;
  optional: boolean;
}

/** `lock`: the file's name, for the words of a refusal. */
export function layOut(graph: LockGraph, lock: string): Laid {
  const placed = new Map<string, { id: string; optional: boolean }>();
  const links = new Map(graph.importers.filter(({ folder }) => folder !== '').map(({ folder, name }) => [`node_modules/${name}`, folder]));
  const queue: Wish[] = graph.importers.toSorted((a, b) => a.folder.length - b.folder.length).flatMap(({ folder, dependencies, optional }) => Object.entries(dependencies).map(([alias, id]) => ({ from: folder, alias, id, optional: optional.has(alias) })));
  for (let wish = queue.shift(); wish; wish = queue.shift()) {
    const { from, alias, id, optional } = wish;
    const node = nodeOf(graph, id, lock);
    const known = lookUp(from, alias).find((place) => placed.has(place) || links.has(place));
    const there = known === undefined ? undefined : placed.get(known);
    if (there?.id === id && (optional || !there.optional)) continue;
    const place = there?.id === id ? known! : known === undefined ? `node_modules/${alias}` : join(from, `node_modules/${alias}`);
    if (place.split('node_modules/').length > deepest) throw invalid(lock, new Error(`${alias} would stand ${deepest} folders deep`));
    placed.set(place, { id, optional });
    for (const [name, each] of Object.entries(node.dependencies)) queue.push({ from: place, alias: name, id: each, optional: optional || node.optional.has(name) });
  }
  return { manifests: manifestsOf(graph, lock), packages: packagesOf(graph, { placed, links, lock }) };
}

/** The places in which Node looks for a package, the nearest first. */
function lookUp(from: string, alias: string): string[] {
  const places: string[] = [];
  for (let at = from; ; at = at.replace(/(^|\/)[^/]+$/, '')) {
    if (!/(^|\/)node_modules$/.test(at)) places.push(join(at, `node_modules/${alias}`));
    if (at === '') return places;
  }
}

function join(folder: string, rest: string): string {
  return folder === '' ? rest : `${folder}/${rest}`;
}

function nodeOf({ nodes }: LockGraph, id: string, lock: string): LockedNode {
  const node = nodes.get(id);
  if (node) return node;
  throw invalid(lock, new Error(`it has no entry for ${id}`));
}

function packagesOf(graph: LockGraph, { placed, links, lock }: { placed: ReadonlyMap<string, { id: string; optional: boolean }>; links: ReadonlyMap<string, string>; lock: string }): Record<string, LockEntry> {
  const installed = [...placed].map(([place, { id, optional }]): [string, LockEntry] => {
    const node = nodeOf(graph, id, lock);
    const { name, version, integrity, os, cpu, libc } = node;
    return [place, { ...(place.endsWith(`node_modules/${name}`) ? {} : { name }), version, ...(integrity === undefined ? {} : { integrity }), ...(optional ? { optional } : {}), ...wishes(graph, node, lock), ...(os ? { os } : {}), ...(cpu ? { cpu } : {}), ...(libc ? { libc } : {}) }];
  });
  return { ...manifestsOf(graph, lock), ...Object.fromEntries([...links].map(([place, folder]) => [place, { resolved: folder, link: true }])), ...Object.fromEntries(installed) };
}

function manifestsOf(graph: LockGraph, lock: string): Record<string, LockEntry> {
  const folders = graph.importers.map(({ folder }) => folder).filter((folder) => folder !== '');
  return Object.fromEntries(graph.importers.map((importer) => {
    const { dependencies, optionalDependencies } = wishes(graph, importer, lock);
    const linked = Object.fromEntries(Object.entries(importer.links).map(([name]) => [name, '*']));
    const own = { name: importer.name, version: importer.version, dependencies: { ...dependencies, ...linked }, ...(optionalDependencies ? { optionalDependencies } : {}) };
    return [importer.folder, importer.folder === '' && folders.length > 0 ? { ...own, workspaces: folders } : own];
  }));
}

function wishes(graph: LockGraph, { dependencies, optional }: Pick<LockedNode, 'dependencies' | 'optional'>, lock: string): Pick<LockEntry, 'dependencies' | 'optionalDependencies'> {
  const exact = Object.entries(dependencies).map(([alias, id]) => {
    const { name, version } = nodeOf(graph, id, lock);
    return [alias, name === alias ? version : `npm:${name}@${version}`] as const;
  });
  const [may, must] = [exact.filter(([alias]) => optional.has(alias)), exact.filter(([alias]) => !optional.has(alias))];
  return { ...(must.length > 0 ? { dependencies: Object.fromEntries(must) } : {}), ...(may.length > 0 ? { optionalDependencies: Object.fromEntries(may) } : {}) };
}
