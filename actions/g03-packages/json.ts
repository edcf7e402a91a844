/** JSON with the line of every key and value, comments and trailing commas allowed (tsconfig). What is no JSON throws a SyntaxError. */
import { type Expression, type Node, type Property, type SpreadElement, parseExpressionAt } from 'acorn';

export interface Placed {
  line: number;
  /** The value of a string; null for every other kind. */
  text: string | null;
  entries: readonly (Placed & { key: string; keyLine: number })[];
  items: readonly Placed[];
}

export function parseJson(text: string): Placed {
  // A byte order mark is no part of the text; its place is kept by a space.
  const source = text.replace(/^\uFEFF/, ' ');
  return placed(parseExpressionAt(source, 0, { ecmaVersion: 'latest', locations: true }));
}

/** The entry of this name, the last one as JSON says; an empty place where there is none. */
export function at(place: Placed, key: string): Placed {
  return place.entries.findLast((entry) => entry.key === key) ?? { line: place.line, text: null, entries: [], items: [] };
}

function placed(node: Expression): Placed {
  const plain = { line: lineOf(node), text: null, entries: [], items: [] };
  switch (node.type) {
    case 'Literal': return { ...plain, text: typeof node.value === 'string' ? node.value : null };
    case 'ObjectExpression': return { ...plain, entries: node.properties.map(entry) };
    case 'ArrayExpression': return { ...plain, items: node.elements.flatMap((each) => (each && each.type !== 'SpreadElement' ? [placed(each)] : [])) };
    case 'UnaryExpression': return plain;
    default: throw new SyntaxError(`${node.type} is no JSON (line ${plain.line})`);
  }
}

function entry(property: Property | SpreadElement): Placed['entries'][number] {
  if (property.type === 'SpreadElement' || property.key.type !== 'Literal') throw new SyntaxError(`a key is no string (line ${lineOf(property)})`);
  return { ...placed(property.value), key: String(property.key.value), keyLine: lineOf(property.key) };
}

function lineOf(node: Node): number {
  return node.loc?.start.line ?? 1;
}
