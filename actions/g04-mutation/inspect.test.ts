import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

function found(head: Record<string, string>, base: Record<string, string> = {}): string[] {
  return inspect(factsOf(head, base)).map((each) => `${each.code}:${each.startLine}${each.severity === 'info' ? ' info' : ''}`);
}

describe('JavaScript tests', () => {
  const test = (text: string) => found({ 'a.test.ts': text });

  it.each([
    ['the runner under another name', "import { it as check } from 'vitest';\ncheck.only('a', () => { expect(f()).toBe(1); });\n", ['TEST_FOCUSED:2']],
    ['a skip by options', "test('a', { skip: true }, () => { assert.equal(f(), 1); });\n", ['TEST_DISABLED:1']],
    ['a title without a function', "it('will come');\n", ['TEST_DISABLED:1']],
    ['a skip inside, whatever happens', "it('a', function () {\n  this.skip();\n  expect(f()).toBe(1);\n});\n", ['TEST_DISABLED:2']],
    ['a helper that asserts nothing', "function run() { f(); }\nit('a', () => { run(); });\n", ['ASSERTION_FREE:2']],
    ['a promise in a variable that is forgotten', "it('a', () => {\n  const p = load().then((v) => { expect(v).toBe(1); });\n});\n", ['ASSERTION_UNAWAITED:2']],
    ['a promise awaited after the return', "it('a', async () => {\n  const p = load().then((v) => { expect(v).toBe(1); });\n  return 1;\n  await p;\n});\n", ['ASSERTION_UNAWAITED:2']],
    ['a combinator that nobody waits for', "it('a', () => {\n  Promise.all([expect(load()).resolves.toBe(1)]);\n});\n", ['ASSERTION_UNAWAITED:2']],
    ['a condition without another assertion', "it('a', () => {\n  if (ready()) expect(f()).toBe(1);\n});\n", ['ASSERTION_CONDITIONAL:2']],
  ])('faulty: %s', (_, text, expected) => {
    expect(test(text)).toEqual(expected);
  });

  it.each([
    ['a condition beside what always runs', "it('a', () => {\n  expect(f()).toBe(1);\n  if (ready()) expect(g()).toBe(1);\n});\n", ['ASSERTION_CONDITIONAL:3 info']],
    ['rows of data decide', "it.each(rows)('a', ({ bad, value }) => {\n  if (bad) expect(() => f(value)).toThrow();\n});\n", ['ASSERTION_CONDITIONAL:2 info']],
    ['both branches assert', "it('a', () => {\n  if (win()) { expect(f()).toBe(1); } else { expect(f()).toBe(2); }\n});\n", []],
    ['a narrowed type', "it('a', () => {\n  expect(result.ok).toBe(true);\n  if (result.ok) expect(result.value).toBe(1);\n});\n", []],
    ['a fixed number of assertions', "it('a', () => {\n  expect.assertions(1);\n  try { f(); } catch (error) { expect(error.code).toBe('X'); }\n});\n", []],
    ['chai properties', "it('a', () => { expect(f()).to.be.true; f().should.be.ok; });\n", []],
    ['assert under a short name', "const { strictEqual: same } = require('node:assert');\nconst eq = assert.deepEqual;\nit('a', () => { eq(f(), [1]); });\n", []],
    ['a context that asserts', "test('a', (t) => { t.is(f(), 1); });\n", []],
    ['subtests', "test('a', async (t) => {\n  await t.test('b', () => { assert.equal(f(), 1); });\n});\n", []],
    ['fit of a model', 'const model = fit(samples, 3);\nexpect(model);\n', ['EXPECT_WITHOUT_MATCHER:2']],
    ['prose in a comment', "// it should (as described) add\n/** test('example', …) */\nit('a', () => { expect(f()).toBe(1); });\n", []],
  ])('honest: %s', (_, text, expected) => {
    expect(test(text)).toEqual(expected);
  });

  it('reads a helper in another file of the repository', () => {
    const text = "import { same } from './kit';\nit('a', () => { same(f(), 1); });\n";
    expect(found({ 'a.test.ts': text, 'kit.ts': "export const same = (a, b) => { expect(a).toBe(b); };\n" })).toEqual([]);
    expect(found({ 'a.test.ts': text, 'kit.ts': 'export const same = (a, b) => a === b;\n' })).toEqual(['ASSERTION_FREE:2']);
  });
});

