/** package-lock.json (npm-shrinkwrap.json), version 2 and 3 by `packages`, version 1 by the older tree. Linked workspace members are the repository's own and left out. */
import { z } from 'zod';
import { LockError, type LockText, locked, type LockedPackage } from './package.ts';

const names = z.record(z.string(), z.string()).optional().catch(undefined);
const Entry = z.looseObject({
  version: z.string().optional(), name: z.string().optional(), resolved: z.union([z.string(), z.boolean()]).optional(), link: z.boolean().optional(),
  // Old packages write lists and objects here; what is no string is as good as unknown.
  license: z.string().optional().catch(undefined), deprecated: z.union([z.string(), z.boolean()]).optional(), integrity: z.string().optional(), dev: z.boolean().optional(), optional: z.boolean().optional(), devOptional: z.boolean().optional(),
  dependencies: names, devDependencies: names, optionalDependencies: names, peerDependencies: names,
});
type Entry = z.infer<typeof Entry>;
interface Old { version?: string | undefined; resolved?: unknown; integrity?: string | undefined; dev?: boolean | undefined; optional?: boolean | undefined; requires?: Record<string, string> | undefined; dependencies?: Record<string, Old> | undefined }
const Old: z.ZodType<Old> = z.lazy(() => z.looseObject({ version: z.string().optional(), integrity: z.string().optional(), dev: z.boolean().optional().catch(undefined), optional: z.boolean().optional().catch(undefined), requires: names, dependencies: z.record(z.string(), Old).optional() }));
const Lock = z.looseObject({ packages: z.record(z.string(), Entry).optional(), dependencies: z.record(z.string(), z.unknown()).optional() });

export function npmLock({ path, text }: LockText): LockedPackage[] {
  const lock = parse(text);
  const lines = entryLines(text);
  if (!lock.packages) return oldTree(z.record(z.string(), Old).safeParse(lock.dependencies ?? {}).data ?? {}, { path, lines });
  const direct = directNames(lock.packages);
  const needs = needsIn(lock.packages);
  return Object.entries(lock.packages).flatMap(([key, entry]) => {
    const at = key.lastIndexOf('node_modules/');
    if (at < 0 || entry.link) return [];
    if (entry.version === undefined) throw new LockError(`"${key}" has no version`);
    const installed = key.slice(at + 'node_modules/'.length);
    return [locked({
      ecosystem: 'npm', name: entry.name ?? installed, version: entry.version, path, ...lines(key), licence: entry.license ?? null, integrity: entry.integrity ?? null,
      disagrees: disagreement(entry, entry.name ?? installed), deprecated: deprecation(entry), direct: direct.has(installed) && at === 0, dev: entry.dev ?? false, optional: entry.optional ?? entry.devOptional ?? false, ...needs(key, entry), source: sourceOf(entry.resolved),
    })];
  });
}

