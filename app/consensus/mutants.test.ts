import { expect, it } from 'vitest';
import { textFile } from '../core/tree.ts';
import { mutantsOf } from './mutants.ts';
import { functionSpec, modules } from './test-kit.ts';

function mutants(language: 'python' | 'typescript', base: string, head: string, cap = 99): string[] {
  const path = modules[language];
  return mutantsOf({ spec: functionSpec(language, []), base: base === '' ? {} : { [path]: textFile(base) }, patch: { [path]: textFile(head) } }, cap).map((mutant) => mutant[path] ?? '');
}

it('mutates comparisons, arithmetic, constants, booleans and returns', () => {
  const python = mutants('python', '', 'def price(t):\n    # 7 is a comment\n    return t + 1 if t >= 10 and True else not t\n');
  expect(python).toEqual(expect.arrayContaining([expect.stringContaining('t - 1'), expect.stringContaining('t > 10'), expect.stringContaining('>= 11'), expect.stringContaining('or True'), expect.stringContaining('and False'), expect.stringContaining('return None')]));
  expect(python.every((text) => text.includes('# 7 is a comment'))).toBe(true);
  const typescript = mutants('typescript', '', 'export const price = (t: 1 | 2): number => { return t === 1 ? t * 2 : 0; };\n');
  expect(typescript).toEqual(expect.arrayContaining([expect.stringContaining('t !== 1'), expect.stringContaining('t + 2'), expect.stringContaining('return undefined;')]));
  expect(typescript.every((text) => text.includes('(t: 1 | 2)'))).toBe(true);
});

it('leaves lines alone that the candidate did not change', () => {
  const base = 'def other(t):\n    return t + 1\n';
  const found = mutants('python', base, `${base}def price(t):\n    return t - 2\n`);
  expect(found.length).toBeGreaterThan(0);
  expect(found.every((text) => text.startsWith(base))).toBe(true);
  expect(mutants('python', base, base)).toEqual([]);
});

it('picks the same ones every time when there are too many', () => {
  const head = `def price(t):\n${Array.from({ length: 30 }, (_, n) => `    if t == ${n}: return ${n}\n`).join('')}`;
  expect(mutants('python', '', head, 10)).toHaveLength(10);
  expect(mutants('python', '', head, 10)).toEqual(mutants('python', '', head, 10));
});
