/**
 * Reads a text by a grammar, line by line, to the last token, or not at all. Blank lines are passed over. Names whose kind is `text` keep
 * their spelling; integers become numbers, exactly.
 */
import { evaluate, normal, type Expr, type Int } from './expression.ts';
import { find, isAtom, newScope, type Atom, type Node, type Part, type Scope } from './grammar.ts';

export type Kind = 'int' | 'text' | 'decimal';
export type Kinds = ReadonlyMap<string, Kind>;

interface Reader {
  lines: string[][];
  at: number;
  kinds: Kinds | null;
}

/** Null where the text does not follow the grammar. Without `kinds` every atom stays as it is spelt. */
export function readInput(text: string, nodes: Node[], kinds: Kinds | null): Scope | null {
  const reader = { lines: text.split('\n').map((line) => line.split(/\s+/).filter((token) => token !== '')).filter((line) => line.length > 0), at: 0, kinds };
  const scope = newScope(null);
  return readNodes(reader, nodes, scope) && reader.at === reader.lines.length ? scope : null;
}

function readNodes(reader: Reader, nodes: Node[], scope: Scope): boolean {
  return nodes.every((node) => readNode(reader, node, scope));
}

function readNode(reader: Reader, node: Node, scope: Scope): boolean {
  switch (node.node) {
    case 'line': return readLine(reader, node.parts, scope);
    case 'table': return readTable(reader, node, scope);
    case 'rows': return readRows(reader, node, scope);
    case 'until': return readUntil(reader, node, scope);
    case 'choice': return node.alternatives.some((body, at) => tryAlternative(reader, { body, at }, scope));
  }
}

/** The first alternative that reads is the one; what a failed one left behind is taken back. */
function tryAlternative(reader: Reader, { body, at }: { body: Node[]; at: number }, scope: Scope): boolean {
  const start = reader.at;
  const before = new Map(scope.values);
  scope.values.set('#', at);
  if (readNodes(reader, body, scope)) return true;
  reader.at = start;
  scope.values = before;
  return false;
}

function readLine(reader: Reader, parts: Part[], scope: Scope): boolean {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.part === 'list' && countIn(only.count, scope) === 0) return scope.values.set(only.name, []).size > 0;
  const tokens = reader.lines[reader.at++];
  if (!tokens) return false;
  let at = 0;
  for (const part of parts) {
    const taken = readPart(reader, part, { tokens, at, scope });
    if (taken < 0) return false;
    at += taken;
  }
  return at === tokens.length;
}

/** How many tokens the part took; -1 where it does not fit. */
function readPart(reader: Reader, part: Part, { tokens, at, scope }: { tokens: string[]; at: number; scope: Scope }): number {
  if (part.part === 'word') return tokens[at] === part.text ? 1 : -1;
  if (part.part === 'value') {
    const phrase = part.phrase === true && at < tokens.length;
    const atom = phrase ? tokens.slice(at).join(' ') : atomOf(reader, part.name, tokens[at]);
    if (atom === null) return -1;
    scope.values.set(part.name, atom);
    return phrase ? tokens.length - at : 1;
  }
  const count = countIn(part.count, scope);
  const source = part.glued ? [...(tokens[at] ?? '')] : tokens.slice(at, at + (count ?? 0));
  const atoms = source.map((token) => atomOf(reader, part.name, token));
  if (count === null || atoms.length !== count || atoms.includes(null)) return -1;
  scope.values.set(part.name, atoms.filter((atom) => atom !== null));
  return part.glued ? 1 : count;
}

function readTable(reader: Reader, node: Extract<Node, { node: 'table' }>, scope: Scope): boolean {
  const count = countIn(node.count, scope);
  if (count === null || reader.at + count > reader.lines.length) return false;
  const lists = node.columns.map((): Atom[] => []);
  for (let row = 0; row < count; row++) {
    const tokens = reader.lines[reader.at++] ?? [];
    if (tokens.length !== node.columns.length) return false;
    for (const [column, name] of node.columns.entries()) {
      const atom = atomOf(reader, name, tokens[column]);
      if (atom === null) return false;
      lists[column]?.push(atom);
    }
  }
  for (const [column, name] of node.columns.entries()) scope.values.set(name, lists[column] ?? []);
  return true;
}

function readRows(reader: Reader, node: Extract<Node, { node: 'rows' }>, scope: Scope): boolean {
  const count = countIn(node.count, scope);
  if (count === null || count > 1_000_000) return false;
  const rows: Scope[] = [];
  scope.values.set(node.name, rows);
  for (let row = 1; row <= count; row++) {
    const inner = newScope(scope);
    inner.values.set(node.index, row);
    if (!readNodes(reader, node.body, inner)) return false;
    rows.push(inner);
  }
  return true;
}

function readUntil(reader: Reader, node: Extract<Node, { node: 'until' }>, scope: Scope): boolean {
  const rows: Scope[] = [];
  scope.values.set(node.name, rows);
  while (reader.at < reader.lines.length && (node.end === '' || reader.lines[reader.at]?.join(' ') !== node.end)) {
    const [start, inner] = [reader.at, newScope(scope)];
    inner.values.set(node.index, rows.length + 1);
    if (!readNodes(reader, node.body, inner) || reader.at === start) return false;
    rows.push(inner);
  }
  scope.values.set(node.count, reader.kinds ? rows.length : String(rows.length));
  return node.end === '' || reader.at++ < reader.lines.length;
}

function atomOf(reader: Reader, name: string, token: string | undefined): Atom | null {
  if (token === undefined) return null;
  const kind = reader.kinds?.get(name) ?? 'text';
  if (kind === 'text') return token;
  if (kind === 'decimal') return /^[-+]?\d+(\.\d+)?$/.test(token) ? token : null;
  return intOf(token);
}

export function intOf(token: string): Int | null {
  if (!/^-?\d{1,400}$/.test(token)) return null;
  return token.length < 16 ? Number(token) : normal(BigInt(token));
}

/** A count as a plain number; null where it is unknown, negative or not an integer. */
export function countIn(count: Expr, scope: Scope): number | null {
  const value = evaluate(count, (one) => {
    const found = find(scope, one.name);
    if (one.k === 'len') return typeof found === 'string' ? found.length : undefined;
    return isAtom(found) ? intOf(String(found)) ?? undefined : undefined;
  });
  return typeof value === 'number' && value >= 0 ? value : null;
}
