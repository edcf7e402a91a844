/** What the three grammars call the same things: calls, functions, scopes, loops, texts. Everything else in this folder is written once over these tables. */
import type { Dialect, Node } from '../syntax.ts';

export interface Grammar {
  functions: readonly string[];
  /** Nodes that hold names of their own; functions are among them. */
  scopes: readonly string[];
  /** A definition right inside one of these always runs once its scope is entered. */
  loops: readonly string[];
  calls: readonly string[];
  members: readonly string[];
  identifiers: readonly string[];
  numbers: readonly string[];
  /** Kinds whose value is fixed and holds no text. */
  plain: readonly string[];
  /** Kinds that hand on the value of their children: brackets, lists, casts, awaits, branches. */
  wrappers: readonly string[];
}

const script: Grammar = {
  functions: ['function_declaration', 'generator_function_declaration', 'function_expression', 'generator_function', 'arrow_function', 'method_definition'],
  scopes: ['function_declaration', 'generator_function_declaration', 'function_expression', 'generator_function', 'arrow_function', 'method_definition', 'statement_block', 'for_statement', 'for_in_statement', 'catch_clause', 'switch_body', 'class_body', 'program'],
  loops: ['for_statement', 'for_in_statement', 'while_statement', 'do_statement'],
  calls: ['call_expression', 'new_expression'],
  members: ['member_expression'],
  identifiers: ['identifier', 'shorthand_property_identifier'],
  numbers: ['number'],
  plain: ['true', 'false', 'null', 'undefined', 'regex', 'function_expression', 'arrow_function', 'class', 'this', 'super', 'number'],
  wrappers: ['parenthesized_expression', 'await_expression', 'as_expression', 'satisfies_expression', 'non_null_expression', 'array', 'object', 'spread_element', 'sequence_expression'],
};

const python: Grammar = {
  functions: ['function_definition', 'lambda'],
  scopes: ['function_definition', 'lambda', 'class_definition', 'module', 'list_comprehension', 'generator_expression', 'set_comprehension', 'dictionary_comprehension'],
  loops: ['for_statement', 'while_statement'],
  calls: ['call'],
  members: ['attribute'],
  identifiers: ['identifier'],
  numbers: ['integer', 'float'],
  plain: ['true', 'false', 'none', 'lambda', 'ellipsis', 'integer', 'float'],
  wrappers: ['parenthesized_expression', 'await', 'list', 'tuple', 'set', 'dictionary', 'list_splat', 'dictionary_splat', 'expression_list'],
};

const go: Grammar = {
  functions: ['function_declaration', 'method_declaration', 'func_literal'],
  scopes: ['function_declaration', 'method_declaration', 'func_literal', 'block', 'if_statement', 'for_statement', 'expression_switch_statement', 'type_switch_statement', 'expression_case', 'default_case', 'type_case', 'communication_case', 'source_file'],
  loops: ['for_statement'],
  calls: ['call_expression', 'composite_literal', 'type_conversion_expression'],
  members: ['selector_expression', 'qualified_type'],
  identifiers: ['identifier', 'package_identifier', 'type_identifier'],
  numbers: ['int_literal', 'float_literal'],
  plain: ['true', 'false', 'nil', 'iota', 'rune_literal', 'func_literal', 'int_literal', 'float_literal', 'imaginary_literal'],
  wrappers: ['parenthesized_expression', 'expression_list', 'literal_element', 'variadic_argument', 'type_assertion_expression', 'slice_expression'],
};

export const grammars: Readonly<Record<Dialect, Grammar>> = { script, python, go };

export function kindOf(node: Node): string {
  return String(node.kind());
}

/** Named children without comments. */
export function named(node: Node): Node[] {
  return node.children().filter((child) => child.isNamed() && child.kind() !== 'comment');
}

/** The text of a literal without quotes and prefix; null where it is no literal or has holes. */
export function literalText(node: Node): string | null {
  switch (kindOf(node)) {
    case 'string': return node.children().some((child) => child.kind() === 'interpolation') ? null : node.text().replace(/^[A-Za-z]{0,2}("""|'''|"|')/, '').replace(/("""|'''|"|')$/, '');
    case 'template_string': return node.children().some((child) => child.kind() === 'template_substitution') ? null : node.text().slice(1, -1);
    case 'interpreted_string_literal': case 'raw_string_literal': return node.text().slice(1, -1);
    case 'concatenated_string': {
      const parts = named(node).map(literalText);
      return parts.includes(null) ? null : parts.join('');
    }
    default: return null;
  }
}

/** The pieces put into a text with holes: f-strings and templates. Null where the node is none. */
export function holes(node: Node): Node[] | null {
  const kind = kindOf(node);
  const wanted = kind === 'string' ? 'interpolation' : kind === 'template_string' ? 'template_substitution' : null;
  if (kind === 'concatenated_string') return named(node).flatMap((part) => holes(part) ?? []);
  if (wanted === null) return null;
  return node.children().filter((child) => child.kind() === wanted).flatMap((hole) => named(hole).slice(0, 1));
}

export function isText(node: Node): boolean {
  return ['string', 'template_string', 'interpreted_string_literal', 'raw_string_literal', 'concatenated_string'].includes(kindOf(node));
}
