/** Edges of trees and graphs: made in shapes that are hard in different ways, and checked by union-find. Vertices are counted from 1. */
import type { Rule } from './constraints.ts';
import { evaluate, type Int } from './expression.ts';
import { find, isAtom, isAtoms, type Atom, type Scope } from './grammar.ts';
import { isOfKind } from './graph-kinds.ts';
import { shuffled, whole, type Random } from './random.ts';

export type GraphShape = 'path' | 'star' | 'caterpillar' | 'clique' | 'random' | 'binary' | 'broom';
type GraphRule = Extract<Rule, { rule: 'graph' }>;

/** `count` edges on `vertices` vertices, or null where the rule leaves no such graph. */
export function edgesOf(rule: GraphRule, size: { vertices: number; count: number }, how: { shape: GraphShape; random: Random; relabel: boolean }): [number, number][] | null {
  const { vertices, count } = size;
  const edges = firstEdges(rule, size, how);
  const sides = rule.kind === 'bipartite' ? sidesOf(edges, vertices) : null;
  const wide = vertices * (vertices - 1) / 2;
  if (!isThere(rule, { count, spanning: edges.length, wide })) return null;
  const seen = new Set(edges.map(([u, v]) => keyOf(u, v)));
  for (let tries = 0; edges.length < count && tries < count * 60 + 200; tries++) {
    const [u, v] = extraEdge(vertices, how, { tries, dense: count > wide / 3, rule });
    if (!mayJoin(rule, [u, v], { seen, sides })) continue;
    seen.add(keyOf(u, v));
    edges.push(rule.kind === 'acyclic' && u > v ? [v, u] : [u, v]);
  }
  if (edges.length < count) return null;
  return how.relabel ? relabelled(edges, vertices, how.random) : edges;
}

/** Edges that hang all vertices together, or some of them where there is to be no cycle. */
function firstEdges(rule: GraphRule, { vertices, count }: { vertices: number; count: number }, how: { shape: GraphShape; random: Random }): [number, number][] {
  if (rule.connected || rule.tree) return treeEdges(vertices, how);
  return rule.kind === 'forest' ? shuffled(how.random, treeEdges(vertices, how)).slice(0, count) : [];
}

function mayJoin(rule: GraphRule, [u, v]: [number, number], { seen, sides }: { seen: Set<number>; sides: boolean[] | null }): boolean {
  if (rule.kind === 'forest' || (sides && sides[u] === sides[v])) return false;
  return (u !== v || rule.loops) && !(rule.simple && seen.has(keyOf(u, v)));
}

/** The side of each vertex: the other one than that of its parent, or by turns where there is no tree. */
function sidesOf(tree: [number, number][], vertices: number): boolean[] {
  const sides = Array.from({ length: vertices + 1 }, (_, at) => tree.length === 0 && at % 2 === 0);
  for (const [u, v] of tree) sides[v] = !sides[u];
  return sides;
}

/** Whether any graph of the rule has so many edges. */
function isThere(rule: GraphRule, { count, spanning, wide }: { count: number; spanning: number; wide: number }): boolean {
  if (spanning > count || (rule.tree && count !== spanning)) return false;
  return !rule.simple || count <= wide;
}

/** The same graph under other numbers, its edges in another order. */
function relabelled(edges: readonly [number, number][], vertices: number, random: Random): [number, number][] {
  const names = shuffled(random, Array.from({ length: vertices }, (_, at) => at + 1));
  return shuffled(random, edges.map(([u, v]): [number, number] => [names[u - 1] ?? u, names[v - 1] ?? v]));
}

const keyOf = (u: number, v: number) => Math.min(u, v) * 4294967 + Math.max(u, v);

function treeEdges(vertices: number, { shape, random }: { shape: GraphShape; random: Random }): [number, number][] {
  return Array.from({ length: Math.max(0, vertices - 1) }, (_, at): [number, number] => [parentOf(at + 2, vertices, { shape, random }), at + 2]);
}

