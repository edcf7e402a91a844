/**
 * Lock files of Python that hold hashes → lines for pip, each with one version, the condition under which it is wanted, and its hashes. What comes from a folder of the
 * repository is its own and left out; git, addresses and other files are refused.
 */
import { parse } from 'smol-toml';
import { z } from 'zod';
import { textOf, type Tree } from '../../core/tree.ts';
import { pypiName } from '../../core/locked/package.ts';
import { invalid, noHash, refused } from './refusal.ts';
import { poetryConditions, uvConditions } from './python-conditions.ts';

const Source = z.record(z.string(), z.unknown()).optional();
const Archive = z.looseObject({ hash: z.string().optional(), hashes: z.record(z.string(), z.string()).optional() });
export const Package = z.looseObject({
  name: z.string(), version: z.string().optional(), source: Source, marker: z.string().optional(), markers: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  wheels: z.array(Archive).optional(), sdist: Archive.optional(), files: z.array(Archive).optional(), vcs: z.unknown().optional(), directory: z.unknown().optional(), archive: z.unknown().optional(),
});
export type Package = z.infer<typeof Package>;
const Lock = z.looseObject({ package: z.array(Package).optional(), packages: z.array(Package).optional() });
const Pinned = z.looseObject({ version: z.string().optional(), hashes: z.array(z.string()).optional(), markers: z.string().optional() });
const Pipfile = z.looseObject({ default: z.record(z.string(), Pinned).default({}), develop: z.record(z.string(), Pinned).default({}) });

/** The first that is there counts. */
export const pythonLocks = ['uv.lock', 'poetry.lock', 'pdm.lock', 'pylock.toml', 'Pipfile.lock'];
/** Of a package, by its place in the file: null where no condition is known to be needed, undefined where nothing wants it. */
export type Conditions = (index: number) => string | null | undefined;

/** Throws DEPENDENCIES_… on a lock that cannot be read, or that trusts another source than the registry. */
export function lockedLines(tree: Tree, file: string): string[] {
  return file === 'Pipfile.lock' ? pipfileLines(tree, file) : tomlLines(tree, file);
}

function tomlLines(tree: Tree, file: string): string[] {
  const lock = read(file, () => Lock.parse(parse(textOf(tree[file]) ?? '')));
  const packages = lock.package ?? lock.packages ?? [];
  const condition = conditionsOf(file, packages, tree);
  return packages.flatMap((entry, index) => {
    if (isOwn(entry)) return [];
    const wanted = condition(index);
    if (wanted === undefined) return [];
    const elsewhere = sourceOf(entry);
    if (elsewhere !== null || entry.version === undefined) throw refused(`${entry.name}: ${elsewhere ?? 'no version'}`);
    return [lineOf({ file, name: entry.name, version: entry.version, condition: wanted, hashes: hashesOf(entry) })];
  });
}

function conditionsOf(file: string, packages: readonly Package[], tree: Tree): Conditions {
  if (file === 'uv.lock') return read(file, () => uvConditions(packages));
  if (file === 'poetry.lock' && !packages.some(({ markers }) => markers !== undefined)) return read(file, () => poetryConditions(packages, tree));
  return (index) => {
    const { marker, markers } = packages[index]!;
    if (markers === undefined || typeof markers === 'string') return markers ?? marker ?? null;
    return Object.values(markers).map((each) => `(${each})`).join(' or ');
  };
}

function pipfileLines(tree: Tree, file: string): string[] {
  const lock = read(file, () => Pipfile.parse(JSON.parse(textOf(tree[file]) ?? '')));
  return Object.entries({ ...lock.develop, ...lock.default }).map(([name, entry]) => {
    const version = /^===?\s*([\w.!+-]+)$/.exec(entry.version ?? '')?.[1];
    if (version === undefined) throw refused(`${name}: ${JSON.stringify(entry)}`);
    return lineOf({ file, name, version, condition: entry.markers ?? null, hashes: entry.hashes ?? [] });
  });
}

function read<T>(file: string, reading: () => T): T {
  try {
    return reading();
  } catch (cause) {
    throw invalid(file, cause);
  }
}

function isOwn({ source = {}, directory }: Package): boolean {
  const path = source.editable ?? source.virtual ?? (source.type === 'directory' ? source.url : undefined) ?? directory;
  return path !== undefined && !/^(\/|[a-z]+:)|(^|\/)\.\.(\/|$)/i.test(typeof path === 'string' ? path : String(Object(path).path ?? '/'));
}

/** What it comes from, where that is no registry. Which registry the lock names has no effect: the client asks its own. */
function sourceOf({ source = {}, vcs, archive, directory }: Package): string | null {
  const kind = ['git', 'url', 'path', 'directory', 'editable', 'virtual'].find((key) => key in source && !(key === 'url' && source.type === 'legacy')) ?? (typeof source.type === 'string' && source.type !== 'legacy' ? source.type : undefined);
  if (kind !== undefined) return `${kind} ${JSON.stringify(source)}`;
  return [vcs, archive, directory].some((each) => each !== undefined) ? JSON.stringify(vcs ?? archive ?? directory) : null;
}

function hashesOf({ wheels = [], sdist, files = [] }: Package): string[] {
  return [...wheels, ...(sdist ? [sdist] : []), ...files].flatMap(({ hash, hashes = {} }) => [...(hash === undefined ? [] : [hash]), ...Object.entries(hashes).map(([kind, value]) => `${kind}:${value}`)]);
}

interface Line {
  file: string;
  name: string;
  version: string;
  condition: string | null;
  hashes: string[];
}

function lineOf({ file, name, version, condition, hashes }: Line): string {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || !/^[\w.!+-]+$/.test(version)) throw invalid(file, new Error(`${name} ${version} is no name and version`));
  if (condition !== null && !/^[\w\s.,"'()<>=!~*+-]{1,4000}$/.test(condition)) throw invalid(file, new Error(`the condition of ${name} is none`));
  const strong = [...new Set(hashes)].filter((hash) => /^sha(256|384|512):[0-9a-f]+$/.test(hash));
  if (strong.length === 0) throw noHash(`${name} ${version}`, `Write ${file} anew with its own client.`);
  return `${pypiName(name)}==${version}${condition === null ? '' : ` ; ${condition.replace(/\s+/g, ' ')}`}${strong.map((hash) => ` --hash=${hash}`).join('')}`;
}
