/** The text that an expression stands for, where the file shows it: literals, names that hold one, sums and negations of them; else its full name. */
import type { Node } from '../syntax.ts';
import type { CodeFile } from './file.ts';
import { kindOf, literalText, named } from './grammar.ts';

export function valueText(node: Node, file: CodeFile, depth = 0): string {
  const literal = literalText(node);
  if (literal !== null) return literal;
  if (depth > 6) return node.text();
  const kind = kindOf(node);
  if (file.grammar.identifiers.includes(kind)) return ofName(node, { file, depth });
  if (file.grammar.members.includes(kind)) return file.nameOf(node);
  const inner = ['parenthesized_expression', 'as_expression', 'literal_element', 'await_expression', 'await'].includes(kind) ? named(node)[0] : null;
  if (inner) return valueText(inner, file, depth + 1);
  if (kind === 'unary_expression' && node.text().startsWith('!')) return ofNegation(node, { file, depth });
  if (kind === 'binary_expression' || kind === 'binary_operator') return ofSum(node, { file, depth });
  if (node.field('function')) return ofCall(node, { file, depth });
  const operand = kind === 'type_conversion_expression' ? node.field('operand') : null;
  return operand ? valueText(operand, file, depth + 1) : node.text();
}

interface Within {
  file: CodeFile;
  depth: number;
}

function ofNegation(node: Node, { file, depth }: Within): string {
  const operand = valueText(named(node)[0]!, file, depth + 1);
  if (operand === 'true') return 'false';
  return operand === 'false' ? 'true' : node.text();
}

/** A conversion to text is its argument; a format is read with what is put into it. */
function ofCall(node: Node, { file, depth }: Within): string {
  const callee = node.field('function')!.text();
  const given = (most?: number): string[] => named(node.field('arguments')!).slice(0, most).map((each) => valueText(each, file, depth + 1));
  if (kindOf(node) === 'call_expression' && /^(String|string|\[\]byte|Buffer\.from)$/.test(callee)) return given(1)[0] ?? node.text();
  if (/^(fmt\.Sprintf|util\.format)$|\.format$/.test(callee)) return given().concat(node.text()).join(' ');
  return node.text();
}

function ofName(node: Node, { file, depth }: Within): string {
  const all = file.definitionsOf(node);
  const [only] = all;
  if (all.length === 1 && only!.value !== null && !only!.element && only!.key === undefined && only!.value.id() !== node.id()) return valueText(only!.value, file, depth + 1);
  const held = all.filter((each) => each.value !== null && !each.element && each.key === undefined && each.value.id() !== node.id()).slice(-20);
  if (all.length > 1 && held.length > 0) return held.map((each) => valueText(each.value!, file, depth + 2)).join(' ');
  const elsewhere = all.length === 0 ? file.siblings.flatMap((sibling) => sibling.definitions.top(node.text()).filter((each) => each.value !== null).map((each) => valueText(each.value!, sibling, depth + 2))) : [];
  return elsewhere.length > 0 ? elsewhere.join(' ') : file.nameOf(node);
}

function ofSum(node: Node, { file, depth }: Within): string {
  if (node.field('operator')?.text() !== '+') return node.text();
  return valueText(node.field('left')!, file, depth + 1) + valueText(node.field('right')!, file, depth + 1);
}
