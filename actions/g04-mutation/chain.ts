/** Call chains of JavaScript: `it.each([1])('x', fn)` is the root `it`, the members `each`, and the calls between them. */
import { type Node, statements } from '../../app/core/syntax.ts';

export interface Chain {
  root: string;
  /** Names after the root in order; `()` stands for a call. */
  parts: string[];
}

const transparent = ['parenthesized_expression', 'non_null_expression', 'as_expression', 'satisfies_expression', 'await_expression'];

/** Null where the chain does not start with a name. */
export function chainOf(node: Node | null): Chain | null {
  const parts: string[] = [];
  let at = node;
  while (at) {
    const kind = String(at.kind());
    if (kind === 'identifier' || kind === 'this') return { root: at.text(), parts: parts.reverse() };
    if (kind === 'call_expression') { parts.push('()'); at = at.field('function'); }
    else if (kind === 'member_expression') { parts.push(at.field('property')?.text() ?? ''); at = at.field('object'); }
    else if (kind === 'subscript_expression') { parts.push(textOf(at.field('index')) ?? ''); at = at.field('object'); }
    else if (transparent.includes(kind)) at = statements(at)[0] ?? null;
    else return null;
  }
  return null;
}

/** The content of a string or of a template without a hole. */
export function textOf(node: Node | null | undefined): string | null {
  const kind = String(node?.kind());
  if (kind !== 'string' && kind !== 'template_string') return null;
  return node!.text().slice(1, -1);
}

export function argumentsOf(call: Node): Node[] {
  const list = call.field('arguments');
  return list && list.kind() === 'arguments' ? statements(list) : [];
}

export const functionKinds = ['arrow_function', 'function_expression', 'function_declaration', 'generator_function', 'generator_function_declaration', 'method_definition', 'function'];

export function isFunction(node: Node | null | undefined): boolean {
  return node !== null && node !== undefined && functionKinds.includes(String(node.kind()));
}

export function same(a: Node | null | undefined, b: Node | null | undefined): boolean {
  return a !== null && a !== undefined && b !== null && b !== undefined && a.id() === b.id();
}

/** The whole expression that continues after this node: member accesses, calls and what does not change a value. */
export function outermost(node: Node): { top: Node; parts: string[] } {
  const parts: string[] = [];
  let top = node;
  for (let parent = top.parent(); parent; parent = top.parent()) {
    const kind = String(parent.kind());
    if (kind === 'member_expression' && same(parent.field('object'), top)) parts.push(parent.field('property')?.text() ?? '');
    else if (kind === 'subscript_expression' && same(parent.field('object'), top)) parts.push(textOf(parent.field('index')) ?? '');
    else if (kind === 'call_expression' && same(parent.field('function'), top)) parts.push('()');
    else if (!['parenthesized_expression', 'non_null_expression', 'as_expression', 'satisfies_expression'].includes(kind)) break;
    top = parent;
  }
  return { top, parts };
}
