/**
 * Makes one input by a plan: single values first, each within what the rules leave under the ones before; then lists, texts, edges and
 * nested rows. What comes out is checked against all rules, so that a wrong step costs an input and never lets an invalid one through.
 */
import type { Model } from './analyse.ts';
import { boundsOf, keyOf } from './bounds.ts';
import { scopesOf, violated } from './check.ts';
import type { Constraint } from './constraints.ts';
import { num, refsOf } from './expression.ts';
import { newScope, type Node, type Scope } from './grammar.ts';
import { fillLists } from './lists.ts';
import { countExpr, countsOf, prepared, type Making } from './making.ts';
import { graphShapes, type Plan } from './plan.ts';
import { carveGrids, repairGrids } from './preconditions.ts';
import { printInput } from './print.ts';
import { pick, whole, type Random } from './random.ts';
import { countIn } from './read.ts';
import { nextRow } from './sequence.ts';
import { fillSingles, singles } from './singles.ts';
import { newStore } from './state.ts';
import { repairTables } from './whole-shapes.ts';

/** Null where the plan leads to no valid input. */
export function makeInput(model: Model, plan: Plan, random: Random): Scope | null {
  const rules = plan.sizes === 'most' && model.largeDoubt.length > 0 ? stretched(model) : plan.guessed ? model.rules : model.rules.filter((rule) => !rule.guessed || rule.rule === 'compare' || rule.rule === 'letters' || rule.rule === 'oneOf');
  const making = prepared(model, rules, { plan, random });
  const scope = newScope(null);
  if (!fillScope(making, model.nodes, scope)) return null;
  const { maze } = plan;
  if (maze) carveGrids({ names: model.declared.filter((one) => model.kinds.get(one.name) === 'text' || one.glued).map((one) => one.name), scopes: scopesOf(scope), lettersOf: (name) => gridLetters(making, name), maze });
  if (rules.some((rule) => rule.rule === 'once' || rule.rule === 'corner' || rule.rule === 'border')) repairGrids({ rules, scopes: scopesOf(scope), lettersOf: (name) => gridLetters(making, name), random, far: plan.sizes === 'most' && plan.relabel });
  repairTables(rules, scopesOf(scope));
  return violated(scope, rules, model.firsts) === null ? scope : null;
}

/** A length without a stated bound: what most statements allow. */
const cautiousSize = num(100_000);

/** Guessed upper bounds of counts and of single texts give way to a cautious size; those of words in rows and of other values stay. */
function stretched(model: Model): Constraint[] {
  const sizes = new Set([...countsOf(model.nodes).all.flatMap(refsOf).map(keyOf), ...model.declared.filter((one) => one.shape === 'value' && one.path.length === 0).map((one) => `|${one.name}|`)]);
  return model.rules.map((rule) => (rule.rule === 'compare' && rule.guessed && (rule.left.k === 'ref' || rule.left.k === 'len') && rule.right.k === 'num' && sizes.has(keyOf(rule.left)) ? { ...rule, right: cautiousSize } : rule));
}

function gridLetters({ rules }: Making, name: string): string[] {
  const rule = rules.find((one) => (one.rule === 'letters' || one.rule === 'oneOf') && one.name === name);
  return rule?.rule === 'letters' ? [...rule.letters] : rule?.rule === 'oneOf' ? rule.values : [];
}

/** False where a range is empty or the sizes do not fit. */
export function fillScope(making: Making, nodes: Node[], scope: Scope): boolean {
  const chosen = nodes.flatMap((node): Node[] => {
    if (node.node !== 'choice') return [node];
    const at = making.lastKind === null ? kindAt(making, node.alternatives.length) : Math.min(making.lastKind, node.alternatives.length - 1);
    scope.values.set('#', at);
    return node.alternatives[at] ?? [];
  });
  const own = [...scope.values];
  let cap = making.plan.cap;
  for (let round = 0; round < 40; round++) {
    const plan = { ...making.plan, cap };
    if (!fillSingles({ ...making, plan }, chosen, scope)) return false;
    const cost = costOf(chosen, scope);
    if (cost <= making.plan.tokens) return fillLists({ ...making, plan }, chosen, scope) && fillRows({ ...making, plan }, chosen, scope);
    cap = Math.max(1, Math.floor(Math.min(cap, largest(making, chosen, scope)) * Math.min(0.9, Math.max(0.2, (making.plan.tokens / cost) ** 0.8))));
    scope.values = new Map(own);
    if (cap === 1 && round > 30) return false;
  }
  return false;
}

