import { describe, expect, it } from 'vitest';
import { textFile } from '../../core/tree.ts';
import { gatherFacts } from '../facts.ts';
import { looksEquivalent } from './equivalent.ts';
import { mutantsOf } from './mutants-of.ts';

async function mutants(path: string, text: string, base = '') {
  const { changed } = gatherFacts({ base: { [path]: textFile(base) }, head: { [path]: textFile(text) }, all: false, now: 0 });
  return await mutantsOf(changed[0]!);
}

describe('mutants', () => {
  it('are one per changed line, the same ones every time, and leave unchanged lines alone', async () => {
    const base = 'export function f(a: number, b: number): number {\n  return a * b;\n}\n';
    const head = base.replace('  return', '  if (a > 3 && b < 2) return a;\n  return');
    const first = await mutants('a.ts', head, base);
    expect(first.map(({ line }) => line)).toEqual([2]);
    expect(first[0]!.text.split('\n')).toHaveLength(head.split('\n').length);
    expect(await mutants('a.ts', head, base)).toEqual(first);
  });

  it.each([
    ['logging', 'logger.info(a > 3 ? 1 : 2);\n'],
    ['an import', "import { a } from './b.js';\n"],
    ['the wording of an error', "throw new Error('too many: ' + 3);\n"],
    ['the text of a constant', "const title = 'Fees';\n"],
    ['a type', 'type A = 1 | 2;\n'],
  ])('spare %s', async (_, text) => {
    expect(await mutants('a.ts', text)).toEqual([]);
  });

  it('are made although a comment of the change forbids it', async () => {
    expect(await mutants('a.ts', '// Stryker disable all\nexport const over = (a: number) => a > 3;\n')).toHaveLength(1);
  });

  it('are made of Python, and not of what is no code', async () => {
    expect((await mutants('a.py', 'import os\n\n\ndef f(a):\n    print(a > 3)\n    return a + 1\n')).map(({ line }) => line)).toEqual([6]);
  });
});

describe('equivalent by form', () => {
  const mutant = (text: string, was: string, became: string) => ({ path: 'a.ts', line: 1, kind: 'EqualityOperator', was, became, text });

  it.each([
    ['the larger of two', 'return a >= b ? a : b;', 'a > b', 'a >= b', true],
    ['a running maximum', 'if (x >= max) max = x;', 'x > max', 'x >= max', true],
    ['a comparator', 'return a <= b ? -1 : 1;', 'a < b', 'a <= b', true],
    ['the larger of two in Python', '    return a if a >= b else b', '>', '>=', true],
    ['a limit', 'if (amount >= 100) return amount + 5;', 'amount > 100', 'amount >= 100', false],
    ['another answer than the compared', 'return a >= b ? a : c;', 'a > b', 'a >= b', false],
    ['the other direction', 'return a <= b ? a : b;', 'a > b', 'a <= b', false],
  ])('%s', (_, text, was, became, expected) => {
    expect(looksEquivalent(mutant(text, was, became))).toBe(expected);
  });
});
