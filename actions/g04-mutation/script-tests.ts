/** The test calls of a JavaScript file, whatever the runner: jest, vitest, mocha, node:test and their kin, under the names the file gives them. */
import { type Node, ofKinds, statements } from '../../app/core/syntax.ts';
import { argumentsOf, chainOf, isFunction, same, textOf } from './chain.ts';

export interface TestCall {
  node: Node;
  /** The runner's own name, whatever the file calls it. */
  root: string;
  modifiers: string[];
  args: Node[];
  title: string;
  /** The function that holds the test; null where the file does not show it. */
  body: Node | null;
  /** Whether something that may be a function was given at all. */
  hasCallback: boolean;
  suite: boolean;
}

const suites = ['describe', 'context', 'suite', 'xdescribe', 'xcontext', 'fdescribe', 'fcontext', 'xsuite'];
const leaves = ['it', 'test', 'specify', 'xit', 'xtest', 'xspecify', 'fit', 'ftest', 'fspecify'];
const known = new Set([...suites, ...leaves]);
const runners = /^(@jest\/globals|vitest|node:test|mocha|bun:test|@playwright\/test|ava|tape|tap)$/;

/** What the file calls the names of its test runner: `import { it as check } from 'vitest'`. */
export function aliases(root: Node): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const statement of ofKinds(root, ['import_statement'])) {
    if (!runners.test(textOf(statement.field('source')) ?? '')) continue;
    for (const each of ofKinds(statement, ['import_specifier'])) found.set((each.field('alias') ?? each.field('name'))!.text(), each.field('name')!.text());
    for (const clause of ofKinds(statement, ['import_clause'])) for (const each of statements(clause)) if (each.kind() === 'identifier') found.set(each.text(), 'test');
  }
  for (const declarator of ofKinds(root, ['variable_declarator'])) {
    const required = /^(?:await\s+import|require)\(\s*['"]([^'"]+)['"]\s*\)$/.exec(declarator.field('value')?.text() ?? '');
    if (!required || !runners.test(required[1]!)) continue;
    for (const pair of ofKinds(declarator, ['pair_pattern'])) found.set(pair.field('value')!.text(), pair.field('key')!.text());
  }
  return found;
}

/** Names that the file takes from a module which is no test runner, so that they are not the runner's. */
export function foreign(root: Node): ReadonlySet<string> {
  const imports = ofKinds(root, ['import_statement']).filter((each) => !runners.test(textOf(each.field('source')) ?? ''));
  return new Set(imports.flatMap((each) => ofKinds(each, ['import_specifier']).map((name) => (name.field('alias') ?? name.field('name'))!.text())));
}

export function testCalls(root: Node): TestCall[] {
  const names = aliases(root);
  return ofKinds(root, ['call_expression']).flatMap((node) => {
    const parent = node.parent();
    if (parent && (same(parent.field('function'), node) || parent.kind() === 'member_expression')) return [];
    const chain = chainOf(node.field('function'));
    const name = chain && (names.get(chain.root) ?? chain.root);
    if (!chain || !name || !known.has(name)) return [];
    const modifiers = chain.parts.filter((part) => part !== '()');
    if (modifiers.some((part) => /^(before|after)(Each|All)?$|^(step|use|extend|setTimeout|slow|info)$/.test(part))) return [];
    return [callOf(node, { root: name, modifiers, file: root })];
  });
}

function callOf(node: Node, how: { root: string; modifiers: string[]; file: Node }): TestCall {
  const args = argumentsOf(node);
  const title = textOf(args[0]) ?? args[0]?.text().slice(0, 80) ?? '';
  const callback = args.slice(isFunction(args[0]) ? 0 : 1).map((arg) => functionIn(arg, how.file)).find((found) => found !== undefined);
  return { node, root: how.root, modifiers: how.modifiers, args, title, body: callback ?? null, hasCallback: callback !== undefined, suite: suites.includes(how.root) || how.modifiers.includes('describe') };
}

/** The function an argument is, names, or wraps; null: one that is not in this file; undefined: none. */
function functionIn(arg: Node, file: Node): Node | null | undefined {
  if (isFunction(arg)) return arg;
  const kind = arg.kind();
  if (kind === 'identifier') return namedFunction(file, arg.text());
  if (kind === 'call_expression') return argumentsOf(arg).find(isFunction) ?? null;
  return kind === 'member_expression' ? null : undefined;
}

export function namedFunction(file: Node, name: string): Node | null {
  const declared = ofKinds(file, ['function_declaration', 'generator_function_declaration']).find((each) => each.field('name')?.text() === name);
  if (declared) return declared;
  const held = ofKinds(file, ['variable_declarator']).find((each) => each.field('name')?.text() === name)?.field('value');
  return held && isFunction(held) ? held : null;
}