/** Kinds of queries in turn, one of them first and then all, mostly the last one, or at random: programs differ in which kind costs them most. */
function kindAt({ plan, random, row }: Making, kinds: number): number {
  const any = whole(random, 0, kinds - 1);
  if (plan.sizes !== 'most' || row === null) return any;
  switch (plan.ordinal % 4) {
    case 0: return row.at * 2 <= row.count ? (plan.ordinal / 4) % kinds : any;
    case 1: return random.next() < 0.8 ? kinds - 1 : any;
    case 3: return row.at % kinds;
    default: return any;
  }
}

function largest(making: Making, nodes: Node[], scope: Scope): number {
  const values = singles(nodes).filter((name) => making.sizes.has(name) && !making.cases.has(name)).map((name) => Number(scope.values.get(name)));
  return Math.max(1, ...values.filter((value) => !Number.isNaN(value)));
}

/** Tokens below this scope, as far as its single values tell. */
function costOf(nodes: Node[], scope: Scope): number {
  return nodes.reduce((sum, node) => {
    switch (node.node) {
      case 'line': return sum + node.parts.reduce((all, part) => all + (part.part === 'list' ? (countIn(part.count, scope) ?? 1) / (part.glued ? 4 : 1) : lengthOf(part.part === 'value' ? scope.values.get(part.name) : undefined)), 0);
      case 'table': return sum + (countIn(node.count, scope) ?? 1) * node.columns.length;
      case 'rows': case 'until': { const count = countIn(countExpr(node), scope) ?? 1; return sum + count * Math.max(6, ...[1, count].map((row) => costOf(node.body, rowScope(node, scope, row)))); }
      case 'choice': return sum + 2;
    }
  }, 0);
}

function rowScope(node: Extract<Node, { node: 'rows' | 'until' }>, scope: Scope, row: number): Scope {
  const child = newScope(scope);
  child.values.set(node.index, row);
  return child;
}

const lengthOf = (value: unknown) => (typeof value === 'string' ? 1 + value.length / 6 : 1);

const rowCap = 110_000;

function fillRows(making: Making, nodes: Node[], scope: Scope): boolean {
  const { model } = making;
  return nodes.every((node) => {
    if (node.node !== 'rows' && node.node !== 'until') return true;
    const count = countIn(countExpr(node), scope) ?? 0;
    if (count > rowCap) return false;
    const isLopsided = making.plan.lopsided && count > 2 && making.rules.some((rule) => rule.rule === 'sum');
    const [first, others] = isLopsided ? [innerMaking(making, 2), innerMaking(making, count * 2)] : [innerMaking(making, count), innerMaking(making, count)];
    const rows: Scope[] = [];
    scope.values.set(node.name, rows);
    const make = (row: number, kind: number | null) => filledRow(row === 1 ? first : others, { node, scope, row, count, kind });
    const state = making.rules.find((rule) => rule.rule === 'state' && rule.name === node.name);
    const sequence = state?.rule === 'state' ? { rule: state, store: newStore(), count, needed: model.neededKind, plan: making.plan, random: making.random, make } : null;
    for (let row = 1; row <= count; row++) {
      const child = sequence ? nextRow(sequence, row) : make(row, row === count ? model.neededKind : null);
      if (!child) return false;
      rows.push(child);
    }
    return true;
  });
}

interface Row { node: Extract<Node, { node: 'rows' | 'until' }>; scope: Scope; row: number; count: number; kind: number | null }

/** Null where the row cannot be filled, or reads as the line that ends the input. */
function filledRow(making: Making, { node, scope, row, count, kind }: Row): Scope | null {
  const { plan, random } = making;
  const child = rowScope(node, scope, row);
  const shape = plan.graph === 'any' ? pick(random, graphShapes) : plan.graph;
  if (!fillScope({ ...making, lastKind: kind, row: { at: row, count }, plan: { ...plan, graph: shape, ordinal: plan.sizes === 'most' ? plan.ordinal : plan.ordinal + row } }, node.body, child)) return null;
  return node.node === 'until' && node.end !== '' && printInput(node.body.slice(0, 1), child).trim() === node.end ? null : child;
}

/** The part of a row in what sums over the rows allow, and in the tokens. */
function innerMaking(making: Making, parts: number): Making {
  const sums = making.rules.filter((rule) => rule.rule === 'sum');
  const share = sums.map((rule): Constraint => ({ rule: 'compare', left: rule.of, op: '<=', right: { k: 'op', op: '/', a: rule.limit, b: { k: 'num', value: Math.max(1, parts) } }, why: rule.why, guessed: false }));
  const bounds = share.length === 0 ? making.bounds : boundsOf([...making.rules, ...share]);
  return { ...making, bounds, plan: { ...making.plan, tokens: Math.max(4, making.plan.tokens / Math.max(1, parts)) } };
}
