/**
 * The input format given as a block (`N M`, `A_1 A_2 … A_N`, a column of dots, `case_1`) as a grammar. Rows end at the index that the last
 * line before or after the dots shows. Placeholders (`query_i`) take their body from the blocks that follow.
 */
import { evaluate, num, parseExpr, ref, type Expr } from './expression.ts';
import type { Node, Part } from './grammar.ts';

interface Symbol { base: string; sub: string; glued: boolean; dots: boolean; raw: string }
type Line = Symbol[];

const symbolPattern = /([A-Za-z]+(?:\\?_[A-Za-z]{2,})*'?)(?:_(\{[^{}]*\}|[A-Za-z0-9]+))?|…|[^\sA-Za-z…]+/g;
const columnDots = /^[:.|…∶\s]+$/;

export function isColumnDots(line: string): boolean {
  return line.trim() !== '' && columnDots.test(line);
}

function symbolsOf(line: string): Line {
  return [...line.matchAll(symbolPattern)].map((found): Symbol => {
    const [raw, base = '', sub = ''] = found;
    return { base, sub: sub.replace(/[{}\s]/g, ''), dots: raw === '…', raw, glued: found.index > 0 && !/\s/.test(line[found.index - 1] ?? ' ') };
  });
}

/** Null where a line cannot be read as part of a format. `bodies`: what a placeholder's lines may look like. */
export function parseBlock(lines: string[], bodies: Node[][] = []): Node[] | null {
  const nodes = blockNodes(lines.map((line) => line.trim()).filter((line) => line !== ''), bodies);
  return nodes && nodes.length > 0 ? nodes : null;
}

function blockNodes(lines: string[], bodies: Node[][]): Node[] | null {
  const nodes: Node[] = [];
  for (let at = 0; at < lines.length;) {
    const group = groupFrom(lines, at);
    const made = group ? groupNode(group, bodies) : lineNode(symbolsOf(lines[at] ?? ''));
    if (made === null) return null;
    nodes.push(made);
    at = group ? group.end : at + 1;
  }
  return nodes;
}

/** The widest group that starts here: rows of rows have dots of their own inside. */
function groupFrom(lines: string[], at: number): Group | null {
  const dots = lines.flatMap((line, after) => (after > at && isColumnDots(line) ? [after] : []));
  return dots.reverse().map((one) => groupAt(lines, at, one)).find((group) => group !== null) ?? null;
}

interface Group { first: Line[]; last: Line[]; end: number }

const signature = (lines: string[]) => lines.map((line) => symbolsOf(line).map((one) => one.base || one.raw).filter((base) => base !== '…').filter((base, at, all) => base !== all[at - 1]).join(' ')).join('\n');

/** The repeated lines that start at `at` and end after the dots: one, two or three instances before them, one after. */
function groupAt(lines: string[], at: number, dots: number): Group | null {
  const before = dots - at;
  for (const instances of [1, 2, 3]) {
    const size = before / instances;
    if (!Number.isInteger(size)) continue;
    const chunks = Array.from({ length: instances }, (_, n) => signature(lines.slice(at + n * size, at + (n + 1) * size)));
    const after = lines.slice(dots + 1, dots + 1 + size);
    if (after.length === size && chunks.every((chunk) => chunk === signature(after)) && startsCounting(symbolsOf(lines[at] ?? ''))) return { first: lines.slice(at, at + size).map(symbolsOf), last: after.map(symbolsOf), end: dots + 1 + size };
  }
  return null;
}

function startsCounting(line: Line): boolean {
  return line.some((one) => /^[01](?:,|$)|^1[1-9A-Za-z]?$/.test(one.sub) || /[A-Za-z][01]$/.test(one.raw) || one.sub.split(',').some((piece) => piece === '1' || piece === '0'));
}

/** A group of one line to a row; undefined where the line is none of the plain shapes. */
function oneLineGroup({ only, last }: { only: Line; last: Line | undefined }, [from, to]: [RowIndex, RowIndex], { count, bodies }: { count: Expr; bodies: Node[][] }): Node | null | undefined {
  if (only.length === 1 && only[0] && isPlaceholder(only[0].base)) return placeholder(only[0].base, count, bodies);
  const triangle = last ? triangleNode([only, last], [from, to], count) : null;
  if (triangle) return triangle;
  return only.every((one) => !one.dots && one.base !== '' && !one.glued) ? { node: 'table', columns: only.map((one) => one.base), first: firstOf(from.index), count } : undefined;
}

function groupNode({ first, last }: Group, bodies: Node[][]): Node | null {
  const from = rowIndex(first, last, 'first');
  const to = rowIndex(first, last, 'last');
  const count = from && to ? countOf(from.index, to.index) : null;
  if (!from || !to || !count) return null;
  const only = first.length === 1 ? first[0] : undefined;
  const alone = only && oneLineGroup({ only, last: last[0] }, [from, to], { count, bodies });
  if (alone !== undefined) return alone;
  const body = blockNodes(first.map((line) => line.map((one) => spelt(withoutRow(one, from))).join('')), bodies);
  return body && { node: 'rows', name: `rows of ${first[0]?.[0]?.base ?? ''}`, index: 'i', count, body };
}

/** `D_{1,2} … D_{1,N}` to `D_{N-1,N}`, `A_{1,1}` to `A_{N,1} … A_{N,N}`: one end of the row moves with its number. Null for rows of one width. */
function triangleNode([first, last]: [Line, Line], [from, to]: [RowIndex, RowIndex], count: Expr): Node | null {
  const base = first[0]?.base ?? '';
  if (base === '' || from.pieces !== 2 || [...first, ...last].some((one) => !one.dots && one.base !== base) || !(first.some((one) => one.dots) || last.some((one) => one.dots))) return null;
  const place = 1 - from.place;
  const inner = (line: Line, at: number) => pieces(line.at(at)?.sub ?? '')[place] ?? '';
  const ends = [0, -1].map((at) => movingEnd(inner(first, at), inner(last, at), [from.index, to.index]));
  const [low, high] = ends;
  if (!low || !high || low.moves === high.moves) return null;
  const width: Expr = { k: 'op', op: '+', a: { k: 'op', op: '-', a: high.expr, b: low.expr }, b: num(1) };
  const part: Part = { part: 'list', name: base, first: 1, count: width, glued: false };
  return { node: 'rows', name: `rows of ${base}`, index: 'i', count, body: [{ node: 'line', parts: [part] }] };
}

/** The end of a row: fixed where the first and the last row agree, else as far from the row's number as the first row shows and the last confirms. */
function movingEnd(first: string, last: string, [from, to]: [string, string]): { expr: Expr; moves: boolean } | null {
  if (first === last) { const expr = parseExpr(first); return expr && { expr, moves: false }; }
  if (!/^\d+$/.test(first) || !/^\d+$/.test(from)) return null;
  const step = Number(first) - Number(from);
  const [end, row] = [parseExpr(last), parseExpr(to)];
  const at = (expr: Expr) => evaluate(expr, () => 1000);
  if (!end || !row || Number(at(end)) - Number(at(row)) !== step) return null;
  return { expr: { k: 'op', op: '+', a: ref('i'), b: num(step + Number(from) - 1) }, moves: true };
}

interface RowIndex { index: string; place: number; pieces: number }

/** Which piece of the subscripts counts the rows: the one that differs between the first and the last instance. */
function rowIndex(first: Line[], last: Line[], which: 'first' | 'last'): RowIndex | null {
  const pairs = first.flat().map((one, at) => [one, last.flat()[at]] as const);
  for (const [one, other] of pairs) {
    if (!other || one.base !== other.base || one.sub === '') continue;
    const a = pieces(one.sub);
    const b = pieces(other.sub);
    const place = a.findIndex((piece, at) => piece !== b[at]);
    if (place >= 0 && a.length === b.length) return { index: (which === 'first' ? a : b)[place] ?? '', place, pieces: a.length };
  }
  return null;
}

/** `1,2` has two pieces; so have `11`, `1W`, `HW`, which statements write without a comma. */
function pieces(sub: string): string[] {
  if (sub.includes(',')) return sub.split(',');
  return /^[01][01A-Z]$|^[A-Z]{2}$|^[A-Z]1$/.test(sub) ? [...sub] : [sub];
}

function withoutRow(one: Symbol, row: RowIndex): Symbol {
  const all = pieces(one.sub);
  if (one.sub === '') return one;
  if (all.length === 1 && (row.pieces === 1 || all[0] === row.index)) return { ...one, sub: '' };
  return { ...one, sub: all.filter((_, at) => at !== (all.length >= 2 ? (row.pieces >= 2 ? row.place : 0) : -1)).join(',').replace(/_\{?1\}?$/, '') };
}

function spelt(one: Symbol): string {
  return `${one.glued ? '' : ' '}${one.base === '' ? one.raw : one.base}${one.sub === '' ? '' : `_{${one.sub}}`}`;
}

const isPlaceholder = (base: string) => /^\\?(?:test_?)?(?:case|query|queries|event|operation|op|ope|testcase|test|info|data|dataset|command|request|action|instruction|statement|move|step|cmd|task|update|line)s?$/i.test(base);

function placeholder(base: string, count: Expr, alternatives: Node[][]): Node | null {
  if (alternatives.length === 0) return null;
  const body: Node[] = alternatives.length === 1 ? alternatives[0] ?? [] : [{ node: 'choice', alternatives }];
  return { node: 'rows', name: base, index: 'i', count, body };
}

export function countOf(from: string, to: string): Expr | null {
  const high = parseExpr(to.replace(/_1$|_\{1\}$/, ''));
  const low = parseExpr(from);
  if (!high || !low) return null;
  if (low.k === 'num') return low.value === 1 ? high : simplified({ k: 'op', op: '-', a: high, b: num(Number(low.value) - 1) });
  return { k: 'op', op: '+', a: { k: 'op', op: '-', a: high, b: low }, b: num(1) };
}

function simplified(expr: Extract<Expr, { k: 'op' }>): Expr {
  const { a, b } = expr;
  if (b.k === 'num' && b.value === -1 && a.k === 'op' && a.op === '-' && a.b.k === 'num' && a.b.value === 1) return a.a;
  return b.k === 'num' && b.value === -1 ? { k: 'op', op: '+', a, b: num(1) } : expr;
}

function lineNode(line: Line): Node | null {
  const parts: Part[] = [];
  for (let at = 0; at < line.length;) {
    const list = listAt(line, at);
    const one = line[at];
    if (!one || one.dots) return null;
    if (list) parts.push(list.part);
    else parts.push(one.base === '' ? { part: 'word', text: one.raw } : { part: 'value', name: one.sub === '' || /^[a-z]$/.test(one.sub) ? one.base : `${one.base}_${one.sub}` });
    at = list ? list.end : at + 1;
  }
  return parts.length > 0 ? { node: 'line', parts } : null;
}

/** `A_1 A_2 … A_N` from `at` on: the same base, then dots, then the last. */
function listAt(line: Line, at: number): { part: Part; end: number } | null {
  const base = line[at]?.base ?? '';
  const dots = line.findIndex((one, after) => after > at && one.dots);
  const last = line[dots + 1];
  if (base === '' || dots < 0 || last?.base !== base || line.slice(at, dots).some((one) => one.base !== base)) return null;
  const [from, to] = inner(line[at]?.sub ?? '', last.sub);
  const count = countOf(from, to);
  return count && { part: { part: 'list', name: base, first: firstOf(from), count, glued: isGlued(line, at, dots) }, end: dots + 2 };
}

function inner(from: string, to: string): [string, string] {
  const a = pieces(from);
  const b = pieces(to);
  const place = a.findIndex((piece, at) => piece !== b[at]);
  return a.length === b.length && place >= 0 ? [a[place] ?? '', b[place] ?? ''] : [from, to];
}

/** Two names without a space between them, or one name, dots and a name without any. */
function isGlued(line: Line, at: number, dots: number): boolean {
  return dots - at > 1 ? line.slice(at + 1, dots).every((one) => one.glued) : line[dots]?.glued === true && line[dots + 1]?.glued === true;
}

function firstOf(from: string): number {
  return /^\d+$/.test(from) ? Number(from) : 1;
}
