/**
 * Preconditions that no range tells: a number is a multiple of another, neighbours differ, a sign stands in a grid exactly once, the
 * corners of a grid are free. Each is read from words or chains, judged by `check.ts`, and made true by a repair of a filled input.
 */
import type { Rule } from './constraints.ts';
import { evaluate, parseExpr, type Int } from './expression.ts';
import { find, isAtom, isAtoms, type Atom, type Declared, type Scope } from './grammar.ts';
import { mazeOf, type Maze } from './mazes.ts';
import { whole, type Random } from './random.ts';

type Multiple = Extract<Rule, { rule: 'multiple' }>;
type Once = Extract<Rule, { rule: 'once' }>;
type Border = Extract<Rule, { rule: 'border' }>;
type Corner = Extract<Rule, { rule: 'corner' }>;

/** "N is a multiple of M", "n is divisible by k". */
export function multiples(sentence: string, declared: Declared[]): Rule[] {
  const found = /(?<![A-Za-z])([A-Za-z])(?:_i)? (?:is|are|be|will be|must be)(?: (?:always|guaranteed to be))? (?:an? )?(?:positive )?(?:multiples? of|divisible by|evenly divisible by) ([A-Za-z]|\d+)(?![A-Za-z])/.exec(sentence);
  const of = found?.[2] ? parseExpr(found[2]) : null;
  const has = (name: string) => declared.some((one) => one.name === name);
  return found?.[1] && of && has(found[1]) && (of.k === 'num' || has(found[2] ?? '')) && !/\bif\b|\bwhen\b|count|number of|\bsum\b|\btotal\b/i.test(sentence) ? [{ rule: 'multiple', name: found[1], of }] : [];
}

export function multipleHolds({ name, of }: Multiple, scope: Scope): boolean {
  const by = evaluate(of, (one) => { const value = find(scope, one.name); return isAtom(value) && typeof value !== 'string' ? value : undefined; });
  if (by === undefined) return true;
  return Number(by) !== 0 && numbersAt(scope, name).every((value) => BigInt(value) % BigInt(by) === 0n);
}

function numbersAt(scope: Scope, name: string): Int[] {
  const value = find(scope, name);
  return (isAtom(value) ? [value] : isAtoms(value) ? value : []).filter((atom) => typeof atom !== 'string');
}

export function neighboursDiffer(list: Atom[]): boolean {
  return list.every((atom, at) => at === 0 || atom !== list[at - 1]);
}

/** Letters of a grid are of names that are read glued, or of texts, one per row. */
function gridName(declared: Declared[], numeric: ReadonlySet<string>): string | null {
  const grids = declared.filter((one) => (one.glued || (one.shape === 'list' && !numeric.has(one.name))) || (one.shape === 'value' && one.path.length > 0 && /^text/.test(one.name)));
  return grids.length === 1 ? grids[0]?.name ?? null : null;
}

const quoted = /['"`]([^'"`\s\w]|[A-Za-z@])['"`]|(?<![A-Za-z])([A-Z])(?![A-Za-z])/g;

/** "S and G appear exactly once", "there is exactly one 'S'". */
export function onceInGrid(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const name = gridName(declared, numeric);
  if (!name || !/\bexactly (?:one|once)\b|\bonly one\b|\bappears? once\b/i.test(sentence) || /\b(?:print|find|answer|choose|move|contains exactly one (?:integer|line|number))\b/i.test(sentence)) return [];
  const both = /([A-Z])['"`]? and ['"`]?([A-Z])['"`]? (?:each )?(?:appears?|occurs?|are|is)\b/.exec(sentence);
  if (both) return [{ rule: 'once', name, letters: `${both[1] ?? ''}${both[2] ?? ''}` }];
  const signs = [...sentence.replace(/\b(?:In|It|A|I|There|The|Each)\b/g, ' ').matchAll(quoted)].filter((found) => found[1] !== undefined || !declared.some((other) => other.name === found[2])).map((found) => found[1] ?? found[2] ?? '').filter((one) => one !== '.');
  return signs.length > 0 && signs.length <= 4 ? [{ rule: 'once', name, letters: [...new Set(signs)].join('') }] : [];
}

