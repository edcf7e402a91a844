/** Bounds that follow from rules: of what is summed, of the number of edges, of the number of pairs that all differ. Without them most drawn sizes would leave no valid input. */
import { boundsOf, keyOf } from './bounds.ts';
import type { Constraint } from './constraints.ts';
import { num, type Expr } from './expression.ts';
import type { Declared } from './grammar.ts';
import { relationOf } from './pairs.ts';

/** What is summed up to a limit is itself at most the limit, where nothing else bounds it. */
export function sumBounds(rules: Constraint[]): Constraint[] {
  const bounds = boundsOf(rules);
  return rules.flatMap((rule): Constraint[] => (rule.rule === 'sum' && (rule.of.k === 'ref' || rule.of.k === 'len') && !(bounds.get(keyOf(rule.of)) ?? []).some((bound) => /^[<=]/.test(bound.op)) ? [{ rule: 'compare', left: rule.of, op: '<=', right: rule.limit, why: rule.why, guessed: false }] : []));
}

/** A simple graph has at most n(n-1)/2 edges, a connected one at least n-1. */
export function graphBounds(rules: Constraint[], declared: Declared[]): Constraint[] {
  return rules.flatMap((rule): Constraint[] => {
    const edges = rule.rule === 'graph' ? declared.find((one) => one.name === rule.u)?.count : null;
    if (rule.rule !== 'graph' || edges?.k !== 'ref') return [];
    const less: Expr = { k: 'op', op: '-', a: rule.vertices, b: { k: 'num', value: 1 } };
    const wide: Expr = { k: 'op', op: '/', a: { k: 'op', op: '*', a: rule.vertices, b: less }, b: { k: 'num', value: 2 } };
    const compare = (left: Expr, right: Expr): Constraint => ({ rule: 'compare', left, op: '<=', right, why: rule.why, guessed: rule.guessed });
    return [...(rule.connected ? [compare(less, edges)] : []), ...(rule.simple ? [compare(edges, wide)] : [])];
  });
}

/** Pairs of 1 … N that all differ: there are no more rows than such pairs. */
export function pairBounds(rules: Constraint[], declared: Declared[]): Constraint[] {
  const bounds = boundsOf(rules);
  const isValue = (name: string) => declared.some((one) => one.shape === 'value' && one.name === name);
  const topOf = (name: string) => (bounds.get(name) ?? []).map((bound) => (bound.op === '<=' ? bound.expr : null)).find((expr) => expr?.k === 'ref' && isValue(expr.name));
  return rules.flatMap((rule): Constraint[] => {
    const [a = '', b = '', ...more] = rule.rule === 'distinct' ? rule.names : [];
    const count = declared.find((one) => one.name === a)?.count;
    const top = topOf(b) ?? topOf(a);
    if (b === '' || more.length > 0 || count?.k !== 'ref' || !top) return [];
    const relation = relationOf(rules, a, b);
    const all: Expr = { k: 'op', op: '*', a: top, b: relation === null || relation === '<=' ? top : { k: 'op', op: '-', a: top, b: num(1) } };
    return [{ rule: 'compare', left: count, op: '<=', right: relation === '<' ? { k: 'op', op: '/', a: all, b: num(2) } : all, why: rule.why, guessed: rule.guessed }];
  });
}
