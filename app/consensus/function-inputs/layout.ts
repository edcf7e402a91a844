/**
 * How the arguments of a function would stand in a text: numbers, lists and tables in lines, so that everything that reads the statements
 * of programs and makes inputs for them serves functions too. Sizes that the constraints say are equal share one count.
 */
import { graphTold, type GraphTold } from './graph-words.ts';
import type { Parameter } from './signature.ts';
import type { Shape } from '../shape.ts';
import type { TaskSections } from './task-sections.ts';

/** A name and what is added to it; without a name a fixed number. */
export interface Count { name: string; plus: number }

export type Layout =
  | { kind: 'number'; name: string; truth: boolean }
  /** `spaced`: it may hold spaces, which a sign stands for in its line. */
  | { kind: 'text'; name: string; spaced: boolean }
  | { kind: 'list'; name: string; count: Count; text: boolean }
  /** `edges`: the first two columns are ends of edges. */
  | { kind: 'table'; columns: string[]; count: Count; edges: GraphTold | null }
  /** `joined`: a row is one text; `letters`: its cells are single letters. */
  | { kind: 'matrix'; name: string; rows: Count; width: Count; letters: boolean; joined: boolean }
  | { kind: 'ragged'; name: string; rows: Count; size: string; text: boolean };

export interface Arranged {
  parameters: { name: string; layout: Layout }[];
  /** Counts that are no parameter: they stand on lines of their own. */
  counts: string[];
}

type Plain = 'int' | 'bool' | 'text';
/** What an argument holds, by its depth in lists. */
interface Held { depth: number; of: Plain }

const lengthTerm = (name: string, depth: number) => (depth === 1 ? `${name}.length` : `${name}[i].length`);

/** Null where an argument is of a kind that no line can show. */
export function arrange(parameters: Parameter[], examples: unknown[][], { lines, prose }: TaskSections): Arranged | null {
  const held = parameters.map(({ type }, at) => heldBy(examples.map((args) => args[at]), type));
  const numbers = parameters.filter((_, at) => held[at]?.depth === 0 && held[at]?.of === 'int').map(({ name }) => name);
  const sizes = sizesIn(lines, numbers);
  const layouts = parameters.map(({ name }, at) => { const one = held[at]; return one ? layoutOf(name, one, { values: examples.map((args) => args[at]), lines, prose, sizes }) : null; });
  if (layouts.includes(null)) return null;
  const all = parameters.flatMap(({ name }, at) => { const layout = layouts[at]; return layout ? [{ name, layout }] : []; });
  const used = all.flatMap(({ layout }) => countsIn(layout)).map((count) => count.name).filter((name) => name !== '' && !numbers.includes(name));
  return { parameters: all, counts: [...new Set(used)] };
}

function countsIn(layout: Layout): Count[] {
  if (layout.kind === 'list' || layout.kind === 'table') return [layout.count];
  if (layout.kind === 'matrix') return [layout.rows, layout.width];
  return layout.kind === 'ragged' ? [layout.rows] : [];
}

function heldBy(values: unknown[], type: Shape | null): Held | null {
  const shown = values.map(heldIn).reduce<Held | null | undefined>((all, one) => (all === undefined ? one : merged(all, one)), undefined);
  const told = type ? heldOfShape(type) : null;
  if (shown === undefined || shown === null) return told;
  return told && (told.depth > shown.depth || told.of === 'text') ? told : shown;
}

function merged(a: Held | null, b: Held | null): Held | null {
  if (!a || !b) return a ?? b;
  return a.depth >= b.depth ? a : b;
}

/** Null where the value tells nothing: an empty list. Depth 9 where it is of no plain kind. */
function heldIn(value: unknown): Held | null {
  if (typeof value === 'boolean') return { depth: 0, of: 'bool' };
  if (typeof value === 'string') return { depth: 0, of: 'text' };
  if (Number.isSafeInteger(value)) return { depth: 0, of: 'int' };
  if (!Array.isArray(value)) return { depth: 9, of: 'text' };
  const inner = value.map(heldIn).reduce(merged, null);
  return inner && { ...inner, depth: inner.depth + 1 };
}

function heldOfShape(shape: Shape): Held | null {
  if (shape.type === 'int') return { depth: 0, of: 'int' };
  if (shape.type === 'bool') return { depth: 0, of: 'bool' };
  if (shape.type === 'string') return { depth: 0, of: 'text' };
  if (shape.type !== 'list') return shape.type === 'any' ? null : { depth: 9, of: 'text' };
  const inner = heldOfShape(shape.of);
  return inner && { ...inner, depth: inner.depth + 1 };
}

interface Known { values: unknown[]; lines: string[]; prose: string; sizes: ReadonlyMap<string, Count> }

