/** Plain functions that a module offers to others, by name: what a change of the module might change beside what it was asked for. */
import type { Spec } from '../../core/spec.ts';
import { asNode, javascriptTree, type JsNode } from '../javascript-syntax.ts';
import { pythonTree } from '../python-syntax.ts';

export function exportedFunctions(source: string, language: Spec['language']): string[] {
  return [...new Set(language === 'python' ? pythonNames(source) : javascriptNames(source))].sort();
}

/** Top-level definitions without a leading underscore. */
function pythonNames(source: string): string[] {
  return pythonTree(source).children().flatMap((node) => {
    const name = node.kind() === 'function_definition' ? node.field('name')?.text() : undefined;
    return name === undefined || name.startsWith('_') ? [] : [name];
  });
}

function javascriptNames(source: string): string[] {
  const body = javascriptTree(source)?.body;
  return Array.isArray(body) ? body.flatMap((statement: unknown) => namesIn(asNode(statement), source)) : [];
}

function namesIn(node: JsNode | null, source: string): string[] {
  if (node?.type === 'ExportNamedDeclaration') return declared(asNode(node.declaration));
  const assigned = node?.type === 'ExpressionStatement' ? asNode(node.expression) : null;
  const left = asNode(assigned?.left);
  if (assigned?.type !== 'AssignmentExpression' || !left) return [];
  const target = source.slice(left.start, left.end);
  const right = asNode(assigned.right);
  if (/^(?:module\.)?exports\.[A-Za-z_$][\w$]*$/.test(target)) return [target.split('.').at(-1) ?? ''];
  return target === 'module.exports' && right?.type === 'ObjectExpression' && Array.isArray(right.properties) ? right.properties.flatMap((property: unknown) => nameOf(asNode(asNode(property)?.key)) ?? []) : [];
}

function declared(node: JsNode | null): string[] {
  if (node?.type === 'FunctionDeclaration') return [nameOf(asNode(node.id)) ?? ''].filter(Boolean);
  if (node?.type !== 'VariableDeclaration' || !Array.isArray(node.declarations)) return [];
  return node.declarations.flatMap((declaration: unknown) => {
    const made = asNode(asNode(declaration)?.init);
    return made?.type === 'ArrowFunctionExpression' || made?.type === 'FunctionExpression' ? nameOf(asNode(asNode(declaration)?.id)) ?? [] : [];
  });
}

function nameOf(node: JsNode | null): string | null {
  return node?.type === 'Identifier' && typeof node.name === 'string' ? node.name : null;
}
