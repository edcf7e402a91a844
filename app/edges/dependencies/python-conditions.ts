/** Under which conditions a lock's packages are wanted: the markers on the way from the project to each of them. Without it a package for another system would be asked for. */
import { parse } from 'smol-toml';
import { z } from 'zod';
import { pypiName } from '../../core/locked/package.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { Conditions, Package } from './python-locks.ts';

interface Edge {
  to: number;
  marker: string | null;
  extras: readonly string[];
}

/** What a package wants by itself ('') and for each of its extras. */
type Edges = (index: number, extra: string) => Edge[];

// Ways are counted by the set of their markers; a package with more of them than this is wanted on any machine.
const mostWays = 12;

/** Follows every edge from the roots. A way whose markers hold all those of a known one adds nothing, which ends every circle. */
function conditions(roots: readonly Edge[], edges: Edges): Conditions {
  const ways = new Map<string, string[][]>();
  const queue = roots.map((edge) => ({ edge, markers: [] as string[] }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { edge, markers } = next;
    const all = edge.marker === null ? markers : [...new Set([...markers, edge.marker])].sort();
    for (const extra of ['', ...edge.extras]) {
      const key = `${edge.to} ${extra}`;
      const known = ways.get(key) ?? [];
      if (known.some((way) => way.every((marker) => all.includes(marker)))) continue;
      const kept = known.length >= mostWays ? [] : all;
      ways.set(key, [...known.filter((way) => !kept.every((marker) => way.includes(marker))), kept]);
      for (const each of edges(edge.to, extra)) queue.push({ edge: each, markers: kept });
    }
  }
  return (index) => {
    const found = [...ways].flatMap(([key, list]) => (key.startsWith(`${index} `) ? list : []));
    if (found.length === 0) return undefined;
    return found.some((way) => way.length === 0) ? null : found.map((way) => `(${way.map((marker) => `(${marker})`).join(' and ')})`).join(' or ');
  };
}

const UvEdge = z.looseObject({ name: z.string(), version: z.string().optional(), marker: z.string().optional(), extra: z.union([z.string(), z.array(z.string())]).optional() });
const UvPackage = z.looseObject({ dependencies: z.array(UvEdge).default([]), 'optional-dependencies': z.record(z.string(), z.array(UvEdge)).default({}), 'dev-dependencies': z.record(z.string(), z.array(UvEdge)).default({}) });

/** uv.lock: the repository's own packages are the roots, with every extra and every group of theirs. */
export function uvConditions(packages: readonly Package[]): Conditions {
  const read = packages.map((each) => UvPackage.parse(each));
  const edgesOf = (list: readonly z.infer<typeof UvEdge>[]): Edge[] => list.flatMap(({ name, version, marker, extra = [] }) => packages.flatMap((each, to) => (each.name === name && (version === undefined || each.version === version) ? [{ to, marker: marker ?? null, extras: [extra].flat() }] : [])));
  const own = packages.flatMap(({ source = {} }, to) => ('editable' in source || 'virtual' in source ? [to] : []));
  const roots = own.flatMap((index) => edgesOf([...read[index]!.dependencies, ...Object.values(read[index]!['optional-dependencies']).flat(), ...Object.values(read[index]!['dev-dependencies']).flat()]));
  return conditions(roots, (index, extra) => edgesOf(extra === '' ? read[index]!.dependencies : read[index]!['optional-dependencies'][extra] ?? []));
}

const Wish = z.union([z.string(), z.looseObject({ markers: z.string().optional(), optional: z.boolean().optional(), extras: z.array(z.string()).optional() })]);
const Wishes = z.record(z.string(), z.union([Wish, z.array(Wish)])).default({});
const PoetryPackage = z.looseObject({ dependencies: Wishes });
const Groups = z.record(z.string(), z.looseObject({ dependencies: Wishes })).default({});
const Project = z.looseObject({
  project: z.looseObject({ dependencies: z.array(z.string()).default([]), 'optional-dependencies': z.record(z.string(), z.array(z.string())).default({}) }).prefault({}),
  tool: z.looseObject({ poetry: z.looseObject({ dependencies: Wishes, 'dev-dependencies': Wishes, group: Groups }).prefault({}) }).prefault({}),
});

/** poetry.lock before its version 2.1, which does not say for which packages a condition holds: the manifest's wishes are the roots. */
export function poetryConditions(packages: readonly Package[], tree: Tree): Conditions {
  const { project, tool: { poetry } } = Project.parse(parse(textOf(tree['pyproject.toml']) ?? ''));
  const wished = [poetry.dependencies, poetry['dev-dependencies'], ...Object.values(poetry.group).map((group) => group.dependencies)].flatMap(edgesIn);
  const named = [...project.dependencies, ...Object.values(project['optional-dependencies']).flat()].map((text) => ({ name: /^[\w.-]+/.exec(text)?.[0] ?? '', marker: text.split(';')[1]?.trim() ?? null, extras: (/^[\w.-]+\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '').split(',').map((each) => each.trim()).filter((each) => each !== '') }));
  const linked = (list: readonly { name: string; marker: string | null; extras: readonly string[] }[]): Edge[] => list.flatMap(({ name, marker, extras }) => packages.flatMap((each, to) => (pypiName(each.name) === pypiName(name) ? [{ to, marker, extras }] : [])));
  // What an extra brings stands among the others as optional, and is taken as wanted.
  return conditions(linked([...wished, ...named]), (index, extra) => (extra === '' ? linked(edgesIn(PoetryPackage.parse(packages[index]).dependencies).filter(({ optional }) => !optional)) : linked(edgesIn(PoetryPackage.parse(packages[index]).dependencies).filter(({ optional }) => optional))));
}

function edgesIn(wishes: z.infer<typeof Wishes>): { name: string; marker: string | null; extras: readonly string[]; optional: boolean }[] {
  return Object.entries(wishes).flatMap(([name, wish]) => [wish].flat().map((each) => (typeof each === 'string' ? { name, marker: null, extras: [], optional: false } : { name, marker: each.markers ?? null, extras: each.extras ?? [], optional: each.optional ?? false })));
}
