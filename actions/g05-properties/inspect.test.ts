import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

function found(head: Record<string, string>, base: Record<string, string> = {}, settings: unknown = { complexity: 5, complexityTold: 5 }) {
  return inspect(factsOf(head, base, { settings })).map(({ code, path, startLine, values }) => `${code} ${path}:${startLine} ${values?.name ?? values?.about} ${values?.complexity ?? ''}`.trim());
}

describe('complexity', () => {
  it.each([
    ['src/a.ts', 'const pick = (a: number, b: number) => {\n  if (a && b || a > 1) return a ?? b;\n  for (const c of [a]) while (c > b) try { b ||= c; } catch { return 1; }\n  return a ? 1 : 2;\n};\n', 'pick 10'],
    ['src/b.js', 'class A { move(x) {\n  switch (x) { case 1: case 2: return 1; case 3: return 2; case 4: return 4; case 5: return 5; default: return x; }\n} }\n', 'move 6'],
    ['src/c.py', 'def f(xs, y=1 if True else 2):\n    assert xs\n    for x in xs:\n        pass\n    else:\n        y = 2\n    try:\n        return [x for x in xs if x and y]\n    except ValueError:\n        return 1 if y else 2\n    else:\n        pass\n', 'f 10'],
    ['src/d.go', 'package d\n\nfunc (s *S) Run(n int) int {\n\tfor i := 0; i < n && n > 1; i++ {\n\t\tswitch i {\n\t\tcase 1:\n\t\t\treturn 1\n\t\tcase 2:\n\t\t\treturn 2\n\t\t}\n\t}\n\tif n > 1 || n < 0 {\n\t\treturn 3\n\t}\n\treturn 0\n}\n', 'Run 7'],
  ])('of %s', (path, text, expected) => {
    expect(found({ [path]: text })).toEqual([`COMPLEXITY_OVER_BUDGET ${path}:${path.endsWith('.go') ? 3 : 1} ${expected}`]);
  });

  it('gives a function inside a function its own number', () => {
    const inner = 'function outer(a) {\n  if (a) return 1;\n  const inner = (b) => { if (b) return 1; if (a) return 2; if (a > b) return 3; if (a < b) return 4; return b ? 1 : 2; };\n  return inner(a);\n}\n';
    expect(found({ 'src/a.js': inner })).toEqual(['COMPLEXITY_OVER_BUDGET src/a.js:3 inner 6']);
  });

  it('lets one old function stand for one of head, not for two of its name', () => {
    const six = (name: string) => `export function ${name}(a) {\n  if (a > 1) return 1;\n  if (a > 2) return 2;\n  if (a > 3) return 3;\n  if (a > 4) return 4;\n  if (a > 5) return 5;\n  return 0;\n}\n`;
    expect(found({ 'src/a.js': six('pick'), 'src/b.js': six('pick') }, { 'src/a.js': six('pick') }).map((each) => each.split(' ')[0])).toEqual(['COMPLEXITY_OVER_BUDGET']);
    expect(found({ 'src/a.js': `// moved down\n${six('pick')}` }, { 'src/a.js': six('pick') })).toEqual(['COMPLEXITY_KEPT src/a.js:2 pick 6']);
  });

  it('reads a chain of 5000 operands, a text that is no code and a generated one in time', () => {
    const started = performance.now();
    const chain = `export const deep = (a) => { return ${Array.from({ length: 5000 }, (_, index) => `a${index}`).join(' && ')}; };\n`;
    expect(found({ 'src/a.js': chain, 'src/b.py': '((((\n'.repeat(2000), 'src/c.ts': `// @generated\n${chain}` })).toEqual(['COMPLEXITY_OVER_BUDGET src/a.js:1 deep 5000']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('a property that the spec asks for', () => {
  const spec = (surface: object) => JSON.stringify({ version: 1, id: 'wc', title: 'Words', language: 'python', surface, criteria: [{ id: 'AC1', text: 'A property-based test shows that counts add up', tests: [] }] });
  const cli = { 'specs/wc.json': spec({ kind: 'cli', command: ['python3', 'wc.py'] }) };
  const hypothesis = 'from hypothesis import given, strategies as st\nimport subprocess\n\n@given(st.text())\ndef test_sum(text):\n    assert subprocess.run(["python3", "wc.py"], input=text)\n';

  it('is met by Hypothesis and by an existing test, and not by an import or by a property that nobody checks', () => {
    expect(found({ ...cli, 'tests/test_wc.py': hypothesis })).toEqual([]);
    expect(found({ ...cli, 'tests/test_wc.py': hypothesis, 'wc.py': 'x = 2\n' }, { ...cli, 'tests/test_wc.py': hypothesis, 'wc.py': 'x = 1\n' })).toEqual([]);
    expect(found({ ...cli, 'tests/test_wc.py': hypothesis.replace('@given(st.text())\n', '') })).toEqual(['PROPERTY_TEST_MISSING specs/wc.json:0 wc.py']);
    const loose = "import fc from 'fast-check';\nimport { slugify } from '../src/slug.js';\nfc.property(fc.string(), (text) => slugify(text) === text);\n";
    const slug = { 'specs/wc.json': spec({ kind: 'function', module: 'src/slug.js', export: 'Slug.slugify' }) };
    expect(found({ ...slug, 'test/slug.test.js': loose })).toEqual(['PROPERTY_TEST_MISSING specs/wc.json:0 slugify']);
    expect(found({ ...slug, 'test/slug.test.js': `${loose}fc.assert(fc.property(fc.string(), () => true));\n`.replace(/^fc\.property.*\n/m, '') })).toEqual(['PROPERTY_TEST_MISSING specs/wc.json:0 slugify']);
  });

  it('is asked by marks in the list of the pull request alone, whatever else its words say', () => {
    const ask = (body: string) => inspect(factsOf({ 'src/a.ts': 'export const a = 1;\n' }, {}, { pull: { title: '', body, labels: [] } })).map(({ code }) => code);
    expect(ask('This removes the property tests. Each property: stays.')).toEqual([]);
    expect(ask('- AC3: [property] sums never shrink')).toEqual(['PROPERTY_TEST_MISSING']);
    expect(ask(`${'- '.repeat(50_000)}\n${'[property'.repeat(20_000)}`)).toEqual([]);
  });

  it('ignores JSON that is no spec', () => {
    expect(found({ 'a.json': '{"criteria": [{"text": "Property: x"}]}', 'b.json': '{"criteria"' })).toEqual([]);
  });
});
