/** An input as text, in the layout that its grammar gives. */
import { find, isAtom, isAtoms, isScopes, type Node, type Part, type Scope } from './grammar.ts';
import { countIn } from './read.ts';

export function printInput(nodes: Node[], scope: Scope): string {
  const lines: string[] = [];
  printNodes(nodes, scope, lines);
  return `${lines.join('\n')}\n`;
}

function printNodes(nodes: Node[], scope: Scope, lines: string[]): void {
  for (const node of nodes) printNode(node, scope, lines);
}

function printNode(node: Node, scope: Scope, lines: string[]): void {
  switch (node.node) {
    case 'line': lines.push(node.parts.map((part) => printPart(part, scope)).filter((text) => text !== '').join(' ')); return;
    case 'table': printTable(node, scope, lines); return;
    case 'rows': case 'until': { const rows = scope.values.get(node.name); if (isScopes(rows)) for (const row of rows) printNodes(node.body, row, lines); if (node.node === 'until' && node.end !== '') lines.push(node.end); return; }
    case 'choice': printNodes(node.alternatives[Number(scope.values.get('#') ?? 0)] ?? [], scope, lines);
  }
}

function printPart(part: Part, scope: Scope): string {
  if (part.part === 'word') return part.text;
  const value = find(scope, part.name);
  if (isAtom(value)) return String(value);
  return isAtoms(value) ? value.join(part.part === 'list' && part.glued ? '' : ' ') : '';
}

function printTable(node: Extract<Node, { node: 'table' }>, scope: Scope, lines: string[]): void {
  const columns = node.columns.map((name) => { const value = scope.values.get(name); return isAtoms(value) ? value : []; });
  const count = countIn(node.count, scope) ?? 0;
  for (let row = 0; row < count; row++) lines.push(columns.map((column) => String(column[row] ?? '')).join(' '));
}