function parentOf(vertex: number, vertices: number, { shape, random }: { shape: GraphShape; random: Random }): number {
  switch (shape) {
    case 'path': return vertex - 1;
    case 'star': return 1;
    case 'caterpillar': return vertex <= vertices / 2 ? vertex - 1 : Math.max(1, vertex - Math.floor(vertices / 2));
    case 'broom': return vertex <= vertices / 2 ? vertex - 1 : Math.max(1, Math.floor(vertices / 2));
    case 'binary': return vertex >> 1;
    default: return whole(random, 1, vertex - 1);
  }
}

/** Pairs one after the other where nearly all are wanted; else by shape. */
function extraEdge(vertices: number, { shape, random }: { shape: GraphShape; random: Random }, { tries, dense, rule }: { tries: number; dense: boolean; rule: GraphRule }): [number, number] {
  if ((shape === 'clique' || dense) && rule.simple) return nthPair(tries);
  // Once round a path or a star there is nothing new in a simple graph: what is still wanted is drawn.
  const isRound = rule.simple && tries >= vertices;
  if (!rule.connected && !isRound && shape === 'path') return [tries % Math.max(1, vertices - 1) + 1, Math.min(vertices, tries % Math.max(1, vertices - 1) + 2)];
  if (!rule.connected && !isRound && shape === 'star') return [1, tries % vertices + 1];
  const u = whole(random, 1, vertices);
  return [u, shape === 'path' && tries < 8 * vertices ? Math.min(vertices, Math.max(1, u + whole(random, -3, 3))) : whole(random, 1, vertices)];
}

/** (1,2), (1,3), (2,3), (1,4) …: a growing clique. */
function nthPair(at: number): [number, number] {
  const high = Math.floor((1 + Math.sqrt(1 + 8 * at)) / 2);
  return [at - high * (high - 1) / 2 + 1, high + 1];
}

/** Whether the columns of this scope are such a graph. Labels outside 1 … vertices are another rule's business. */
export function edgesHold(rule: GraphRule, scope: Scope): boolean {
  const us = find(scope, rule.u);
  const vs = find(scope, rule.v);
  const vertices = Number(evaluate(rule.vertices, (one) => { const value = find(scope, one.name); return isAtom(value) && typeof value !== 'string' ? value : undefined; }) ?? NaN);
  if (!(isAtoms(us) && isAtoms(vs)) || Number.isNaN(vertices)) return true;
  const pairs = us.map((u, at): [Atom, Atom] => [u, vs[at] ?? 0]);
  if (!rule.loops && pairs.some(([u, v]) => u === v)) return false;
  if (rule.simple && new Set(pairs.map(([u, v]) => (u < v ? `${u} ${v}` : `${v} ${u}`))).size < pairs.length) return false;
  return (!rule.tree || pairs.length === vertices - 1) && isOfKind(rule.kind, pairs) && hangsTogether(rule, pairs, vertices);
}

function hangsTogether(rule: GraphRule, pairs: [Atom, Atom][], vertices: number): boolean {
  if (rule.kind === 'forest' && components(pairs, vertices) !== vertices - pairs.length) return false;
  return !(rule.connected || rule.tree) || components(pairs, vertices) === 1;
}

function components(pairs: [Atom, Atom][], vertices: number): number {
  const parents = new Map<Atom, Atom>();
  const root = (start: Atom): Atom => {
    let at = start;
    for (let up = parents.get(at); up !== undefined; up = parents.get(at)) at = up;
    for (let on = start; on !== at;) { const up = parents.get(on) ?? at; parents.set(on, at); on = up; }
    return at;
  };
  let left = vertices;
  for (const [u, v] of pairs) {
    const [a, b] = [root(u), root(v)];
    if (a !== b) { parents.set(a, b); left--; }
  }
  return left;
}

/** The fewest and the most edges that the rule allows for that many vertices. */
export function edgeLimits(rule: GraphRule, vertices: Int): { low: number; high: number } {
  const n = Number(vertices);
  return { low: rule.connected ? n - 1 : 0, high: rule.tree || rule.kind === 'forest' ? n - 1 : rule.kind === 'bipartite' && rule.simple ? Math.floor(n * n / 4) : rule.simple ? n * (n - 1) / 2 : Infinity };
}
