/**
 * Cyclomatic complexity of every function in a file, by its syntax tree, counted as Radon counts it: one, and one more for every branch, loop, handler, assertion,
 * comprehension and further operand of `and`/`or`. A function inside another one is a function of its own.
 */
import { type Node, type Parsed, lines, ofKinds } from '../../app/core/syntax.ts';
import { nameOf } from './names.ts';

export interface Measured {
  /** Null where it has none. */
  name: string | null;
  complexity: number;
  startLine: number;
  endLine: number;
}

interface Grammar {
  functions: readonly string[];
  branches: readonly string[];
}

const grammars: Record<Parsed['dialect'], Grammar> = {
  script: {
    functions: ['function_declaration', 'function_expression', 'generator_function_declaration', 'generator_function', 'arrow_function', 'method_definition'],
    branches: ['if_statement', 'ternary_expression', 'for_statement', 'for_in_statement', 'while_statement', 'do_statement', 'catch_clause', 'switch_case', 'binary_expression', 'augmented_assignment_expression'],
  },
  python: {
    functions: ['function_definition'],
    branches: ['if_statement', 'elif_clause', 'conditional_expression', 'for_statement', 'while_statement', 'else_clause', 'except_clause', 'except_group_clause', 'boolean_operator', 'for_in_clause', 'if_clause', 'assert_statement', 'case_clause'],
  },
  go: {
    functions: ['function_declaration', 'method_declaration', 'func_literal'],
    branches: ['if_statement', 'for_statement', 'expression_case', 'type_case', 'communication_case', 'binary_expression'],
  },
};

const logical = new Set(['&&', '||', '??', '&&=', '||=', '??=']);

export function measure({ root, dialect }: Parsed): Measured[] {
  const { functions, branches } = grammars[dialect];
  const bodies = ofKinds(root, functions).flatMap((node) => spanOf(node));
  const open: Span[] = [];
  let next = 0;
  for (const at of ofKinds(root, branches).filter(counts).map((node) => node.range().start.index).toSorted((a, b) => a - b)) {
    for (; next < bodies.length && bodies[next]!.start <= at; next += 1) open.push(bodies[next]!);
    while (open.length > 0 && open.at(-1)!.end <= at) open.pop();
    const inner = open.at(-1);
    if (inner) inner.measured.complexity += 1;
  }
  return bodies.map(({ measured }) => measured);
}

interface Span {
  start: number;
  end: number;
  measured: Measured;
}

/** Only the body is searched: what stands in parameters and decorators belongs to nobody. Document order, so that bodies nest like brackets. */
function spanOf(node: Node): Span[] {
  const body = node.field('body');
  if (!body) return [];
  const { start, end } = body.range();
  return [{ start: start.index, end: end.index, measured: { name: nameOf(node), complexity: 1, ...lines(node) } }];
}

function counts(node: Node): boolean {
  const shape = String(node.kind());
  if (shape === 'binary_expression' || shape === 'augmented_assignment_expression') return logical.has(node.field('operator')?.text() ?? '');
  if (shape === 'else_clause') return ['for_statement', 'while_statement', 'try_statement'].includes(String(node.parent()?.kind()));
  if (shape === 'case_clause') return !/^case\s+[A-Za-z_]\w*\s*:/.test(node.text().slice(0, 200));
  return true;
}