function parse(text: string): z.infer<typeof Lock> {
  try {
    return Lock.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (thrown) {
    throw new LockError(thrown instanceof z.ZodError ? z.prettifyError(thrown).split('\n').slice(0, 2).join(' ') : 'it is no JSON');
  }
}

/** What the root and the workspace members name in their manifests. */
function directNames(packages: Record<string, Entry>): ReadonlySet<string> {
  const own = Object.entries(packages).filter(([key]) => !key.includes('node_modules/')).map(([, entry]) => entry);
  return new Set(own.flatMap((entry) => Object.keys({ ...entry.dependencies, ...entry.devDependencies, ...entry.optionalDependencies })));
}

function deprecation({ deprecated }: Entry): string | null {
  if (deprecated === undefined || deprecated === false) return null;
  return deprecated === true ? 'deprecated' : deprecated;
}

/** A package finds another one beside itself or in any folder above, the nearest first. What is optional or a peer may be left out. */
function needsIn(packages: Record<string, Entry>): (key: string, entry: Entry) => { requires: string[]; unresolved: string[] } {
  const idOf = (key: string): string | null => {
    const entry = packages[key];
    if (!entry || entry.link) return entry ? '' : null;
    return entry.version === undefined ? '' : `${entry.name ?? key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${entry.version}`;
  };
  return (key, entry) => {
    const folders = [...key.matchAll(/(^|\/)node_modules\//g)].map((match) => key.slice(0, match.index)).reverse();
    const find = (name: string): string | null => [key, ...folders].map((folder) => idOf(`${folder === '' ? '' : `${folder}/`}node_modules/${name}`)).find((found) => found !== null) ?? null;
    const wanted = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies });
    const found = wanted.map((name) => ({ name, id: find(name) }));
    // A member of the workspace is there and is no package of a registry.
    return { requires: found.flatMap(({ id }) => id || []), unresolved: found.filter(({ name, id }) => id === null && entry.dependencies?.[name] !== undefined && entry.optionalDependencies?.[name] === undefined).map(({ name }) => name) };
  };
}

/** A registry's file is called `name-version.tgz` below the package's own name. */
function disagreement({ version, resolved }: Entry, name: string): string | null {
  const [, owner, file] = typeof resolved === 'string' ? /^https?:\/\/[^?#]*?\/((?:@[^/]+\/|%40[^/]+?(?:\/|%2[fF]))?[^/@]+)\/-\/(?:@[^/]+\/)?([^/?#]+)\.tgz/.exec(resolved) ?? [] : [];
  if (owner === undefined || file === undefined) return null;
  const plain = owner.replace('%40', '@').replace(/%2f/i, '/');
  return plain === name && file === `${name.split('/').at(-1)}-${version}` ? null : `${plain} ${file}`;
}

/** `resolved` is left out of some lock files on purpose; what stands there and is no registry file, came from elsewhere. */
function sourceOf(resolved: unknown): LockedPackage['source'] {
  return typeof resolved === 'string' && !/^https?:\/\/.*\.tgz($|[?#])|^https?:\/\/[^#]*\/-\//.test(resolved) ? 'elsewhere' : 'registry';
}

type Lines = (key: string) => { startLine: number; endLine: number };

/** Where each entry begins and where its version stands: the file is JSON as npm writes it, one property a line. A file of one line is all line 1. */
function entryLines(text: string): Lines {
  const found = new Map<string, { startLine: number; endLine: number }>();
  let open: { startLine: number; endLine: number } | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const key = /^\s*"((?:[^"\\]|\\.){1,500})":\s*\{/.exec(line)?.[1];
    if (key !== undefined) {
      open = { startLine: index + 1, endLine: index + 1 };
      if (!found.has(key)) found.set(key, open);
    } else if (open && /^\s*"version":/.test(line)) {
      open.endLine = index + 1;
      open = null;
    }
  }
  return (key) => found.get(key) ?? { startLine: 1, endLine: 1 };
}

/** `above`: what the enclosing entries hold, the nearest last. */
function oldTree(tree: Record<string, Old>, from: { path: string; lines: Lines; above?: Record<string, Old>[] }): LockedPackage[] {
  const { path, lines, above = [] } = from;
  const here = [...above, tree];
  return Object.entries(tree).flatMap(([key, entry]) => {
    const below = entry.dependencies ? oldTree(entry.dependencies, { path, lines, above: here }) : [];
    const { name, version } = oldNamed(key, entry);
    const found = Object.keys(entry.requires ?? {}).map((wanted) => ({ wanted, holder: [...here, entry.dependencies ?? {}].findLast((each) => Object.hasOwn(each, wanted)) }));
    const requires = found.flatMap(({ wanted, holder }) => { const at = holder && oldNamed(wanted, holder[wanted]!); return at ? [`${at.name}@${at.version}`] : []; });
    const unresolved = found.filter(({ holder }) => holder === undefined).map(({ wanted }) => wanted);
    const source = /^\d/.test(version) ? 'registry' : 'elsewhere';
    return [locked({ ecosystem: 'npm', name, version, path, ...lines(key), integrity: entry.integrity ?? null, dev: entry.dev ?? false, optional: entry.optional ?? false, requires, unresolved: entry.optional ? [] : unresolved, source }), ...below];
  });
}

/** An alias stands as `npm:real@version` where the version is. */
function oldNamed(key: string, { version = '' }: Old): { name: string; version: string } {
  const alias = /^npm:(.+)@([^@]+)$/.exec(version);
  return { name: alias?.[1] ?? key, version: alias?.[2] ?? version };
}
