/** yarn.lock, classic and berry, both line by line; with the manifest beside it what is direct and what only development needs. */
import { z } from 'zod';
import { fromRoots, idOf } from './graph.ts';
import { LockError, type LockText, locked, type LockedPackage } from './package.ts';

interface Row { line: number; text: string }
interface Block { line: number; head: string; rows: Row[]; groups: Record<string, [string, string][]> }

export function yarnLock({ path, text }: LockText, read: (path: string) => string | null): LockedPackage[] {
  const blocks = blocksOf(text);
  if (blocks.length === 0 && text.split('\n').some((row) => row.trim() !== '' && !row.startsWith('#'))) throw new LockError('it has no entry in the form that yarn writes');
  const entries = blocks.filter((block) => block.head !== '__metadata').map((block) => ({ block, of: yarnEntry(path, block) }));
  const fixed = new Map(entries.flatMap(({ block, of }) => keysOf(block.head).map((key) => [key, of] as const)));
  const resolve = (group: [string, string][]) => group.map(([name, range]) => ({ name, of: [`${name}@${range}`, `${name}@npm:${range}`].map((key) => fixed.get(key)).find((each) => each !== undefined) }));
  const packages = entries.flatMap(({ block, of }) => {
    if (!of) return [];
    const needed = resolve(block.groups.dependencies ?? []);
    const requires = [...needed, ...resolve(block.groups.optionalDependencies ?? [])].flatMap((each) => (each.of ? [idOf(each.of)] : []));
    return [{ ...of, requires, unresolved: needed.filter((each) => each.of === undefined).map(({ name }) => name) }];
  });
  const manifest = manifestOf(read(path.replace(/yarn\.lock$/i, 'package.json')));
  const named = (group: Record<string, string> = {}) => new Set(resolve(Object.entries(group)).flatMap((each) => (each.of ? [idOf(each.of)] : [])));
  return manifest === null ? packages : fromRoots(packages, { production: named({ ...manifest.dependencies, ...manifest.optionalDependencies }), development: named(manifest.devDependencies) });
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let group: [string, string][] | null = null;
  for (const [index, row] of text.split('\n').entries()) {
    const block = blocks.at(-1);
    if (/^[^\s#].*:\s*$/.test(row)) {
      blocks.push({ line: index + 1, head: row.trim().slice(0, -1), rows: [], groups: {} });
      group = null;
    } else if (block && row.startsWith('  ') && !row.startsWith('   ')) {
      const name = /^ {2}(\w+):\s*$/.exec(row)?.[1];
      group = name === undefined ? null : (block.groups[name] = []);
      block.rows.push({ line: index + 1, text: row.trim() });
    } else if (group && row.startsWith('    ')) {
      const found = /^ {4}"?(@?[^"@:\s]+)"?:? "?([^"]+?)"?\s*$/.exec(row);
      if (found) group.push([found[1]!, found[2]!]);
    }
  }
  return blocks;
}

function keysOf(head: string): string[] {
  return head.replaceAll('"', '').split(/,\s*/);
}

/** Null: the repository's own member. */
function yarnEntry(path: string, { line, head, rows }: Block): LockedPackage | null {
  const value = (key: string) => rows.flatMap((row) => { const found = new RegExp(`^${key}:? "?([^"\\s]+)"?$`).exec(row.text)?.[1]; return found === undefined ? [] : [{ line: row.line, value: found }]; })[0];
  const version = value('version');
  if (!version) throw new LockError(`line ${line}: the entry has no version`);
  const resolution = value('resolution')?.value;
  if (resolution?.includes('@workspace:')) return null;
  const first = keysOf(head)[0]!;
  const [, name, range = ''] = /^(@?[^@]+)@(.*)$/.exec(resolution ?? first) ?? [];
  if (name === undefined) throw new LockError(`line ${line}: the entry has no name`);
  const alias = resolution === undefined ? /^npm:(@?[^@]+)(@|$)/.exec(range)?.[1] : undefined;
  const elsewhere = /^(git|https?:|file:|link:|portal:|patch:|github:)/.test(range);
  return locked({ ecosystem: 'npm', name: alias ?? name, version: version.value, path, startLine: line, endLine: version.line, integrity: value('integrity')?.value ?? null, source: elsewhere ? 'elsewhere' : 'registry' });
}

const Names = z.record(z.string(), z.string()).optional().catch(undefined);
const Manifest = z.looseObject({ dependencies: Names, devDependencies: Names, optionalDependencies: Names, workspaces: z.unknown().optional() });

/** Null where it cannot say what is direct: there is none, or its members have manifests of their own. */
function manifestOf(text: string | null): z.infer<typeof Manifest> | null {
  try {
    const parsed = Manifest.safeParse(JSON.parse(text ?? 'null'));
    return parsed.success && parsed.data.workspaces === undefined ? parsed.data : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
