/**
 * What is said of a table or of a list as a whole: a diagonal of one value, a table equal to its mirror, a sum that another number
 * divides, points of which no three lie on one line. Read, judged, and – but for the points, which are drawn again – made true.
 */
import type { Rule } from './constraints.ts';
import { apply, parseExpr, type Int } from './expression.ts';
import { isAtoms, type Atom, type Declared, type Scope } from './grammar.ts';

export type Shape = Extract<Rule, { rule: 'diagonal' | 'symmetric' | 'noThree' }>;

/** `A_{i,i} = 0`, `A_{i,j} = A_{j,i}`. Null where it is neither. */
export function tableRule(left: string, op: string, right: string): Rule | null {
  const a = /^([A-Za-z])_\{? ?([a-z]) ?,? ?([a-z]) ?\}?$/.exec(left.trim());
  if (op !== '=' || !a) return null;
  if (a[2] === a[3]) return /^-?\d+$/.test(right.trim()) ? { rule: 'diagonal', name: a[1] ?? '', value: Number(right) } : null;
  const b = /^([A-Za-z])_\{? ?([a-z]) ?,? ?([a-z]) ?\}?$/.exec(right.trim());
  return b && b[1] === a[1] && b[2] === a[3] && b[3] === a[2] ? { rule: 'symmetric', name: a[1] ?? '' } : null;
}

/** "No three points are on one line." */
export function noThreeInLine(sentence: string, declared: Declared[]): Rule[] {
  if (!/\bno three (?:of (?:the|these|them) ?)?(?:different |distinct )?(?:points? )?[^.]*\b(?:collinear|line)\b/i.test(sentence)) return [];
  const lists = declared.filter((one) => one.shape === 'list' && !one.glued);
  const pair = [['x', 'y'], ['X', 'Y'], ['a', 'b'], ['A', 'B']].find((names) => names.every((name) => lists.some((one) => one.name === name)));
  return pair ? [{ rule: 'noThree', x: pair[0] ?? '', y: pair[1] ?? '' }] : [];
}

/** "The sum of a_i is divisible by n", "the total a_1 + … + a_n is a multiple of n". */
export function sumMultiples(sentence: string, declared: Declared[]): Rule[] {
  const found = /\b(?:sum|total)\b[^.;]*?(?<![A-Za-z])([A-Za-z])(?:_|\b)[^.;]*? (?:is|be) (?:always )?(?:an? )?(?:multiple of|(?:evenly )?divisible by) ([A-Za-z]|\d+)(?![A-Za-z])/.exec(sentence);
  const of = found?.[2] ? parseExpr(found[2]) : null;
  const list = declared.find((one) => one.name === found?.[1] && one.shape === 'list');
  return of && list && !/\b(?:if|when|count|whether|pairs?|find|choose|such that)\b/i.test(sentence) ? [{ rule: 'sumMultiple', name: list.name, of }] : [];
}

/** The list with one element moved so that the sum is a multiple; null where none can move within the range. */
export function sumDivided(values: Int[], by: Int, { low, high }: { low: Int; high: Int }): Int[] | null {
  const total = values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n);
  const over = Number(((total % BigInt(by)) + BigInt(by)) % BigInt(by));
  let left = over;
  const down = values.map((value) => { const step = Math.min(left, Number(value) - Number(low)); left -= step; return apply('-', value, step) ?? value; });
  if (left === 0) return down;
  let missing = Number(by) - over;
  const up = values.map((value) => { const step = Math.min(missing, Number(high) - Number(value)); missing -= step; return apply('+', value, step) ?? value; });
  return missing === 0 ? up : null;
}

/** Rows of one table: scopes with the same parent. */
function tablesOf(scopes: Scope[], name: string): Atom[][][] {
  const groups = Map.groupBy(scopes.filter((scope) => isAtoms(scope.values.get(name))), (scope) => scope.parent);
  return [...groups.values()].map((group) => group.map((scope) => { const value = scope.values.get(name); return isAtoms(value) ? value : []; }));
}

export function shapeHolds(rule: Shape, scopes: Scope[]): boolean {
  if (rule.rule === 'noThree') return scopes.every((scope) => { const [x, y] = [scope.values.get(rule.x), scope.values.get(rule.y)]; return !isAtoms(x) || !isAtoms(y) || noThreeOf(x.map(Number), y.map(Number)); });
  return tablesOf(scopes, rule.name).every((rows) => rows.every((row, at) => (rule.rule === 'diagonal' ? row[at] === undefined || Number(row[at]) === rule.value : row.every((atom, column) => rows[column]?.[at] === atom))));
}

/** Sets diagonals and mirrors tables in place. */
export function repairTables(rules: Rule[], scopes: Scope[]): void {
  for (const rule of rules) {
    if (rule.rule !== 'diagonal' && rule.rule !== 'symmetric') continue;
    for (const rows of tablesOf(scopes, rule.name)) {
      for (const [at, row] of rows.entries()) {
        if (rule.rule === 'diagonal') { if (at < row.length) row[at] = typeof row[at] === 'string' ? String(rule.value) : rule.value; }
        else for (let column = 0; column < at; column++) { const other = rows[column]?.[at]; if (other !== undefined) row[column] = other; }
      }
    }
  }
}

// Looking costs the square of it; more points are refused, as nobody could vouch for them.
const mostPoints = 1500;

/** From each point the others lie in different directions. */
function noThreeOf(x: number[], y: number[]): boolean {
  if (x.length > mostPoints) return false;
  return x.every((_, at) => {
    const seen = new Set<string>();
    return x.slice(0, at).every((__, other) => {
      const [dx, dy] = [(x[at] ?? 0) - (x[other] ?? 0), (y[at] ?? 0) - (y[other] ?? 0)];
      const by = divisor(Math.abs(dx), Math.abs(dy)) * (dx < 0 || (dx === 0 && dy < 0) ? -1 : 1);
      const direction = by === 0 ? 'same' : `${dx / by} ${dy / by}`;
      const isNew = !seen.has(direction) && by !== 0;
      seen.add(direction);
      return isNew;
    });
  });
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
