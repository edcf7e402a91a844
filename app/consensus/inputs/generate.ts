/**
 * Makes one input by a plan: single values first, each within what the rules leave under the ones before; then lists, texts, edges and
 * nested rows. What comes out is checked against all rules, so that a wrong step costs an input and never lets an invalid one through.
 */
import type { Model } from './analyse.ts';
import { boundsOf, keyOf, rangeUnder, widest, type Bound, type Range } from './bounds.ts';
import { scopesOf, violated } from './check.ts';
import { narrowed, specialNumbers } from './columns.ts';
import type { Constraint } from './constraints.ts';
import { apply, evaluate, num, ref, refsOf, type Expr, type Int } from './expression.ts';
import { find, isAtom, newScope, type Node, type Scope } from './grammar.ts';
import { fillLists, fillText } from './lists.ts';
import { graphShapes, type Extent, type Plan } from './plan.ts';
import { carveGrids, repairGrids } from './preconditions.ts';
import { printInput } from './print.ts';
import { between, pick, whole, type Random } from './random.ts';
import { nextRow } from './sequence.ts';
import { newStore } from './state.ts';
import { repairTables } from './whole-shapes.ts';
import { countIn, intOf } from './read.ts';

export interface Making {
  model: Model;
  rules: Constraint[];
  bounds: Map<string, Bound[]>;
  widest: Map<string, Range>;
  /** Keys of lengths and counts. */
  sizes: Set<string>;
  /** Where few letters are to be used, from which on: small texts of few letters meet more often. */
  letters: { from: number; count: number } | null;
  /** Names of the number of test cases. */
  cases: Set<string>;
  random: Random;
  plan: Plan;
  /** The kind of query that this row must be, or null. */
  lastKind: number | null;
}

