/**
 * Ties the names of constraints to the names that the grammar declares: `A_i`, `a_{i,j}`, `ai`, `|S_i|`, `x_1` and `N` beside `n`. A rule
 * with a name that is not in the input (an index of a definition, the answer) says nothing about the input and goes.
 */
import type { Constraint, Rule } from './constraints.ts';
import { mapRefs, refsOf, type Expr } from './expression.ts';
import type { Declared } from './grammar.ts';

/** The place in a list, counted from the list's first index. */
export const placeName = '@';

export function resolve(constraint: Constraint, declared: Declared[]): Constraint[] {
  const rules = resolveRule(constraint, declared);
  return rules.map((rule): Constraint => ({ ...rule, why: constraint.why, guessed: constraint.guessed }));
}

function resolveRule(rule: Rule, declared: Declared[]): Rule[] {
  switch (rule.rule) {
    case 'compare': return resolveCompare(rule, declared);
    case 'sum': return exprOf(rule.of, declared).flatMap((of): Rule[] => exprOf(rule.limit, declared).map((limit) => ({ ...rule, of, limit })));
    case 'distinct': { const names = rule.names.map((name) => baseOf(name, declared)); return names.every((name) => name !== null) ? [{ ...rule, names }] : []; }
    case 'graph': case 'noThree': return [rule];
    default: { const name = baseOf(rule.name, declared); return name ? [{ ...rule, name }] : []; }
  }
}

function resolveCompare(rule: Extract<Rule, { rule: 'compare' }>, declared: Declared[]): Rule[] {
  const order = orderOf(rule, declared);
  if (order) return [order];
  const several = expanded(rule, declared);
  const isRow = [...refsOf(rule.left), ...refsOf(rule.right)].some((one) => one.sub.startsWith('i,'));
  return several.flatMap((one) => exprOf(one.left, declared, isRow).flatMap((left) => exprOf(one.right, declared, isRow).map((right): Rule => ({ ...one, left, right }))))
    .filter((one) => one.rule !== 'compare' || meansSomething(one));
}

function meansSomething(rule: Extract<Rule, { rule: 'compare' }>): boolean {
  const refs = [...refsOf(rule.left), ...refsOf(rule.right)];
  // `(i = 1, 2, …, N)` says over what the formula before it runs.
  if (rule.op === '=' && [rule.left, rule.right].some((side) => side.k === 'ref' && side.name === placeName)) return false;
  const named = refs.filter((one) => one.name !== placeName);
  return named.length > 0 && (rule.left.k !== 'ref' || rule.right.k !== 'ref' || rule.left.name !== rule.right.name);
}

/** `A_i < A_{i+1}`: an order. */
function orderOf({ left, op, right }: Extract<Rule, { rule: 'compare' }>, declared: Declared[]): Rule | null {
  if (left.k !== 'ref' || right.k !== 'ref' || left.name !== right.name || op === '!=' || op === '=') return null;
  const steps = right.sub.startsWith(left.sub) && /^\+1$/.test(right.sub.slice(left.sub.length));
  const name = steps ? baseOf(left.name, declared) : null;
  return name ? { rule: 'sorted', name, strict: op === '<', down: false } : null;
}

/** `x_i` where the input has the single values `x_1`, `x_2`. */
function expanded(rule: Extract<Rule, { rule: 'compare' }>, declared: Declared[]): Extract<Rule, { rule: 'compare' }>[] {
  const open = [...refsOf(rule.left), ...refsOf(rule.right)].find((one) => /^[a-z]?$/.test(one.sub) && baseOf(one.name, declared) === null && numbered(one.name, declared).length > 0);
  if (!open) return [rule];
  const names = numbered(open.name, declared);
  return names.map((name) => {
    const sub = name.slice(name.indexOf('_') + 1);
    const change = (one: Extract<Expr, { k: 'ref' | 'len' }>) => (declared.some((other) => other.name === `${one.name}_${sub}`) ? { ...one, name: `${one.name}_${sub}`, sub: '' } : one);
    return { ...rule, left: mapRefs(rule.left, change), right: mapRefs(rule.right, change) };
  });
}

function numbered(name: string, declared: Declared[]): string[] {
  return declared.filter((one) => one.shape === 'value' && new RegExp(`^${name}_\\d+$`).test(one.name)).map((one) => one.name);
}

/** One expression with all names declared, or none. `isRow`: a bare `i` is the row's number, else the place in the list. */
function exprOf(expr: Expr, declared: Declared[], isRow = false): Expr[] {
  let known = true;
  const lists = refsOf(expr).length > 0;
  const mapped = mapRefs(expr, (one) => {
    const direct = one.sub !== '' && declared.some((other) => other.name === `${one.name}_${one.sub}`) ? `${one.name}_${one.sub}` : baseOf(one.name, declared);
    if (direct) return { ...one, name: direct, sub: direct === one.name || direct === baseOf(one.name, declared) ? fixedPlace(one.sub) : '' };
    if (lists && one.k === 'ref' && one.name === 'i' && one.sub === '') return isRow ? one : { ...one, name: placeName };
    known = false;
    return one;
  });
  return known ? [mapped] : [];
}

/** A running index is no place; a number or a size is. */
function fixedPlace(sub: string): string {
  return /^\d+$|^[NM]$|^n$/.test(sub) ? sub : '';
}

export function baseOf(name: string, declared: Declared[]): string | null {
  const has = (one: string) => declared.some((other) => other.name === one);
  if (has(name)) return name;
  const stripped = /^[A-Za-z][ijk]$/.test(name) ? name.slice(0, 1) : '';
  if (stripped !== '' && has(stripped)) return stripped;
  const other = declared.filter((one) => one.name.toLowerCase() === name.toLowerCase() && name.length <= 2);
  return other.length === 1 ? other[0]?.name ?? null : null;
}
