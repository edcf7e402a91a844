/** Fills lists, tables, texts and edges of one scope within their ranges; what rules say of a whole list (order, permutation, distinct) is kept by construction. */
import type { Rule } from './constraints.ts';
import { edgesOf } from './graphs.ts';
import { isAtoms, type Node, type Scope } from './grammar.ts';
import type { Making } from './making.ts';
import { numbersOf } from './numbers.ts';
import { densePairs, relationOf } from './pairs.ts';
import { graphShapes } from './plan.ts';
import { pick } from './random.ts';
import { countIn } from './read.ts';
import { rangeFor, valueOf } from './singles.ts';
import { textsOf, wordsOf } from './texts.ts';
import { drawnApart } from './tuples.ts';

export interface Filling { name: string; count: number; glued: boolean; scope: Scope }

export function fillLists(making: Making, nodes: Node[], scope: Scope): boolean {
  const done = new Set<string>();
  const lists = nodes.flatMap((node): Filling[] | null[] => {
    if (node.node === 'table') { const count = countIn(node.count, scope); return count === null ? [null] : node.columns.map((name) => ({ name, count, glued: false, scope })); }
    if (node.node !== 'line') return [];
    return node.parts.flatMap((part) => { if (part.part !== 'list') return []; const count = countIn(part.count, scope); return count === null ? [null] : [{ name: part.name, count, glued: part.glued, scope }]; }) as Filling[];
  });
  return lists.every((one) => one !== null && (done.has(one.name) || fillList(making, one, done)));
}

function fillList(making: Making, filling: Filling, done: Set<string>): boolean {
  done.add(filling.name);
  const rule = (kind: Rule['rule']) => making.rules.find((one) => one.rule === kind && (('name' in one && one.name === filling.name) || (one.rule === 'distinct' && one.names[0] === filling.name) || (one.rule === 'graph' && one.u === filling.name)));
  const graph = graphOf(making.rules, filling.name);
  if (graph) return fillEdges(making, graph, { filling, done });
  const atoms = wordsOf(making, filling) ?? (making.model.kinds.get(filling.name) === 'int' ? numbersOf(making, filling, rule) : textsOf(making, filling));
  if (atoms === null) return false;
  filling.scope.values.set(filling.name, atoms);
  const tuple = rule('distinct');
  return tuple?.rule === 'distinct' && tuple.names.length > 1 ? fillTuples(making, tuple.names, { filling, done }) : true;
}

/** All that is said of the edges between two columns, sentence by sentence, in one rule. */
function graphOf(rules: Rule[], u: string): Extract<Rule, { rule: 'graph' }> | null {
  const told = rules.flatMap((rule) => (rule.rule === 'graph' && rule.u === u ? [rule] : []));
  const [first] = told;
  if (!first) return null;
  const relation = relationOf(rules, first.u, first.v);
  const isDistinct = rules.some((rule) => rule.rule === 'distinct' && rule.names.length === 2 && rule.names.includes(first.u) && rule.names.includes(first.v));
  return {
    ...first, tree: told.some((one) => one.tree), connected: told.some((one) => one.connected), kind: told.find((one) => one.kind !== 'any')?.kind ?? 'any',
    simple: told.some((one) => one.simple) || (isDistinct && relation === '<'), loops: relation === null && told.every((one) => one.loops),
  };
}

function fillEdges(making: Making, rule: Extract<Rule, { rule: 'graph' }>, { filling, done }: { filling: Filling; done: Set<string> }): boolean {
  const vertices = Number(valueOf(rule.vertices, filling.scope) ?? 0);
  const shape = making.plan.graph === 'any' ? pick(making.random, graphShapes) : making.plan.graph;
  const edges = edgesOf(rule, { vertices, count: filling.count }, { shape, random: making.random, relabel: making.plan.relabel });
  if (!edges) return false;
  const ordered = making.rules.some((one) => one.rule === 'compare' && one.left.k === 'ref' && one.right.k === 'ref' && one.left.name === rule.u && one.right.name === rule.v && one.op !== '!=');
  const turned = edges.map(([u, v]): [number, number] => (ordered && u > v ? [v, u] : [u, v]));
  filling.scope.values.set(rule.u, turned.map(([u]) => u));
  filling.scope.values.set(rule.v, turned.map(([, v]) => v));
  done.add(rule.v);
  return true;
}

/** Null where drawing at random will do. */
function fillDensely(making: Making, [a = '', b = '']: string[], { filling: { scope, count }, done }: { filling: Filling; done: Set<string> }): boolean | null {
  const [first, second] = [rangeFor(making, a, scope), rangeFor(making, b, scope)];
  const dense = first && second && densePairs({ first, second, count, relation: relationOf(making.rules, a, b) }, making.random);
  if (!dense) return null;
  done.add(b);
  scope.values.set(a, dense.map(([x]) => x)).set(b, dense.map(([, y]) => y));
  return dense.length === count;
}

/** The other columns of a distinct tuple: rows that came before are drawn again. */
function fillTuples(making: Making, names: string[], { filling, done }: { filling: Filling; done: Set<string> }): boolean {
  const dense = names.length === 2 ? fillDensely(making, names, { filling, done }) : null;
  if (dense !== null) return dense;
  for (const name of names.slice(1)) if (!done.has(name) && !fillList(making, { ...filling, name }, done)) return false;
  const columns = names.map((name) => { const value = filling.scope.values.get(name); return isAtoms(value) ? value : []; });
  return drawnApart(making, columns, { names, scope: filling.scope, count: filling.count });
}
