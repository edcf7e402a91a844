/**
 * What an input looks like: lines of values and lists, tables (rows of single values, kept as columns) and nested rows (test cases, ragged
 * rows, queries). `Scope` is one input read by a grammar: a value per name, a list per column, a scope per nested row.
 */
import type { Expr, Int } from './expression.ts';

export type Part =
  /** `phrase`: the rest of the line, with its spaces. */
  | { part: 'value'; name: string; phrase?: boolean }
  /** Numbers from `first` on, `count` of them; glued: no space between, one token, read character by character. */
  | { part: 'list'; name: string; first: number; count: Expr; glued: boolean }
  | { part: 'word'; text: string };

export type Node =
  | { node: 'line'; parts: Part[] }
  | { node: 'table'; columns: string[]; first: number; count: Expr }
  /** `index` is the row's number (from 1) inside the body. */
  | { node: 'rows'; name: string; index: string; count: Expr; body: Node[] }
  /** Rows up to a line that ends the input; `end` is that line, or empty where the text just stops. `count`: the unprinted number of rows. */
  | { node: 'until'; name: string; index: string; count: string; end: string; body: Node[] }
  | { node: 'choice'; alternatives: Node[][] };

export type Atom = Int | string;
export type Value = Atom | Atom[] | Scope[];

export interface Scope {
  values: Map<string, Value>;
  parent: Scope | null;
}

export function newScope(parent: Scope | null): Scope {
  return { values: new Map(), parent };
}

/** The nearest value of that name, from this scope outwards. */
export function find(scope: Scope | null, name: string): Value | undefined {
  for (let at = scope; at; at = at.parent) {
    const value = at.values.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function isAtom(value: Value | undefined): value is Atom {
  return value !== undefined && !Array.isArray(value);
}

export function isScopes(value: Value | undefined): value is Scope[] {
  return Array.isArray(value) && typeof value[0] === 'object';
}

export function isAtoms(value: Value | undefined): value is Atom[] {
  return Array.isArray(value) && typeof value[0] !== 'object';
}

/** Rows whose values have the name of the row's number (`1 i x`) count under a name that no value has. */
export function withOwnIndex(node: Node): Node {
  if (node.node === 'choice') return { ...node, alternatives: node.alternatives.map((body) => body.map(withOwnIndex)) };
  if (node.node !== 'rows' && node.node !== 'until') return node;
  const isTaken = declarations(node.body).some((one) => one.name === node.index);
  return { ...node, index: isTaken ? `${node.index}#` : node.index, body: node.body.map(withOwnIndex) };
}

/** How a name is declared: alone, as a list, and in which chain of nested rows. */
export interface Declared {
  name: string;
  shape: 'value' | 'list';
  /** Names of the rows around it, outermost first. */
  path: string[];
  count: Expr | null;
  first: number;
  glued: boolean;
}

export function declarations(nodes: Node[], path: string[] = []): Declared[] {
  return nodes.flatMap((node): Declared[] => {
    switch (node.node) {
      case 'line': return node.parts.flatMap((part): Declared[] => (part.part === 'word' ? [] : [{ name: part.name, path, shape: part.part, count: part.part === 'list' ? part.count : null, first: part.part === 'list' ? part.first : 1, glued: part.part === 'list' && part.glued }]));
      case 'table': return node.columns.map((name) => ({ name, path, shape: 'list', count: node.count, first: node.first, glued: false }));
      case 'rows': return declarations(node.body, [...path, node.name]);
      case 'until': return [{ name: node.count, path, shape: 'value', count: null, first: 1, glued: false }, ...declarations(node.body, [...path, node.name])];
      case 'choice': return node.alternatives.flatMap((body) => declarations(body, path));
    }
  });
}
