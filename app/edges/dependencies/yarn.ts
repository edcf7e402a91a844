/**
 * yarn.lock of Yarn 1 → the graph of what it chose. Later Yarns write hashes of archives that they make themselves, which say nothing about what the registry hands
 * out, so their locks are refused by name.
 */
import picomatch from 'picomatch';
import type { Tree } from '../../core/tree.ts';
import { textOf } from '../../core/tree.ts';
import type { Importer, LockedNode, LockGraph } from './layout.ts';
import { type Manifest, manifestIn, wantedBy } from './manifest.ts';
import { invalid, refused, unsupportedLock } from './refusal.ts';

const file = 'yarn.lock';

interface Block {
  keys: string[];
  values: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

export function yarnGraph(tree: Tree): LockGraph {
  const text = textOf(tree[file]) ?? '';
  if (/^__metadata:/m.test(text)) throw unsupportedLock(`${file} of Yarn 2 or later, whose hashes are not those of published packages`, 'Commit a package-lock.json beside it: npm install --package-lock-only.');
  const blocks = blocksOf(text);
  const known = new Map(blocks.flatMap((block) => block.keys.map((key) => [key, block] as const)));
  const members = workspaces(tree);
  const own = new Set(members.map(([, { name }]) => name));
  return { importers: members.map(([folder, manifest]) => importerOf(folder, manifest, { known, own, members })), nodes: new Map(blocks.map((block) => [block.keys[0]!, nodeOf(block, known)])) };
}

/** Two spaces: a field of the package, or the head of its dependencies, which have four. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let section: 'dependencies' | 'optionalDependencies' | null = null;
  for (const row of text.split(/\r?\n/)) {
    if (row.trim() === '' || row.startsWith('#')) continue;
    const block = blocks.at(-1);
    const [, indent = '', key = '', value] = /^( {0,4})("[^"]{1,400}"|[^\s":]{1,400}[^\s:]{0,400})(?: (.{1,2000}))?:?$/.exec(row) ?? [];
    if (/^\S.*:$/.test(row)) {
      blocks.push({ keys: row.slice(0, -1).split(/,\s*/).map(bare), values: {}, dependencies: {}, optionalDependencies: {} });
      section = null;
    } else if (!block || key === '') throw invalid(file, new Error(`"${row.slice(0, 80)}" is nothing that Yarn writes`));
    else if (indent.length === 2 && row.endsWith(':')) section = sectionOf(key);
    else if (indent.length === 2) block.values[bare(key)] = bare(value ?? '');
    else if (indent.length === 4 && section) block[section][bare(key)] = bare(value ?? '');
  }
  return blocks;
}

function sectionOf(key: string): 'dependencies' | 'optionalDependencies' | null {
  return key === 'dependencies' || key === 'optionalDependencies' ? key : null;
}

function bare(word: string): string {
  return word.replace(/^"(.*)"$/, '$1');
}

function workspaces(tree: Tree): [string, Manifest][] {
  const root = manifestIn(tree, '');
  if (!root) return [];
  const globs = Array.isArray(root.workspaces) ? root.workspaces : root.workspaces?.packages ?? [];
  const isMember = globs.length === 0 ? () => false : picomatch(globs.map((glob) => glob.replace(/^\.\/|\/+$/g, '')));
  const folders = Object.keys(tree).flatMap((path) => (path.endsWith('/package.json') && !path.includes('node_modules/') ? [path.slice(0, -'/package.json'.length)] : [])).filter((folder) => isMember(folder));
  return [['', root], ...folders.sort().map((folder): [string, Manifest] => [folder, manifestIn(tree, folder)!])];
}

function importerOf(folder: string, manifest: Manifest, { known, own, members }: { known: ReadonlyMap<string, Block>; own: ReadonlySet<string>; members: readonly [string, Manifest][] }): Importer {
  const wanted = wantedBy(manifest);
  const isOwn = (name: string, spec: string): boolean => own.has(name) && !known.has(`${name}@${spec}`);
  return {
    folder, name: manifest.name, version: manifest.version, optional: new Set(Object.keys(manifest.optionalDependencies)),
    links: Object.fromEntries(wanted.filter((each) => isOwn(...each)).map(([name]) => [name, members.find(([, each]) => each.name === name)![0]])),
    dependencies: Object.fromEntries(wanted.filter((each) => !isOwn(...each)).map(([name, spec]) => [name, idOf(known, name, spec)])),
  };
}

function idOf(known: ReadonlyMap<string, Block>, name: string, spec: string): string {
  const block = known.get(`${name}@${spec}`);
  if (block) return block.keys[0]!;
  throw invalid(file, new Error(`it has no entry for ${name}@${spec}`));
}

function nodeOf(block: Block, known: ReadonlyMap<string, Block>): LockedNode {
  const { keys, values, dependencies, optionalDependencies } = block;
  const [, alias = '', range = ''] = /^(@?[^@]+)@(.*)$/.exec(keys[0]!) ?? [];
  const { version, resolved, integrity } = values;
  if (!version || (range.includes(':') && !range.startsWith('npm:')) || (resolved !== undefined && !/^https?:\/\/[^?#]+\/-\/[^/?#]+\.tgz(#[0-9a-f]*)?$/.test(resolved))) throw refused(`${keys[0]}: ${resolved ?? range}`);
  const name = /^npm:(@?[^@]+)/.exec(range)?.[1] ?? alias;
  return { name, version, integrity, optional: new Set(Object.keys(optionalDependencies)), dependencies: Object.fromEntries(Object.entries({ ...dependencies, ...optionalDependencies }).map(([each, spec]) => [each, idOf(known, each, spec)])) };
}