function layoutOf(name: string, { depth, of }: Held, known: Known): Layout | null {
  const sizeAt = (level: number): Count => known.sizes.get(lengthTerm(name, level)) ?? { name: lengthTerm(name, level), plus: 0 };
  const width = known.sizes.get(lengthTerm(name, 2));
  const text = of === 'text';
  if (depth === 0 && text) return textOf(name, known);
  if (depth === 0) return { kind: 'number', name, truth: of === 'bool' };
  if (depth === 1 && text && width) return { kind: 'matrix', name, rows: sizeAt(1), width, letters: true, joined: true };
  if (depth === 1) return text && known.values.flat().some((value) => /^$|\s/.test(String(value))) ? null : { kind: 'list', name, count: sizeAt(1), text };
  return depth === 2 ? nestedOf(name, text, known) : null;
}

function nestedOf(name: string, text: boolean, known: Known): Layout | null {
  const rows = known.sizes.get(lengthTerm(name, 1)) ?? { name: lengthTerm(name, 1), plus: 0 };
  const width = known.sizes.get(lengthTerm(name, 2));
  const columns = text ? null : columnsOf(name, known);
  if (columns) return { kind: 'table', columns, count: rows, edges: columns[0] && columns[1] ? graphTold([columns[0], columns[1]], known.lines, known.prose) : null };
  const letters = text && known.values.flat(2).every((value) => typeof value === 'string' && value.length === 1);
  if (width && width.name !== '' && (!text || letters)) return { kind: 'matrix', name, rows, width, letters, joined: false };
  if (text && !letters) return null;
  const size = lengthTerm(name, 2);
  return isEven(known.values) ? { kind: 'matrix', name, rows, width: { name: size, plus: 0 }, letters, joined: false } : { kind: 'ragged', name, rows, size, text };
}

/** All rows of a value are as long as each other, and there are several. */
function isEven(values: unknown[]): boolean {
  const lists = values.filter((value): value is unknown[] => Array.isArray(value));
  return lists.length === values.length && lists.every((value) => new Set(value.map((row) => (Array.isArray(row) ? row.length : 0))).size <= 1) && lists.some((value) => value.length > 1);
}

function textOf(name: string, { values, lines }: Known): Layout | null {
  if (values.some((value) => /^$|[^\S ]/.test(String(value)))) return null;
  return { kind: 'text', name, spaced: values.some((value) => / /.test(String(value))) || lines.some((line) => new RegExp(`(?<!\\w)${name}(?!\\w).*\\bconsists?\\b.*\\bspaces?\\b`).test(line)) };
}

/** `points[i] = [x_i, y_i]`, or a stated fixed length of a row. */
function columnsOf(name: string, { lines, prose, sizes }: Known): string[] | null {
  const told = [...lines, ...prose.split('\n')].map((line) => new RegExp(`(?<!\\w)${name}\\[\\w\\] ?= ?[[(]([^\\])]*)[\\])]`).exec(line)?.[1]).find((one) => one !== undefined);
  const names = told?.split(',').map((one) => one.trim());
  if (names && names.every((one) => /^[A-Za-z]\w*$/.test(one))) return names;
  const width = sizes.get(lengthTerm(name, 2));
  return width?.name === '' && width.plus >= 1 && width.plus <= 6 ? Array.from({ length: width.plus }, (_, at) => `${name}[i][${at}]`) : null;
}

const equality = /^[^<>!]*[^<>!=]=[^<>!]*$/;

/** Which sizes are one: `n = gas.length = need.length`, `edges.length = n - 1`, `row.length = 3`. */
function sizesIn(lines: string[], numbers: string[]): Map<string, Count> {
  const groups: Set<string>[] = [];
  const inChains = lines.filter((line) => /</.test(line)).flatMap((line) => [...line.matchAll(/(?<![\w.\]])([A-Za-z][\w.[\]]*) ?= ?([A-Za-z][\w.[\]]*)(?![\w.[]| ?[-+*])/g)].map((found) => found[0]));
  for (const line of [...lines.filter((one) => equality.test(one)).map((one) => one.replace(/\.$/, '')), ...inChains]) {
    const terms = new Set(line.split('=').map((term) => term.trim()));
    if (![...terms].every((term) => /^(?:\w+(?:\[\w\])?\.length|[A-Za-z]\w*(?: ?[-+] ?\d+)?|\d+)$/.test(term))) continue;
    const same = groups.filter((group) => [...group].some((term) => terms.has(term)));
    for (const group of same) { for (const term of group) terms.add(term); groups.splice(groups.indexOf(group), 1); }
    groups.push(terms);
  }
  return new Map(groups.flatMap((group) => { const all = [...group]; const lengths = all.filter((term) => term.endsWith('.length')); const count = countFor(all, numbers); return lengths.map((term): [string, Count] => [term, count]); }));
}

function countFor(terms: string[], numbers: string[]): Count {
  const fixed = terms.find((term) => /^\d+$/.test(term));
  if (fixed !== undefined) return { name: '', plus: Number(fixed) };
  const told = terms.filter((term) => !term.endsWith('.length'));
  const best = told.find((term) => numbers.includes(term)) ?? told.find((term) => /^\w+$/.test(term)) ?? told[0] ?? terms[0] ?? '';
  const [, name = best, sign = '+', plus = '0'] = /^(\w+) ?([-+]) ?(\d+)$/.exec(best) ?? [];
  return { name, plus: sign === '-' ? -Number(plus) : Number(plus) };
}