/** Null where the plan leads to no valid input. */
export function makeInput(model: Model, plan: Plan, random: Random): Scope | null {
  const rules = plan.sizes === 'most' && model.largeDoubt.length > 0 ? stretched(model) : plan.guessed ? model.rules : model.rules.filter((rule) => !rule.guessed || rule.rule === 'compare' || rule.rule === 'letters' || rule.rule === 'oneOf');
  const making = prepared(model, rules, { plan, random });
  const scope = newScope(null);
  if (!fillScope(making, model.nodes, scope)) return null;
  const { maze } = plan;
  if (maze) carveGrids({ names: model.declared.filter((one) => model.kinds.get(one.name) === 'text' || one.glued).map((one) => one.name), scopes: scopesOf(scope), lettersOf: (name) => gridLetters(making, name), maze });
  if (rules.some((rule) => rule.rule === 'once' || rule.rule === 'corner')) repairGrids({ rules, scopes: scopesOf(scope), lettersOf: (name) => gridLetters(making, name), random, far: plan.sizes === 'most' && plan.relabel });
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

const kept = new WeakMap<Constraint[], Pick<Making, 'bounds' | 'widest'>>();

function prepared(model: Model, rules: Constraint[], { plan, random }: { plan: Plan; random: Random }): Making {
  const known = kept.get(rules) ?? { bounds: boundsOf(rules), widest: widest(boundsOf(rules)) };
  kept.set(rules, known);
  const counts = countsOf(model.nodes);
  const vertices = rules.flatMap((rule) => (rule.rule === 'graph' ? [rule.vertices] : []));
  const sums = rules.flatMap((rule) => (rule.rule === 'sum' ? refsOf(rule.of).map(keyOf) : []));
  const told = model.declared.flatMap((one) => (known.bounds.get(`|${one.name}|`) ?? []).filter((bound) => bound.op === '=').flatMap((bound) => refsOf(bound.expr).map(keyOf)));
  const sizes = new Set([...told, ...[...counts.all, ...vertices].flatMap(refsOf).map(keyOf), ...model.declared.map((one) => `|${one.name}|`), ...sums]);
  const letters = plan.sizes !== 'most' && random.next() < 0.6 ? { from: random.next(), count: whole(random, 1, 3) } : null;
  return { model, rules, ...known, sizes, letters, cases: new Set(counts.cases.flatMap(refsOf).map(keyOf)), plan, random, lastKind: null };
}

function countsOf(nodes: Node[]): { all: Expr[]; cases: Expr[] } {
  const inner = nodes.map((node) => (node.node === 'rows' || node.node === 'until' ? countsOf(node.body) : node.node === 'choice' ? countsOf(node.alternatives.flat()) : { all: [], cases: [] }));
  const own = nodes.flatMap((node) => (node.node === 'line' ? node.parts.flatMap((part) => (part.part === 'list' ? [part.count] : [])) : node.node === 'choice' ? [] : [countExpr(node)]));
  const cases = nodes.flatMap((node) => (node.node === 'until' || (node.node === 'rows' && /case|test/i.test(node.name)) ? [countExpr(node)] : []));
  return { all: [...own, ...inner.flatMap((one) => one.all)], cases: [...cases, ...inner.flatMap((one) => one.cases)] };
}

const countExpr = (node: Extract<Node, { node: 'rows' | 'table' | 'until' }>): Expr => (node.node === 'until' ? ref(node.count) : node.count);

/** False where a range is empty or the sizes do not fit. */
export function fillScope(making: Making, nodes: Node[], scope: Scope): boolean {
  const chosen = nodes.flatMap((node): Node[] => {
    if (node.node !== 'choice') return [node];
    const at = making.lastKind === null ? kindAt(making, scope, node.alternatives.length) : Math.min(making.lastKind, node.alternatives.length - 1);
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

/** Kinds of queries in turn, mostly the last one, or at random: programs differ in which kind costs them most. */
function kindAt({ plan, random }: Making, scope: Scope, kinds: number): number {
  const row = scope.values.get('i');
  if (plan.sizes === 'most' && typeof row === 'number' && plan.ordinal % 4 === 3) return row % kinds;
  return plan.sizes === 'most' && plan.ordinal % 4 === 1 && random.next() < 0.8 ? kinds - 1 : whole(random, 0, kinds - 1);
}

function largest(making: Making, nodes: Node[], scope: Scope): number {
  const values = singles(nodes).filter((name) => making.sizes.has(name) && !making.cases.has(name)).map((name) => Number(scope.values.get(name)));
  return Math.max(1, ...values.filter((value) => !Number.isNaN(value)));
}

export function singles(nodes: Node[]): string[] {
  return nodes.flatMap((node) => (node.node === 'line' ? node.parts.flatMap((part) => (part.part === 'value' ? [part.name] : [])) : node.node === 'until' ? [node.count] : []));
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

function fillSingles(making: Making, nodes: Node[], scope: Scope): boolean {
  return singles(nodes).every((name, at) => {
    const kind = making.model.kinds.get(name) ?? 'int';
    if (kind !== 'int') return fillText(making, name, scope);
    const value = singleValue(making, name, { scope, at });
    if (value === null) return false;
    scope.values.set(name, value);
    return true;
  });
}

function singleValue(making: Making, name: string, { scope, at }: { scope: Scope; at: number }): Int | null {
  const choices = making.rules.find((rule) => rule.rule === 'oneOf' && rule.name === name);
  if (choices?.rule === 'oneOf') return intOf(choices.values[whole(making.random, 0, choices.values.length - 1)] ?? '');
  const range = rangeFor(making, name, scope);
  if (!range) return null;
  const parity = making.rules.find((rule) => rule.rule === 'parity' && rule.name === name);
  for (let tries = 0; tries < 8; tries++) {
    const value = multipleIn(making, name, { scope, range }) ?? evened(making.sizes.has(name) ? sizeIn(making, name, range) : plainIn(making, range, at + tries), range, parity?.rule === 'parity' ? parity.odd : null);
    if (value !== null && !range.not.includes(value)) return value;
  }
  return between(making.random, range.low, range.high);
}

/** A multiple of what the rule names: of a known number, one drawn in the range and rounded; null where no rule of this kind is there. */
function multipleIn(making: Making, name: string, { scope, range }: { scope: Scope; range: Range }): Int | null {
  const rule = making.rules.find((one) => one.rule === 'multiple' && one.name === name);
  const by = rule?.rule === 'multiple' ? valueOf(rule.of, scope) : null;
  if (rule?.rule !== 'multiple') return dividing(making, name, { scope, range });
  if (by === null || Number(by) <= 0) return null;
  const drawn = making.sizes.has(name) ? sizeIn(making, name, range) : plainIn(making, range, 0);
  const down = apply('*', apply('/', drawn, by) ?? 0, by) ?? 0;
  return down >= range.low ? down : apply('+', down, by) ?? null;
}

/** A divisor of a number that came before and must be a multiple of this one. */
function dividing(making: Making, name: string, { scope, range }: { scope: Scope; range: Range }): Int | null {
  const rule = making.rules.find((one) => one.rule === 'multiple' && one.of.k === 'ref' && one.of.name === name);
  const whole = rule?.rule === 'multiple' ? find(scope, rule.name) : undefined;
  if (typeof whole !== 'number') return null;
  const small = Array.from({ length: Math.min(1000, Math.max(1, whole)) }, (_, at) => at + 1).filter((one) => whole % one === 0);
  const fitting = [...small, ...small.map((one) => whole / one)].filter((one) => one >= range.low && one <= range.high);
  const [first, ...rest] = fitting;
  return first === undefined ? null : pick(making.random, [first, ...rest]);
}

function evened(value: Int, range: Range, odd: boolean | null): Int | null {
  if (odd === null || Math.abs(Number(BigInt(value) % 2n)) === (odd ? 1 : 0)) return value;
  const next = value < range.high ? apply('+', value, 1) : apply('-', value, 1);
  return next !== undefined && next >= range.low && next <= range.high ? next : null;
}

/** The range left by all rules; null where it is empty or open. Of what has no value yet, the range that is left to it here (`l <= r` where `r <= N` and N is known). */
export function rangeFor(making: Making, key: string, scope: Scope, isOuter = true): (Range & { not: Int[] }) | null {
  const wide = making.widest.get(key);
  if (!wide) return null;
  const open = (one: { k: 'ref' | 'len'; name: string }) => (isOuter ? rangeFor(making, keyOf(one), scope, false) : null) ?? making.widest.get(keyOf(one));
  const range = rangeUnder(making.bounds.get(key) ?? [], wide, (one) => {
    const value = find(scope, one.name);
    const known = one.k === 'len' ? (typeof value === 'string' ? value.length : undefined) : isAtom(value) && typeof value !== 'string' ? value : undefined;
    return known === undefined ? open(one) : { low: known, high: known };
  });
  return range.low === null || range.high === null || range.low > range.high ? null : { low: range.low, high: range.high, not: range.not };
}

export function sizeIn(making: Making, key: string, { low, high }: Range): Int {
  const { plan, random } = making;
  if (making.cases.has(key)) return casesIn(making, { low, high });
  const top = Math.max(Number(low), Math.min(Number(high), plan.cap));
  if (plan.sizes === 'most') return top;
  return plan.sizes === 'least' ? Math.min(Number(high), Number(low) + (plan.ordinal % 3)) : whole(random, Number(low), Math.max(Number(low), Math.min(Number(high), Number(low) + plan.cap * pick(random, [1, 1, 2, 3]))));
}

function casesIn({ plan, random }: Making, { low, high }: Range): number {
  const least = Math.max(Number(low), 1);
  if (plan.cases === 'one') return least;
  return plan.cases === 'few' ? Math.max(least, Math.min(Number(high), plan.sizes === 'most' ? 3 : whole(random, 3, 9))) : Math.max(least, Math.min(Number(high), 20_000, Math.floor(plan.tokens / 6)));
}

function plainIn({ plan, random }: Making, range: Range, at: number): Int {
  const near = plan.width === null ? range : narrowed(range, plan.width);
  const extent: Extent = plan.plain[at % plan.plain.length] ?? plan.plain[0];
  const part = (divisor: number) => apply('+', range.low, apply('/', apply('-', range.high, range.low) ?? 0, divisor) ?? 0) ?? range.low;
  switch (extent) {
    case 'least': return range.low;
    case 'third': return part(3);
    case 'half': return part(2);
    case 'most': return range.high;
    case 'any': return plan.width === null && random.next() < 0.4 ? nearPower(random, range) : between(random, near.low, near.high);
    case 'special': { const [first, ...rest] = specialNumbers(range); return pick(random, [first, ...rest]); }
    case 'near': { const span = Math.min(16, Number(near.high) - Number(near.low)) + 1; return apply('+', near.low, Math.floor(plan.ordinal / span ** at) % span) ?? near.low; }
  }
}

/** Beside a power of two, where floating point and shifts go wrong. */
function nearPower(random: Random, { low, high }: Range): Int {
  const value = apply('+', apply('^', 2, whole(random, 1, Math.max(1, Math.floor(Math.log2(Math.max(2, Number(high))))))) ?? 2, whole(random, -1, 1)) ?? low;
  return value < low || value > high ? between(random, low, high) : value;
}

const rowCap = 110_000;

function fillRows(making: Making, nodes: Node[], scope: Scope): boolean {
  const { model } = making;
  return nodes.every((node) => {
    if (node.node !== 'rows' && node.node !== 'until') return true;
    const count = countIn(countExpr(node), scope) ?? 0;
    if (count > rowCap) return false;
    const inner = innerMaking(making, count);
    const rows: Scope[] = [];
    scope.values.set(node.name, rows);
    const make = (row: number, kind: number | null) => filledRow(inner, { node, scope, row, kind });
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

interface Row { node: Extract<Node, { node: 'rows' | 'until' }>; scope: Scope; row: number; kind: number | null }

/** Null where the row cannot be filled, or reads as the line that ends the input. */
function filledRow(making: Making, { node, scope, row, kind }: Row): Scope | null {
  const { plan, random } = making;
  const child = rowScope(node, scope, row);
  const shape = plan.graph === 'any' ? pick(random, graphShapes) : plan.graph;
  if (!fillScope({ ...making, lastKind: kind, plan: { ...plan, graph: shape, ordinal: plan.sizes === 'most' ? plan.ordinal : plan.ordinal + row } }, node.body, child)) return null;
  return node.node === 'until' && node.end !== '' && printInput(node.body.slice(0, 1), child).trim() === node.end ? null : child;
}

/** Sums over the rows are shared out evenly; so are the tokens. */
function innerMaking(making: Making, count: number): Making {
  const sums = making.rules.filter((rule) => rule.rule === 'sum');
  const share = sums.map((rule): Constraint => ({ rule: 'compare', left: rule.of, op: '<=', right: { k: 'op', op: '/', a: rule.limit, b: { k: 'num', value: Math.max(1, count) } }, why: rule.why, guessed: false }));
  const bounds = share.length === 0 ? making.bounds : boundsOf([...making.rules, ...share]);
  return { ...making, bounds, plan: { ...making.plan, tokens: Math.max(4, making.plan.tokens / Math.max(1, count)) } };
}

/** A count or bound in this scope, null where it has no value. */
export function valueOf(expr: Expr, scope: Scope): Int | null {
  return evaluate(expr, (one) => { const value = find(scope, one.name); return one.k === 'len' ? (typeof value === 'string' ? value.length : undefined) : isAtom(value) && typeof value !== 'string' ? value : undefined; }) ?? null;
}
