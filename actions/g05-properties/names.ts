/** What a function is called: by its own name, or by what it is assigned to. */
import type { Node } from '../../app/core/syntax.ts';

const holders: Record<string, string> = {
  variable_declarator: 'name', public_field_definition: 'name', field_definition: 'property', pair: 'key', assignment_expression: 'left',
};

export function nameOf(node: Node): string | null {
  const own = node.field('name');
  if (own) return short(own);
  const parent = node.parent();
  const field = holders[String(parent?.kind())];
  const holder = field ? parent?.field(field) : null;
  return holder ? short(holder) : null;
}

function short(node: Node): string {
  return node.text().slice(0, 80);
}
