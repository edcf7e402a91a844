import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

function codes(head: Record<string, string>, base: Record<string, string> = {}, settings?: unknown): string[] {
  return inspect(factsOf(head, base, { settings })).map(({ code, path, startLine, severity }) => `${code} ${path}:${startLine}${severity ? ` ${severity}` : ''}`);
}

describe('practices at the edges', () => {
  it.each([
    ['a comment above the try', 'a.js', '// may be gone already\ntry { a(); } catch {}\n', []],
    ['a comment after it', 'a.js', 'try { a(); } catch {} // may be gone already\n', []],
    ['no word at all', 'a.js', 'const b = 1;\ntry { a(); } catch (e) {\n}\n', ['EMPTY_CATCH a.js:2']],
    ['an error that loses its cause', 'a.ts', "try { a(); } catch (e) { throw new Error('no'); }\n", ['ERROR_LOST a.ts:1 info']],
    ['an error that keeps it', 'a.ts', "try { a(); } catch (e) { throw new Error('no', { cause: e }); }\n", []],
    ['a promise nobody waits for', 'a.ts', 'async function save() {}\nexport async function all() {\n  save();\n  await save();\n  void save();\n}\n', ['FLOATING_PROMISE a.ts:3 info']],
    ['a test', 'a.test.ts', 'try { a(); } catch {}\n', []],
    ['broken syntax', 'a.ts', 'try { catch {{{\n', []],
  ])('%s', (_, path, text, expected) => {
    expect(codes({ [path]: text })).toEqual(expected);
  });

  it('counts a function\'s own branches, not those of functions in it', () => {
    const inner = (n: number) => `  const f${n} = (a: number) => (a > 1 && a < 5 ? 1 : a || 2);\n`;
    const text = `export function many(): void {\n${Array.from({ length: 12 }, (_, n) => inner(n)).join('')}}\n`;
    expect(codes({ 'a.ts': text })).toEqual([]);
    expect(codes({ 'a.ts': text }, {}, { limits: { complexity: 4 } })).toEqual(Array.from({ length: 0 }));
    expect(codes({ 'a.ts': text }, {}, { limits: { complexity: 3 } })).toHaveLength(12);
  });

  it('blocks cycles where the repository asks for it, and knows Python modules', () => {
    const head = { 'pkg/__init__.py': '', 'pkg/a.py': 'from .b import f\n', 'pkg/b.py': 'from pkg import a\nfrom pkg.a import g\n\n\ndef late():\n    from .a import h\n' };
    expect(codes(head, {}, { cycles: 'block' })).toEqual(['IMPORT_CYCLE pkg/a.py:1']);
  });

  it('says nothing on a second run, and only new imports are judged', () => {
    const head = { 'src/a.ts': "import './b.ts';\n", 'src/b.ts': "import './a.ts';\n" };
    expect(codes(head, head)).toEqual([]);
    expect(codes({ ...head, 'src/b.ts': "import './a.ts';\nexport const b = 1;\n" }, head)).toEqual([]);
  });

  it.each([
    ['imports without an end', 'import {'.repeat(20_000)],
    ['imports of spaces', `import ${' '.repeat(5000)}\n`.repeat(40)],
    ['nested calls', `${'f('.repeat(2000)}`],
  ])('reads %s in time', (_, text) => {
    const started = performance.now();
    codes({ 'a.ts': text });
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
