/** Small edits of source that change what a program does: the comparisons, arithmetic, constants, booleans and returns of changed lines. */
import type { SgNode } from '@ast-grep/napi';
import { asNode, javascriptTree, walk, type JsNode } from './javascript-syntax.ts';
import { pythonTree } from './python-syntax.ts';

export interface Edit {
  start: number;
  end: number;
  text: string;
}

const swaps: Record<string, string> = {
  '<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==', '===': '!==', '!==': '===',
  '+': '-', '-': '+', '*': '+', '/': '*', '//': '*', '%': '*', '**': '*', '&&': '||', '||': '&&', and: 'or', or: 'and',
  '+=': '-=', '-=': '+=', '*=': '+=', '<<': '>>', '>>': '<<', '&': '|', '|': '&', in: 'not in',
};

/** Edits whose first line (from 1) is in `lines`. */
export function editsOf(source: string, language: 'python' | 'javascript' | 'typescript', lines: Set<number>): Edit[] {
  return language === 'python' ? pythonEdits(source, lines) : javascriptEdits(source, lines);
}

function pythonEdits(source: string, lines: Set<number>): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: SgNode) => {
    // Annotations and assertions beside the code are no behaviour of the surface.
    if (['type', 'assert_statement', 'import_statement', 'import_from_statement', 'comment'].includes(String(node.kind()))) return;
    if (lines.has(node.range().start.line + 1)) edits.push(...pythonEditsAt(node));
    for (const child of node.children()) visit(child);
  };
  visit(pythonTree(source));
  return edits;
}

function pythonEditsAt(node: SgNode): Edit[] {
  const { start, end } = node.range();
  const replace = (text: string): Edit[] => [{ start: start.index, end: end.index, text }];
  switch (node.kind()) {
    case 'integer': return /^\d{1,12}$/.test(node.text()) ? [...replace(String(Number(node.text()) + 1)), ...(node.text() === '0' ? [] : replace(String(Number(node.text()) - 1)))] : [];
    case 'true': return replace('False');
    case 'false': return replace('True');
    case 'not_operator': return replace(`(${node.children().slice(1).map((child) => child.text()).join(' ')})`);
    case 'return_statement': return node.children().length > 1 && node.children()[1]?.text() !== 'None' ? replace('return None') : [];
    case 'comparison_operator': case 'binary_operator': case 'boolean_operator': case 'augmented_assignment': return operatorEdits(node);
    default: return [];
  }
}

function operatorEdits(node: SgNode): Edit[] {
  return node.children().flatMap((child) => {
    const text = child.isNamed() ? undefined : swaps[child.text()];
    return text === undefined ? [] : [{ start: child.range().start.index, end: child.range().end.index, text }];
  });
}

function javascriptEdits(source: string, lines: Set<number>): Edit[] {
  const tree = javascriptTree(source);
  const edits: Edit[] = [];
  if (tree) walk(tree, (node) => { if (lines.has(node.line)) edits.push(...javascriptEditsAt(node, source)); });
  return edits;
}

function javascriptEditsAt(node: JsNode, source: string): Edit[] {
  const replace = (text: string): Edit[] => [{ start: node.start, end: node.end, text }];
  switch (node.type) {
    case 'NumericLiteral': return typeof node.value === 'number' && Number.isInteger(node.value) ? [...replace(String(node.value + 1)), ...(node.value === 0 ? [] : replace(String(node.value - 1)))] : [];
    case 'BooleanLiteral': return replace(node.value === true ? 'false' : 'true');
    case 'UnaryExpression': { const inner = asNode(node.argument); return node.operator === '!' && inner ? replace(`(${source.slice(inner.start, inner.end)})`) : []; }
    case 'ReturnStatement': return node.argument ? replace('return undefined;') : [];
    case 'BinaryExpression': case 'LogicalExpression': case 'AssignmentExpression': return jsOperator(node, source);
    default: return [];
  }
}

function jsOperator(node: JsNode, source: string): Edit[] {
  const left = asNode(node.left);
  const right = asNode(node.right);
  const text = swaps[String(node.operator)];
  if (!left || !right || text === undefined || node.operator === 'in') return [];
  const at = source.indexOf(String(node.operator), left.end);
  return at >= 0 && at < right.start ? [{ start: at, end: at + String(node.operator).length, text }] : [];
}
