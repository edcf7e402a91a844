/**
 * What bars and huge powers mean: `|A_i| <= 10^9` of numbers is an absolute value and no length, and `X < 10^200000` says how many digits
 * a number has: such a number is a text of digits.
 */
import type { Constraint } from './constraints.ts';
import { num, refsOf, type Expr } from './expression.ts';

type Compare = Extract<Constraint, { rule: 'compare' }>;

const isCompare = (rule: Constraint): rule is Compare => rule.rule === 'compare';
// A text is never so long.
const longest = 10_000_000;
// Numbers of more digits than this are not computed with.
const digitsOfNumbers = 300;

/** `seen`: what the examples hold under a name, as it stands there. */
export function absolutes(rules: Constraint[], seen: (name: string) => string[]): Constraint[] {
  return rules.flatMap((rule): Constraint[] => {
    const bars = isCompare(rule) ? [...refsOf(rule.left), ...refsOf(rule.right)].filter((one) => one.k === 'len') : [];
    const [bar] = bars;
    if (!isCompare(rule) || bars.length !== 1 || !bar || !isNumber(seen(bar.name), rule)) return [rule];
    return distances(rule, { k: 'ref', name: bar.name, sub: bar.sub });
  });
}

function isNumber(atoms: string[], { left, right }: Compare): boolean {
  const limit = [left, right].map(powerOf).find((one) => one !== null) ?? 0;
  return atoms.length > 0 && atoms.every((atom) => /^-?\d+$/.test(atom)) && (atoms.some((atom) => atom.startsWith('-')) || limit > longest);
}

function powerOf(expr: Expr): number | null {
  if (expr.k === 'num') return Number(expr.value);
  const [a, b] = expr.k === 'op' ? [powerOf(expr.a), powerOf(expr.b)] : [null, null];
  if (expr.k !== 'op' || a === null || b === null) return null;
  return expr.op === '^' ? a ** b : expr.op === '*' ? a * b : null;
}

/** `|a| <= x` as two bounds; a lower bound of a distance only says that it is not zero. */
function distances(rule: Compare, value: Expr): Constraint[] {
  const isLeft = rule.left.k === 'len';
  const limit = isLeft ? rule.right : rule.left;
  const minus: Expr = { k: 'op', op: '-', a: num(0), b: limit };
  if (isLeft && (rule.op === '<' || rule.op === '<=')) return [{ ...rule, left: value }, { ...rule, left: minus, right: value }];
  return !isLeft && limit.k === 'num' && Number(limit.value) === (rule.op === '<' ? 0 : 1) ? [{ ...rule, left: value, op: '!=', right: num(0) }] : [];
}

/** Rules on a number of so many digits, as rules on a text. */
export function digitTexts(rules: Constraint[]): Constraint[] {
  const huge = new Set(rules.flatMap((rule) => (isCompare(rule) && rule.left.k === 'ref' && (digitsUnder(rule.right) ?? 0) > digitsOfNumbers ? [rule.left.name] : [])));
  if (huge.size === 0) return rules;
  const texts = [...huge].flatMap((name): Constraint[] => [{ rule: 'letters', name, letters: '0123456789', why: 'digits', guessed: false }, { rule: 'noLeadingZero', name, why: 'digits', guessed: false }]);
  return [...rules.flatMap((rule) => asText(rule, huge)), ...texts];
}

function asText(rule: Constraint, huge: ReadonlySet<string>): Constraint[] {
  if (!isCompare(rule)) return [rule];
  const { left, right } = rule;
  if (left.k === 'ref' && huge.has(left.name)) { const most = digitsUnder(right); return most === null ? [] : [{ ...rule, left: { ...left, k: 'len' }, op: '<=', right: num(most) }]; }
  if (right.k === 'ref' && huge.has(right.name)) return [{ ...rule, left: num(1), op: '<=', right: { ...right, k: 'len' } }];
  return [...refsOf(left), ...refsOf(right)].some((one) => one.k === 'ref' && huge.has(one.name)) ? [] : [rule];
}

/** k of `10^k`. */
function digitsUnder(expr: Expr): number | null {
  return expr.k === 'op' && expr.op === '^' && expr.a.k === 'num' && Number(expr.a.value) === 10 && expr.b.k === 'num' ? Number(expr.b.value) : null;
}
