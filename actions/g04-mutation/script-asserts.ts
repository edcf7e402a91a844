/** What asserts in a JavaScript test: assertion libraries by their names, helpers of the file that assert, helpers imported from files that do. */
import { type Node, ofKinds } from '../../app/core/syntax.ts';
import { chainOf, textOf } from './chain.ts';
import type { ReadModule } from './hit.ts';
import { namedFunction } from './script-tests.ts';

const verbs = '(?:assert|expect|should|verify|verifies|ensure|validate|check|must|snapshot|refute)';
const asserting = new RegExp(`^${verbs}(?![a-z])|(?:[a-z_$])(?:Assert|Expect|Should|Verify|Ensure|Validate|Check|Snapshot|Assertions?)(?![a-z])`);
const members = /^(throws|rejects|doesNotThrow|doesNotReject|toMatch\w*|to[A-Z]\w*|strictEqual|deepEqual|deepStrictEqual|fail|isDone)$/;
const waits = /^((get|find)(All)?By[A-Z]\w*|waitFor\w*)$/;
const idle = /^(skip|todo|diagnostic|mock|log|comment|test|plan|end|pass|before|after|beforeEach|afterEach|teardown|timeout|context|name|signal|runOnly|slow|retries)$/;

export interface AssertReader {
  /** Every assertion below this node, in order. */
  in(node: Node): Node[];
  /** Whether anything below could notice a fault: an assertion, a helper that asserts, a throw. */
  any(node: Node): boolean;
}

export function assertReader(file: Node, read: ReadModule): AssertReader {
  const imported = imports(file);
  const aliased = new Set(ofKinds(file, ['variable_declarator']).filter((each) => /^(assert|expect|t|chai)\.\w+$/.test(each.field('value')?.text() ?? '')).map((each) => each.field('name')!.text()));
  const known = new Map<string, boolean>();
  const helper = (name: string): boolean => {
    const seen = known.get(name);
    if (seen !== undefined) return seen;
    known.set(name, false);
    const local = namedFunction(file, name);
    if (!local && aliased.has(name)) return true;
    const specifier = imported.get(name);
    const answer = local ? reader.any(local) : specifier === undefined ? asserting.test(name) : fromModule(specifier, { name, read });
    known.set(name, answer);
    return answer;
  };
  const reader: AssertReader = {
    in: (node) => ofKinds(node, ['call_expression']).filter((call) => asserts(call)),
    any: (node) => ofKinds(node, ['throw_statement']).length > 0 || ofKinds(node, ['comment']).some((each) => each.text().includes('@ts-expect-error')) || ofKinds(node, ['call_expression']).some((call) => asserts(call, helper))
      || ofKinds(node, ['member_expression']).some((each) => each.field('property')?.text() === 'should'),
  };
  return reader;
}

/** With `helper` a call of the file's own functions counts by what they do, without it by its name alone. */
function asserts(call: Node, helper?: (name: string) => boolean): boolean {
  const chain = chainOf(call.field('function'));
  if (!chain) return /^to[A-Z]/.test(call.field('function')?.field('property')?.text() ?? '');
  const { root, parts } = chain;
  const words = parts.filter((part) => part !== '()');
  if (words.length === 0) return helper ? helper(root) || waits.test(root) || root === 'fail' : asserting.test(root) && !chainContinues(call);
  if (isRunnersOwn(root, words)) return true;
  if (root === 'expect' && noMatcher.test(words[0]!)) return false;
  return asserting.test(root) || words.some((word) => asserting.test(word) || members.test(word) || (helper !== undefined && waits.test(word)));
}

const noMatcher = /^(assertions|hasAssertions|extend|any|anything|objectContaining|arrayContaining|stringContaining|stringMatching|closeTo|addSnapshotSerializer)$/;

/** Objects of test runners on which nearly every call asserts. */
function isRunnersOwn(root: string, words: readonly string[]): boolean {
  return (/^(t|tt|st|assert|is|tap|ctx|td)$/.test(root) && words.length === 1 && !idle.test(words[0]!)) || root === 'cy' || /tester$/i.test(root);
}

/** `expect(x)` inside `expect(x).toBe(1)`: the outer call is the assertion. */
function chainContinues(call: Node): boolean {
  return call.parent()?.kind() === 'member_expression';
}

function fromModule(specifier: string, how: { name: string; read: ReadModule }): boolean {
  if (/(^|[/:-])(assert|chai|expect|should|power-assert|unexpected|tsd)/.test(specifier)) return true;
  const text = how.read(specifier);
  if (text === null) return asserting.test(how.name) || (specifier.startsWith('.') && /test|helper|util|support|harness|fixture/i.test(specifier));
  return /\b(expect|assert)\w*\s*[.(]|\.should\b/.test(text);
}

function imports(file: Node): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of ofKinds(file, ['import_statement'])) {
    const source = textOf(statement.field('source')) ?? '';
    for (const name of ofKinds(statement, ['identifier'])) found.set(name.text(), source);
  }
  for (const declarator of ofKinds(file, ['variable_declarator'])) {
    const source = /^require\(\s*['"]([^'"]+)['"]\s*\)/.exec(declarator.field('value')?.text() ?? '')?.[1];
    if (source) for (const name of ofKinds(declarator.field('name')!, ['identifier', 'shorthand_property_identifier_pattern'])) found.set(name.text(), source);
  }
  return found;
}

