/** Python test files, unittest and pytest: skipped and commented-out tests, tests without an assertion, assertions that a branch may skip. */
import { type Node, comments, lines, ofKinds, statements, within } from '../../app/core/syntax.ts';
import type { FileFacts, Hit, ReadModule } from './hit.ts';
import { conditionalPython, pythonAsserts } from './python-asserts.ts';

interface Test {
  fn: Node;
  name: string;
  decorators: Node[];
  owner: Node | null;
}

export function pythonFacts(root: Node, read: ReadModule): FileFacts {
  const tests = testsOf(root);
  const asserts = pythonAsserts(root, read);
  const hits = [
    ...tests.flatMap(disabled), ...classesOff(root), ...moduleOff(root), ...commentedOut(root),
    ...tests.flatMap((test) => (asserts.any(test.fn) || exempt(test) ? [] : [hit('ASSERTION_FREE', test)])),
    ...tests.flatMap((test) => conditional(test, conditionalPython(test.fn, asserts))),
  ];
  return { hits, tests: tests.map((test) => ({ title: test.owner ? `${test.owner.field('name')?.text()}.${test.name}` : test.name, ...lines(test.fn), asserts: asserts.in(test.fn).map((each) => each.text()) })) };
}

/** Under an `if` the variant of the class often decides, which the test cannot be blamed for. */
function conditional(test: Test, reason: 'if' | 'except' | null): Hit[] {
  if (reason === null) return [];
  return [{ ...hit('ASSERTION_CONDITIONAL', test), ...(reason === 'if' ? { severity: 'info' as const } : {}) }];
}

function testsOf(root: Node): Test[] {
  return ofKinds(root, ['function_definition']).flatMap((fn) => {
    const name = fn.field('name')?.text() ?? '';
    if (!/^test/.test(name) || within(fn, ['function_definition']) !== null) return [];
    const holder = fn.parent();
    const decorated = holder?.kind() === 'decorated_definition' ? holder : null;
    // A fixture may be called test_client; it is no test.
    const decorators = decorated ? decorated.children().filter((child) => child.kind() === 'decorator') : [];
    return decorators.some((each) => /\bfixture\b/.test(each.text())) ? [] : [{ fn, name, decorators, owner: within(fn, ['class_definition']) }];
  });
}

function hit(code: Hit['code'], { fn, name }: Test): Hit {
  const { startLine } = lines(fn);
  return { code, startLine, endLine: startLine, name };
}

const skip = /^@\s*([\w]+\.)*(skip|skip_test|disabled)\b(?!_?[iI]f|Unless)/;
const always = /^@\s*([\w]+\.)*(skip_?[iI]f)\(\s*(True|1)\b/;

function disabled(test: Test): Hit[] {
  const decorator = test.decorators.find((each) => skip.test(each.text()) || always.test(each.text()));
  if (decorator) return [{ ...hit('TEST_DISABLED', test), startLine: lines(decorator).startLine }];
  const expected = test.decorators.find((each) => /^@\s*(\w+\.)*(xfail|expectedFailure)\b/.test(each.text()) && !/strict\s*=\s*True|condition|^@[\w.]+\(\s*[a-z_]+[.(]/.test(each.text()));
  if (expected) return [{ ...hit('TEST_DISABLED', test), startLine: lines(expected).startLine, severity: 'info' }];
  return bodyOf(test.fn).some((each) => skipping(each)) ? [hit('TEST_DISABLED', test)] : [];
}

function bodyOf(fn: Node): Node[] {
  const body = fn.field('body');
  return body ? statements(body) : [];
}

/** A statement of its own that skips whatever happens. */
function skipping(statement: Node): boolean {
  return /^(self\.skipTest|pytest\.skip|raise\s+(unittest\.)?SkipTest|raise\s+pytest\.skip)\b/.test(statement.text()) && ['expression_statement', 'raise_statement'].includes(String(statement.kind()));
}

function classesOff(root: Node): Hit[] {
  return ofKinds(root, ['class_definition']).flatMap((owner): Hit[] => {
    const holder = owner.parent();
    const decorator = holder?.kind() === 'decorated_definition' ? holder.children().find((each) => each.kind() === 'decorator' && (skip.test(each.text()) || always.test(each.text()))) : undefined;
    const off = decorator ?? bodyOf(owner).find((each) => /^__test__\s*=\s*False\b|^pytestmark\s*=.*\bmark\.skip\b/.test(each.text()));
    const tests = ofKinds(owner, ['function_definition']).some((fn) => /^test/.test(fn.field('name')?.text() ?? ''));
    return off && tests ? [{ code: 'TEST_DISABLED', startLine: lines(off).startLine, endLine: lines(off).startLine, name: owner.field('name')?.text() ?? 'a class' }] : [];
  });
}

function moduleOff(root: Node): Hit[] {
  return statements(root).filter((each) => /^pytestmark\s*=.*\bmark\.skip\b/.test(each.text()) || skipping(each)).map((each) => ({ code: 'TEST_DISABLED', ...lines(each), name: 'the whole file' }));
}

const commentedTest = /^#+\s*(?:async\s+)?def\s+(test_?\w+)\s*\(/;
const commentedAssert = /^#+\s*(self\.assert\w+\(|assert\s+[^,]+(==|!=|<|>|\bin\b|\bis\b)|with\s+(self\.assertRaises|pytest\.raises)\()/;

function commentedOut(root: Node): Hit[] {
  return comments(root).flatMap((comment): Hit[] => {
    const test = commentedTest.exec(comment.text());
    if (test) return [{ code: 'TEST_COMMENTED_OUT', ...lines(comment), name: test[1]! }];
    return commentedAssert.test(comment.text()) ? [{ code: 'TEST_COMMENTED_OUT', ...lines(comment), name: comment.text().slice(0, 80), severity: 'info' }] : [];
  });
}

const smoke = /(no|not|without|doesnt|never)_?(an_?|any_?)?(error|raise|exception|crash|fail|throw|warn|except)|smoke|_runs$|_compiles|does_nothing/i;

function exempt({ fn, name, decorators }: Test): boolean {
  const body = bodyOf(fn);
  const empty = body.every((each) => /^(pass|\.\.\.|("""|''')[\s\S]*)$/.test(each.text()));
  if (empty) return body.length === 0;
  return smoke.test(name) || ofKinds(fn, ['yield']).length > 0 || /\b(benchmark|snapshot|regression|image_regression)\b/.test(fn.field('parameters')?.text() ?? '') || body.some(skipping) || decorators.some((each) => /expectedFailure|xfail|raises|parametrize_from_file/.test(each.text()));
}
