/** What every step of making one input knows: the rules as bounds, which names are sizes, the plan. */
import type { Model } from './analyse.ts';
import { boundsOf, keyOf, widest, type Bound, type Range } from './bounds.ts';
import type { Constraint } from './constraints.ts';
import { ref, refsOf, type Expr } from './expression.ts';
import type { Node } from './grammar.ts';
import type { Plan } from './plan.ts';
import { whole, type Random } from './random.ts';

export interface Making {
  model: Model;
  rules: Constraint[];
  bounds: Map<string, Bound[]>;
  widest: Map<string, Range>;
  /** Keys of lengths and counts. */
  sizes: Set<string>;
  /** Names that bound elements of lists and of rows (`P_i <= N`): small as often as not, else hardly two elements meet. */
  domains: Set<string>;
  /** Where few letters are to be used, from which on: small texts of few letters meet more often. */
  letters: { from: number; count: number } | null;
  /** Names of the number of test cases. */
  cases: Set<string>;
  random: Random;
  plan: Plan;
  /** Where in a table of rows this is; null outside of one. */
  row: { at: number; count: number } | null;
  /** The kind of query that this row must be, or null. */
  lastKind: number | null;
}

const kept = new WeakMap<Constraint[], Pick<Making, 'bounds' | 'widest'>>();

export function prepared(model: Model, rules: Constraint[], { plan, random }: { plan: Plan; random: Random }): Making {
  const known = kept.get(rules) ?? { bounds: boundsOf(rules), widest: widest(boundsOf(rules)) };
  kept.set(rules, known);
  const counts = countsOf(model.nodes);
  const vertices = rules.flatMap((rule) => (rule.rule === 'graph' ? [rule.vertices] : []));
  const sums = rules.flatMap((rule) => (rule.rule === 'sum' ? refsOf(rule.of).map(keyOf) : []));
  const told = model.declared.flatMap((one) => (known.bounds.get(`|${one.name}|`) ?? []).filter((bound) => bound.op === '=').flatMap((bound) => refsOf(bound.expr).map(keyOf)));
  const sizes = new Set([...told, ...[...counts.all, ...vertices].flatMap(refsOf).map(keyOf), ...model.declared.map((one) => `|${one.name}|`), ...sums]);
  const inside = new Set(model.declared.flatMap((one) => (one.shape === 'list' || one.path.length > 0 ? [one.name] : [])));
  const domains = new Set(rules.flatMap((rule) => (rule.rule === 'compare' && !rule.guessed && rule.left.k === 'ref' && inside.has(rule.left.name) && rule.right.k === 'ref' && !inside.has(rule.right.name) && rule.op !== '!=' ? [keyOf(rule.right)] : [])));
  const letters = plan.sizes !== 'most' && random.next() < 0.6 ? { from: random.next(), count: whole(random, 1, 3) } : null;
  return { model, rules, ...known, sizes, domains, letters, cases: new Set(counts.cases.flatMap(refsOf).map(keyOf)), plan, random, row: null, lastKind: null };
}

export function countsOf(nodes: Node[]): { all: Expr[]; cases: Expr[] } {
  const inner = nodes.map((node) => (node.node === 'rows' || node.node === 'until' ? countsOf(node.body) : node.node === 'choice' ? countsOf(node.alternatives.flat()) : { all: [], cases: [] }));
  const own = nodes.flatMap((node) => (node.node === 'line' ? node.parts.flatMap((part) => (part.part === 'list' ? [part.count] : [])) : node.node === 'choice' ? [] : [countExpr(node)]));
  const cases = nodes.flatMap((node) => (node.node === 'until' || (node.node === 'rows' && /case|test/i.test(node.name)) ? [countExpr(node)] : []));
  return { all: [...own, ...inner.flatMap((one) => one.all)], cases: [...cases, ...inner.flatMap((one) => one.cases)] };
}

export const countExpr = (node: Extract<Node, { node: 'rows' | 'table' | 'until' }>): Expr => (node.node === 'until' ? ref(node.count) : node.count);
