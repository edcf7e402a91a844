/** What asserts in a Python test: the statement, methods of unittest and pytest, mocks, and helpers of the file that do; and where a branch may skip all of it. */
import { type Node, ofKinds, statements } from '../../app/core/syntax.ts';
import type { ReadModule } from './hit.ts';

export interface PythonAsserts {
  in(node: Node): Node[];
  any(node: Node): boolean;
}

const asserting = /(^|_)(assert|asserts|expect|expects|verify|check|validate|ensure|must|raises|warns)(_|$|[A-Z])|^(assert|expect|fail)|(Assert|Expect|Verify|Check|Validate|Ensure)/;
const methods = /^(assert\w*|fail\w*|raises|warns|deprecated_call|should\w*|expect\w*|match_snapshot|fnmatch_lines|assert_outcomes|verify|validate|check)$/;

export function pythonAsserts(root: Node, read: ReadModule): PythonAsserts {
  const functions = new Map(ofKinds(root, ['function_definition']).map((fn) => [fn.field('name')?.text() ?? '', fn]));
  const imported = imports(root);
  // `eq = self.assertEqual`: the short name asserts as well.
  const aliased = new Set(ofKinds(root, ['assignment']).filter((each) => /^[\w.]*\bassert\w*$/.test(each.field('right')?.text() ?? '')).map((each) => each.field('left')?.text() ?? ''));
  const known = new Map<string, boolean>();
  const helper = (name: string): boolean => {
    const seen = known.get(name);
    if (seen !== undefined) return seen;
    known.set(name, false);
    const local = functions.get(name);
    const answer = aliased.has(name) ? true : local ? any(local) : asserting.test(name) && !isProductionName(name);
    known.set(name, answer);
    return answer;
  };
  const isProductionName = (name: string): boolean => {
    const module = imported.get(name);
    const text = module === undefined ? null : read(module);
    return text !== null && !/\bassert\b|\.assert|raise AssertionError/.test(text);
  };
  const any = (node: Node): boolean => ofKinds(node, ['assert_statement', 'raise_statement']).length > 0 || ofKinds(node, ['call']).some((call) => asserts(call, helper));
  return { any, in: (node) => [...ofKinds(node, ['assert_statement']), ...ofKinds(node, ['call']).filter((call) => asserts(call))].sort((a, b) => a.range().start.index - b.range().start.index) };
}

function asserts(call: Node, helper?: (name: string) => boolean): boolean {
  const callee = call.field('function');
  if (callee?.kind() === 'identifier') return helper ? helper(callee.text()) : asserting.test(callee.text());
  const name = callee?.field('attribute')?.text() ?? '';
  const own = /^(self|cls)$/.test(callee?.field('object')?.text() ?? '');
  return methods.test(name) || (own && (helper ? helper(name) : asserting.test(name))) || /^(assert|mock_assert)/.test(name);
}

function imports(root: Node): Map<string, string> {
  return new Map(ofKinds(root, ['import_from_statement']).flatMap((statement) => {
    const module = statement.field('module_name')?.text() ?? '';
    return ofKinds(statement, ['dotted_name', 'aliased_import']).map((name) => [(name.field('alias') ?? name).text(), module] as const);
  }));
}

/** Every assertion of the test stands under an `if` without `else`, or in an `except` whose `try` does not fail by itself. */
export function conditionalPython(fn: Node, asserts: PythonAsserts): 'if' | 'except' | null {
  const all = asserts.in(fn);
  if (all.length === 0 || ofKinds(fn, ['raise_statement']).length > 0) return null;
  const reasons = all.map((each) => skippable(each, { fn, asserts }));
  return reasons.includes(null) ? null : reasons.includes('if') ? 'if' : 'except';
}

function skippable(node: Node, { fn, asserts }: { fn: Node; asserts: PythonAsserts }): 'if' | 'except' | null {
  for (let at = node, parent = at.parent(); parent && at.id() !== fn.id(); at = parent, parent = at.parent()) {
    const kind = String(parent.kind());
    if (kind === 'function_definition' && parent.id() !== fn.id()) return null;
    if (kind === 'if_statement' && parent.field('condition')?.id() !== at.id()) return bothAssert(parent, asserts) ? null : 'if';
    if (kind === 'except_clause') return tryFails(parent.parent()) ? null : 'except';
  }
  return null;
}

function bothAssert(statement: Node, asserts: PythonAsserts): boolean {
  const other = statements(statement).find((each) => each.kind() === 'else_clause');
  return other !== undefined && asserts.any(other) && asserts.any(statement.field('consequence')!);
}

function tryFails(statement: Node | null | undefined): boolean {
  const body = statement?.field('body')?.text() ?? '';
  const others = statement ? statements(statement).filter((each) => each.kind() === 'else_clause').map((each) => each.text()).join('\n') : '';
  return /\bfail\(|assert\s+(False|0)\b|\braise\b/.test(body + others);
}
