/**
 * A frozen assertion of the form `f(literals) == literal` is the same test as {args, expect}: read as such, its comparison happens
 * outside the candidate's process, where no overloaded equality can say yes, and its arguments teach the input generators. Any other
 * assertion stays source and runs as it is.
 */
import type { SgNode } from '@ast-grep/napi';
import type { CriterionTest, Spec } from '../core/spec.ts';
import { pythonLiteral, pythonTree, NoLiteral as NoPythonLiteral } from './python-syntax.ts';
import { asNode, javascriptLiteral, javascriptTree, NoLiteral, walk, type JsNode } from './javascript-syntax.ts';

export function readAssert(test: CriterionTest, spec: Spec): CriterionTest {
  if (!('assert' in test) || spec.surface?.kind !== 'function' || spec.surface.export.includes('.')) return test;
  try {
    return (spec.language === 'python' ? fromPython(test.assert, spec.surface.export) : fromJavaScript(test.assert, spec.surface.export)) ?? test;
  } catch (thrown) {
    if (thrown instanceof NoLiteral || thrown instanceof NoPythonLiteral) return test;
    throw thrown;
  }
}

const named = (node: SgNode | undefined): SgNode[] => node?.children().filter((child) => child.isNamed() && child.kind() !== 'comment') ?? [];

function fromPython(source: string, name: string): CriterionTest | null {
  const [statement, more] = named(pythonTree(source.trim()));
  const [condition] = named(statement);
  if (more || statement?.kind() !== 'assert_statement' || !condition) return null;
  // `assert f(x)` accepts any truthy value, which no expectation says: it stays source.
  const sides = named(condition);
  const operator = condition.children().find((child) => !child.isNamed())?.text();
  if (condition.kind() !== 'comparison_operator' || sides.length !== 2 || (operator !== '==' && operator !== 'is')) return null;
  const [left, right] = sides;
  if (!left || !right || (operator === 'is' && !['none', 'true', 'false'].includes(String(right.kind())))) return null;
  const args = callArgs(left, name);
  return args ? { args, expect: pythonLiteral(right) } : null;
}

function callArgs(call: SgNode, name: string): unknown[] | null {
  const [callee, list] = named(call);
  if (call.kind() !== 'call' || callee?.text() !== name || list?.kind() !== 'argument_list') return null;
  return named(list).map(pythonLiteral);
}

const equalities = new Set(['assert.equal', 'assert.strictEqual', 'assert.deepEqual', 'assert.deepStrictEqual']);

function fromJavaScript(source: string, name: string): CriterionTest | null {
  const program = javascriptTree(source);
  const body = Array.isArray(program?.body) ? program.body.map(asNode) : [];
  const call = body.length === 1 ? asNode(body[0]?.expression) : null;
  if (call?.type !== 'CallExpression') return null;
  const callee = asNode(call.callee);
  const called = callee ? source.slice(callee.start, callee.end) : '';
  const args = listOf(call.arguments);
  const [left, right] = equalities.has(called) ? args : called === 'assert' || called === 'console.assert' ? comparison(args[0]) : [];
  const given = left ? jsCallArgs(left, source, name) : null;
  return given && right ? { args: given, expect: javascriptLiteral(right) } : null;
}

function comparison(node: JsNode | undefined): JsNode[] {
  const sides = [asNode(node?.left), asNode(node?.right)];
  return node?.type === 'BinaryExpression' && node.operator === '===' ? sides.filter((side) => side !== null) : [];
}

function jsCallArgs(call: JsNode, source: string, name: string): unknown[] | null {
  const callee = asNode(call.callee);
  if (call.type !== 'CallExpression' || !callee || source.slice(callee.start, callee.end) !== name) return null;
  return listOf(call.arguments).map(javascriptLiteral);
}

function listOf(value: unknown): JsNode[] {
  return Array.isArray(value) ? value.flatMap((one) => asNode(one) ?? []) : [];
}

/** Arguments of the calls of the surface with literals alone, wherever they stand in a frozen assertion: `abs(f(1, 2) - 3) < 1e-6` tells what f is called with. */
export function callsIn(test: { assert: string }, spec: Spec): unknown[][] {
  if (spec.surface?.kind !== 'function') return [];
  return callsInSource(test.assert, spec.surface.export.split('.').at(-1) ?? '', spec.language);
}

/** The same for any source and any name. A call as a method of something counts too. */
export function callsInSource(source: string, name: string, language: Spec['language']): unknown[][] {
  return language === 'python' ? pythonCalls(pythonTree(source.trim()), name) : javascriptCalls(source, name);
}

function pythonCalls(node: SgNode, name: string): unknown[][] {
  const inner = node.children().flatMap((child) => pythonCalls(child, name));
  const [callee, list] = node.kind() === 'call' ? named(node) : [];
  if (!callee || list?.kind() !== 'argument_list' || callee.text().split('.').at(-1) !== name) return inner;
  const args = literals(() => named(list).map(pythonLiteral));
  return args ? [args, ...inner] : inner;
}

function javascriptCalls(source: string, name: string): unknown[][] {
  const found: unknown[][] = [];
  const tree = javascriptTree(source);
  if (tree) walk(tree, (node) => {
    const callee = node.type === 'CallExpression' ? asNode(node.callee) : null;
    const called = callee ? source.slice(callee.start, callee.end).split('.').at(-1) : undefined;
    const args = called === name ? literals(() => listOf(node.arguments).map(javascriptLiteral)) : null;
    if (args) found.push(args);
  });
  return found;
}

function literals(read: () => unknown[]): unknown[] | null {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof NoLiteral || thrown instanceof NoPythonLiteral) return null;
    throw thrown;
  }
}