const free = /\b(?:free|empty|passable|not (?:an? )?(?:wall|obstacle|blocked|rock|occupied)|open|not blocked|never (?:a wall|blocked)|walkable|land|floor)\b|(?:is|are|=) (?:always )?['"`]?\.['"`]?/i;
const topLeft = /\b(?:top|upper)[- ]?left\b|\(1, ?1\)|\(0, ?0\)|_\{1, ?1\}|first (?:and (?:the )?last )?cells?/i;
const bottomRight = /\b(?:bottom|lower)[- ]?right\b|\([HhNnRr], ?[WwMmCcNn]\)|_\{[HhNn], ?[WwMmNn]\}|last cell/i;

/** "The top-left and bottom-right cells are free." */
export function freeCorners(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const name = gridName(declared, numeric);
  if (!name || !free.test(sentence) || /\b(?:if|find|print|move|reach|from)\b/i.test(sentence)) return [];
  return [topLeft.test(sentence) ? { rule: 'corner' as const, name, last: false } : null, bottomRight.test(sentence) ? { rule: 'corner' as const, name, last: true } : null].filter((one) => one !== null);
}

/** "All cells on the border of the grid are walls." */
export function borders(sentence: string, declared: Declared[], numeric: ReadonlySet<string>): Rule[] {
  const name = gridName(declared, numeric);
  const said = /\b(?:cells?|squares?) (?:on|at|along|in) (?:the )?(?:outer )?(?:borders?|edges?|boundary|perimeter|outermost|first row,? (?:the )?last row)|\boutermost (?:cells?|squares?)\b|\bsurrounded by (?:walls|obstacles)/i;
  if (!name || !said.test(sentence) || /\b(?:if|when|find|print|reach|escape)\b/i.test(sentence)) return [];
  const [sign] = [...sentence.matchAll(/['"`]([^'"`\s])['"`]/g)].map((found) => found[1]);
  return [{ rule: 'border', name, letter: sign ?? '#' }];
}

const isEdge = (rows: string[][], at: number, column: number) => at === 0 || at === rows.length - 1 || column === 0 || column === (rows[at]?.length ?? 0) - 1;

export function borderHolds({ name, letter }: Border, scopes: Scope[]): boolean {
  return gridsOf(scopes, name).every(({ rows }) => rows.every((row, at) => row.every((sign, column) => sign === letter || !isEdge(rows, at, column))));
}

/** The rows of one grid, with a way to set a sign. */
interface Grid { rows: string[][]; store: () => void }

/** Grids of a name: scopes with the same parent are the rows of one; a list of texts is a grid by itself. */
function gridsOf(scopes: Scope[], name: string): Grid[] {
  const owners = scopes.filter((scope) => scope.values.has(name));
  const groups = new Map<Scope | null, Scope[]>();
  const alone: Grid[] = [];
  for (const scope of owners) {
    const value = scope.values.get(name);
    if (isAtoms(value) && value.some((atom) => String(atom).length > 1)) { const rows = value.map((atom) => [...String(atom)]); alone.push({ rows, store: () => { scope.values.set(name, rows.map((row) => row.join(''))); } }); }
    else groups.set(scope.parent, [...(groups.get(scope.parent) ?? []), scope]);
  }
  return [...alone, ...[...groups.values()].map((group) => groupGrid(group, name))];
}

function groupGrid(group: Scope[], name: string): Grid {
  const rows = group.map((scope) => { const value = scope.values.get(name); return isAtoms(value) ? value.map(String) : isAtom(value) ? [...String(value)] : []; });
  return { rows, store: () => { for (const [at, scope] of group.entries()) scope.values.set(name, isAtoms(scope.values.get(name)) ? rows[at] ?? [] : (rows[at] ?? []).join('')); } };
}

export function onceHolds({ name, letters }: Once, scopes: Scope[]): boolean {
  return gridsOf(scopes, name).every(({ rows }) => [...letters].every((letter) => rows.reduce((sum, row) => sum + row.filter((sign) => sign === letter).length, 0) === 1));
}

const isFree = (sign: string | undefined) => sign !== undefined && !'#*X@'.includes(sign);

export function cornerHolds({ name, last }: Corner, scopes: Scope[]): boolean {
  return gridsOf(scopes, name).every(({ rows }) => isFree(last ? rows.at(-1)?.at(-1) : rows[0]?.[0]));
}

interface Repair { rules: Rule[]; scopes: Scope[]; lettersOf: (name: string) => string[]; random: Random; far: boolean }

/** Makes signs stand once and corners free; `far` puts the signs at opposite ends. What cannot be made true is refused by the check. */
export function repairGrids({ rules, scopes, lettersOf, random, far }: Repair): void {
  const named = rules.flatMap((rule) => (rule.rule === 'once' || rule.rule === 'corner' || rule.rule === 'border' ? [rule.name] : []));
  for (const name of new Set(named)) {
    const corners = rules.flatMap((rule) => (rule.rule === 'corner' && rule.name === name ? [rule.last] : []));
    const signs = rules.flatMap((rule) => (rule.rule === 'once' && rule.name === name ? [...rule.letters] : []));
    const ground = lettersOf(name).filter((letter) => !signs.includes(letter));
    const floor = ground.find((letter) => letter === '.') ?? ground.find(isFree) ?? '.';
    for (const grid of gridsOf(scopes, name)) {
      eraseSigns(grid.rows, signs, () => ground[whole(random, 0, ground.length - 1)] ?? floor);
      for (const last of corners) setAt(grid.rows, last ? sizeOf(grid.rows) - 1 : 0, floor);
      const border = rules.find((rule) => rule.rule === 'border' && rule.name === name);
      if (border?.rule === 'border') placeInside(grid.rows, border.letter, (inner) => placeSigns(inner, signs, { random, far }));
      else placeSigns(grid.rows, signs, { random, far });
      grid.store();
    }
  }
}

function eraseSigns(rows: string[][], signs: string[], other: () => string): void {
  for (const row of rows) for (const [at, sign] of row.entries()) if (signs.includes(sign)) row[at] = other();
}

/** Walls all round; what is placed is placed among the other cells. */
function placeInside(rows: string[][], wall: string, place: (inner: string[][]) => void): void {
  const inner = rows.slice(1, -1).map((row) => row.slice(1, -1));
  place(inner);
  for (const [at, row] of rows.entries()) for (const column of row.keys()) row[column] = isEdge(rows, at, column) ? wall : inner[at - 1]?.[column - 1] ?? wall;
}

const walls = '#*X@1';

/** Lays a maze over every grid of free cells and walls among the names; other grids stay as they are. */
export function carveGrids({ names, scopes, lettersOf, maze }: { names: string[]; scopes: Scope[]; lettersOf: (name: string) => string[]; maze: Maze }): void {
  for (const name of names) {
    const letters = lettersOf(name);
    const wall = letters.find((letter) => walls.includes(letter));
    const floor = letters.includes('.') ? '.' : letters.find((letter) => letter === '0' || letter === '_');
    if (wall === undefined || floor === undefined) continue;
    for (const grid of gridsOf(scopes, name)) {
      const open = mazeOf(maze, grid.rows.length, grid.rows[0]?.length ?? 0);
      if (grid.rows.length > 1) for (const [at, row] of grid.rows.entries()) for (const column of row.keys()) row[column] = open[at]?.[column] ? floor : wall;
      grid.store();
    }
  }
}

const sizeOf = (rows: string[][]) => rows.reduce((sum, row) => sum + row.length, 0);

function setAt(rows: string[][], at: number, sign: string): void {
  let left = at;
  for (const row of rows) {
    if (left < row.length) { if (left >= 0) row[left] = sign; return; }
    left -= row.length;
  }
}

function placeSigns(rows: string[][], signs: string[], { random, far }: { random: Random; far: boolean }): void {
  const size = sizeOf(rows);
  const taken = new Set<number>();
  for (const [order, sign] of signs.entries()) {
    let at = far ? (order % 2 === 0 ? 0 : size - 1) : whole(random, 0, size - 1);
    for (let tries = 0; taken.has(at) && tries < size; tries++) at = (at + 1) % size;
    taken.add(at);
    setAt(rows, at, sign);
  }
}