describe('Python tests', () => {
  const test = (text: string) => found({ 'tests/test_a.py': text });

  it.each([
    ['an except without a failure', 'def test_a():\n    try:\n        f()\n    except ValueError as error:\n        assert error.args\n', ['ASSERTION_CONDITIONAL:1']],
    ['a whole file', 'import pytest\npytestmark = pytest.mark.skip(reason="later")\n\ndef test_a():\n    assert f() == 1\n', ['TEST_DISABLED:2']],
    ['a comparison that nobody asserts', 'def test_a():\n    f() == 1\n', ['ASSERTION_FREE:1']],
    ['a test in a comment', '# def test_b():\n#     assert f() == 2\ndef test_a():\n    assert f() == 1\n', ['TEST_COMMENTED_OUT:1', 'TEST_COMMENTED_OUT:2 info']],
    ['a skip by platform', 'import sys, unittest\n\nclass T(unittest.TestCase):\n    @unittest.skipIf(sys.platform == "win32", "posix")\n    def test_a(self):\n        self.assertEqual(f(), 1)\n', []],
    ['a helper of the class, a short name, a fixture', 'import unittest\n\nclass T(unittest.TestCase):\n    def same(self, a):\n        self.assertEqual(f(), a)\n\n    def test_a(self):\n        self.same(1)\n\n    def test_b(self):\n        eq = self.assertEqual\n        eq(f(), 1)\n', []],
    ['an error that is expected', 'import pytest\n\ndef test_a():\n    with pytest.raises(ValueError):\n        f()\n', []],
  ])('%s', (_, text, expected) => {
    expect(test(text)).toEqual(expected);
  });
});

describe('against base', () => {
  const before = "it('a', () => {\n  expect(f(1)).toBeCloseTo(1.25, 5);\n});\n";

  it('a tolerance that got wider is found; one that got tighter, and a value that changed, are not', () => {
    expect(found({ 'a.test.js': before.replace('5)', '1)') }, { 'a.test.js': before })).toEqual(['TOLERANCE_LOOSENED:1']);
    expect(found({ 'a.test.js': before.replace('5)', '7)') }, { 'a.test.js': before })).toEqual([]);
    expect(found({ 'a.test.js': before.replace('1.25', '1.5') }, { 'a.test.js': before })).toEqual([]);
  });

  it('coverage that pyproject demanded and does not any more', () => {
    const toml = '[tool.coverage.report]\nfail_under = 85\n';
    expect(found({ 'pyproject.toml': '[tool.coverage.report]\nshow_missing = true\n' }, { 'pyproject.toml': toml })).toEqual(['THRESHOLD_LOOSENED:0']);
    expect(found({ 'pyproject.toml': toml.replace('85', '90') }, { 'pyproject.toml': toml })).toEqual([]);
  });

  it('one answer that a test asserts is told, a rule of the domain is not even that', () => {
    const tests = "it('a', () => {\n  expect(nth(10001)).toBe(104743);\n  expect(name(404)).toBe('Not Found');\n});\n";
    expect(found({ 'a.test.js': tests, 'src/a.js': 'export function nth(n) {\n  if (n === 10001) return 104743;\n  return search(n);\n}\n' })).toEqual(['SPECIAL_CASED:2 info']);
    expect(found({ 'a.test.js': tests, 'src/a.js': "export function name(n) {\n  if (n === 404) return 'Not Found';\n  return names[n];\n}\n" })).toEqual([]);
  });
});

it('long lines and large files are read at once', () => {
  const started = performance.now();
  found({ 'a.test.js': `// ${'it('.repeat(3000)}\nit('a', () => { expect('${'x('.repeat(5000)}').toBe(1); });\n`, 'package.json': `{"test": "${'jest || '.repeat(2000)}"}` }, { 'package.json': '{}' });
  expect(performance.now() - started).toBeLessThan(2000);
});
