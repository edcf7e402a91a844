/**
 * Small faults for changed lines of Go, one edit each: comparisons, boundaries, arithmetic, logic, constants, counters. What does not compile afterwards is told by the
 * run and does not count, since the grammar alone does not know types.
 */
import { type Node, ofKinds, parseFile } from '../../core/syntax.ts';

export interface GoEdit {
  start: number;
  end: number;
  text: string;
  kind: string;
}

const swaps: Record<string, string> = {
  '<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==', '&&': '||', '||': '&&', '+': '-', '-': '+', '*': '/', '/': '*', '%': '*',
  '<<': '>>', '>>': '<<', '&': '|', '|': '&', '++': '--', '--': '++', '+=': '-=', '-=': '+=', '*=': '+=', '/=': '*=',
};
const kinds = ['binary_expression', 'assignment_statement', 'inc_statement', 'dec_statement', 'unary_expression', 'int_literal', 'true', 'false', 'break_statement', 'continue_statement', 'if_statement'];

/** Edits whose first line (from 1) is in `lines`. */
export function goEdits(path: string, text: string, lines: ReadonlySet<number>): GoEdit[] {
  const parsed = parseFile(path, text);
  if (!parsed) return [];
  return ofKinds(parsed.root, kinds).filter((node) => lines.has(node.range().start.line + 1)).flatMap(editsAt);
}

function editsAt(node: Node): GoEdit[] {
  const replace = (text: string, kind: string, of = node): GoEdit => ({ start: of.range().start.index, end: of.range().end.index, text, kind });
  switch (node.kind()) {
    case 'int_literal': return /^\d{1,12}$/.test(node.text()) ? [replace(String(Number(node.text()) + 1), 'Constant')] : [];
    case 'true': return [replace('false', 'Boolean')];
    case 'false': return [replace('true', 'Boolean')];
    case 'break_statement': return node.text() === 'break' ? [replace('continue', 'Branch')] : [];
    case 'continue_statement': return node.text() === 'continue' ? [replace('break', 'Branch')] : [];
    case 'unary_expression': return node.text().startsWith('!') ? [replace(node.text().slice(1), 'Logical')] : [];
    case 'if_statement': return conditional(node.field('condition'), replace);
    default: return operators(node, replace);
  }
}

/** A comparison has its own edits; what is called or named in a condition is turned round as a whole. */
function conditional(condition: Node | null, replace: (text: string, kind: string, of: Node) => GoEdit): GoEdit[] {
  return condition && ['call_expression', 'identifier', 'selector_expression'].includes(String(condition.kind())) ? [replace(`!(${condition.text()})`, 'Conditional', condition)] : [];
}

function operators(node: Node, replace: (text: string, kind: string, of: Node) => GoEdit): GoEdit[] {
  return node.children().flatMap((child) => {
    const text = child.isNamed() && child.kind() !== child.text() ? undefined : swaps[child.text()];
    return text === undefined ? [] : [replace(text, /[<>=!]=?$/.test(child.text()) ? 'Equality' : /&&|\|\|/.test(child.text()) ? 'Logical' : 'Arithmetic', child)];
  });
}
