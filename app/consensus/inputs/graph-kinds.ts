/** Graphs of a kind: no directed cycle, no cycle at all, two sides. Judged here; `graphs.ts` makes them. */
import type { Atom } from './grammar.ts';

export type GraphKind = 'any' | 'acyclic' | 'forest' | 'bipartite';

export function graphKind(sentence: string): GraphKind {
  if (/\bforest\b/i.test(sentence)) return 'forest';
  if (/\bbipartite\b/i.test(sentence)) return 'bipartite';
  return /\bacyclic\b|\bDAG\b|\b(?:no|not (?:contain|have)(?: any| an?)?|without(?: any| an?)?) (?:directed )?cycles?\b/i.test(sentence) ? 'acyclic' : 'any';
}

export function isOfKind(kind: GraphKind, pairs: [Atom, Atom][]): boolean {
  if (kind === 'acyclic') return isAcyclic(pairs);
  return kind !== 'bipartite' || hasTwoSides(pairs);
}

/** Takes vertices without an edge into them, again and again, until nothing or a cycle is left. */
function isAcyclic(pairs: [Atom, Atom][]): boolean {
  const next = Map.groupBy(pairs, ([u]) => u);
  const into = new Map<Atom, number>();
  for (const [, v] of pairs) into.set(v, (into.get(v) ?? 0) + 1);
  const open = [...next.keys()].filter((u) => !into.has(u));
  let taken = 0;
  for (let u = open.pop(); u !== undefined; u = open.pop()) for (const [, v] of next.get(u) ?? []) {
    taken++;
    const left = (into.get(v) ?? 0) - 1;
    into.set(v, left);
    if (left === 0) open.push(v);
  }
  return taken === pairs.length;
}

function hasTwoSides(pairs: [Atom, Atom][]): boolean {
  const beside = Map.groupBy([...pairs, ...pairs.map(([u, v]): [Atom, Atom] => [v, u])], ([u]) => u);
  const side = new Map<Atom, boolean>();
  for (const start of beside.keys()) {
    if (side.has(start)) continue;
    side.set(start, true);
    const open = [start];
    for (let u = open.pop(); u !== undefined; u = open.pop()) for (const [, v] of beside.get(u) ?? []) {
      if (side.get(v) === side.get(u)) return false;
      if (!side.has(v)) { side.set(v, !side.get(u)); open.push(v); }
    }
  }
  return true;
}
