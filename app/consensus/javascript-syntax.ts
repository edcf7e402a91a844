/** JavaScript and TypeScript source as a Babel tree, and literals as tagged values. Nothing is executed. */
import { parse } from '@babel/parser';

/** Any node of the tree, seen as data. */
export interface JsNode {
  type: string;
  start: number;
  end: number;
  line: number;
  [field: string]: unknown;
}

const options = { sourceType: 'unambiguous', errorRecovery: false, plugins: ['typescript'] } as const;

/** The program node, or null where the source does not parse. */
export function javascriptTree(source: string): JsNode | null {
  try {
    return asNode(parse(source, { ...options, plugins: ['typescript'] }).program);
  } catch {
    return null;
  }
}

export function asNode(value: unknown): JsNode | null {
  if (value === null || typeof value !== 'object' || !('type' in value) || !('start' in value) || !('end' in value)) return null;
  const { type, start, end } = value;
  if (typeof type !== 'string' || typeof start !== 'number' || typeof end !== 'number') return null;
  return { ...value, type, start, end, line: lineOf(value) };
}

/** 0 where the node does not say. */
function lineOf(node: object): number {
  const line = field(field(field(node, 'loc'), 'start'), 'line');
  return typeof line === 'number' ? line : 0;
}

function field(of: unknown, name: string): unknown {
  return of !== null && typeof of === 'object' ? Reflect.get(of, name) : undefined;
}

export function childrenOf(node: JsNode): JsNode[] {
  const skipped = new Set(['loc', 'leadingComments', 'trailingComments', 'innerComments', 'comments', 'tokens', 'extra']);
  return Object.entries(node).filter(([key]) => !skipped.has(key)).flatMap(([, value]) => (Array.isArray(value) ? value : [value])).flatMap((value) => asNode(value) ?? []);
}

/** All nodes of the tree in source order, types left out: a change in an annotation changes nothing. */
export function walk(node: JsNode, visit: (node: JsNode) => void): void {
  if (/^TS(?!NonNull|As|Satisfies)/.test(node.type)) return;
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

export class NoLiteral extends Error {}

export function javascriptLiteral(node: JsNode | null): unknown {
  const list = (field: string) => { const value = node?.[field]; return Array.isArray(value) ? value.map(asNode) : []; };
  switch (node?.type) {
    case 'BooleanLiteral': case 'StringLiteral': return node.value;
    case 'NumericLiteral': return node.value;
    case 'NullLiteral': return null;
    case 'ArrayExpression': return list('elements').map(javascriptLiteral);
    case 'ObjectExpression': return Object.fromEntries(list('properties').map(property));
    case 'UnaryExpression': return unary(node);
    case 'Identifier': return named(String(node.name));
    default: throw new NoLiteral(node?.type ?? 'hole');
  }
}

function named(name: string): unknown {
  if (name === 'undefined') return { $undefined: true };
  if (name === 'NaN') return { $float: 'nan' };
  if (name === 'Infinity') return { $float: 'inf' };
  throw new NoLiteral(name);
}

function unary(node: JsNode): unknown {
  const value = javascriptLiteral(asNode(node.argument));
  if (node.operator === '-' && typeof value === 'number') return value === 0 ? { $float: '-0.0' } : -value;
  throw new NoLiteral(String(node.operator));
}

function property(node: JsNode | null): [string, unknown] {
  const key = asNode(node?.key);
  if (node?.type !== 'ObjectProperty' || node.computed === true || !key) throw new NoLiteral('property');
  const name = key.type === 'Identifier' ? String(key.name) : String(key.value);
  if (name.startsWith('$')) throw new NoLiteral(name);
  return [name, javascriptLiteral(asNode(node.value))];
}
